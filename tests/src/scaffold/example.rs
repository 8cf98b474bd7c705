//! The example in an operation's documentation, which runs as a doc-test once it is pasted.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::facts::{Facts, Kind};

use super::text::words;
use super::types::{Field, Item, Struct, Types};
use super::vocabulary;

/// What is not escaped in a path segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Builds a request and checks it.
pub(super) fn of_request(facts: &Facts, section: &str, types: &Types) -> String {
    let request = &types.request;
    let call = made(request, types);
    let is_authorized = facts.auth == "required" || facts.is_identity() && facts.auth != "none";
    let credentials = if is_authorized {
        "let credentials = Credentials::Token(AccessToken::from(\"syt_secret\"));\n"
    } else {
        ""
    };
    let target = if facts.is_identity() {
        "Target::IdentityServer(BaseUrl::parse(\"https://is.example.org\")?)"
    } else if facts.current_path().starts_with("/.well-known/") {
        "Target::server_name(&ServerName::parse(\"example.org\")?)?"
    } else {
        "Target::homeserver(\"https://example.org\")?"
    };
    let given = if is_authorized {
        "credentials"
    } else {
        "Credentials::None"
    };
    let mut code = format!("let operation = {call};\n{credentials}");
    let in_one = format!("let request = wire::encode(&operation, &{target}, &{given})?;\n");
    if in_one.len() <= LINE {
        code.push_str(&in_one);
    } else {
        let _ = write!(
            code,
            "let target = {target};\nlet request = wire::encode(&operation, &target, &{given})?;\n"
        );
    }
    assertion(
        &mut code,
        "request.uri().path()",
        &format!("{:?}", path(facts, types)),
    );
    if let Some(body) = body(facts, types) {
        assertion(&mut code, "request.body()", &body);
    }
    let api = if facts.is_identity() {
        "identity_api"
    } else {
        "client_api"
    };
    let module = if facts.is_identity() {
        String::new()
    } else {
        format!("::{section}")
    };
    let mut own: Vec<_> = words(&code)
        .filter(|word| *word == request.name || types.find(word).is_some())
        .collect();
    own.sort_unstable();
    own.dedup();
    let mut used: Vec<_> = vocabulary::EXAMPLES
        .iter()
        .map(|(name, ..)| *name)
        .filter(|name| name.starts_with(char::is_uppercase) && *name != "String")
        .filter(|name| words(&code).any(|word| word == *name) && !own.contains(name))
        .collect();
    used.sort_unstable();
    let mut lines = vec!["```".to_owned()];
    lines.push(format!("use hardline::{api}{module}::{};", braced(&own)));
    for module in ["json", "types"] {
        let exported =
            |name: &&str| vocabulary::EXPORTS.contains(&(*name, &format!("crate::{module}")));
        let names: Vec<_> = used.iter().copied().filter(exported).collect();
        if !names.is_empty() {
            lines.push(format!("use hardline::{module}::{};", braced(&names)));
        }
    }
    let base_url = if facts.is_identity() { "BaseUrl, " } else { "" };
    lines.push(format!(
        "use hardline::wire::{{self, {base_url}Credentials, Target}};"
    ));
    lines.push(String::new());
    lines.extend(code.lines().map(str::to_owned));
    lines.push("# Ok::<(), Box<dyn std::error::Error>>(())".to_owned());
    lines.push("```".to_owned());
    lines
        .iter()
        .map(|line| format!("/// {line}").trim_end().to_owned() + "\n")
        .collect()
}

/// The longest line of code in a comment before it is broken.
const LINE: usize = 112;

fn assertion(code: &mut String, what: &str, expected: &str) {
    let in_one = format!("assert_eq!({what}, {expected});\n");
    if in_one.len() <= LINE {
        code.push_str(&in_one);
    } else {
        let _ = write!(code, "assert_eq!(\n    {what},\n    {expected},\n);\n");
    }
}

fn braced(names: &[&str]) -> String {
    match names {
        [one] => (*one).to_owned(),
        names => format!("{{{}}}", names.join(", ")),
    }
}

/// A struct with its required fields.
fn made(item: &Struct, types: &Types) -> String {
    let values = item.fields.iter().filter(|field| field.is_required);
    let values: Vec<_> = values
        .map(|field| expression(&field.value, types))
        .collect();
    let call = format!("{}::new({})", item.name, values.join(", "));
    if call.len() > 96 {
        let values: String = values
            .iter()
            .map(|value| format!("    {value},\n"))
            .collect();
        return format!("{}::new(\n{values})", item.name);
    }
    call
}

fn expression(value: &str, types: &Types) -> String {
    if value.starts_with("Vec<") {
        return "Vec::new()".to_owned();
    }
    if value.starts_with("JsonMap<") {
        return "JsonMap::new()".to_owned();
    }
    match types.find(value) {
        Some(Item::Struct(item)) => made(item, types),
        Some(Item::Enum(item)) => format!("{}::{}", item.name, item.values[0].1),
        None => known(value).0.to_owned(),
    }
}

fn json(value: &str, types: &Types) -> String {
    if value.starts_with("Vec<") {
        return "[]".to_owned();
    }
    if value.starts_with("JsonMap<") {
        return "{}".to_owned();
    }
    match types.find(value) {
        Some(Item::Struct(item)) => object(item.fields.iter(), types),
        Some(Item::Enum(item)) => format!("{:?}", item.values[0].0),
        None => known(value).1.to_owned(),
    }
}

fn object<'a>(fields: impl Iterator<Item = &'a Field>, types: &Types) -> String {
    let members: Vec<_> = fields
        .filter(|field| field.is_required)
        .map(|field| format!("{:?}:{}", field.wire, json(&field.value, types)))
        .collect();
    format!("{{{}}}", members.join(","))
}

fn known(value: &str) -> (&'static str, &'static str) {
    let mut known = vocabulary::EXAMPLES.iter();
    known
        .find(|(name, ..)| *name == value)
        .map_or(("todo!()", "null"), |(_, expression, json)| {
            (expression, json)
        })
}

fn path(facts: &Facts, types: &Types) -> String {
    let mut path = facts.current_path().to_owned();
    for field in &types.request.fields {
        let text = json(&field.value, types);
        let text = utf8_percent_encode(text.trim_matches('"'), SEGMENT).to_string();
        path = path.replace(&format!("{{{}}}", field.wire), &text);
    }
    path
}

/// The expected body, as a literal; `None` if there is none.
fn body(facts: &Facts, types: &Types) -> Option<String> {
    let body = facts.body.as_ref()?;
    let is_elsewhere = |field: &Field| {
        let is_query = facts.query.iter().any(|(name, _)| name == field.wire);
        is_query || facts.path.iter().any(|(name, _)| name == field.wire)
    };
    let own = types
        .request
        .fields
        .iter()
        .filter(|field| !is_elsewhere(field));
    let text = match body.whole() {
        Some(Kind::Bytes) => "bytes".to_owned(),
        Some(_) => json(&types.request.fields.last()?.value, types),
        None => object(own, types),
    };
    Some(match (text.contains('"'), text.contains('#')) {
        (false, _) => format!("b\"{text}\""),
        (true, false) => format!("br#\"{text}\"#"),
        (true, true) => format!("br##\"{text}\"##"),
    })
}
