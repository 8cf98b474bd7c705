/// A way in which a body is bad.
pub(super) struct Bad {
    /// What is bad.
    pub(super) name: &'static str,
    /// Makes a body of about so many bytes.
    make: fn(usize, &Values) -> String,
    bad: Values,
    sound: Values,
}

/// What stands in a body: a text for each number, so that names differ, and a number for the members at its end.
struct Values {
    element: fn(usize) -> String,
    number: &'static str,
}

impl Bad {
    pub(super) fn all() -> Vec<Self> {
        let item = |name, element| Self::new(name, items, element, |_| ITEM.to_owned());
        vec![
            item("every element is of the wrong type", |_| "7".to_owned()),
            item("every element is null", |_| "null".to_owned()),
            item("every element lacks a member", |_| {
                r#"{"size":1}"#.to_owned()
            }),
            item("every element has a bad required member", |_| {
                r#"{"id":null,"size":1}"#.to_owned()
            }),
            item("every element has a bad optional member", |_| {
                r#"{"id":"a","size":""}"#.to_owned()
            }),
            item("every second element has one", |n| match n % 2 {
                0 => ITEM.to_owned(),
                _ => r#"{"id":"a","size":""}"#.to_owned(),
            }),
            Self::new(
                "every map entry has a bad value",
                flags,
                |n| format!(r#""f{n}":1"#),
                |n| format!(r#""f{n}":true"#),
            ),
            Self::new(
                "every map entry has a bad name",
                numbers,
                |n| format!(r#""f{n}":true"#),
                |n| format!(r#""1{n}":true"#),
            ),
            Self::new(
                "every list in a list is bad",
                lists,
                |_| "[[],[1,{}]]".to_owned(),
                |_| "[[],[1,22]]".to_owned(),
            ),
            Self::new(
                "one bad member repeated",
                members,
                |_| r#""size":"""#.to_owned(),
                |_| r#""size":11"#.to_owned(),
            ),
            Self::new(
                "a large good member, then 8 bad ones",
                good_then_bad,
                |_| ITEM.to_owned(),
                |_| ITEM.to_owned(),
            ),
            Self::new(
                "100 nested structs with 4 bad members each",
                nested,
                |_| ITEM.to_owned(),
                |_| ITEM.to_owned(),
            ),
        ]
    }

    fn new(
        name: &'static str,
        make: fn(usize, &Values) -> String,
        bad: fn(usize) -> String,
        sound: fn(usize) -> String,
    ) -> Self {
        Self {
            name,
            make,
            bad: Values {
                element: bad,
                number: r#""""#,
            },
            sound: Values {
                element: sound,
                number: "1",
            },
        }
    }

    /// A bad body of about so many bytes.
    pub(super) fn body(&self, bytes: usize) -> String {
        (self.make)(bytes, &self.bad)
    }

    /// A sound one.
    pub(super) fn sound_body(&self, bytes: usize) -> String {
        (self.make)(bytes, &self.sound)
    }
}

const ITEM: &str = r#"{"id":"a","size":1}"#;

fn items(bytes: usize, values: &Values) -> String {
    format!(r#"{{"items":[{}]}}"#, repeated(bytes, values))
}

fn flags(bytes: usize, values: &Values) -> String {
    format!(r#"{{"flags":{{{}}}}}"#, repeated(bytes, values))
}

fn numbers(bytes: usize, values: &Values) -> String {
    format!(r#"{{"numbers":{{{}}}}}"#, repeated(bytes, values))
}

fn lists(bytes: usize, values: &Values) -> String {
    format!(r#"{{"lists":[{}]}}"#, repeated(bytes, values))
}

fn members(bytes: usize, values: &Values) -> String {
    format!("{{{}}}", repeated(bytes, values))
}

fn good_then_bad(bytes: usize, values: &Values) -> String {
    let items = repeated(bytes, values);
    let members = numbered("abcdefgh", values);
    format!(r#"{{"items":[{items}],{members}}}"#)
}

fn nested(bytes: usize, values: &Values) -> String {
    let items = repeated(bytes / 100, values);
    let members = numbered("abcd", values);
    // The members after the nested struct: whoever reads a bad struct again reads all within it again.
    let begin = r#"{"nested":"#.repeat(100);
    let end = format!(r#","items":[{items}],{members}}}"#).repeat(100);
    format!(r#"{begin}null{end}"#)
}

fn numbered(names: &str, values: &Values) -> String {
    let member = |name| format!(r#""{name}":{}"#, values.number);
    let members: Vec<String> = names.chars().map(member).collect();
    members.join(",")
}

fn repeated(bytes: usize, values: &Values) -> String {
    let mut text = (values.element)(0);
    let mut n = 1;
    while text.len() < bytes {
        text.push(',');
        text += &(values.element)(n);
        n += 1;
    }
    text
}
