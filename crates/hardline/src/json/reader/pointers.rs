use super::cursor::Cursor;
use crate::json::scan;

/// A pointer shows no more characters of a member's name.
const NAME_LIMIT: usize = 512;

/// The JSON pointers of the values that begin at these positions, in one pass over the text.
///
/// It looks at brackets, commas and strings alone, as [`scan`] does: a raw list that was passed on the way may hold what
/// is not JSON.
pub(super) fn pointers(text: &[u8], positions: impl Iterator<Item = usize>) -> Vec<String> {
    let mut wanted: Vec<(usize, usize)> = positions.enumerate().map(|(n, at)| (at, n)).collect();
    wanted.sort_unstable();
    let mut pointers = vec![String::new(); wanted.len()];
    let mut wanted = wanted.into_iter().peekable();
    let mut around: Vec<Part> = Vec::new();
    let mut at = 0;
    while let (Some((next, _)), Some(byte)) = (wanted.peek(), text.get(at)) {
        if at == *next {
            while let Some((_, n)) = wanted.next_if(|(next, _)| *next == at) {
                pointers[n] = pointer(text, &around);
            }
        }
        match byte {
            b'"' => {
                at = scan::string(text, at);
                continue;
            }
            b'{' | b'[' => around.push(Part {
                is_member: *byte == b'{',
                begin: scan::space(text, at + 1),
                index: 0,
            }),
            b'}' | b']' => {
                around.pop();
            }
            b',' => {
                if let Some(part) = around.last_mut() {
                    part.begin = scan::space(text, at + 1);
                    part.index += 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    pointers
}

/// The member or element on the way to a value, in an object or a list.
struct Part {
    is_member: bool,
    begin: usize,
    index: usize,
}

fn pointer(text: &[u8], around: &[Part]) -> String {
    let mut pointer = String::new();
    for part in around {
        pointer.push('/');
        if part.is_member {
            let end = scan::string(text, part.begin);
            let name = Cursor::new(&text[part.begin..end]).string();
            let name = name.unwrap_or("\u{fffd}".into());
            let name: String = name.chars().take(NAME_LIMIT).collect();
            pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
        } else {
            pointer.push_str(&part.index.to_string());
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_pointed_at_in_any_order() {
        let text =
            r#" {"a": [1, {}, [[], "x,]}"], {"b/~": null, "é": 5}], "": {"c\u0064": [true]}} "#;
        let values = [
            ("true", "//cd/0"),
            ("{\"a", ""),
            ("1", "/a/0"),
            ("{}", "/a/1"),
            ("\"x,", "/a/2/1"),
            ("[]", "/a/2/0"),
            ("null", "/a/3/b~1~0"),
            ("5}", "/a/3/é"),
        ];
        let positions = values.map(|(value, _)| text.find(value).unwrap());
        let found = pointers(text.as_bytes(), positions.into_iter());
        assert_eq!(found, values.map(|(_, pointer)| pointer));
    }

    #[test]
    fn what_is_not_json_does_not_matter() {
        let text = br#"{"a": 1, "r": [{x}, tru], "b": [2, "#;
        assert_eq!(pointers(text, [6, 32].into_iter()), ["/a", "/b/0"]);
        assert_eq!(pointers(text, [90].into_iter()), [""]);
    }
}
