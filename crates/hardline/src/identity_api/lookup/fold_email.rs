/// Case-folds an e-mail address, so that all its spellings become the same: Unicode's full case folding, in which
/// identity servers store addresses. For real addresses that means lower case, and `ss` for `ß`.
///
/// ```
/// use hardline::identity_api::lookup::fold_email;
///
/// assert_eq!(fold_email("Strauß@Example.com"), "strauss@example.com");
/// ```
///
/// Specification: [3PID types](https://spec.matrix.org/v1.19/appendices/#3pid-types).
pub fn fold_email(address: &str) -> String {
    let mut folded = String::with_capacity(address.len());
    for character in address.chars() {
        match character {
            // A dotless i stays one: going through its capital I would make it a dotted one.
            'ı' => folded.push(character),
            // Cherokee is the only script that folds to capitals.
            '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}' => {
                folded.extend(character.to_uppercase());
            }
            // Lower case first, since the capital ẞ is its own capital; letters with several lower-case forms then
            // become the same through their capital.
            _ => {
                let lower = character.to_lowercase();
                let upper = lower.flat_map(char::to_uppercase);
                folded.extend(upper.flat_map(char::to_lowercase));
            }
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_matches_unicode() {
        for (written, folded) in [
            ("STRAUẞ", "strauss"),
            ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
            ("σίσυφος", "σίσυφοσ"),
            ("İ", "i\u{307}"),
            ("ı", "ı"),
            ("ﬁ", "fi"),
            ("ᏸ", "Ᏸ"),
            ("ꭰ", "Ꭰ"),
            ("Ꭰ", "Ꭰ"),
            ("ŉ", "ʼn"),
            ("ſ", "s"),
            ("K", "k"),
            ("日本", "日本"),
        ] {
            assert_eq!(fold_email(written), folded, "{written}");
        }
    }
}
