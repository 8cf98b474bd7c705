/// The longest text of a server that is shown, in characters.
const LONGEST_TEXT: usize = 400;

/// The beginning of a text, without characters that a terminal acts on or that change its direction: some text comes
/// from servers.
pub(crate) fn printable(text: &str) -> String {
    let spaced = text.chars().map(|character| {
        if character.is_whitespace() {
            ' '
        } else {
            character
        }
    });
    spaced
        .filter(|character| !is_unprintable(*character))
        .take(LONGEST_TEXT)
        .collect()
}

/// The same JSON, with escapes for the characters that a terminal acts on. In JSON these only occur in strings, except
/// line breaks and tabs.
pub(crate) fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '\n' | '\r' | '\t' => escaped.push(character),
            _ if is_unprintable(character) => {
                // All of them are in the first plane.
                escaped.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Whether a terminal acts on a character, changes its direction or shows nothing for it.
fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
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
        assert_eq!(printable(&"x".repeat(1000)).len(), LONGEST_TEXT);
    }

    #[test]
    fn what_a_terminal_acts_on_is_escaped_in_json() {
        let value = serde_json::json!({"a": "\u{9b}31m\u{202e}\u{7f}é"});
        let shown = escaped(&value.to_string());
        assert_eq!(shown, r#"{"a":"\u009b31m\u202e\u007fé"}"#);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&shown).unwrap(),
            value
        );
    }
}
