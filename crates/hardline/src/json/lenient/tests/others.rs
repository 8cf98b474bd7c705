//! Types that keep the members that they do not know.

use hardline_derive::Wire;

use super::*;

#[derive(Debug, PartialEq, Wire)]
struct Open {
    name: String,
    #[serde(rename = "m.score")]
    score: Option<u8>,
    #[serde(default)]
    tags: Vec<String>,
    #[hardline(others)]
    others: JsonObject,
}

#[test]
fn members_without_a_field_are_kept_and_written_again() {
    let text = r#"{"name":"a","m.score":7,"tags":[],"x":{"y":[1.50]},"z":null}"#;
    let open: Open = serde_json::from_str(text).unwrap();
    assert_eq!(open.score, Some(7));
    let names: Vec<_> = open.others.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["x", "z"]);
    assert_eq!(RawJson::new(&open).unwrap().as_str(), text);
    assert_eq!(serde_json::to_string(&open).unwrap(), text);
}

#[test]
fn what_has_no_value_is_left_out_beside_others() {
    let open: Open = serde_json::from_str(r#"{"x": 1, "name": "a"}"#).unwrap();
    let text = r#"{"name":"a","tags":[],"x":1}"#;
    assert_eq!(serde_json::to_string(&open).unwrap(), text);
    assert_eq!(RawJson::new(&open).unwrap().as_str(), text);
}

#[test]
fn of_two_other_members_of_one_name_the_last_counts() {
    let text = r#"{"name": "a", "x": 1, "name": "b", "x": 2, "\u0078": 3, "m.score": 300}"#;
    let read = Reader::decode::<Open>(text.as_bytes(), &Default::default()).unwrap();
    assert_eq!(read.value.name, "b");
    assert_eq!(read.value.others.field("x"), Some(3));
    assert_eq!(
        (read.value.others.iter().count(), read.value.score),
        (1, None)
    );
    // The repeated name, and the number that is too great.
    assert_eq!(read.warnings.count(), 2);
}
