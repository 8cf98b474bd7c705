/// How deep arrays and objects are nested in a text that should be JSON.
pub(crate) fn json_depth(text: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut is_escaped) = (false, false);
    for byte in text {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_are_text() {
        for (text, depth) in [
            ("", 0),
            ("7", 0),
            ("{}", 1),
            (r#"{"a":[[],{"b":{}}],"c":1}"#, 4),
            (r#"{"a":"[[[\"{{"}"#, 1),
            (r#"["\\",["x"]]"#, 2),
            ("]]}[", 1),
        ] {
            assert_eq!(json_depth(text.as_bytes()), depth, "{text}");
        }
    }
}
