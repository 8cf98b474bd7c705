use crate::emit::code::{Code, SERDE, generics};
use crate::parse::{Content, Data, Field, Item, Presence, Variant, plain};

pub(super) fn serialize(item: &Item, code: &mut Code) -> String {
    let name = &item.name;
    let (declared, used) = generics(item, &format!("{SERDE}::Serialize"), code);
    let body = match &item.data {
        Data::Struct(fields) if fields.iter().any(Field::has_others) => open_object(fields),
        Data::Struct(fields) => {
            let place = |_, field: &Field| format!("&self.{}", field.name);
            let count = written(fields).count();
            let text = plain(name);
            let begin = format!("Serializer::serialize_struct(__serializer, \"{text}\", {count})");
            members(&begin, "SerializeStruct", fields, place)
        }
        Data::Newtype(_) => format!("{SERDE}::Serialize::serialize(&self.0, __serializer)"),
        Data::Enum(variants) => {
            let arms: String = variants
                .iter()
                .enumerate()
                .map(|(index, variant)| arm(item, index, variant))
                .collect();
            format!("match self {{ {arms} }}")
        }
    };
    format!(
        "#[impl] impl<{declared}> {SERDE}::Serialize for {name}{used} {{
            fn serialize<__S: {SERDE}::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {{ {body} }}
        }}"
    )
}

/// An object whose members are not all known. What has no value is left out.
fn open_object(fields: &[Field]) -> String {
    let mut code = format!(
        "let mut __state = {SERDE}::Serializer::serialize_map(__serializer, ::core::option::Option::None)?;"
    );
    let write = format!("{SERDE}::ser::SerializeMap::serialize_entry");
    for (_, field) in written(fields) {
        let Field {
            name, wire_name, ..
        } = field;
        if field.presence == Presence::Optional {
            code += &format!("if ::core::option::Option::is_some(&self.{name})");
        }
        code += &format!("{{ {write}(&mut __state, {wire_name}, &self.{name})?; }}");
    }
    for field in fields.iter().filter(|field| field.has_others()) {
        let name = &field.name;
        code += &format!(
            "for (__name, __value) in self.{name}.iter() {{ {write}(&mut __state, __name, __value)?; }}"
        );
    }
    code + &format!("{SERDE}::ser::SerializeMap::end(__state)")
}

/// Each member of an object, from where it is.
fn members(
    begin: &str,
    state: &str,
    fields: &[Field],
    place: impl Fn(usize, &Field) -> String,
) -> String {
    let begin = format!("{SERDE}::{begin}?");
    let state = format!("{SERDE}::ser::{state}");
    if written(fields).next().is_none() {
        return format!("{state}::end({begin})");
    }
    let mut code = format!("let mut __state = {begin};");
    for (index, field) in written(fields) {
        let wire_name = &field.wire_name;
        let place = place(index, field);
        code += &format!("{state}::serialize_field(&mut __state, {wire_name}, {place})?;");
    }
    code + &format!("{state}::end(__state)")
}

/// The fields that are written, with their places in the struct.
fn written(fields: &[Field]) -> impl Iterator<Item = (usize, &Field)> {
    fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.is_member())
}

fn arm(item: &Item, index: usize, variant: &Variant) -> String {
    let Variant { name, content } = variant;
    let head = format!(
        "(__serializer, \"{}\", {index}, \"{}\"",
        plain(&item.name),
        plain(name)
    );
    match content {
        Content::Unit => {
            format!("Self::{name} => {SERDE}::Serializer::serialize_unit_variant{head}),")
        }
        Content::Tuple(count) => {
            let values: Vec<_> = (0..*count).map(|index| format!("__{index}")).collect();
            let values = values.join(", ");
            // Several values are written as a tuple is: a list, as serde's derive writes them.
            format!(
                "Self::{name}({values}) => {SERDE}::Serializer::serialize_newtype_variant{head}, &({values})),"
            )
        }
        Content::Struct(fields) => {
            let bound: String = written(fields)
                .map(|(index, field)| format!("{}: __{index}, ", field.name))
                .collect();
            let count = written(fields).count();
            let begin = format!("Serializer::serialize_struct_variant{head}, {count})");
            let members = members(&begin, "SerializeStructVariant", fields, |index, _| {
                format!("__{index}")
            });
            format!("Self::{name} {{ {bound} .. }} => {{ {members} }}")
        }
    }
}
