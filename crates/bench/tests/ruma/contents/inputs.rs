use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

/// The content of an event.
#[derive(Clone)]
pub(super) struct Input {
    pub(super) event_type: String,
    /// What is special about it.
    pub(super) name: String,
    pub(super) content: Value,
}

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "type")]
    event_type: String,
    file: String,
    variant: Option<String>,
    example: Value,
}

/// The specification's examples and those of the tests of contents.
pub(super) fn examples() -> Vec<Input> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/events");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let mut examples = Vec::new();
    for file in files {
        for line in fs::read_to_string(file).unwrap().lines() {
            let row: Row = serde_json::from_str(line).unwrap();
            let name = match row.variant {
                Some(variant) if row.file == "own" => variant,
                _ => row.file,
            };
            examples.push(Input {
                event_type: row.event_type,
                name,
                content: row.example["content"].clone(),
            });
        }
    }
    examples
}

/// A content with one of its values, wherever it stands, changed or left out.
pub(super) struct Variation {
    /// Where.
    pub(super) place: String,
    pub(super) content: Value,
}

pub(super) fn variations(content: &Value) -> Vec<Variation> {
    let mut places = Vec::new();
    collect_places(content, "", &mut places);
    let mut variations = Vec::new();
    for place in places {
        let others = [
            json!(null),
            json!("org.example"),
            json!(""),
            json!(7),
            json!(true),
            json!([]),
            json!({}),
        ];
        let sent = content.pointer(&place).unwrap();
        let others = others.into_iter().filter(|other| other != sent);
        variations.extend(others.map(|other| {
            let mut content = content.clone();
            *content.pointer_mut(&place).unwrap() = other;
            Variation {
                place: place.clone(),
                content,
            }
        }));
        variations.push(Variation {
            content: without(content, &place),
            place,
        });
    }
    variations
}

fn collect_places(value: &Value, pointer: &str, places: &mut Vec<String>) {
    let inside: Vec<_> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.replace('~', "~0").replace('/', "~1"), value))
            .collect(),
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .map(|(index, value)| (index.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    for (name, value) in inside {
        let pointer = format!("{pointer}/{name}");
        collect_places(value, &pointer, places);
        places.push(pointer);
    }
}

fn without(content: &Value, place: &str) -> Value {
    let mut content = content.clone();
    let (parent, name) = place.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/").replace("~0", "~");
    match content.pointer_mut(parent).unwrap() {
        Value::Object(members) => {
            members.remove(&name);
        }
        Value::Array(elements) => {
            elements.remove(name.parse().unwrap());
        }
        _ => unreachable!("{place} has a parent"),
    }
    content
}
