use std::collections::BTreeSet;

use serde_json::Value;

type Tell<'a> = dyn FnMut(&str, Option<&Value>, Option<&Value>) + 'a;

/// Tells the smallest parts that differ, by their JSON pointers.
pub(crate) fn differences(ours: &Value, theirs: &Value, pointer: &str, tell: &mut Tell<'_>) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let names: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
            for name in names {
                let escaped = name.replace('~', "~0").replace('/', "~1");
                let pointer = format!("{pointer}/{escaped}");
                match (ours.get(name), theirs.get(name)) {
                    (Some(ours), Some(theirs)) => differences(ours, theirs, &pointer, tell),
                    (ours, theirs) => tell(&pointer, ours, theirs),
                }
            }
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                differences(ours, theirs, &format!("{pointer}/{index}"), tell);
            }
        }
        _ if ours == theirs => {}
        _ => tell(pointer, Some(ours), Some(theirs)),
    }
}

/// Whether nothing is in it: neither in itself nor in its members.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.values().all(is_empty),
        _ => false,
    }
}

/// The value without its empty members, for people to read.
pub(crate) fn without_empty_members(value: &Value) -> Value {
    match value {
        Value::Array(elements) => elements.iter().map(without_empty_members).collect(),
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| !is_empty(value))
            .map(|(name, value)| (name.clone(), without_empty_members(value)))
            .collect(),
        _ => value.clone(),
    }
}
