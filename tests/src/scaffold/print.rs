//! Prints Rust in the style of the existing operations.

use std::fmt::Write as _;

use crate::facts::{Facts, Kind};

use super::text::{comment, words};
use super::types::{Enum, Field, Item, Side, Struct, Types};
use super::vocabulary::{self, constant};
use super::{docs, example, names};

/// The whole file: its imports and its items.
pub(super) fn rust(facts: &Facts, section: &str) -> String {
    let types = Types::of(facts);
    let mut items = String::new();
    request(&mut items, facts, section, &types);
    for item in &types.items {
        items.push('\n');
        match item {
            Item::Struct(item) => {
                let is_answer = item.name.ends_with("Response");
                let doc = if is_answer {
                    docs::ANSWER
                } else {
                    docs::UNKNOWN
                };
                let open = if item.is_open { docs::OPEN } else { "" };
                comment(&mut items, &format!("{doc}{open}"), "");
                structure(&mut items, item, &types);
                constructor(&mut items, item, "");
            }
            Item::Enum(item) => text_enum(&mut items, item),
        }
    }
    let imports = imports(&items, &types);
    format!("{imports}\n{items}")
}

fn request(out: &mut String, facts: &Facts, section: &str, types: &Types) {
    let request = &types.request;
    out.push_str(&docs::of_operation(facts));
    out.push_str("///\n");
    out.push_str(&example::of_request(facts, section, types));
    out.push_str("///\n");
    // On one line, since a link cannot be broken.
    let _ = writeln!(out, "/// {}", docs::link(facts));
    let _ = writeln!(out, "#[doc(alias = {:?})]", facts.operation_id());
    structure(out, request, types);
    constructor(
        out,
        request,
        if request.fields.is_empty() {
            ""
        } else {
            "; no field is required"
        },
    );
    let _ = write!(
        out,
        "\nimpl Endpoint for {} {{\n    const OPERATION: {} = {};\n    type Response = {};\n",
        request.name,
        constant::TYPE,
        operation(facts, request),
        types.response
    );
    out.push_str("}\n");
}

/// Whether it has the two members that go together.
fn has_identity_server(request: &Struct) -> bool {
    let is_optional = |name: &str| {
        let mut fields = request.fields.iter();
        fields.any(|field| field.wire == name && !field.is_required)
    };
    is_optional("id_server") && is_optional("id_access_token")
}

/// The constant, without its name.
fn operation(facts: &Facts, request: &Struct) -> String {
    let method = facts.method.to_ascii_lowercase();
    let mut out = format!(
        "{}::{method}({:?}, {:?})",
        constant::TYPE,
        facts.operation_id(),
        facts.current_path()
    );
    let mut with = |name: &str, argument: &str| {
        let _ = write!(out, ".{name}({argument})");
    };
    match facts.auth.as_str() {
        "none" => {}
        _ if facts.is_identity() => with(constant::AUTH, "Auth::Identity"),
        "optional" => with(constant::AUTH, "Auth::Optional"),
        _ => with(constant::AUTH, "Auth::Required"),
    }
    let query: Vec<_> = facts
        .query
        .iter()
        .map(|(name, _)| format!("{name:?}"))
        .collect();
    if !query.is_empty() {
        with(constant::QUERY, &format!("&[{}]", query.join(", ")));
    }
    if facts.current_path().ends_with("/{stateKey}") {
        with(constant::MAY_BE_EMPTY, "\"stateKey\"");
    }
    if let Some(body) = body(facts, request) {
        with(constant::BODY, &body);
    }
    if has_identity_server(request) {
        let fields = "&[\"id_server\", \"id_access_token\"]";
        with(constant::REQUIRED_TOGETHER, fields);
    }
    if facts.uia {
        with(constant::UIA, "");
    }
    let is_attempt = request
        .fields
        .iter()
        .any(|field| field.wire == "send_attempt");
    let is_idempotent = matches!(facts.method.as_str(), "PUT" | "DELETE");
    let is_known = vocabulary::REPEATABLE_POSTS.contains(&facts.operation_id());
    if is_attempt || is_idempotent || is_known {
        with(constant::REPEATABLE, "");
    }
    for (name, argument) in answer(facts) {
        with(name, &argument);
    }
    let path = |(version, path): &(String, String)| format!("({}, {path:?})", release(version));
    if let Some((now, older)) = facts.paths.split_last() {
        // Operations that were there from the start need no version.
        if now.0 != "r0.4.0" {
            with(constant::SINCE, &release(&now.0));
        }
        if !older.is_empty() {
            let older: Vec<_> = older.iter().map(path).collect();
            with(constant::OLDER, &format!("&[{}]", older.join(", ")));
        }
    }
    if !facts.unstable.is_empty() {
        let paths = facts.unstable.iter();
        let paths: Vec<_> = paths
            .map(|(feature, path)| format!("({feature:?}, {path:?})"))
            .collect();
        with(constant::UNSTABLE, &format!("&[{}]", paths.join(", ")));
    }
    out
}

/// The kind of request body, unless the method implies it.
fn body(facts: &Facts, request: &Struct) -> Option<String> {
    let usually = matches!(facts.method.as_str(), "POST" | "PUT");
    let whole = facts.body.as_ref().and_then(|body| body.whole());
    let is_content = request
        .fields
        .iter()
        .any(|field| field.wire == super::types::CONTENT);
    match (&facts.body, whole) {
        (None, _) => usually.then(|| constant::BODY_EMPTY.to_owned()),
        (Some(_), Some(Kind::Bytes)) => Some(format!(
            "{}({:?})",
            constant::BODY_RAW,
            super::types::CONTENT
        )),
        (Some(_), Some(_)) if is_content => Some(format!(
            "{}({:?})",
            constant::BODY_WHOLE,
            super::types::CONTENT
        )),
        (Some(_), _) => (!usually).then(|| constant::BODY_MEMBERS.to_owned()),
    }
}

/// The kind of response, unless it is a JSON object with a 2xx status.
fn answer(facts: &Facts) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let statuses: Vec<_> = facts.statuses.iter().map(String::as_str).collect();
    if statuses.iter().any(|status| !status.starts_with('2')) {
        let each = statuses.iter().map(|status| match *status {
            "3XX" => "301, 302, 303, 307, 308",
            status => status,
        });
        let each: Vec<_> = each.collect();
        found.push((constant::STATUSES, format!("&[{}]", each.join(", "))));
    }
    if !facts.headers.is_empty() {
        let headers = facts.headers.iter();
        let headers: Vec<_> = headers
            .map(|(name, _)| format!("({name:?}, {:?})", names::snake(name)))
            .collect();
        found.push((constant::HEADERS, format!("&[{}]", headers.join(", "))));
    }
    let answer = facts.answer.as_ref();
    match answer.and_then(|answer| answer.whole()) {
        Some(Kind::Bytes) => found.push((
            constant::ANSWER,
            format!("{}({:?})", constant::ANSWER_BYTES, super::types::CONTENT),
        )),
        Some(Kind::List(_)) => found.push((constant::ANSWER, constant::ANSWER_LIST.to_owned())),
        _ if answer.is_none() => {
            found.push((constant::ANSWER, constant::ANSWER_IGNORED.to_owned()))
        }
        _ => {}
    }
    if vocabulary::OPEN_RESPONSES.contains(&facts.operation_id()) {
        found.push((constant::OPEN, String::new()));
    }
    let is_success = |(path, typed): (&str, &crate::facts::Typed)| {
        path == "success" && typed.kind == Kind::Boolean
    };
    if answer.is_some_and(|answer| answer.iter().any(is_success)) {
        found.push((constant::SUCCESS_MEMBER, String::new()));
    }
    found
}

/// `r0.4.0` is `SpecVersion::r0(4)`.
fn release(version: &str) -> String {
    let (major, rest) = version.split_once('.').unwrap_or((version, "0"));
    let minor = rest.split('.').next().unwrap_or(rest);
    format!("{}::{major}({minor})", constant::RELEASE)
}

fn structure(out: &mut String, item: &Struct, types: &Types) {
    let mut derives = vec!["Clone", "Debug"];
    if is_empty_by_default(item) {
        derives.push("Default");
    }
    derives.push("PartialEq");
    // No request ever had it.
    let is_request = item.name == types.request.name;
    if !is_request && !has_fraction(item, types) {
        derives.push("Eq");
    }
    derives.push(match item.side {
        Side::Request if is_request => "Request",
        Side::Response => "Response",
        Side::Request | Side::Both => "Wire",
    });
    let _ = write!(
        out,
        "#[derive({})]\n#[non_exhaustive]\npub struct {} {{\n",
        derives.join(", "),
        item.name
    );
    for field in &item.fields {
        comment(out, &docs::of_field(field), "    ");
        if field.name != field.wire {
            let _ = writeln!(out, "    #[serde(rename = {:?})]", field.wire);
        }
        if is_defaulted(field, item.side) {
            out.push_str("    #[serde(default)]\n");
        }
        let _ = writeln!(out, "    pub {}: {},", field.name, value(field, item.side));
    }
    out.push_str("}\n");
}

/// A missing list means an empty one.
fn is_defaulted(field: &Field, side: Side) -> bool {
    side == Side::Response
        && !field.is_required
        && (field.value.starts_with("Vec<") || field.value.starts_with("JsonMap<"))
}

fn value(field: &Field, side: Side) -> String {
    if field.is_required || is_defaulted(field, side) {
        field.value.clone()
    } else {
        format!("Option<{}>", field.value)
    }
}

fn is_empty_by_default(item: &Struct) -> bool {
    item.fields.iter().all(|field| !field.is_required)
}

/// Floating-point numbers are not `Eq`, nor is anything that contains them.
fn has_fraction(item: &Struct, types: &Types) -> bool {
    item.fields.iter().any(|field| {
        words(&field.value).any(|word| {
            word == "f64"
                || matches!(types.find(word), Some(Item::Struct(inner)) if inner.name != item.name && has_fraction(inner, types))
        })
    })
}

fn constructor(out: &mut String, item: &Struct, nothing: &str) {
    let required: Vec<_> = item
        .fields
        .iter()
        .filter(|field| field.is_required)
        .collect();
    if required.is_empty() {
        // Only what a client creates needs one.
        if item.side != Side::Response {
            let _ = write!(
                out,
                "\nimpl {} {{\n    /// The {}{nothing}.\n    pub fn new() -> Self {{\n        Self::default()\n    }}\n}}\n",
                item.name,
                if item.side == Side::Request && !nothing.is_empty() || item.fields.is_empty() {
                    "request"
                } else {
                    "value"
                },
            );
        }
        return;
    }
    let parameters: Vec<_> = required
        .iter()
        .map(|field| format!("{}: {}", field.name, field.value))
        .collect();
    let too_many = if parameters.len() > 7 {
        "    #[expect(clippy::too_many_arguments, reason = \"all are required\")]\n"
    } else {
        ""
    };
    let fields = item.fields.iter().map(|field| {
        if field.is_required {
            format!("{},", field.name)
        } else if is_defaulted(field, item.side) {
            let (name, _) = field.value.split_once('<').unwrap_or((&field.value, ""));
            format!("{}: {name}::new(),", field.name)
        } else {
            format!("{}: None,", field.name)
        }
    });
    let _ = write!(
        out,
        "\nimpl {} {{\n    /// {} with the required fields.\n{too_many}    pub fn new({}) -> Self {{\n        Self {{ {} }}\n    }}\n}}\n",
        item.name,
        if nothing.is_empty() {
            "One"
        } else {
            "A request"
        },
        parameters.join(", "),
        fields.collect::<Vec<_>>().join(" ")
    );
}

fn text_enum(out: &mut String, item: &Enum) {
    out.push_str("text_enum! {\n");
    comment(out, docs::UNKNOWN, "    ");
    let _ = writeln!(out, "    {} {{", item.name);
    for (value, variant) in &item.values {
        let _ = writeln!(out, "        /// `{value}`\n        {variant} = {value:?},");
    }
    out.push_str("    }\n}\n");
}

/// The imports of the items, by module.
fn imports(items: &str, types: &Types) -> String {
    let code: String = items
        .lines()
        .filter(|line| !line.trim_start().starts_with("///"))
        // The associated type is not the derive.
        .map(|line| line.trim_start().trim_start_matches("type Response"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let used: Vec<_> = words(&code).collect();
    let is_own = |name: &str| types.request.name == name || types.find(name).is_some();
    let mut out = String::new();
    let mut last = "";
    let mut modules: Vec<(&str, Vec<&str>)> = Vec::new();
    for (name, module) in vocabulary::EXPORTS {
        if !used.contains(&name) || is_own(name) {
            continue;
        }
        match modules.last_mut() {
            Some((known, names)) if *known == module => names.push(name),
            _ => modules.push((module, vec![name])),
        }
    }
    for (module, names) in modules {
        let group = module.split("::").next().unwrap_or_default();
        if !last.is_empty() && last != group {
            out.push('\n');
        }
        last = group;
        let _ = writeln!(out, "use {module}::{{{}}};", names.join(", "));
    }
    out
}
