use proc_macro::TokenStream;

use crate::emit::code::Code;
use crate::parse::{Data, Field, FieldShape, Item, Presence, plain};

const JSON: &str = "::hardline::json";

pub(super) fn shaped(item: &Item, code: &mut Code) -> String {
    let name = &item.name;
    let shape = match &item.data {
        Data::Struct(fields) => {
            let has_others = fields.iter().any(Field::has_others);
            let fields: String = fields
                .iter()
                .filter(|field| !field.has_others())
                .map(|field| member(field, code))
                .collect();
            let text = plain(name);
            let is_strict = item.is_strict;
            // A shape has no strict object with other members; that it is strict matters more.
            if has_others && !is_strict {
                open_shape(&text, &fields)
            } else {
                format!(
                    "&{JSON}::Shape::Struct(&{JSON}::StructShape {{
                    name: \"{text}\", fields: &[{fields}], is_strict: {is_strict},
                }})"
                )
            }
        }
        Data::Newtype(ty) => shape_of(ty, code),
        Data::Enum(_) => unreachable!("only `Persist` knows enumerations"),
    };
    format!(
        "#[impl] impl {JSON}::Shaped for {name} {{
            const SHAPE: &'static {JSON}::Shape = {shape};
        }}"
    )
}

fn open_shape(name: &str, fields: &str) -> String {
    format!(
        "&{JSON}::Shape::Open(&{JSON}::OpenShape {{
            expected: \"struct {name}\", known: &[{fields}], aliases: &[],
            others: ::core::option::Option::Some((
                <::std::string::String as {JSON}::Shaped>::SHAPE,
                <{JSON}::RawJson as {JSON}::Shaped>::SHAPE,
            )),
        }})"
    )
}

fn member(field: &Field, code: &mut Code) -> String {
    let presence = match field.presence {
        Presence::Required => "Required",
        Presence::Optional => "Optional",
        Presence::Default | Presence::Skipped | Presence::Others => "Default",
    };
    let wire_name = &field.wire_name;
    let shape = match &field.shape {
        FieldShape::OfType => shape_of(&field.ty, code),
        FieldShape::Like(examples) => {
            let text = format!("Text(&{JSON}::TextShape::like({examples}))");
            shape_that_may_be_missing(field.presence, &text)
        }
        FieldShape::True => shape_that_may_be_missing(field.presence, "True"),
    };
    format!(
        "{JSON}::FieldShape {{ name: {wire_name}, shape: {shape}, presence: {JSON}::Presence::{presence} }},"
    )
}

fn shape_of(ty: &TokenStream, code: &mut Code) -> String {
    let ty = code.hole(ty);
    format!("<{ty} as {JSON}::Shaped>::SHAPE")
}

fn shape_that_may_be_missing(presence: Presence, shape: &str) -> String {
    let shape = format!("&{JSON}::Shape::{shape}");
    match presence {
        Presence::Optional => format!("&{JSON}::Shape::Optional({shape})"),
        _ => shape,
    }
}
