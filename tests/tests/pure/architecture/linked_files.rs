//! Every source file is compiled: a module that lost its declaration takes its tests with it, and nothing else tells.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::modules::Modules;
use super::workspace;

/// Folders of source text that a test compiles itself, or that are a workspace of their own.
const COMPILED_ELSEWHERE: &[&str] = &["crates/hardline-derive/tests/refused", "examples/crypto"];

#[test]
fn every_source_file_is_a_module_of_its_crate() {
    let mut linked = BTreeSet::new();
    let mut folders = BTreeSet::new();
    for root in workspace::roots() {
        let modules = Modules::with_tests(&root, &workspace::read);
        linked.extend(modules.iter().map(|(_, module)| module.file.clone()));
        let (folder, _) = root.rsplit_once('/').expect("a root is in a folder");
        folders.insert(folder.to_owned());
    }
    let mut found = BTreeSet::new();
    for folder in &folders {
        find(&workspace::folder().join(folder), &mut found);
    }
    assert!(found.len() > 500, "only {} files were found", found.len());
    let lost: Vec<_> = found.difference(&linked).collect();
    assert!(lost.is_empty(), "no `mod` declares these: {lost:#?}");
}

fn find(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(workspace::folder()).unwrap();
        let name = name.to_str().unwrap().to_owned();
        if COMPILED_ELSEWHERE.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            find(&path, found);
        } else if name.ends_with(".rs") {
            found.insert(name);
        }
    }
}
