//! The programs and libraries of the workspace, as cargo knows them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The root file of every library and program of the workspace, tests and benchmarks as well.
pub(crate) fn roots() -> Vec<String> {
    let metadata = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(folder())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let targets = packages
        .iter()
        .flat_map(|it| it["targets"].as_array().unwrap());
    let in_workspace = |target: &Value| {
        let file = Path::new(target["src_path"].as_str().unwrap());
        file.strip_prefix(folder())
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    targets.map(in_workspace).collect()
}

/// The text of a file of the workspace.
pub(crate) fn read(file: &str) -> Option<String> {
    fs::read_to_string(folder().join(file)).ok()
}

/// Where the workspace lies.
pub(crate) fn folder() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().to_owned()
}
