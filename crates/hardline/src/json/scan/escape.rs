/// What a string says: the text between its quotes, without escapes. `None` if an escape is none of JSON's, or half a
/// character: a lone surrogate.
pub(crate) fn unescape(quoted: &str) -> Option<String> {
    let mut text = String::with_capacity(quoted.len());
    let mut rest = quoted;
    while let Some((plain, escape)) = rest.split_once('\\') {
        text.push_str(plain);
        let (kind, after) = escape.split_at_checked(1)?;
        rest = after;
        text.push(match kind {
            "b" => '\u{8}',
            "f" => '\u{c}',
            "n" => '\n',
            "r" => '\r',
            "t" => '\t',
            "u" => {
                let (character, after) = code_point(after)?;
                rest = after;
                character
            }
            "\"" => '"',
            "\\" => '\\',
            "/" => '/',
            _ => return None,
        });
    }
    text.push_str(rest);
    Some(text)
}

/// The character whose code is written here, in four digits or in two escapes, and the rest of the text.
fn code_point(digits: &str) -> Option<(char, &str)> {
    let (high, after) = unit(digits)?;
    if !(0xd800..0xdc00).contains(&high) {
        return Some((char::from_u32(high)?, after));
    }
    let (low, after) = unit(after.strip_prefix("\\u")?)?;
    let low = low.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
    let code = 0x1_0000 + ((high - 0xd800) << 10) + low;
    Some((char::from_u32(code)?, after))
}

fn unit(digits: &str) -> Option<(u32, &str)> {
    let (digits, after) = digits.split_at_checked(4)?;
    Some((u32::from_str_radix(digits, 16).ok()?, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_alone_and_every_kind_of_pair_is_what_serde_json_has() {
        let agree = |quoted: &str| {
            let theirs = serde_json::from_str(&format!("\"{quoted}\"")).ok();
            assert_eq!(unescape(quoted), theirs, "{quoted}");
        };
        for unit in 0..=0xffff {
            agree(&format!("a\\u{unit:04x}é"));
            agree(&format!("\\u{unit:04X}\\n"));
        }
        let edges = [
            "\\u0041", "\\ud7ff", "\\ud800", "\\uDBFF", "\\udc00", "\\uDfff", "\\ue000", "\\n",
            "u", "",
        ];
        for first in edges {
            for second in edges {
                for third in edges {
                    agree(&format!("{first}{second}{third}"));
                }
            }
        }
        agree(r#"\"\\\/\b\f\n\r\t"#);
    }
}
