use super::word::is_within_word;

/// A pattern in which `*` stands for any characters and `?` for one. Case does not count.
pub(super) struct Pattern {
    parts: Vec<Part>,
}

/// What a pattern has to match.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of the text.
    Whole,
    /// A part of the text that begins and ends where no word goes on.
    Words,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Character(char),
    AnyCharacter,
    AnyCharacters,
}

impl Pattern {
    pub(super) fn new(pattern: &str) -> Self {
        let mut parts: Vec<_> = pattern
            .to_lowercase()
            .chars()
            .map(|character| match character {
                '*' => Part::AnyCharacters,
                '?' => Part::AnyCharacter,
                _ => Part::Character(character),
            })
            .collect();
        parts.dedup_by(|one, other| *one == Part::AnyCharacters && one == other);
        Self { parts }
    }

    /// Whether it matches a text in lower case. The work is at most the length of the pattern times that of the text.
    ///
    /// All ways to match are followed at once: `reached[i]` says that the first `i` parts match what was read, from some
    /// beginning on.
    pub(super) fn matches(&self, text: &str, extent: Extent) -> bool {
        let end = self.parts.len();
        let mut reached = vec![false; end + 1];
        let mut before = None;
        let mut rest = text.chars();
        loop {
            let next = rest.clone().next();
            let (may_begin, may_end) = match extent {
                Extent::Whole => (before.is_none(), next.is_none()),
                Extent::Words => {
                    let is_between = !is_within_word(before, next);
                    (is_between, is_between)
                }
            };
            reached[0] |= may_begin;
            self.match_nothing(&mut reached);
            if may_end && reached[end] {
                return true;
            }
            let Some(character) = rest.next() else {
                return false;
            };
            self.match_character(character, &mut reached);
            before = Some(character);
        }
    }

    /// `*` may stand for nothing.
    fn match_nothing(&self, reached: &mut [bool]) {
        for (place, part) in self.parts.iter().enumerate() {
            if *part == Part::AnyCharacters && reached[place] {
                reached[place + 1] = true;
            }
        }
    }

    fn match_character(&self, character: char, reached: &mut [bool]) {
        let end = self.parts.len();
        reached[end] = false;
        for (place, part) in self.parts.iter().enumerate().rev() {
            if !reached[place] {
                continue;
            }
            match part {
                Part::AnyCharacters => {}
                Part::AnyCharacter => {
                    reached[place] = false;
                    reached[place + 1] = true;
                }
                Part::Character(wanted) => {
                    reached[place] = false;
                    reached[place + 1] |= *wanted == character;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str, extent: Extent) -> bool {
        Pattern::new(pattern).matches(&text.to_lowercase(), extent)
    }

    #[test]
    fn a_whole_text_is_matched_to_its_end() {
        for (pattern, text, is_matched) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "abc", true),
            ("?", "", false),
            ("?", "é", true),
            ("??", "👩", false),
            ("m.*", "m.room.message", true),
            ("m.*", "xm.room", false),
            ("*.message", "m.room.message", true),
            ("m.*.m*e", "m.room.message", true),
            ("a?*b", "ab", false),
            ("a?*b", "acb", true),
            ("a**b", "ab", true),
            ("*a*b*", "xxaxbx", true),
            ("*a*b*", "xxbxax", false),
            ("a.c", "abc", false),
            ("ABC", "abc", true),
            ("f*o", "f\no", true),
            ("\u{1e9e}", "\u{df}", true),
        ] {
            assert_eq!(
                matches(pattern, text, Extent::Whole),
                is_matched,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn words_are_matched_where_they_begin_and_end() {
        for (pattern, text, is_matched) in [
            ("foo", "foo", true),
            ("foo", "a Foo.", true),
            ("foo", "foobar", false),
            ("foo", "barfoo", false),
            ("foo", "foobar foo", true),
            ("foo", "xfoo foo_ foo1", false),
            ("foo", "éfoo", false),
            ("foo", "(foo)", true),
            ("f*", "xx foo bar", true),
            ("fo?", "fob", true),
            ("fo?", "fo", false),
            ("@room", "x@room", true),
            ("@room", "@rooms", false),
            ("foo bar", "a foo bar b", true),
            ("*", "", true),
            ("", "", true),
            ("", "abc", true),
            ("c++", "c++ is", true),
        ] {
            assert_eq!(
                matches(pattern, text, Extent::Words),
                is_matched,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn a_pattern_of_many_wildcards_takes_pattern_times_text() {
        let (pattern, text) = ("*a".repeat(200) + "b", "a".repeat(20_000));
        assert!(!matches(&pattern, &text, Extent::Whole));
        assert!(!matches(&pattern, &text, Extent::Words));
    }
}
