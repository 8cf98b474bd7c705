//! A new operation, printed from the facts: a start to edit.
//!
//! What only a reader of the specification can say is a `TODO`.

mod docs;
mod example;
mod names;
mod print;
mod text;
mod types;
mod vectors;
mod vocabulary;

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use crate::facts::{self, Facts, SECTIONS};

/// The printed parts of an operation.
pub struct Scaffold {
    /// The section of the specification, which determines the files for the rest.
    pub section: &'static str,
    /// The request, its constant and its response, as a Rust file.
    pub rust: String,
    /// Its row in the facts.
    pub facts: String,
    /// Its rows in the vectors.
    pub vectors: String,
}

impl Scaffold {
    /// The scaffold of an operation by its name: `cs:ban`, or `ban` if only one API has it.
    ///
    /// # Errors
    /// If there is no such operation: lists similar names.
    pub fn of(name: &str) -> Result<Self, String> {
        let all = all()?;
        let is_named = |facts: &Facts| facts.id == name || facts.operation_id() == name;
        let found: Vec<_> = all.iter().filter(|(_, facts, _)| is_named(facts)).collect();
        match found[..] {
            [(section, facts, line)] => Ok(Self::made(section, facts, line)),
            [] => Err(unknown(name, &all)),
            _ => {
                let names: Vec<_> = found
                    .iter()
                    .map(|(_, facts, _)| facts.id.as_str())
                    .collect();
                Err(format!("{name} is ambiguous: use {}", names.join(" or ")))
            }
        }
    }

    /// The scaffolds of all operations, in the order of the facts, each with its name.
    ///
    /// # Errors
    /// If the facts cannot be read.
    pub fn of_all() -> Result<Vec<(String, Self)>, String> {
        let all = all()?.into_iter();
        Ok(all
            .map(|(section, facts, line)| (facts.id.clone(), Self::made(section, &facts, &line)))
            .collect())
    }

    fn made(section: &'static str, facts: &Facts, line: &str) -> Self {
        Self {
            section,
            rust: print::rust(facts, section),
            facts: format!("{line}\n"),
            vectors: vectors::of(facts),
        }
    }
}

/// Formats Rust like the rest of the repository; `None` without `rustfmt`, or if it cannot read the code.
pub fn formatted(rust: &str) -> Option<String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take()?;
    let rust = rust.to_owned();
    // In a thread of its own, so that writing and reading don't block each other.
    let writer = std::thread::spawn(move || input.write_all(rust.as_bytes()));
    let output = child.wait_with_output().ok()?;
    writer.join().ok()?.ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8(output.stdout).ok())
        .flatten()
}

fn all() -> Result<Vec<(&'static str, Facts, String)>, String> {
    let mut all = Vec::new();
    for section in SECTIONS {
        let rows = facts::section(section)?.into_iter();
        // There is none to come of those that go to a URL that a server gives.
        let rows = rows.filter(|(facts, _)| !facts.current_path().is_empty());
        all.extend(rows.map(|(facts, line)| (section, facts, line)));
    }
    Ok(all)
}

/// Similar names: those that share the most pairs of letters with this one.
fn unknown(name: &str, all: &[(&str, Facts, String)]) -> String {
    let wanted = pairs(name);
    let mut like: Vec<_> = all
        .iter()
        .map(|(_, facts, _)| {
            let own = pairs(facts.operation_id());
            let shared = own.intersection(&wanted).count();
            (
                2 * shared * 100 / (own.len() + wanted.len()).max(1),
                facts.id.as_str(),
            )
        })
        .filter(|(likeness, _)| *likeness >= 40)
        .collect();
    like.sort_by(|one, other| other.cmp(one));
    let names: Vec<_> = like.iter().take(5).map(|(_, name)| *name).collect();
    match names[..] {
        [] => format!("there is no operation {name}: `scaffold --list` lists them all"),
        _ => format!(
            "there is no operation {name}; similar names: {}",
            names.join(", ")
        ),
    }
}

fn pairs(name: &str) -> BTreeSet<String> {
    let id = name
        .split_once(':')
        .map_or(name, |(_, id)| id)
        .to_ascii_lowercase();
    let letters: Vec<_> = id.chars().collect();
    letters
        .windows(2)
        .map(|pair| pair.iter().collect())
        .collect()
}
