use std::fmt::{self, Write};

/// The longest text that is shown, in characters.
const LONGEST: usize = 400;

/// Text that somebody else wrote, in a form that is safe to print: one line of at most 400 characters, without those
/// that a terminal acts on, that change the direction of the text around them, or that show nothing.
///
/// Ordinary text of all languages stays as it is, and so does emoji. White space of any kind becomes a space. Joiners,
/// which shape letters and combine emoji, stay between characters outside ASCII; in ASCII they only hide.
///
/// All errors of the library show text of servers in this form. Use it for what you show yourself: the `message` of a
/// [`ServerError`](crate::wire::ServerError), a room's name.
///
/// ```
/// use hardline::json::Printable;
///
/// let message = "wrong\u{1b}]0;owned\u{7}\r\npassword\u{202e}";
/// assert_eq!(Printable(message).to_string(), "wrong]0;owned  password");
/// assert_eq!(Printable("سلام 👩\u{200d}🚀").to_string(), "سلام 👩\u{200d}🚀");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Printable<'t>(pub &'t str);

impl Printable<'_> {
    /// Whether a terminal acts on a character, changes its direction or shows nothing for it. Joiners are among them.
    pub fn hides(character: char) -> bool {
        character.is_control()
            || matches!(
                character,
                '\u{ad}'
                    | '\u{34f}'
                    | '\u{61c}'
                    | '\u{17b4}'..='\u{17b5}'
                    | '\u{180e}'
                    | '\u{200b}'..='\u{200f}'
                    | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}'
                    | '\u{3164}'
                    | '\u{feff}'
                    | '\u{ffa0}'
                    | '\u{fff0}'..='\u{fffb}'
                    | '\u{1bca0}'..='\u{1bca3}'
                    | '\u{1d173}'..='\u{1d17a}'
                    | '\u{e0000}'..='\u{e0fff}'
            )
    }
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.0.chars().peekable();
        let mut before = ' ';
        let mut shown = 0;
        while let Some(character) = characters.next() {
            let character = if character.is_whitespace() {
                ' '
            } else if is_joiner(character) {
                let joins = |other: char| !other.is_ascii() && !Self::hides(other);
                if !(joins(before) && characters.peek().copied().is_some_and(joins)) {
                    continue;
                }
                character
            } else if Self::hides(character) {
                continue;
            } else {
                character
            };
            if shown == LONGEST {
                return f.write_char('…');
            }
            f.write_char(character)?;
            before = character;
            shown += 1;
        }
        Ok(())
    }
}

fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Printable(text).to_string()
    }

    #[test]
    fn nothing_that_a_terminal_acts_on_or_that_hides_is_shown() {
        let hidden = [
            '\0',
            '\u{7}',
            '\u{8}',
            '\u{1b}',
            '\u{7f}',
            '\u{80}',
            '\u{9b}',
            '\u{9f}',
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{180e}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{200e}',
            '\u{200f}',
            '\u{202a}',
            '\u{202b}',
            '\u{202c}',
            '\u{202d}',
            '\u{202e}',
            '\u{2060}',
            '\u{2064}',
            '\u{2066}',
            '\u{2067}',
            '\u{2068}',
            '\u{2069}',
            '\u{206f}',
            '\u{3164}',
            '\u{feff}',
            '\u{fff9}',
            '\u{e0001}',
            '\u{e0041}',
            '\u{e007f}',
        ];
        for character in hidden {
            assert!(Printable::hides(character), "{character:?}");
            assert_eq!(shown(&format!("a{character}b")), "ab", "{character:?}");
            assert_eq!(shown(&character.to_string()), "", "{character:?}");
        }
        assert_eq!(shown("a\u{1b}[31mb\u{1b}]0;title\u{7}"), "a[31mb]0;title");
        assert_eq!(shown("exam\u{200d}ple.org"), "example.org");
    }

    #[test]
    fn white_space_of_any_kind_is_a_space() {
        for space in [
            '\t', '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{a0}', '\u{2028}', '\u{2029}',
            '\u{3000}',
        ] {
            assert_eq!(shown(&format!("a{space}b")), "a b", "{space:?}");
        }
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        for text in [
            "The password is wrong (M_FORBIDDEN): \"x\" <y> {z}",
            "Falsches Paßwort: é, e\u{301}, ﬁ",
            "パスワードが違います。密码错误",
            "סיסמה שגויה, كلمة المرور خاطئة",
            "می\u{200c}خواهم",
            "क्\u{200d}ष, ශ්\u{200d}රී, ไทย, தமிழ்",
            "👩\u{200d}👩\u{200d}👧\u{200d}👦 ❤️ 1️⃣ 👍🏽 🇦🇹",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn long_text_is_cut() {
        let longest = "é".repeat(LONGEST);
        assert_eq!(shown(&longest), longest);
        assert_eq!(shown(&format!("{longest}é")), format!("{longest}…"));
        // What is not shown does not count.
        assert_eq!(shown(&format!("{}x", "\u{200b}".repeat(1000))), "x");
    }
}
