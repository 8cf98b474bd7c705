use super::word::is_within_word;

/// Whether a pattern matches a part of a text that begins and ends where no word goes on: `*` stands for any characters,
/// `?` for one. Upper and lower case differ.
///
/// All ways to match are followed at once, so that the work grows with the pattern times the text at most: `reached[i]` says
/// that the first `i` characters of the pattern match what was read, from some beginning on.
pub(super) fn words_match(pattern: &str, text: &str) -> bool {
    let pattern: Vec<_> = pattern.chars().collect();
    let end = pattern.len();
    let mut reached = vec![false; end + 1];
    let mut before = None;
    let mut rest = text.chars();
    loop {
        let is_between_words = !is_within_word(before, rest.clone().next());
        reached[0] |= is_between_words;
        match_nothing(&pattern, &mut reached);
        if is_between_words && reached[end] {
            return true;
        }
        let Some(character) = rest.next() else {
            return false;
        };
        match_character(&pattern, character, &mut reached);
        before = Some(character);
    }
}

/// `*` may stand for nothing.
fn match_nothing(pattern: &[char], reached: &mut [bool]) {
    for (place, part) in pattern.iter().enumerate() {
        if *part == '*' && reached[place] {
            reached[place + 1] = true;
        }
    }
}

fn match_character(pattern: &[char], character: char, reached: &mut [bool]) {
    reached[pattern.len()] = false;
    for (place, part) in pattern.iter().enumerate().rev() {
        // A `*` may stand for more.
        if reached[place] && *part != '*' {
            reached[place] = false;
            reached[place + 1] |= *part == '?' || *part == character;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("f?o", "f\no", true),
            ("a?*b", "ab", false),
            ("a**b", "a b", true),
        ] {
            assert_eq!(
                words_match(&pattern.to_lowercase(), &text.to_lowercase()),
                is_matched,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn a_pattern_of_many_wildcards_takes_pattern_times_text() {
        let (pattern, text) = ("*a".repeat(200) + "b", "a".repeat(20_000));
        assert!(!words_match(&pattern, &text));
    }
}
