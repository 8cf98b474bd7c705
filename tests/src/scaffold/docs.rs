//! The documentation of a scaffold's operation and fields; a TODO where the facts say nothing.

use crate::facts::Facts;

use super::text::comment;
use super::types::Field;

/// What only a reader of the specification can say.
pub(super) const UNKNOWN: &str = "TODO: what it is.";
/// The same, for a response.
pub(super) const ANSWER: &str = "TODO: what the server responds.";
/// The same, for an object that may have more members than are listed.
pub(super) const OPEN: &str = " TODO: it may have further members, which a struct loses.";

/// What the operation does, its limits, and the errors worth handling.
pub(super) fn of_operation(facts: &Facts) -> String {
    let mut out = String::new();
    comment(&mut out, &facts.summary, "");
    let mut more = Vec::new();
    if facts.auth == "none" {
        more.push("It needs no access token.".to_owned());
    }
    if facts.statuses.iter().any(|status| status == "302") {
        more.push("This is for a browser: encode it and open the request's URL there.".to_owned());
    }
    if !facts.redirects.is_empty() {
        let statuses = facts.redirects.join(" or ");
        more.push(format!(
            "A server may respond with a redirect ({statuses}), which is followed without the access token."
        ));
    }
    if let Some(capability) = &facts.capability {
        more.push(format!(
            "A server that forbids it says so with the capability `{capability}`."
        ));
    }
    if !facts.receives.is_empty() {
        let types: Vec<_> = facts
            .receives
            .iter()
            .map(|kind| format!("`{kind}`"))
            .collect();
        more.push(format!("The response is a file: {}.", types.join(", ")));
    }
    if !more.is_empty() {
        out.push_str("///\n");
        comment(&mut out, &more.join(" "), "");
    }
    let errors = errors(facts);
    if !errors.is_empty() {
        out.push_str("///\n");
        comment(
            &mut out,
            &format!("Errors worth handling: {}.", errors.join(", ")),
            "",
        );
    }
    out
}

/// The error codes, with their statuses unless those are the usual ones for an error.
fn errors(facts: &Facts) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for (status, named) in &facts.errors {
        for code in named {
            let code = match status.as_str() {
                "400" | "403" | "any" | "429" => format!("`{code}`"),
                status => format!("`{code}` (status {status})"),
            };
            let is_limit = code.contains("M_LIMIT_EXCEEDED");
            if !is_limit && !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    if facts.rate_limited {
        codes.push("`M_LIMIT_EXCEEDED`".to_owned());
    }
    codes
}

/// The link to the specification.
pub(super) fn link(facts: &Facts) -> String {
    let path = facts.current_path();
    let mut short = path;
    for prefix in ["/_matrix/client/", "/_matrix/identity/", "/_matrix/media/"] {
        if let Some(rest) = path.strip_prefix(prefix) {
            // Without the version, as in the text of the specification.
            short = rest.find('/').map_or(path, |at| &rest[at..]);
        }
    }
    format!(
        "Specification: [`{} {short}`](https://spec.matrix.org/v1.19/{}).",
        facts.method,
        facts.anchor()
    )
}

/// What a field is, its unit, and what else the facts say.
pub(super) fn of_field(field: &Field) -> String {
    let known = KNOWN.iter().find(|(wire, _)| *wire == field.wire);
    let mut doc = match known {
        Some((_, doc)) => (*doc).to_owned(),
        None => format!("{UNKNOWN}{}", unit(field)),
    };
    for note in field.note.iter().flat_map(|note| note.split(", ")) {
        if note == "deprecated" {
            doc = format!("Deprecated: {}{}", doc[..1].to_lowercase(), &doc[1..]);
        } else if let Some(value) = note.strip_prefix("default ") {
            doc.push_str(&format!(" By default {value}."));
        } else {
            let (first, rest) = note.split_at(1);
            doc.push_str(&format!(" {}{rest}.", first.to_uppercase()));
        }
    }
    doc
}

fn unit(field: &Field) -> &'static str {
    let is_number = field.value == "u64" || field.value == "i64";
    let wire = field.wire.as_str();
    if is_number && (wire.ends_with("_ms") || wire.contains("timeout") || wire.contains("age")) {
        " In milliseconds."
    } else if is_number && (wire.starts_with("expires") || wire == "lifetime") {
        " TODO: in which unit?"
    } else if wire.ends_with("_ts") || wire == "ts" {
        " In Unix milliseconds."
    } else if wire.contains("size") && is_number {
        " In bytes."
    } else {
        ""
    }
}

/// Members that mean the same everywhere.
const KNOWN: [(&str, &str); 41] = [
    ("access_token", "The access token."),
    ("auth", "A stage of user-interactive authentication."),
    ("canonical_alias", "The room's main alias."),
    (
        "client_secret",
        "Ties the requests of one validation together.",
    ),
    ("content", "The content."),
    ("content_disposition", "How to show the file, and its name."),
    ("content_type", "The type of the content."),
    (
        "country",
        "The country whose dialling rules the number follows.",
    ),
    ("deviceId", "The device."),
    ("device_id", "The device."),
    ("dir", "Which way to go."),
    (
        "email",
        "The address. The server compares it ignoring case.",
    ),
    ("eventId", "The event."),
    ("eventType", "The type of the event."),
    ("event_id", "The event."),
    (
        "from",
        "Where the page begins: a token from an earlier response.",
    ),
    (
        "id_access_token",
        "The identity server's access token. Needs [`id_server`](Self::id_server).",
    ),
    (
        "id_server",
        "The identity server. Needs [`id_access_token`](Self::id_access_token).",
    ),
    ("limit", "The maximum number; the server may return fewer."),
    ("location", "The URL to send the browser to."),
    ("mediaId", "The file, on the server that has it."),
    ("medium", "The kind of the third-party identifier."),
    (
        "next_batch",
        "Where the next page begins. Missing on the last one.",
    ),
    (
        "next_link",
        "The URL to send the user's browser to after it followed the link in the message.",
    ),
    (
        "origin_server_ts",
        "When the event was sent, by the clock of its server, in Unix milliseconds.",
    ),
    (
        "phone_number",
        "The number, as people of that country write it or in its international form.",
    ),
    ("prev_batch", "Where the page before begins."),
    ("reason", "The reason, for people to read."),
    ("roomAlias", "The alias."),
    ("roomId", "The room."),
    ("roomIdOrAlias", "The room, by its ID or by an alias."),
    ("room_id", "The room."),
    (
        "send_attempt",
        "1 at first, and one more each time the user asks for another message.",
    ),
    ("sender", "Who sent it."),
    ("serverName", "The server that has it."),
    ("sid", "The session."),
    (
        "stateKey",
        "The key of the state among those of this type; often empty.",
    ),
    (
        "txnId",
        "Tells a repeated request from a new one: choose one for each new request.",
    ),
    ("userId", "The user."),
    ("user_id", "The user."),
    (
        "via",
        "Servers to ask about the room if the user's own does not know it.",
    ),
];
