//! What a scaffold says of an operation and of its fields: where the facts do not say it, that it is to be written.

use crate::facts::Facts;

use super::text::comment;
use super::types::Field;

/// What nobody but who reads the specification can say.
pub(super) const UNKNOWN: &str = "TODO: what it is.";
/// Of an answer.
pub(super) const ANSWER: &str = "TODO: what the server answers.";
/// Of an object that may have members beyond those that are named.
pub(super) const OPEN: &str = " TODO: it may have further members, which a struct loses.";

/// What the operation does, what limits it, and the errors worth handling.
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
            "A server may answer with a redirect ({statuses}), to which no access token goes."
        ));
    }
    if let Some(capability) = &facts.capability {
        more.push(format!(
            "A server that forbids it says so by the capability `{capability}`."
        ));
    }
    if !facts.receives.is_empty() {
        let types: Vec<_> = facts
            .receives
            .iter()
            .map(|kind| format!("`{kind}`"))
            .collect();
        more.push(format!("The answer is a file: {}.", types.join(", ")));
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

/// The codes with their statuses, where those are not what one expects of any error.
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
            // Without the version, as the specification's own text speaks of it.
            short = rest.find('/').map_or(path, |at| &rest[at..]);
        }
    }
    format!(
        "Specification: [`{} {short}`](https://spec.matrix.org/v1.19/{}).",
        facts.method,
        facts.anchor()
    )
}

/// What a field is, with its unit, and what the facts say besides.
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

/// Members that mean the same wherever they stand.
const KNOWN: [(&str, &str); 41] = [
    ("access_token", "The access token."),
    ("auth", "A stage of user-interactive authentication."),
    ("canonical_alias", "The alias that the room goes by."),
    (
        "client_secret",
        "Ties the requests of one validation together.",
    ),
    ("content", "The content."),
    (
        "content_disposition",
        "How the file is meant to be shown, and what it is called.",
    ),
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
        "The address. The server compares it without regard to case.",
    ),
    ("eventId", "The event."),
    ("eventType", "The type of the event."),
    ("event_id", "The event."),
    (
        "from",
        "Where the page begins: a token of an earlier answer.",
    ),
    (
        "id_access_token",
        "The identity server's access token. With [`id_server`](Self::id_server).",
    ),
    (
        "id_server",
        "The identity server. With [`id_access_token`](Self::id_access_token).",
    ),
    ("limit", "How many at the most; the server may give fewer."),
    ("location", "Where the browser is sent."),
    ("mediaId", "The file, on the server that has it."),
    ("medium", "The kind of the third-party identifier."),
    (
        "next_batch",
        "Where the next page begins. Missing on the last one.",
    ),
    (
        "next_link",
        "Where the person's browser goes once the link in the message was followed.",
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
    ("reason", "Why, for people to read."),
    ("roomAlias", "The alias."),
    ("roomId", "The room."),
    ("roomIdOrAlias", "The room, by its ID or by an alias."),
    ("room_id", "The room."),
    (
        "send_attempt",
        "1, and one more each time the person asks for another message.",
    ),
    ("sender", "Who sent it."),
    ("serverName", "The server that has it."),
    ("sid", "The session."),
    (
        "stateKey",
        "Which of the pieces of state of this type; often empty.",
    ),
    (
        "txnId",
        "Tells repetitions of one request from another request: drawn once for each.",
    ),
    ("userId", "The user."),
    ("user_id", "The user."),
    (
        "via",
        "Servers to ask for the room, where the user's own does not know it.",
    ),
];
