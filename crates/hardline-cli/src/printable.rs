use hardline::json::Printable;

/// The beginning of a text, without characters that a terminal acts on or that change its direction: some text comes
/// from servers.
pub(crate) fn printable(text: &str) -> String {
    Printable(text).to_string()
}

/// The whole of a line, without characters that a terminal acts on or that change its direction: what somebody wrote to
/// be read.
pub(crate) fn whole(line: &str) -> String {
    // No more than that is shown at once.
    const LONGEST: usize = 400;
    let characters: Vec<char> = line.chars().collect();
    let pieces = characters.chunks(LONGEST);
    pieces
        .map(|piece| printable(&piece.iter().collect::<String>()))
        .collect()
}

/// The whole of an address, without characters that a terminal acts on: one that is cut leads nowhere.
pub(crate) fn address(url: &str) -> String {
    url.chars()
        .filter(|character| !character.is_whitespace() && !Printable::hides(*character))
        .collect()
}

/// A text without the mark that some programs put before it to say that it is UTF-8.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The same JSON, with escapes for the characters that a terminal acts on. In JSON these only occur in strings, except
/// line breaks and tabs.
pub(crate) fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if matches!(character, '\n' | '\r' | '\t') || !Printable::hides(character) {
            escaped.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            escaped.push_str(&format!("\\u{unit:04x}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_acts_on_is_left_out() {
        assert_eq!(
            printable("a\u{1b}[31mb\r\n\tc\u{202e}d\u{7}"),
            "a[31mb   cd"
        );
    }

    #[test]
    fn a_message_is_shown_whole() {
        let long = "é".repeat(1000);
        assert_eq!(
            whole(&format!("{long}\u{1b}[2J\u{202e}")),
            format!("{long}[2J")
        );
    }

    #[test]
    fn an_address_is_shown_whole() {
        let url = format!("https://example.org/?{}", "x".repeat(1000));
        assert_eq!(address(&url), url);
        assert_eq!(address("https://a\u{1b}[2J/\u{202e}\n b"), "https://a[2J/b");
    }

    #[test]
    fn what_a_terminal_acts_on_is_escaped_in_json() {
        let value = serde_json::json!({"a": "\u{9b}31m\u{202e}\u{7f}é\u{e0041}\u{61c}"});
        let shown = escaped(&value.to_string());
        assert_eq!(shown, r#"{"a":"\u009b31m\u202e\u007fé\udb40\udc41\u061c"}"#);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&shown).unwrap(),
            value
        );
    }
}
