use bytes::Bytes;

use super::*;
use crate::json::reader::Reader;

fn read(text: &str) -> Option<RawList<RawJson>> {
    let body = Bytes::from(text.to_owned());
    Reader::decode(&body, &body).ok().map(|read| read.value)
}

fn texts(list: &RawList<RawJson>) -> Vec<String> {
    list.raw().map(|raw| raw.as_str().to_owned()).collect()
}

#[test]
fn a_list_is_a_slice_of_the_body() {
    let body = Bytes::from_static(br#"{"list": [ {"a": [1, 2]} , "x,]" ,3]}"#);
    #[derive(serde::Deserialize)]
    struct Body {
        list: RawList<RawJson>,
    }
    let decoded = Reader::decode::<Body>(&body, &body).unwrap().value;
    assert_eq!(texts(&decoded.list), [r#"{"a": [1, 2]}"#, r#""x,]""#, "3"]);
    for raw in decoded.list.raw() {
        assert!(body.as_ptr_range().contains(&raw.as_bytes().as_ptr()));
    }
    let mut detached = decoded.list.clone();
    detached.detach();
    assert_eq!(detached, decoded.list);
    let first = detached.raw().next().unwrap();
    assert!(!body.as_ptr_range().contains(&first.as_bytes().as_ptr()));
}

#[test]
fn an_empty_list_has_no_elements() {
    for text in ["[]", " [ \n ] "] {
        assert!(read(text).unwrap().is_empty(), "{text}");
    }
    assert_eq!(
        RawList::<u8>::default(),
        serde_json::from_str("[]").unwrap()
    );
}

#[test]
fn a_list_whose_elements_are_not_clear_is_refused_whole() {
    for text in [
        "[,1]",
        "[1,]",
        "[1,,2]",
        "[ , ]",
        "[1}",
        r#"[{"a":1]"#,
        r#"[{"a":[},1]]"#,
        r#"[{"a":1}{"b":2}]"#,
        r#"[{"a":1} 2]"#,
        "[[1][2]]",
        "[[]1]",
        "[{]",
        "[[1]",
        "{}",
        "1",
        "",
    ] {
        assert!(read(text).is_none(), "{text}");
    }
}

#[test]
fn a_list_never_takes_values_from_outside() {
    #[derive(Debug, serde::Deserialize)]
    #[allow(dead_code, reason = "it is only printed")]
    struct Body {
        list: RawList<RawJson>,
        #[serde(default)]
        other: Vec<u8>,
    }
    for text in [
        r#"{"list":[{"a":[}],"other":[1]}"#,
        r#"{"list":[{"a":[}],"other":[[1]]}"#,
        r#"{"list":[{"a":"}],"other":[1]}"#,
        r#"{"list":[{],"other":[1]}"#,
    ] {
        let body = Bytes::from_static(text.as_bytes());
        let decoded = Reader::decode::<Body>(&body, &body);
        assert!(decoded.is_err(), "{text}: {decoded:?}");
    }
}

#[test]
fn a_list_that_is_refused_costs_itself_alone() {
    #[derive(Debug, hardline_derive::Response)]
    struct Body {
        #[serde(default)]
        list: RawList<RawJson>,
        other: Vec<u8>,
    }
    for text in [
        r#"{"list":[{"a":1},,2],"other":[1]}"#,
        r#"{"list":[1,],"other":[1]}"#,
        r#"{"list":[{"a":1}{"b":2}],"other":[1]}"#,
        r#"{"list":[{"a":1} 5, {}],"other":[1]}"#,
    ] {
        let body = Bytes::from_static(text.as_bytes());
        let read = Reader::decode::<Body>(&body, &body).unwrap();
        assert_eq!(
            (read.value.list.len(), &*read.value.other),
            (0, &[1_u8][..]),
            "{text}"
        );
        assert_eq!(read.warnings.iter().next().unwrap().pointer, "/list");
    }
}

#[test]
fn a_broken_element_costs_itself_alone() {
    let list = read(r#"[{"a":1},{"a":tru},"\x",1 2,nul,{"b":[1,]},{"c":3}]"#).unwrap();
    assert_eq!(list.len(), 7);
    let (values, warnings) = list.decode_all();
    let values: Vec<_> = values.iter().map(RawJson::as_str).collect();
    assert_eq!(values, [r#"{"a":1}"#, r#"{"c":3}"#]);
    let pointers: Vec<_> = warnings.iter().map(|warning| &warning.pointer).collect();
    assert_eq!(pointers, ["/1", "/2", "/3", "/4", "/5"]);
}

#[test]
fn a_byte_order_mark_is_white_space_before_a_body_alone() {
    let list = read("[1,\u{feff}2]").unwrap();
    assert_eq!(list.raw().nth(1).unwrap().as_str(), "\u{feff}2");
    let (values, warnings) = list.decode_all();
    assert_eq!((values.len(), warnings.count()), (1, 1));
    assert!(list.clone().check().is_err());
    assert!(serde_json::to_string(&list).is_err());
}

#[test]
fn an_element_that_is_no_utf_8_costs_itself_alone() {
    let body = Bytes::from_static(b"[\"a\",\"\xff\",\"c\"]");
    let list = Reader::decode::<RawList<String>>(&body, &body)
        .unwrap()
        .value;
    let (values, warnings) = list.decode_all();
    assert_eq!(values, ["a", "c"]);
    assert_eq!(warnings.count(), 1);
    assert!(serde_json::to_string(&list).is_err());
    assert!(list.clone().check().is_err());
}

#[test]
fn every_element_is_decoded_or_reported_with_what_was_skipped_inside() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Room {
        name: Option<String>,
        topic: String,
    }
    let list: RawList<Room> = serde_json::from_str(
        r#"[{"topic":"a"}, {"topic":1}, {"name":2,"topic":"b"}, 5, {"name":[],"topic":"c"}]"#,
    )
    .unwrap();
    let told = |index: usize| match list.get(index).unwrap() {
        Ok(decoded) => Ok(decoded.warnings.iter().map(ToString::to_string).collect()),
        Err(warning) => Err(warning.to_string()),
    };
    assert_eq!(told(0), Ok(vec![]));
    assert_eq!(told(1), Err("/1 lacks topic".to_owned()));
    assert_eq!(
        told(2),
        Ok(vec!["/2/name is a number, not a string".to_owned()])
    );
    assert_eq!(told(3), Err("/3 is a number, not struct Room".to_owned()));
    assert!(list.get(5).is_none());
    let (values, warnings) = list.decode_all();
    let topics: Vec<_> = values.iter().map(|room| room.topic.as_str()).collect();
    assert_eq!(topics, ["a", "b", "c"]);
    assert_eq!(warnings.count(), 4);
}

#[test]
fn other_deserializers_give_the_same_elements() {
    let text = r#"[{"a": [1]}, "x", null]"#;
    let ours = read(text).unwrap();
    let theirs: RawList<RawJson> = serde_json::from_str(text).unwrap();
    assert_eq!(ours, theirs);
    let value: serde_json::Value = serde_json::from_str(r#"[{"a":[1]},"x",null]"#).unwrap();
    let from_value: RawList<RawJson> = serde_json::from_value(value).unwrap();
    assert_eq!(texts(&from_value), [r#"{"a":[1]}"#, r#""x""#, "null"]);
    assert!(serde_json::from_str::<RawList<u8>>("{}").is_err());
    assert!(serde_json::from_str::<RawList<u8>>("null").is_err());
    assert_eq!(
        serde_json::from_str::<Option<RawList<u8>>>("null").unwrap(),
        None
    );
}

#[test]
fn no_other_deserializer_can_pretend_to_be_our_reader() {
    use serde::de::value::{Error, UnitDeserializer};

    let unit = UnitDeserializer::<Error>::new();
    assert!(RawList::<u8>::deserialize(unit).is_err());

    /// Asks our reader for a raw list, and leaves it.
    struct Leaves;
    impl<'de> Deserialize<'de> for Leaves {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visit;
            impl Visitor<'_> for Visit {
                type Value = Leaves;
                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("anything")
                }
                fn visit_unit<E>(self) -> Result<Leaves, E> {
                    Ok(Leaves)
                }
            }
            deserializer.deserialize_newtype_struct(RAW_LIST, Visit)
        }
    }
    assert!(Reader::decode_all::<Leaves>(b"[1]").is_ok());
    assert!(RawList::<u8>::deserialize(unit).is_err());
}

#[test]
fn a_list_deeper_than_anything_is_split_and_skipped() {
    let depth = if cfg!(miri) { 200 } else { 100_000 };
    let text = format!("[{}{},1]", "[".repeat(depth), "]".repeat(depth));
    let list = read(&text).unwrap();
    assert_eq!(list.len(), 2);
    assert_eq!(list.raw().next().unwrap().as_str().len(), 2 * depth);
}

#[test]
fn debug_shows_no_element() {
    let list = read(r#"["secret", "x"]"#).unwrap();
    assert_eq!(format!("{list:?}"), "RawList(2 elements, 15 bytes)");
}

#[test]
fn values_of_ones_own_make_a_list() {
    let list = RawList::new(["a".to_owned(), "b\"".to_owned()]).unwrap();
    assert_eq!(list.decode_all().0, ["a", "b\""]);
    assert_eq!(serde_json::to_string(&list).unwrap(), r#"["a","b\""]"#);
    let same: RawList<String> = serde_json::from_str(r#"[ "a" , "b\"" ]"#).unwrap();
    let same: RawList<String> = same.raw().collect();
    assert_eq!(list, same);
}
