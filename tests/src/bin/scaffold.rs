//! Prints a new operation from the facts: its types, its row in the facts and its vectors.
//!
//! ```sh
//! cargo run -q -p hardline-tests --bin scaffold -- cs:ban
//! ```

use std::process::ExitCode;

use hardline_tests::scaffold::{Scaffold, formatted};

const USAGE: &str = "usage: scaffold [--rust | --facts | --vectors] NAME...
       scaffold --list

  NAME        an operation by the specification's name: cs:ban, is:lookupUsersV2, ban
  --rust      only its types: the request, its constant and new, the response
  --facts     only its row of tests/facts
  --vectors   only its rows of tests/vectors
  --list      the names of all operations

The output is a start to edit: what the facts do not say is a TODO. Exits with 2 if an operation is unknown.";

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(printed) => {
            print!("{printed}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: Vec<String>) -> Result<String, String> {
    let (flags, names): (Vec<_>, Vec<_>) = arguments
        .into_iter()
        .partition(|argument| argument.starts_with('-'));
    let part = match flags.as_slice() {
        [] => Part::All,
        [flag] => match flag.as_str() {
            "-h" | "--help" => return Ok(format!("{USAGE}\n")),
            "--list" => {
                let all = Scaffold::of_all()?;
                return Ok(all.iter().map(|(name, _)| format!("{name}\n")).collect());
            }
            "--rust" => Part::Rust,
            "--facts" => Part::Facts,
            "--vectors" => Part::Vectors,
            _ => return Err(format!("unknown flag {flag}\n\n{USAGE}")),
        },
        _ => return Err(format!("give at most one flag\n\n{USAGE}")),
    };
    if names.is_empty() {
        return Err(format!("give at least one operation\n\n{USAGE}"));
    }
    names
        .iter()
        .map(|name| Scaffold::of(name).map(|scaffold| part.of(&scaffold)))
        .collect()
}

/// The part of a scaffold to print.
#[derive(Clone, Copy)]
enum Part {
    All,
    Rust,
    Facts,
    Vectors,
}

impl Part {
    fn of(self, scaffold: &Scaffold) -> String {
        let rust = || formatted(&scaffold.rust).unwrap_or_else(|| scaffold.rust.clone());
        let Scaffold {
            section,
            facts,
            vectors,
            ..
        } = scaffold;
        match self {
            Self::Rust => rust(),
            Self::Facts => facts.clone(),
            Self::Vectors => vectors.clone(),
            Self::All => format!(
                "{}\n// --- tests/facts/{section}.jsonl (the row exists already)\n{facts}\n// --- tests/vectors/{section}.jsonl\n{vectors}",
                rust()
            ),
        }
    }
}
