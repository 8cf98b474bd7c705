//! The fields of an operation, as its shape tells them.

use hardline::by_name::NamedOperation;
use hardline::json::{FieldShape, Presence, Shape};

use crate::step::FieldRow;

/// Members of members are told to this depth: some types contain themselves.
const DEEPEST: usize = 3;

/// The fields of an operation, with their members.
pub(crate) fn rows(named: &NamedOperation) -> Vec<FieldRow> {
    let operation = named.operation();
    let row = |field: &FieldShape| {
        let in_path = format!("{{{}}}", field.name);
        let place = if operation.path.contains(&in_path) {
            "path"
        } else if operation.query.contains(&field.name) || operation.open_query == Some(field.name)
        {
            "query"
        } else {
            "body"
        };
        row(field, place, DEEPEST)
    };
    named.fields().iter().map(row).collect()
}

fn row(field: &FieldShape, place: &'static str, depth: usize) -> FieldRow {
    let shape = field.shape.present();
    FieldRow {
        name: field.name,
        place,
        kind: kind(shape),
        required: field.presence == Presence::Required,
        values: shape.known(),
        members: match depth.checked_sub(1) {
            Some(depth) => members(shape)
                .iter()
                .map(|member| row(member, place, depth))
                .collect(),
            None => Vec::new(),
        },
    }
}

/// The members that an object is known to have, or each element of a list, or each value of a map.
fn members(shape: &Shape) -> &'static [FieldShape] {
    match shape.present() {
        Shape::Struct(object) => object.fields,
        Shape::Open(object) => object.known,
        Shape::List(element) => members(element),
        Shape::Map(_, value) => members(value),
        _ => &[],
    }
}

/// What a value looks like, as people who write JSON say it.
fn kind(shape: &Shape) -> String {
    match shape.present() {
        Shape::Any => "any JSON".to_owned(),
        Shape::Null => "null".to_owned(),
        Shape::Boolean => "true or false".to_owned(),
        Shape::True => "true".to_owned(),
        Shape::Integer { .. } | Shape::PowerLevel => "a whole number".to_owned(),
        Shape::Number => "a number".to_owned(),
        Shape::Text(_) => "text".to_owned(),
        Shape::Bytes => "bytes as base64".to_owned(),
        Shape::List(element) => format!("a list of: {}", kind(element)),
        Shape::Map(_, value) => format!("an object, each value: {}", kind(value)),
        _ => "an object".to_owned(),
    }
}
