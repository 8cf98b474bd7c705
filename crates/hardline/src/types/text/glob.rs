use std::str::Chars;

/// Whether a pattern matches all of a text: `*` stands for any characters, `?` for one. Upper and lower case differ.
///
/// Only the last `*` is tried again, so that the work grows with the pattern times the text at most, whoever wrote them.
pub(crate) fn glob_matches(pattern: &str, text: &str) -> bool {
    let mut pattern = pattern.chars();
    let mut text = text.chars();
    let mut last_star: Option<(Chars<'_>, Chars<'_>)> = None;
    loop {
        match pattern.next() {
            Some('*') => {
                last_star = Some((pattern.clone(), text.clone()));
                continue;
            }
            wanted => match (wanted, text.next()) {
                (None, None) => return true,
                (Some(_), None) => return false,
                (Some(wanted), Some(found)) if wanted == '?' || wanted == found => continue,
                _ => {}
            },
        }
        let Some((after_star, taken)) = &mut last_star else {
            return false;
        };
        taken.next();
        pattern = after_star.clone();
        text = taken.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters_and_a_question_mark_for_one() {
        for (pattern, text, matches) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("**", "ab", true),
            ("?", "", false),
            ("?", "é", true),
            ("?*", "a", true),
            ("*?", "", false),
            ("*.example.org", "a.b.example.org", true),
            ("*.example.org", "example.org", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("*aab", "aaaab", true),
            ("@bot?:*", "@bot1:example.org", true),
            ("@bot?:*", "@bot12:example.org", false),
            ("[a]", "a", false),
            ("A", "a", false),
        ] {
            assert_eq!(glob_matches(pattern, text), matches, "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_of_many_stars_does_not_take_exponential_time() {
        let pattern = "*a".repeat(1_000) + "b";
        assert!(!glob_matches(&pattern, &"a".repeat(4_000)));
    }
}
