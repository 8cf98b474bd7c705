//! No files of a crate import each other in a circle, so that each can be read after those it imports. Imports of unit
//! tests do not count.

use std::collections::BTreeSet;

use super::graph::Graph;
use super::modules::Modules;
use super::workspace;

/// Circles that stay, each with its reason.
const ALLOWED: &[(&[&str], &str)] = &[];

#[test]
fn no_file_of_a_crate_imports_another_in_a_circle() {
    let mut expected: BTreeSet<BTreeSet<String>> = BTreeSet::new();
    for (files, reason) in ALLOWED {
        assert!(!reason.is_empty(), "{files:?} has no reason");
        expected.insert(files.iter().copied().map(str::to_owned).collect());
    }
    let mut found = BTreeSet::new();
    let mut unexpected = String::new();
    for root in workspace::roots() {
        let graph = Graph::of_uses(&Modules::without_tests(&root, &workspace::read));
        for circle in graph.circles() {
            let files: BTreeSet<String> = circle.iter().copied().map(str::to_owned).collect();
            found.insert(files.clone());
            if !expected.contains(&files) {
                unexpected.push_str(&format!("{circle:#?}\n"));
                for (from, to, path) in graph.edges() {
                    if circle.contains(from) && circle.contains(to) {
                        unexpected.push_str(&format!("  {from} imports {to}: {path}\n"));
                    }
                }
            }
        }
    }
    assert!(unexpected.is_empty(), "{unexpected}");
    let cut: Vec<_> = expected.difference(&found).collect();
    assert!(
        cut.is_empty(),
        "are allowed, and no circles any more: {cut:#?}"
    );
}
