/// Whether a word goes on between two characters. `None` is an end of the text.
pub(super) fn is_within_word(before: Option<char>, after: Option<char>) -> bool {
    before.is_some_and(is_of_word) && after.is_some_and(is_of_word)
}

/// Whether a character belongs to words, as in Synapse: letters, digits, marks and connectors of all scripts. The standard
/// library knows the letters and digits. Of the marks and of the numbers that are no digits, only those of everyday are
/// told apart here.
fn is_of_word(character: char) -> bool {
    match character {
        '_' => true,
        _ if character.is_ascii() => character.is_ascii_alphanumeric(),
        // Superscripts, subscripts, fractions, numbers in circles.
        '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{bc}'..='\u{be}' => false,
        '\u{2070}' | '\u{2074}'..='\u{2079}' | '\u{2080}'..='\u{2089}' => false,
        '\u{2150}'..='\u{215f}' | '\u{2189}' => false,
        '\u{2460}'..='\u{249b}' | '\u{24ea}'..='\u{24ff}' => false,
        // Combining accents; joiners; what chooses between forms of a character, of emoji for example.
        '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{20d0}'..='\u{20f0}' => true,
        '\u{203f}' | '\u{2040}' | '\u{fe00}'..='\u{fe0f}' => true,
        // Signs for a missing vowel, dots below, and tones, of the scripts of India and Thailand.
        '\u{93c}' | '\u{94d}' | '\u{9bc}' | '\u{9cd}' | '\u{a3c}' | '\u{a4d}' => true,
        '\u{abc}' | '\u{acd}' | '\u{b3c}' | '\u{b4d}' | '\u{bcd}' | '\u{c4d}' => true,
        '\u{ccd}' | '\u{d4d}' | '\u{dca}' | '\u{e47}'..='\u{e4c}' | '\u{e4e}' => true,
        _ => character.is_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_within(pair: &str) -> bool {
        let mut characters = pair.chars();
        is_within_word(characters.next(), characters.next())
    }

    #[test]
    fn letters_of_all_scripts_are_parts_of_words() {
        let words = [
            "ab",
            "a1",
            "_a",
            "éa",
            "e\u{301}",
            "今a",
            "\u{915}\u{94d}",
            "\u{2167}a",
        ];
        for word in words {
            assert!(is_within(word), "{word}");
        }
    }

    #[test]
    fn what_is_no_letter_stands_between_words() {
        for between in ["a ", "a.", "-a", "a²", "½a", "a😀", "a。"] {
            assert!(!is_within(between), "{between}");
        }
        assert!(!is_within_word(None, Some('a')));
        assert!(!is_within_word(Some('a'), None));
    }
}
