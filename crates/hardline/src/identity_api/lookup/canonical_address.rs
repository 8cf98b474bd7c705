use super::fold_email;
use crate::types::{InvalidText, Medium};

/// An address in the form in which identity servers store and look it up: a phone number is the digits of its
/// international form, an e-mail address is case-folded ([`fold_email`]).
///
/// A phone number may be written as people write it in international form: `+44 7700 900001`, `0044 (0)7700-900001`.
/// What says nothing (spaces, hyphens, dots, slashes, parentheses, `tel:`) is left out, and so are the space around an
/// e-mail address and `mailto:`. Addresses of other kinds stay as they are.
///
/// ```
/// use hardline::identity_api::lookup::canonical_address;
/// use hardline::types::Medium;
///
/// assert_eq!(canonical_address(&Medium::Msisdn, "+44 7700 900001")?, "447700900001");
/// assert_eq!(canonical_address(&Medium::Email, "Alice@Example.com")?, "alice@example.com");
/// // A national number does not say which country it is from.
/// assert!(canonical_address(&Medium::Msisdn, "07700 900001").is_err());
/// # Ok::<(), hardline::types::InvalidText>(())
/// ```
///
/// # Errors
/// [`InvalidText`] if it is not a phone number in international form, or not an e-mail address.
///
/// Specification: [3PID types](https://spec.matrix.org/v1.19/appendices/#3pid-types).
pub fn canonical_address(medium: &Medium, address: &str) -> Result<String, InvalidText> {
    match medium {
        Medium::Email => email(address),
        Medium::Msisdn => msisdn(address),
        Medium::Other(_) => Ok(address.to_owned()),
    }
}

fn email(address: &str) -> Result<String, InvalidText> {
    let invalid = |rule| InvalidText::new("e-mail address", rule);
    let address = address.trim_matches(|end: char| end.is_whitespace() || is_invisible(end));
    let link = without_scheme(address, "mailto:");
    let address = match link.split_once('?') {
        Some((alone, _)) if link.len() < address.len() => alone,
        _ => link,
    };
    if address.contains(|character: char| {
        character.is_whitespace()
            || character.is_control()
            || is_invisible(character)
            || matches!(character, '<' | '>')
    }) {
        return Err(invalid(
            "give the address alone, without a name, spaces or angle brackets",
        ));
    }
    match address.rsplit_once('@') {
        Some((local, _)) if !local.starts_with('"') && local.contains(['@', ',', ';']) => {
            Err(invalid("give one address alone, with one @"))
        }
        Some((_, domain)) if domain.split('.').any(str::is_empty) => {
            Err(invalid("its domain is not one"))
        }
        Some((local, _)) if !local.is_empty() => Ok(fold_email(address)),
        _ => Err(invalid("it must have the form user@domain")),
    }
}

/// The longest number of the international numbering plan, E.164.
const LONGEST: usize = 15;

fn msisdn(number: &str) -> Result<String, InvalidText> {
    let invalid = |rule| Err(InvalidText::new("phone number in international form", rule));
    let number = number.trim_matches(|character| says_nothing(character) && character != '(');
    let number = without_scheme(number, "tel:").trim_start();
    let is_marked = ["+", "(+", "00", "(00"]
        .iter()
        .any(|mark| number.starts_with(mark));
    if number.starts_with('(') && !is_marked {
        return invalid("it begins with an area code: write + and the country's code before it");
    }
    let mut digits = String::with_capacity(number.len());
    // The zero in +44 (0)7700 is only for those who call from within the country.
    let number = number.replace("(0)", "");
    for (index, character) in number.char_indices() {
        match character {
            '0'..='9' => digits.push(character),
            '+' if number[..index].chars().all(says_nothing) => {}
            _ if says_nothing(character) => {}
            _ => return invalid("it has a character that is not part of a number"),
        }
    }
    let has_plus = number.contains('+');
    let digits = match digits.strip_prefix("00") {
        Some(rest) if !has_plus => rest,
        _ => &digits,
    };
    if digits.is_empty() {
        return invalid("it has no digits");
    }
    if digits.starts_with('0') {
        return invalid("it begins with 0: write + and the country's code in place of that");
    }
    if digits.len() > LONGEST {
        return invalid("it has more than 15 digits");
    }
    Ok(digits.to_owned())
}

/// What people, and address books, write between the digits.
fn says_nothing(character: char) -> bool {
    matches!(
        character,
        '-' | '.' | '/' | '(' | ')'
            // Dashes and the minus sign.
            | '\u{2010}'..='\u{2015}' | '\u{2212}'
    ) || character.is_whitespace()
        || is_invisible(character)
}

/// Marks of the direction of text and the like, which come along when text is copied.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

fn without_scheme<'a>(text: &'a str, scheme: &str) -> &'a str {
    match text.get(..scheme.len()) {
        Some(start) if start.eq_ignore_ascii_case(scheme) => &text[scheme.len()..],
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_has_one_form_however_it_is_written() {
        for written in [
            "447700900001",
            "+447700900001",
            "+44 7700 900001",
            " +44\u{a0}7700\u{202f}900001 ",
            "00447700900001",
            "0044 7700 900001",
            "+44 (0)7700 900001",
            "0044 (0) 7700-900001",
            "(+44) 7700 900001",
            "(0044) 7700 900001",
            "+44 (7700) 900-001",
            "+44-7700-900-001",
            "+44.7700.900.001",
            "+44/7700/900001",
            "+44\u{2011}7700\u{2013}900001",
            "\u{202a}+44 7700 900001\u{202c}",
            "tel:+44-7700-900001",
            "TEL:+447700900001",
        ] {
            let canonical = canonical_address(&Medium::Msisdn, written);
            assert_eq!(canonical.as_deref(), Ok("447700900001"), "{written}");
        }
    }

    #[test]
    fn a_number_that_does_not_say_its_country_is_refused() {
        for (written, why) in [
            ("07700 900001", "it begins with 0"),
            ("(0)7700 900001", "it begins with an area code"),
            ("(800) 555-2067", "it begins with an area code"),
            ("+0044 7700 900001", "it begins with 0"),
            ("", "it has no digits"),
            ("+", "it has no digits"),
            ("00", "it has no digits"),
            ("+44 7700 CALLME", "a character"),
            ("+44+7700900001", "a character"),
            ("4477+00900001", "a character"),
            ("+44 7700 900001 ext. 7", "a character"),
            ("alice@example.org", "a character"),
            ("+1234567890123456", "more than 15 digits"),
        ] {
            let refused = canonical_address(&Medium::Msisdn, written).unwrap_err();
            let text = refused.to_string();
            assert!(text.contains(why), "{written}: {text}");
            assert!(
                text.contains("phone number in international form"),
                "{text}"
            );
        }
    }

    #[test]
    fn an_email_address_stands_alone_and_is_case_folded() {
        for written in [
            "Strauß@Example.com",
            " strauss@example.com\n",
            "mailto:STRAUSS@example.com",
            "mailto:strauss@example.com?subject=Hello%20you",
            "\u{feff}strauss@example.com\u{200b}",
        ] {
            let canonical = canonical_address(&Medium::Email, written);
            assert_eq!(canonical.as_deref(), Ok("strauss@example.com"), "{written}");
        }
        for written in [
            "",
            "alice",
            "@example.com",
            "alice@",
            "Alice <alice@example.com>",
            "alice @example.com",
            "al\u{200b}ice@example.com",
            "alice@bob@example.com",
            "alice@@example.com",
            "alice@example.com,bob@example.com",
            "alice@example.com.",
            "alice@.example.com",
            "alice@example..com",
        ] {
            assert!(
                canonical_address(&Medium::Email, written).is_err(),
                "{written}"
            );
        }
    }

    #[test]
    fn an_address_of_another_kind_stays_as_it_is() {
        let medium = Medium::from("org.example");
        let canonical = canonical_address(&medium, " A b ");
        assert_eq!(canonical.as_deref(), Ok(" A b "));
    }
}
