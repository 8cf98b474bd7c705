use bytes::Bytes;

use super::*;
use crate::json::reader::Reader;

type Raw = RawMap<String, RawJson>;

fn read(text: &str) -> Option<Raw> {
    let body = Bytes::from(text.to_owned());
    Reader::decode(&body, &body).ok().map(|read| read.value)
}

fn members(map: &Raw) -> Vec<String> {
    let shown = |(name, value): (Cow<'_, str>, RawJson)| format!("{name}={}", value.as_str());
    map.raw().map(shown).collect()
}

#[test]
fn a_map_is_a_slice_of_the_body() {
    let body = Bytes::from_static(br#"{ "a\"}," : {"b": [1, 2]} ,"c":"x,]" }"#);
    let map = Reader::decode::<Raw>(&body, &body).unwrap().value;
    assert_eq!(members(&map), [r#"a"},={"b": [1, 2]}"#, r#"c="x,]""#]);
    for (_, value) in map.raw() {
        assert!(body.as_ptr_range().contains(&value.as_bytes().as_ptr()));
    }
    let mut detached = map.clone();
    detached.detach();
    assert_eq!(detached, map);
    let value = detached.get_raw("c").unwrap();
    assert!(!body.as_ptr_range().contains(&value.as_bytes().as_ptr()));
    assert!(read("{}").unwrap().is_empty());
    assert!(read("{ }").unwrap().is_empty());
}

#[test]
fn of_two_members_of_one_name_the_last_counts_whether_it_fits_or_not() {
    let text = r#"{"a":1,"b":2,"\u0061":"x","c":3,"c":4}"#;
    let map: RawMap<String, u8> = serde_json::from_str(text).unwrap();
    let ours = read(text).unwrap();
    assert_eq!(members(&ours), ["b=2", r#"a="x""#, "c=4"]);
    assert_eq!((map.len(), ours.len()), (3, 3));
    assert_eq!(map.get("c").unwrap().unwrap().value, 4);
    assert_eq!(map.get("a").unwrap().unwrap_err().pointer, "/a");
    assert!(map.get("d").is_none());
    let (values, warnings) = map.decode_all();
    assert_eq!(values, [("b".to_owned(), 2), ("c".to_owned(), 4)]);
    assert_eq!(warnings.count(), 1);
}

#[test]
fn many_members_are_found_by_name() {
    let members: Vec<_> = (0..1000)
        .map(|n| format!(r#""n{}":{n}"#, n * 7919 % 1000))
        .collect();
    let map: RawMap<String, u32> =
        serde_json::from_str(&format!("{{{}}}", members.join(" , "))).unwrap();
    for n in 0..1000 {
        let found = map.get(&format!("n{}", n * 7919 % 1000)).unwrap();
        assert_eq!(found.unwrap().value, n);
    }
    assert!(map.get("n1000").is_none());
}

#[test]
fn a_map_whose_members_are_not_clear_is_refused_whole() {
    for text in [
        r#"{,"a":1}"#,
        r#"{"a":1,}"#,
        r#"{"a":1,,"b":2}"#,
        r#"{"a":}"#,
        r#"{"a"}"#,
        r#"{a:1}"#,
        r#"{"a" "b":1}"#,
        r#"{"a":1]"#,
        r#"{"a":{]}"#,
        r#"{"a":{}{}}"#,
        r#"{"a":{} []}"#,
        r#"{"a":[}"#,
        r#"{"a":"b}"#,
        r#"{1:2}"#,
        "[]",
        "null",
    ] {
        assert!(read(text).is_none(), "{text}");
    }
}

#[test]
fn a_broken_member_costs_itself_alone() {
    let map = read(r#"{"a":1,"\ud800":2,"b":tru,"c":1 2,"\x":3,"d":[1,],"e":5}"#).unwrap();
    assert_eq!(map.len(), 7);
    let (values, warnings) = map.decode_all();
    let names: Vec<_> = values.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["a", "e"]);
    assert_eq!(warnings.count(), 5);
    assert!(map.get("\u{fffd}").is_none());
}

#[test]
fn a_name_that_is_refused_is_reported() {
    struct Short;
    impl<'de> Deserialize<'de> for Short {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let name = String::deserialize(deserializer)?;
            let too_long = || D::Error::invalid_length(name.len(), &"a short name");
            (name.len() < 4).then_some(Self).ok_or_else(too_long)
        }
    }

    let map: RawMap<Short, u8> = serde_json::from_str(r#"{"a":1,"long/~":2,"b":3}"#).unwrap();
    assert_eq!(map.keys().filter(Result::is_ok).count(), 2);
    let (values, warnings) = map.decode_all();
    assert_eq!(values.len(), 2);
    assert_eq!(warnings.iter().next().unwrap().pointer, "/long~1~0");
}

#[test]
fn what_is_skipped_inside_a_value_is_told_with_its_member() {
    #[derive(serde::Deserialize)]
    struct Room {
        name: Option<String>,
    }
    let map: RawMap<String, Room> =
        serde_json::from_str(r#"{"!a/b":{"name":1},"!c":{"name":"n"}}"#).unwrap();
    let room = map.get("!a/b").unwrap().unwrap();
    assert_eq!(room.value.name, None);
    assert_eq!(room.warnings.iter().next().unwrap().pointer, "/!a~1b/name");
    assert_eq!(
        map.get("!c").unwrap().unwrap().value.name.as_deref(),
        Some("n")
    );
    assert_eq!(map.decode_all().1.count(), 1);
}

#[test]
fn other_deserializers_give_the_same_members() {
    let text = r#"{"a": [1], "b\n": {}}"#;
    let theirs: Raw = serde_json::from_str(text).unwrap();
    assert_eq!(read(text).unwrap(), theirs);
    let reordered: Raw = serde_json::from_str(r#"{"b\u000a": {}, "a": [1]}"#).unwrap();
    assert_eq!(reordered, theirs);
    assert_ne!(reordered, Raw::default());
    assert!(serde_json::from_str::<Raw>("[]").is_err());
    let unit = serde::de::value::UnitDeserializer::<serde::de::value::Error>::new();
    assert!(Raw::deserialize(unit).is_err());
}

#[test]
fn debug_shows_no_member() {
    let map = read(r#"{"secret":"x"}"#).unwrap();
    assert_eq!(format!("{map:?}"), "RawMap(1 members, 14 bytes)");
}

#[test]
fn maps_are_shared_between_threads() {
    fn is_shared<T: Send + Sync>(_: &T) {}
    is_shared(&RawMap::<std::rc::Rc<u8>, std::cell::Cell<u8>>::default());
    is_shared(&super::super::RawList::<std::rc::Rc<u8>>::default());
}
