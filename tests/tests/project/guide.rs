//! The chapters of the guide: in its contents, in its tests, and with code that is tested.

use std::collections::BTreeSet;
use std::fs;

use super::files::{read, root};
use super::markdown::links;

/// The chapters' files.
fn chapters() -> BTreeSet<String> {
    let files = fs::read_dir(root().join("docs/src")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| name.ends_with(".md") && name != "SUMMARY.md")
        .collect()
}

#[test]
fn the_contents_list_every_chapter_once() {
    let listed: Vec<_> = links(&read("docs/src/SUMMARY.md"))
        .into_iter()
        .map(|(_, target)| target)
        .collect();
    assert_eq!(BTreeSet::from_iter(listed.clone()), chapters());
    assert_eq!(listed.len(), chapters().len());
}

#[test]
fn the_examples_of_every_chapter_are_tested() {
    let tests = read("tests/src/guide.rs");
    for chapter in chapters() {
        assert!(
            tests.contains(&format!(": \"{chapter}\",")),
            "tests/src/guide.rs lacks {chapter}"
        );
    }
}

#[test]
fn code_that_is_not_tested_is_rare() {
    let mut ignored = 0;
    let mut tested = 0;
    for chapter in chapters() {
        for line in read(&format!("docs/src/{chapter}")).lines() {
            ignored += usize::from(line.starts_with("```rust,ignore"));
            tested += usize::from(line == "```rust" || line == "```rust,no_run");
            assert_ne!(line, "```rs", "{chapter}: doc-tests know `rust` alone");
        }
    }
    // Both are excerpts of the core, in the chapter on what to add to it.
    assert!(
        tested > 20 && ignored <= 2,
        "{tested} tested, {ignored} not"
    );
}
