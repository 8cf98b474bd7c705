//! Vectors of an operation, in the form of the conformance program: with all members from the facts, and with the
//! required ones only.

use serde_json::{Map, Value, json};

use crate::facts::{Facts, Kind, Members, Text};

/// The rows, one a line.
pub(super) fn of(facts: &Facts) -> String {
    let status = facts.statuses.first().map_or("200", String::as_str);
    let mut rows = halves(|name, is_all| request(facts, name, is_all));
    rows.extend(halves(|name, is_all| response(facts, name, status, is_all)));
    for (status, codes) in &facts.errors {
        for code in codes {
            if let Ok(status) = status.parse::<u16>()
                && status >= 400
            {
                rows.push(error(facts, status, code));
            }
        }
    }
    rows.into_iter().map(|row| format!("{row}\n")).collect()
}

/// With all members, and with the required ones if that differs.
fn halves(row: impl Fn(&str, bool) -> String) -> Vec<String> {
    let is_same = row("", true) == row("", false);
    let all = row("all", true);
    if is_same {
        vec![all]
    } else {
        vec![all, row("required", false)]
    }
}

fn request(facts: &Facts, name: &str, is_all: bool) -> String {
    let content_type = match &facts.body {
        None => Value::Null,
        Some(_) => json!(facts.sends.as_deref().unwrap_or("application/json")),
    };
    let rest = [
        ("content_type", content_type),
        ("name", json!(name)),
        ("path_params", object(&facts.path, "", true)),
        ("query_params", object(&facts.query, "", is_all)),
        (
            "body",
            facts.body.as_ref().map_or(Value::Null, |body| {
                without_path(facts, body_of(body, is_all))
            }),
        ),
    ];
    let first = [
        ("id", json!(facts.id)),
        ("direction", json!("request")),
        ("method", json!(facts.method)),
        ("path", json!(facts.current_path())),
    ];
    row(first.into_iter().chain(rest))
}

/// What stands in the path is not repeated in the body.
fn without_path(facts: &Facts, mut body: Value) -> Value {
    if let Value::Object(members) = &mut body {
        members.retain(|name, _| facts.path.iter().all(|(known, _)| known != name));
    }
    body
}

fn response(facts: &Facts, name: &str, status: &str, is_all: bool) -> String {
    let status: u16 = status.parse().unwrap_or(302);
    let mut members = vec![
        ("id", json!(facts.id)),
        ("direction", json!("response")),
        ("status", json!(status)),
    ];
    let is_json = facts.answer.is_some() && facts.receives.is_empty();
    let content_type = facts.receives.first().map(String::as_str);
    if let Some(content_type) = content_type.or(is_json.then_some("application/json")) {
        members.push(("content_type", json!(content_type)));
    }
    members.push(("name", json!(name)));
    let headers = facts
        .headers
        .iter()
        .filter(|(name, typed)| *name != "content-type" && (typed.is_required || is_all));
    let headers: Map<_, _> = headers
        .map(|(name, _)| {
            let value = match name {
                "location" => "https://example.org/elsewhere?x=%C3%BC",
                "content-disposition" => "attachment; filename=file",
                _ => "text",
            };
            (name.to_owned(), json!(value))
        })
        .collect();
    if !headers.is_empty() {
        members.push(("headers", Value::Object(headers)));
    }
    let body = facts.answer.as_ref();
    members.push((
        "body",
        body.map_or(Value::Null, |body| body_of(body, is_all)),
    ));
    row(members.into_iter())
}

fn error(facts: &Facts, status: u16, code: &str) -> String {
    let mut body = json!({"errcode": code, "error": "zu viele – „langsam“ 🐢"});
    if code == "M_LIMIT_EXCEEDED" {
        body["retry_after_ms"] = json!(1234);
    }
    row([
        ("id", json!(facts.id)),
        ("direction", json!("response")),
        ("status", json!(status)),
        ("content_type", json!("application/json")),
        ("name", json!(code)),
        ("body", body),
    ]
    .into_iter())
}

/// One object with its members in this order.
fn row<'a>(members: impl Iterator<Item = (&'a str, Value)>) -> String {
    let members: Vec<_> = members
        .map(|(name, value)| format!("{}: {value}", json!(name)))
        .collect();
    format!("{{{}}}", members.join(", "))
}

fn body_of(members: &Members, is_all: bool) -> Value {
    match members.whole() {
        Some(Kind::Bytes) => json!("bytes"),
        Some(Kind::Object { .. }) if members.of("").next().is_some() => object(members, "", is_all),
        Some(whole) => value(members, "", "", whole, is_all),
        None => object(members, "", is_all),
    }
}

fn object(members: &Members, path: &str, is_all: bool) -> Value {
    let named = members
        .of(path)
        .filter(|(_, _, typed)| typed.is_required || is_all);
    named
        .map(|(name, path, typed)| {
            let value = value(members, path, &name, &typed.kind, is_all);
            (name, value)
        })
        .collect()
}

fn value(members: &Members, path: &str, name: &str, kind: &Kind, is_all: bool) -> Value {
    match kind {
        Kind::Boolean => json!(true),
        Kind::Integer => json!(1_795_422_468_u64),
        Kind::Number => json!(0.5),
        Kind::String(text) => json!(text_of(name, text)),
        Kind::List(element) => {
            json!([value(members, &format!("{path}[]"), name, element, is_all)])
        }
        Kind::Map(key, entry) => {
            let dot = if path.is_empty() { "" } else { "." };
            let entry = value(members, &format!("{path}{dot}{{*}}"), name, entry, is_all);
            json!({ of_format(key).unwrap_or("a ü"): entry })
        }
        Kind::Object {
            title: Some(title), ..
        } if title == "Signatures" => json!({"@ü/2:example.org": {"ed25519:a+b/c": "c2ln"}}),
        Kind::Object {
            title: Some(title), ..
        } if title == "Error" => {
            json!({"errcode": "M_UNKNOWN", "error": "zu viele – „langsam“ 🐢"})
        }
        Kind::Object { .. } if path.is_empty() || members.of(path).next().is_none() => {
            json!({"org.example.a": {"b": [1, null, "ü"]}})
        }
        Kind::Object { .. } => object(members, path, is_all),
        Kind::Any => json!("any"),
        Kind::Bytes => json!("bytes"),
    }
}

/// A text that the member allows, and that encoding bugs would change.
fn text_of<'a>(name: &str, text: &'a Text) -> &'a str {
    match text {
        Text::OneOf(values) => values.first().map_or("", String::as_str),
        Text::Format(format) => of_format(format).unwrap_or("a ü"),
        Text::Free => match name {
            "country" => "CH",
            "device_id" | "deviceId" => "GHT YAJCE/ü",
            "client_secret" => "s3cr.e=t_-",
            "sid" => "sid.1=_-",
            "phone_number" => "044 668 18 00",
            "keyId" => "ed25519:0",
            "idpId" => "git.hub~1",
            _ if name.contains("user_id") || name == "mxid" => "@al/ice:example.org",
            _ if name.contains("avatar_url") || name == "content_uri" => "mxc://example.org/a_B-0",
            _ if name.contains("event_id") || name == "eventId" => "$ev/ent:example.org",
            _ if name.ends_with("server") || name == "matrix_server_name" => "example.org:8448",
            "alias" => "#straße:example.org",
            _ => "a ü/b",
        },
    }
}

fn of_format(format: &str) -> Option<&'static str> {
    Some(match format {
        "mx-user-id" => "@al/ice:example.org",
        "mx-room-id" => "!ro/om:example.org",
        "mx-room-alias" | "mx-room-id-or-alias" => "#straße:example.org",
        "mx-event-id" => "$ev/ent:example.org",
        "mx-mxc-uri" => "mxc://example.org/a_B-0",
        "mx-server-name" => "example.org:8448",
        "uri" => "https://example.org/next?a=b&c=ü",
        "email" => "alice@example.org",
        _ => return None,
    })
}
