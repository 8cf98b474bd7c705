//! The order of the core's modules: `types <- wire <- client_api, identity_api <- flow <- drive`.

use std::fs;
use std::path::{Path, PathBuf};

/// Each module with those that it may use.
const LAYERS: [(&str, &[&str]); 7] = [
    ("types", &[]),
    ("wire", &["types"]),
    ("client_api", &["types", "wire"]),
    ("identity_api", &["types", "wire"]),
    ("by_name", &["types", "wire", "client_api", "identity_api"]),
    (
        "flow",
        &["types", "wire", "client_api", "identity_api", "by_name"],
    ),
    (
        "drive",
        &[
            "types",
            "wire",
            "client_api",
            "identity_api",
            "by_name",
            "flow",
        ],
    ),
];

#[test]
fn arrows_between_the_cores_modules_point_one_way() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/hardline/src");
    let mut files = Vec::new();
    collect(&source, &mut files);
    assert!(files.len() > 30, "only {} files were found", files.len());
    let mut uses = 0;
    for file in files {
        let module = file
            .strip_prefix(&source)
            .unwrap()
            .components()
            .next()
            .unwrap();
        let module = module
            .as_os_str()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs")
            .to_owned();
        if module == "lib" {
            continue;
        }
        let (_, allowed) = LAYERS
            .iter()
            .find(|(name, _)| *name == module)
            .expect("every module has its layer");
        for used in used_modules(&fs::read_to_string(&file).unwrap()) {
            uses += 1;
            assert!(
                used == module || allowed.contains(&used.as_str()),
                "{} uses {used}",
                file.display()
            );
        }
    }
    assert!(uses > 100, "only {uses} uses were found");
}

/// The modules of this crate that the code names; what comments name does not count.
fn used_modules(code: &str) -> Vec<String> {
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let named = lines.flat_map(|line| line.split("crate::").skip(1));
    let module = |after: &str| {
        after
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .next()
            .unwrap()
            .to_owned()
    };
    named.map(module).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
