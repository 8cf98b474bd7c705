//! The programs and libraries of the workspace, as cargo knows them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The root file of every library and program of the workspace, including tests and benchmarks.
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

/// Every file in a folder of the core and its subfolders, as the compiler reads it, without unit tests.
pub(crate) fn core_files(folder: &str) -> Vec<(PathBuf, syn::File)> {
    let mut files = Vec::new();
    let mut open = vec![self::folder().join("crates/hardline/src").join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.file_stem().unwrap() == "tests" {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else {
                let code = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
                files.push((path, code));
            }
        }
    }
    files
}

/// The last name of a path: `Flow` of `crate::flow::Flow`.
pub(crate) fn last_name(path: &syn::Path) -> String {
    path.segments.last().unwrap().ident.to_string()
}

/// The name of the type that an `impl` is for.
pub(crate) fn implementor(item: &syn::ItemImpl) -> Option<String> {
    match &*item.self_ty {
        syn::Type::Path(of) => Some(last_name(&of.path)),
        _ => None,
    }
}

/// The root of the workspace.
pub(crate) fn folder() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().to_owned()
}
