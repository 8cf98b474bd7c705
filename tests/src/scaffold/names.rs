//! Rust names for names on the wire.

/// `requestTokenTo3PIDMSISDN` is `RequestTokenTo3pidMsisdn`.
pub(super) fn of_operation(id: &str) -> String {
    let mut id = id.to_owned();
    for (from, to) in [
        ("3PIDMSISDN", "3pidMsisdn"),
        ("3PID", "3pid"),
        ("IdP", "Idp"),
        ("MSISDN", "Msisdn"),
        ("MXC", "Mxc"),
        ("SSO", "Sso"),
        ("ID", "Id"),
    ] {
        id = id.replace(from, to);
    }
    camel(&id)
}

/// A name with each word capitalized: `account_data` is `AccountData`.
pub(super) fn camel(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    let camel: String = words.map(capitalized).collect();
    match camel.chars().next() {
        Some(first) if first.is_ascii_digit() => format!("N{camel}"),
        _ => camel,
    }
}

fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{}{rest}", first.to_ascii_uppercase())
}

/// A field's name: `userId` is `user_id`. `type`, which is a Rust keyword, gets its owner's name as well.
pub(super) fn of_field(wire: &str, owner: &str) -> String {
    if wire == "type" {
        let is_event = owner.contains("AccountData") || owner.contains("Event");
        let words = snake(owner);
        let last = words.rsplit('_').next().unwrap_or_default();
        return format!("{}_type", if is_event { "event" } else { last });
    }
    let short = wire.strip_prefix("m.").unwrap_or(wire);
    let name = match short.strip_prefix("3pid") {
        Some(rest) => snake(&format!("threepid{rest}")),
        None => snake(short),
    };
    if KEYWORDS.contains(&name.as_str()) {
        return format!("{name}_");
    }
    name
}

/// Rust keywords that may be names of members.
const KEYWORDS: [&str; 12] = [
    "as", "const", "do", "enum", "final", "for", "in", "match", "override", "ref", "static", "use",
];

/// `redirectUrl` is `redirect_url`.
pub(super) fn snake(text: &str) -> String {
    let mut snake = String::new();
    for letter in text.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        if letter.is_ascii_alphanumeric() {
            snake.push(letter.to_ascii_lowercase());
        } else if !snake.ends_with('_') && !snake.is_empty() {
            snake.push('_');
        }
    }
    snake.trim_end_matches('_').to_owned()
}

/// The variant of a value: `m.read.private` is `ReadPrivate`.
pub(super) fn of_variant(value: &str) -> String {
    match value {
        "b" => "Backward".to_owned(),
        "f" => "Forward".to_owned(),
        _ => camel(value.strip_prefix("m.").unwrap_or(value)),
    }
}

/// The singular of a list's name: `contacts` holds `Contact`s.
pub(super) fn singular(name: &str) -> &str {
    let is_plural = !name.ends_with("ss") && !name.ends_with("us");
    name.strip_suffix('s').filter(|_| is_plural).unwrap_or(name)
}
