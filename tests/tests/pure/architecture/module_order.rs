//! The core's modules in their order: each uses only those before it.

use std::collections::BTreeSet;

use super::graph::Graph;
use super::modules::Modules;
use super::workspace;

const CORE: &str = "crates/hardline/src";

/// Modules in one row are on the same level. Modules that do not exist yet have their place too.
const ORDER: [&[&str]; 10] = [
    &["json"],
    &["types"],
    &["wire"],
    &["events"],
    &["client_api", "identity_api"],
    &["oauth_api"],
    &["by_name"],
    &["flow"],
    &["client"],
    &["embed"],
];

#[test]
fn each_module_of_the_core_uses_only_those_before_it() {
    let modules = Modules::with_tests(&format!("{CORE}/lib.rs"), &workspace::read);
    let graph = Graph::of_uses_and_reexports(&modules);
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for (from, to, path) in graph.edges() {
        let (user, used) = (module(from), module(to));
        // The root re-exports items of all modules.
        if user == used || user == "lib" {
            continue;
        }
        if place(used) >= place(user) {
            wrong.push(format!("{from} uses {to}: {path}\n"));
        }
        seen.insert((user, used));
    }
    assert!(wrong.is_empty(), "against the order:\n{}", wrong.concat());
    assert!(seen.len() > 10, "only {seen:?} were found");
}

/// The top-level module of the core that a file belongs to.
fn module(file: &str) -> &str {
    let inner = file.strip_prefix(CORE).unwrap().trim_start_matches('/');
    inner.split(['/', '.']).next().unwrap()
}

/// The position of a module; the root comes last.
fn place(module: &str) -> usize {
    let place = ORDER.iter().position(|row| row.contains(&module));
    place.unwrap_or_else(|| {
        assert_eq!(module, "lib", "this module has no place in the order");
        ORDER.len()
    })
}
