use serde_json::Value;

/// Compares a value with what is expected of it: objects by the members that are expected, of which one that is `null` must
/// not be there.
///
/// # Errors
/// Where it differs.
pub(crate) fn check(expected: &Value, value: &Value, place: &str) -> Result<(), String> {
    match (expected, value) {
        (Value::Object(members), Value::Object(value)) => {
            for (name, member) in members {
                let place = format!("{place}/{name}");
                match (member, value.get(name)) {
                    (Value::Null, None) => {}
                    (member, Some(value)) => check(member, value, &place)?,
                    (member, None) => return Err(format!("{place} is missing, not {member}")),
                }
            }
            Ok(())
        }
        (Value::Array(elements), Value::Array(values)) if elements.len() == values.len() => {
            let mut pairs = elements.iter().zip(values).enumerate();
            pairs.try_for_each(|(index, (element, value))| {
                check(element, value, &format!("{place}/{index}"))
            })
        }
        (Value::String(any), Value::String(_)) if any == "*" => Ok(()),
        _ if expected == value => Ok(()),
        _ => Err(format!("{place} is {value}, not {expected}")),
    }
}
