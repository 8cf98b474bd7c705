use serde_json::Value;

/// The first place where `result` lacks something of `example`: `/user_id is lost`.
///
/// A `null` member counts as missing. Members that only the result has, such as an empty list, are no loss.
pub(super) fn lost(example: &Value, result: &Value) -> Option<String> {
    lost_at(&mut String::new(), example, result)
}

/// The same in both directions: neither lacks what the other has.
pub(super) fn differs(example: &Value, result: &Value) -> Option<String> {
    lost(example, result).or_else(|| lost(result, example).map(|added| format!("made up: {added}")))
}

/// An empty list or object may stand for one that the server omitted, `false` and zero for a value.
pub(super) fn without_defaults(value: Value, sent: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| {
                let value = without_defaults(value, &sent[&name]);
                (name, value)
            })
            .filter(|(name, value)| !is_default(value, &sent[name]))
            .collect(),
        Value::Array(values) => {
            let values = values.into_iter().enumerate();
            values
                .map(|(at, value)| without_defaults(value, &sent[at]))
                .collect()
        }
        value => value,
    }
}

fn is_default(value: &Value, sent: &Value) -> bool {
    match value {
        Value::Array(values) => values.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(false) => sent.is_null(),
        Value::Number(number) => sent.is_null() && number.as_u64() == Some(0),
        _ => false,
    }
}

fn lost_at(pointer: &mut String, example: &Value, result: &Value) -> Option<String> {
    let length = pointer.len();
    match (example, result) {
        (Value::Object(example), Value::Object(result)) => {
            for (name, value) in example {
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                let found = match result.get(name) {
                    Some(found) => lost_at(pointer, value, found),
                    None => (!value.is_null()).then(|| format!("{pointer} is lost")),
                };
                if found.is_some() {
                    return found;
                }
                pointer.truncate(length);
            }
            None
        }
        (Value::Array(example), Value::Array(result)) if example.len() == result.len() => {
            for (index, (value, found)) in example.iter().zip(result).enumerate() {
                pointer.push_str(&format!("/{index}"));
                let found = lost_at(pointer, value, found);
                if found.is_some() {
                    return found;
                }
                pointer.truncate(length);
            }
            None
        }
        // `3` and `3.0` are one number.
        (Value::Number(example), Value::Number(result))
            if (example.is_f64() || result.is_f64()) && example.as_f64() == result.as_f64() =>
        {
            None
        }
        _ if example == result => None,
        _ => Some(format!(
            "{} is {}, not {}",
            if pointer.is_empty() {
                "the body"
            } else {
                pointer
            },
            shown(result),
            shown(example)
        )),
    }
}

fn shown(value: &Value) -> String {
    const SHOWN: usize = 80;
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_lost_member_is_found_at_any_depth() {
        let example = json!({"a": [{"b/c": 1}], "d": null, "e": 3.0});
        assert_eq!(
            lost(&example, &json!({"a": [{"b/c": 1}], "e": 3, "f": []})),
            None
        );
        for (result, why) in [
            (json!({"a": [{}], "e": 3}), "/a/0/b~1c is lost"),
            (json!({"a": [], "e": 3}), "/a is [], not [{\"b/c\":1}]"),
            (
                json!({"a": [{"b/c": "1"}], "e": 3}),
                "/a/0/b~1c is \"1\", not 1",
            ),
            (json!({"a": [{"b/c": 1}], "e": 4}), "/e is 4, not 3.0"),
            (
                json!([]),
                "the body is [], not {\"a\":[{\"b/c\":1}],\"d\":null,\"e\":3.0}",
            ),
        ] {
            assert_eq!(lost(&example, &result).unwrap(), why);
        }
        assert_eq!(
            differs(&json!({}), &json!({"a": 1})).unwrap(),
            "made up: /a is lost"
        );
    }
}
