use serde_json::Value;

use crate::json::{FieldShape, JsonObject, Presence, Shape};

/// The places of all required members that are missing: whoever wrote the arguments learns of them at once.
pub(super) fn missing(fields: &[FieldShape], arguments: &JsonObject) -> Vec<String> {
    let mut places = Vec::new();
    for field in fields {
        let mut members = arguments.iter();
        match members.find(|(name, _)| *name == field.name) {
            // It is JSON, or that is told first.
            Some((_, value)) => {
                let value = serde_json::from_str(value.as_str()).unwrap_or_default();
                missing_in(field.shape, &value, field.name, &mut places);
            }
            None if field.presence == Presence::Required => places.push(field.name.to_owned()),
            None => {}
        }
    }
    places
}

fn missing_in(shape: &Shape, value: &Value, place: &str, places: &mut Vec<String>) {
    let fields = match (shape.present(), value) {
        (Shape::Struct(object), _) => object.fields,
        (Shape::Open(object), _) => object.known,
        (Shape::List(element), Value::Array(values)) => {
            for (index, value) in values.iter().enumerate() {
                missing_in(element, value, &format!("{place}/{index}"), places);
            }
            return;
        }
        _ => return,
    };
    let Value::Object(members) = value else {
        return;
    };
    for field in fields {
        let place = format!("{place}/{}", field.name);
        match members.get(field.name) {
            Some(Value::Null) | None if field.presence == Presence::Required => places.push(place),
            Some(value) => missing_in(field.shape, value, &place, places),
            None => {}
        }
    }
}
