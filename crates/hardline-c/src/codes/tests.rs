use std::collections::BTreeMap;

use hardline::embed::{OutputKind, schema};
use serde_json::Value;

/// The numbers that the header gives names with this beginning to.
fn named(beginning: &str) -> BTreeMap<String, u64> {
    let header = include_str!("../../include/hardline.h");
    let defined = header
        .lines()
        .filter_map(|line| line.strip_prefix("#define ")?.strip_prefix(beginning));
    defined
        .map(|line| {
            let (name, number) = line.split_once(' ').unwrap();
            (name.to_lowercase(), number.parse().unwrap())
        })
        .collect()
}

#[test]
fn the_header_names_every_kind_of_output() {
    let kinds = OutputKind::ALL.iter();
    let kinds = kinds.map(|kind| (kind.as_str().to_owned(), *kind as u64));
    assert_eq!(named("HL_KIND_"), kinds.collect());
}

#[test]
fn the_header_names_every_code() {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    let errors = schema["errors"].as_object().unwrap();
    let mut named = named("HL_ERROR_");
    assert_eq!(
        named.remove("panicked"),
        Some(1),
        "it is this library's own"
    );
    for (code, error) in errors {
        let found = named.iter().find(|(_, number)| number.to_string() == *code);
        let (name, _) = found.unwrap_or_else(|| panic!("the header lacks {code}: {error}"));
        if let Some(class) = error["class"].as_str() {
            assert_eq!(name, class);
        }
    }
    assert_eq!(named.len(), errors.len());
}
