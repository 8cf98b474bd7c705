use bytes::Bytes;

use super::*;
use crate::json::{FieldShape, OpenShape, Presence, Reader, Shaped, StructShape, TextShape};
use crate::types::SafeInteger;

const fn member(name: &'static str, shape: &'static Shape, presence: Presence) -> FieldShape {
    FieldShape {
        name,
        shape,
        presence,
    }
}

const PART: &Shape = &Shape::Struct(&StructShape {
    name: "Part",
    fields: &[
        member("kind", String::SHAPE, Presence::Required),
        member("size", Option::<u8>::SHAPE, Presence::Optional),
        member("tags", Vec::<String>::SHAPE, Presence::Default),
    ],
    is_strict: false,
});

const STRICT_PART: &Shape = &Shape::Struct(&StructShape {
    name: "Signed",
    fields: &[member("sizes", Vec::<u8>::SHAPE, Presence::Default)],
    is_strict: true,
});

/// What is made of a text, and the warnings, one in each line; or the error.
fn read(shape: &'static Shape, text: &str) -> Result<(String, String), String> {
    let body = Bytes::from(text.to_owned());
    let read = Reader::decode_seed(ShapedValue(shape), &body, &body)
        .map_err(|error| format!("{error:?}"))?;
    let value = String::from_utf8(read.value.unwrap_or_default()).unwrap();
    let told: Vec<_> = read.warnings.iter().map(ToString::to_string).collect();
    Ok((value, told.join("\n")))
}

fn good(shape: &'static Shape, text: &str) -> String {
    let (value, warnings) = read(shape, text).unwrap();
    assert_eq!(warnings, "");
    value
}

#[track_caller]
fn repaired(shape: &'static Shape, text: &str, value: &str, warnings: &str) {
    let read = read(shape, text).unwrap();
    assert_eq!((&*read.0, &*read.1), (value, warnings));
}

/// The first fault of an argument.
fn refused(shape: &'static Shape, text: &str) -> String {
    let refused = Reader::decode_all_seed(ShapedValue(shape), text.as_bytes());
    refused.unwrap_err().to_string()
}

#[test]
fn a_value_is_written_as_its_type_writes_it() {
    for (shape, text, written) in [
        (bool::SHAPE, " true ", "true"),
        (u64::SHAPE, "18446744073709551615", "18446744073709551615"),
        (i64::SHAPE, "-3600.0", "-3600"),
        (f64::SHAPE, "10.50", "10.5"),
        (f64::SHAPE, "7", "7.0"),
        (PowerLevel::SHAPE, "\" +50 \"", "50"),
        (String::SHAPE, r#""\u00e9\/""#, "\"é/\""),
        (RawBytes::SHAPE, "\"AP8\"", "\"AP8=\""),
        (RawJson::SHAPE, "[1, 2.50]", "[1, 2.50]"),
        (
            JsonObject::SHAPE,
            r#"{"b": 1.0, "a": [ ]}"#,
            r#"{"b":1.0,"a":[ ]}"#,
        ),
        (<()>::SHAPE, "null", "null"),
        (Option::<u8>::SHAPE, "null", ""),
        (Vec::<Option<u8>>::SHAPE, "[1, null]", "[1,null]"),
        (
            PART,
            r#"{"x": [], "tags": ["a"], "kind": "k", "size": null}"#,
            r#"{"kind":"k","tags":["a"]}"#,
        ),
        (PART, r#"{"kind": "k"}"#, r#"{"kind":"k","tags":[]}"#),
    ] {
        assert_eq!(good(shape, text), written, "{text}");
    }
}

#[test]
fn what_does_not_fit_is_skipped_where_it_stands() {
    const PARTS: &Shape = &Shape::List(PART);
    repaired(
        PARTS,
        r#"[{"kind": 5}, 7, {"kind": "a", "size": 256, "tags": ["x", 1, "y"]}, {"kind": "b", "tags": {}}]"#,
        r#"[{"kind":"a","tags":["x","y"]},{"kind":"b","tags":[]}]"#,
        "/0/kind is a number, not a string\n/0 lacks kind\n/1 is a number, not struct Part\n\
         /2/size is a number, not u8\n/2/tags/1 is a number, not a string\n/3/tags is an object, not a sequence",
    );
    const COUNTS: &Shape = &Shape::Map(u16::SHAPE, &Shape::Optional(bool::SHAPE));
    repaired(
        COUNTS,
        r#"{"7": true, "x": true, "70000": true, "8": 1, "9": null, "7": false}"#,
        r#"{"7":false}"#,
        "/x is a boolean that cannot be used\n/70000 is a boolean that cannot be used\n/8 is a number, not a boolean",
    );
}

#[test]
fn of_two_members_of_one_name_the_last_counts_whether_it_fits_or_not() {
    repaired(
        PART,
        r#"{"kind": "a", "size": 1, "kind": "b", "size": "c"}"#,
        r#"{"kind":"b","tags":[]}"#,
        "/kind appears twice\n/size appears twice\n/size is a string, not u8",
    );
}

#[test]
fn a_strict_struct_is_left_out_whole() {
    const SIGNED: &Shape = &Shape::List(STRICT_PART);
    repaired(
        SIGNED,
        r#"[{"sizes": [1, "2"]}, {"sizes": [3]}]"#,
        r#"[{"sizes":[3]}]"#,
        "/0 is an object, not u8",
    );
}

#[test]
fn an_open_object_keeps_others_and_knows_other_names() {
    const OPEN: &Shape = &Shape::Open(&OpenShape {
        expected: "a policy",
        known: &[member("token", Option::<String>::SHAPE, Presence::Required)],
        aliases: &[("access_token", "token")],
        others: Some((String::SHAPE, u8::SHAPE)),
    });
    assert_eq!(
        good(
            OPEN,
            r#"{"z": 1, "token": "a", "b": 2, "access_token": "c"}"#
        ),
        r#"{"token":"a","z":1,"b":2}"#
    );
    assert_eq!(
        good(OPEN, r#"{"token": null, "access_token": "c"}"#),
        r#"{"token":"c"}"#
    );
    repaired(
        &Shape::List(OPEN),
        r#"[{}, {"token": "a", "b": "c"}, 5]"#,
        r#"[{"token":"a"}]"#,
        "/0 lacks token\n/1/b is a string, not u8\n/2 is a number, not a policy",
    );
}

#[test]
fn leniency_with_kinds_is_that_of_responses_alone() {
    const ID: &Shape = &Shape::Text(&TextShape {
        is_identifier: true,
        ..TextShape::like("a")
    });
    assert_eq!(good(u8::SHAPE, "\"7\""), "7");
    assert_eq!(good(ID, "7"), "\"7\"");
    assert_eq!(
        refused(u8::SHAPE, "\"7\""),
        "the response is a string, not u8"
    );
    assert_eq!(refused(ID, "7"), "the response is a number, not a string");
    assert_eq!(
        refused(PART, r#"{"kind": "k", "tags": ["a", 5]}"#),
        "/tags/1 is a number, not a string"
    );
    assert_eq!(refused(PART, "{}"), "the response lacks kind");
}

#[test]
fn integers_and_texts_are_held_to_their_types() {
    const TOKEN: &Shape = &Shape::Text(&TextShape {
        is_never_empty: true,
        ..TextShape::like("a")
    });
    for (shape, text, warning) in [
        (u8::SHAPE, "256", "the response is a number, not u8"),
        (u64::SHAPE, "1.5", "the response is a number, not u64"),
        (
            i64::SHAPE,
            "9223372036854775808",
            "the response is a number, not i64",
        ),
        (
            SafeInteger::SHAPE,
            "9007199254740992",
            "the response is a number that cannot be used",
        ),
        (
            SafeInteger::SHAPE,
            "\"\"",
            "the response is a string, not i64",
        ),
        (
            TOKEN,
            "\"\"",
            "the response is a string, not a non-empty string",
        ),
    ] {
        assert_eq!(refused(shape, text), warning, "{text}");
    }
}
