use super::cursor::Cursor;
use crate::json::mismatch::Mismatch;

/// A pointer shows no more characters of a member's name.
const NAME_LIMIT: usize = 512;

/// The JSON pointers of the values that begin at these positions, in one pass over the text.
pub(super) fn pointers(text: &[u8], positions: impl Iterator<Item = usize>) -> Vec<String> {
    let mut wanted: Vec<(usize, usize)> = positions.enumerate().map(|(n, at)| (at, n)).collect();
    wanted.sort_unstable();
    let mut pointers = vec![String::new(); wanted.len()];
    // A text that ends early has no more values.
    let _ = Walk::new(text).find(&wanted, &mut pointers);
    pointers
}

/// A way through a text, value by value.
struct Walk<'t> {
    cursor: Cursor<'t>,
    /// The objects and lists around the position, outermost first.
    around: Vec<Step>,
}

/// The member or element on the way, in an object or a list.
enum Step {
    /// Where its name begins.
    Member(usize),
    Element(usize),
}

impl<'t> Walk<'t> {
    fn new(text: &'t [u8]) -> Self {
        Self {
            cursor: Cursor::new(text),
            around: Vec::new(),
        }
    }

    fn find(&mut self, wanted: &[(usize, usize)], pointers: &mut [String]) -> Result<(), Mismatch> {
        let mut wanted = wanted.iter().peekable();
        while wanted.peek().is_some() {
            let first = self.cursor.peek()?;
            while let Some((_, n)) = wanted.next_if(|(at, _)| *at <= self.cursor.at) {
                pointers[*n] = self.pointer();
            }
            if matches!(first, b'{' | b'[') {
                self.enter(first)?;
            } else {
                self.cursor.skip_value()?;
                self.leave()?;
            }
        }
        Ok(())
    }

    /// Goes to the first value in the object or list that begins here, or to what comes after it.
    fn enter(&mut self, bracket: u8) -> Result<(), Mismatch> {
        self.cursor.at += 1;
        match self.cursor.peek()? {
            b'}' | b']' => {
                self.cursor.at += 1;
                self.leave()
            }
            _ if bracket == b'{' => {
                self.around.push(Step::Member(self.cursor.at));
                self.pass_name()
            }
            _ => {
                self.around.push(Step::Element(0));
                Ok(())
            }
        }
    }

    /// Goes from the end of a value to the next value.
    fn leave(&mut self) -> Result<(), Mismatch> {
        while let Some(step) = self.around.last_mut() {
            let next = self.cursor.peek()?;
            self.cursor.at += 1;
            if next != b',' {
                self.around.pop();
                continue;
            }
            self.cursor.space();
            return match step {
                Step::Member(name) => {
                    *name = self.cursor.at;
                    self.pass_name()
                }
                Step::Element(index) => {
                    *index += 1;
                    Ok(())
                }
            };
        }
        Ok(())
    }

    fn pass_name(&mut self) -> Result<(), Mismatch> {
        self.cursor.skip_value()?;
        self.cursor.expect(b':')?;
        self.cursor.space();
        Ok(())
    }

    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in &self.around {
            pointer.push('/');
            match step {
                Step::Member(at) => {
                    let mut name = self.cursor;
                    name.at = *at;
                    let name = name.string().unwrap_or("\u{fffd}".into());
                    let name: String = name.chars().take(NAME_LIMIT).collect();
                    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                }
                Step::Element(index) => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }
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
    fn what_follows_the_last_value_does_not_matter() {
        let text = br#"{"a": 1, "b": [2, "#;
        assert_eq!(pointers(text, [6, 15].into_iter()), ["/a", "/b/0"]);
        assert_eq!(pointers(text, [18].into_iter()), [""]);
    }
}
