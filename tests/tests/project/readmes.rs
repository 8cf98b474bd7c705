use std::fs;

use super::files::{read, root};

/// A line of `[workspace.package]`.
fn of_workspace(name: &str) -> String {
    let manifest = read("Cargo.toml");
    let line = manifest
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{name} = ")));
    line.unwrap().trim_matches('"').to_owned()
}

#[test]
fn whoever_reads_the_front_page_is_done_soon() {
    let lines = read("README.md").lines().count();
    assert!(lines < 250, "README.md has {lines} lines");
}

#[test]
fn every_readme_and_workflow_names_the_minimum_rust_version() {
    let version = of_workspace("rust-version");
    let workflow = read(".github/workflows/ci.yml");
    assert!(workflow.contains(&format!("rustup toolchain install {version} ")));
    assert!(read("README.md").contains(&version));
    for package in fs::read_dir(root().join("crates")).unwrap() {
        let readme = package.unwrap().path().join("README.md");
        // The benchmarks are not published.
        if readme.exists() {
            let text = fs::read_to_string(&readme).unwrap();
            let named = text.contains(&format!("Rust {version}."));
            assert!(named, "{} does not name Rust {version}", readme.display());
        }
    }
}
