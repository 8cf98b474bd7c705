use crate::emit::code::{Code, PRIVATE, SERDE, generics};
use crate::parse::{Content, Data, Field, Item, Presence, Variant, plain};

pub(super) fn deserialize(item: &Item, code: &mut Code) -> String {
    let name = &item.name;
    let (declared, used) = generics(item, &format!("{SERDE}::Deserialize<'de>"), code);
    let head = |of: &str| format!("#[impl] impl<'de, {declared}> {PRIVATE}::{of} for {name}{used}");
    let (parts, body) = match &item.data {
        Data::Struct(fields) => {
            let read = if item.is_strict {
                "read_strict_struct"
            } else {
                "read_struct"
            };
            (
                members(&head("Members<'de>"), &plain(name), "Self", fields),
                format!("{PRIVATE}::{read}(__deserializer)"),
            )
        }
        Data::Newtype(_) => (
            String::new(),
            format!(
                "::core::result::Result::map({SERDE}::Deserialize::deserialize(__deserializer), Self)"
            ),
        ),
        Data::Enum(variants) => {
            let mut parts = enumeration(&head("Variants<'de>"), &plain(name), variants);
            for (index, variant) in variants.iter().enumerate() {
                if let Content::Struct(fields) = &variant.content {
                    let head = head(&format!("Members<'de, {index}>"));
                    let text = format!("variant {}::{}", plain(name), plain(&variant.name));
                    let constructor = format!("Self::{}", variant.name);
                    parts += &members(&head, &text, &constructor, fields);
                }
            }
            (parts, format!("{PRIVATE}::read_enum(__deserializer)"))
        }
    };
    let head = head("serde::Deserialize<'de>");
    format!(
        "{head} {{
            fn deserialize<__D: {SERDE}::Deserializer<'de>>(
                __deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {{ {body} }}
        }}
        {parts}"
    )
}

/// What reads the members of an object, and makes a value of them. The types of the fields say what is read: naming them
/// again would cost a tenth of the time that this takes to compile.
fn members(head: &str, text: &str, constructor: &str, fields: &[Field]) -> String {
    let mut names = String::new();
    let mut places = String::new();
    let mut locals = String::new();
    let mut reads = String::new();
    let mut values = String::new();
    let has_others = fields.iter().any(Field::has_others);
    for (index, field) in fields.iter().enumerate() {
        let Field {
            name, wire_name, ..
        } = field;
        if field.is_member() {
            names += &format!("{wire_name}, ");
            places += &format!("{wire_name} => {index}, ");
            locals += &format!("let mut __{index} = ::core::option::Option::None;");
            reads +=
                &format!("{index} => {PRIVATE}::read_member(&mut __members, &mut __{index}), ");
        }
        let value = match field.presence {
            Presence::Required => format!("{PRIVATE}::required(__{index}, {wire_name})?"),
            Presence::Optional => format!("{PRIVATE}::optional(__{index})"),
            Presence::Default => format!("{PRIVATE}::or_default(__{index})"),
            Presence::Skipped => "::core::default::Default::default()".to_owned(),
            Presence::Others => "__others.finish()".to_owned(),
        };
        values += &format!("{name}: {value}, ");
    }
    let read = if has_others {
        format!(
            "let mut __others = {PRIVATE}::OtherMembers::default();
            while let ::core::option::Option::Some(__member) = {PRIVATE}::next_member(&mut __members, __place)? {{
                match __member {{
                    ::core::result::Result::Ok(__index) => match __index {{ {reads} _ => {PRIVATE}::skip_member(&mut __members) }},
                    ::core::result::Result::Err(__name) => __others.read(__name, &mut __members),
                }}?;
            }}"
        )
    } else {
        format!(
            "while let ::core::option::Option::Some(__index) = {PRIVATE}::next_place(&mut __members, __place)? {{
                match __index {{ {reads} _ => {PRIVATE}::skip_member(&mut __members) }}?;
            }}"
        )
    };
    format!(
        "{head} {{
            const NAME: &'static str = \"{text}\";
            const FIELDS: &'static [&'static str] = &[{names}];
            fn read_members<__A: {SERDE}::de::MapAccess<'de>>(
                mut __members: __A,
            ) -> ::core::result::Result<Self, __A::Error> {{
                #[inline]
                fn __place(__name: &str) -> usize {{
                    match __name {{ {places} _ => usize::MAX }}
                }}
                {locals}
                {read}
                ::core::result::Result::Ok({constructor} {{ {values} }})
            }}
        }}"
    )
}

/// What reads the variants of an enumeration.
fn enumeration(head: &str, name: &str, variants: &[Variant]) -> String {
    let access = format!("{SERDE}::de::VariantAccess");
    let mut names = String::new();
    let mut arms = String::new();
    for (index, Variant { name, content }) in variants.iter().enumerate() {
        names += &format!("\"{}\", ", plain(name));
        // A name that is not in the list has been refused: the last one needs no test.
        arms += &if index + 1 < variants.len() {
            format!("{index} => ")
        } else {
            "_ => ".to_owned()
        };
        arms += &match content {
            Content::Unit => format!("{{ {access}::unit_variant(__content)?; Self::{name} }}"),
            Content::Tuple(count) => {
                let values: Vec<_> = (0..*count).map(|index| format!("__{index}")).collect();
                let values = values.join(", ");
                format!(
                    "{{ let ({values}) = {access}::newtype_variant(__content)?; Self::{name}({values}) }}"
                )
            }
            Content::Struct(_) => {
                format!("{PRIVATE}::read_variant::<Self, _, {index}>(__content)?,")
            }
        };
    }
    format!(
        "{head} {{
            const NAME: &'static str = \"{name}\";
            const VARIANTS: &'static [&'static str] = &[{names}];
            fn read_variants<__A: {SERDE}::de::EnumAccess<'de>>(
                __variants: __A,
            ) -> ::core::result::Result<Self, __A::Error> {{
                let (__place, __content) = {PRIVATE}::variant::<Self, __A>(__variants)?;
                ::core::result::Result::Ok(match __place {{ {arms} }})
            }}
        }}"
    )
}
