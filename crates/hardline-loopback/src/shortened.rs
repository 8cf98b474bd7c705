/// The beginning of a text that has at most so many bytes.
pub(crate) fn shortened(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_letters() {
        for (text, most, expected) in [
            ("abc", 3, "abc"),
            ("abc", 2, "ab"),
            ("aäb", 2, "a"),
            ("äb", 1, ""),
            ("", 0, ""),
        ] {
            assert_eq!(shortened(text, most), expected, "{text} {most}");
        }
    }
}
