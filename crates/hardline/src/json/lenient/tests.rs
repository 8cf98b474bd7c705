//! The core's derives beside serde's, on every shape of type that the core has: what they read and write is the same.

mod others;
#[cfg(feature = "persist")]
mod saved;
mod strict;

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::json::{JsonObject, JsonWriter, RawJson, Reader};

/// The same items with the core's derives and with serde's.
macro_rules! with_both {
    ($word:ident: $($item:item)+) => {
        mod ours {
            use super::*;
            use hardline_derive::$word;
            $(#[derive(Debug, $word)] $item)+
        }
        mod serdes {
            use super::*;
            use serde::{Deserialize, Serialize};
            $(#[derive(Debug, Serialize, Deserialize)] $item)+
        }
    };
}
#[cfg(feature = "persist")]
use with_both;

mod structs {
    use super::*;

    with_both! { Wire:
        /// Members of every kind.
        pub(super) struct Everything {
            pub(super) text: String,
            #[serde(rename = "m.number")]
            number: u64,
            #[serde(default)]
            pub is_so: bool,
            r#type: Text,
            user: Text,
            at: Millis,
            maybe: Option<i8>,
            /// Of another path.
            nested: ::std::option::Option<Box<Inner>>,
            #[serde(default, rename = "list")]
            rows: Vec<Inner>,
            by_user: BTreeMap<Text, BTreeMap<String, u64>>,
            in_list: Option<Vec<Vec<String>>>,
            raw: Option<RawJson>,
            object: JsonObject,
            newtype: Newtype,
            nothing: Nothing,
            #[cfg(not(test))]
            absent: String,
            #[cfg(test)]
            r#present: Option<String>,
        }
        pub(super) struct Inner { a: Option<String>, b: f64 }
        #[serde(transparent)]
        pub(super) struct Newtype(pub(super) Vec<u8>);
        pub(super) struct Plain(pub Option<u64>);
        pub(super) struct Nothing {}
        #[derive(PartialEq, Eq, PartialOrd, Ord)]
        pub(super) struct Text(String);
        pub(super) struct Millis(u64);
    }

    const SOUND: &str = r#"{"text": "\u00e9\n", "m.number": 1, "is_so": true, "type": "email", "user": "@a:b", "at": 5,
        "maybe": -7, "nested": {"a": "x", "b": 1.5}, "list": [{"b": 2.0, "c": [{}]}], "by_user": {"@a:b": {"k": 1}},
        "in_list": [["a"], []], "raw": {"z": [1, 2]}, "object": {"o": null}, "newtype": [1, 2], "nothing": {"x": 1},
        "present": "here", "unknown": [{"deep": {}}]}"#;

    #[test]
    fn a_struct_has_the_same_values_and_the_same_json() {
        let least = r#"{"text": "", "m.number": 0, "type": "?", "user": "@a:b", "at": 0, "by_user": {}, "object": {},
            "newtype": [], "nothing": {}}"#;
        let nulls = r#"{"text": "", "m.number": 0, "type": "?", "user": "@a:b", "at": 0, "by_user": {}, "object": {},
            "newtype": [], "nothing": {}, "maybe": null, "nested": null, "in_list": null, "raw": null}"#;
        for body in [SOUND, least, nulls] {
            assert!(same::<ours::Everything, serdes::Everything>(body), "{body}");
        }
    }

    #[test]
    fn newtypes_and_structs_without_members_are_the_same() {
        assert!(same::<ours::Plain, serdes::Plain>("5"));
        assert!(same::<ours::Plain, serdes::Plain>("null"));
        assert!(same::<ours::Newtype, serdes::Newtype>("[0, 255]"));
        assert!(!same::<ours::Newtype, serdes::Newtype>("[256]"));
        assert!(same::<ours::Nothing, serdes::Nothing>(r#"{"a": {}}"#));
        assert!(!same::<ours::Nothing, serdes::Nothing>("5"));
    }

    #[test]
    fn what_does_not_fit_has_the_same_error() {
        for (part, bad) in [
            (r#""text": "\u00e9\n", "#, ""),
            (r#""text": "\u00e9\n""#, r#""text": 5"#),
            (r#""m.number": 1"#, r#""m.number": "one""#),
            (r#""is_so": true"#, r#""is_so": null"#),
            (r#""maybe": -7"#, r#""maybe": 700"#),
            (r#""b": 2.0"#, r#""d": 2.0"#),
            (r#"{"a": "x", "b": 1.5}"#, r#"{"a": "x", "b": "c"}"#),
            (r#""type": "email""#, r#""type": {}"#),
            (r#"{"x": 1}"#, "null"),
            (r#"{"x": 1}"#, ""),
        ] {
            let body = SOUND.replace(part, bad);
            assert!(body != SOUND, "{part}");
            assert!(
                !same::<ours::Everything, serdes::Everything>(&body),
                "{body}"
            );
        }
    }

    #[test]
    fn of_two_members_of_one_name_the_last_counts() {
        for (body, wanted) in [
            (r#"{"a": "x", "b": 1.0, "a": "y"}"#, Some("y")),
            (r#"{"a": "x", "b": 1.0, "a": null}"#, None),
            (r#"{"b": 2.0, "a": null, "b": 1.0, "a": "z"}"#, Some("z")),
        ] {
            for inner in [
                serde_json::from_str::<ours::Inner>(body).unwrap(),
                Reader::decode_all(body.as_bytes()).unwrap(),
            ] {
                let written = serde_json::to_value(inner).unwrap();
                assert_eq!(written["a"].as_str(), wanted, "{body}");
                assert_eq!(written["b"], 1.0, "{body}");
            }
            assert!(serde_json::from_str::<serdes::Inner>(body).is_err());
        }
        let bad = r#"{"b": 2.0, "b": "c"}"#;
        assert!(serde_json::from_str::<ours::Inner>(bad).is_err());
        assert!(Reader::decode_all::<ours::Inner>(bad.as_bytes()).is_err());
    }

    #[test]
    fn a_struct_is_never_read_from_a_list() {
        let list = r#"["x", 1.0]"#;
        assert!(serde_json::from_str::<serdes::Inner>(list).is_ok());
        assert!(serde_json::from_str::<ours::Inner>(list).is_err());
        assert!(Reader::decode_all::<ours::Inner>(list.as_bytes()).is_err());
    }
}

/// Types that a macro makes of pieces: they come in groups without delimiters.
mod made_by_macros {
    use super::*;

    pub(super) type Number = u16;

    macro_rules! operation {
        (
            $(#[$meta:meta])* $vis:vis $name:ident {
                $($(#[$field_meta:meta])* $field_vis:vis $field:ident ($wire:literal): $ty:ty,)+
            }
        ) => {
            $(#[$meta])*
            $vis struct $name {
                $($(#[$field_meta])* #[serde(rename = $wire)] $field_vis $field: $ty,)+
                own: Option<$crate::json::lenient::tests::made_by_macros::Number>,
            }
        };
    }

    operation! {
        #[derive(Debug, hardline_derive::Wire)]
        #[hardline(strict)]
        pub(super) Made {
            /// A comment.
            pub r#type ("m.type"): Option<BTreeMap<String, u8>>,
            #[serde(default)]
            list ("m.list"): Vec<Vec<u8>>,
        }
    }

    #[test]
    fn they_are_read_and_written_as_their_pieces_say() {
        let body = r#"{"m.type":{"a":1},"m.list":[[2,3]],"own":7}"#;
        let made: Made = serde_json::from_str(body).unwrap();
        assert_eq!(serde_json::to_string(&made).unwrap(), body);
        let made: Made = serde_json::from_str("{}").unwrap();
        assert_eq!(made.r#type, None);
        assert!(made.list.is_empty() && made.own.is_none());
    }
}

/// Whether both types take the text. What they make of it is the same: in `Debug`, and as JSON of both writers.
fn same<A, B>(text: &str) -> bool
where
    A: Serialize + DeserializeOwned + Debug,
    B: Serialize + DeserializeOwned + Debug,
{
    let read = (
        serde_json::from_str::<A>(text),
        serde_json::from_str::<B>(text),
    );
    let by_us = (
        Reader::decode_all::<A>(text.as_bytes()),
        Reader::decode_all::<B>(text.as_bytes()),
    );
    match (read, by_us) {
        ((Ok(ours), Ok(serdes)), (Ok(ours_by_us), Ok(serdes_by_us))) => {
            let debug = format!("{serdes:?}");
            let json = serde_json::to_string(&serdes).unwrap();
            let written = JsonWriter::text_of(&serdes).unwrap();
            for ours in [&ours, &ours_by_us] {
                assert_eq!(format!("{ours:?}"), debug, "{text}");
                assert_eq!(serde_json::to_string(ours).unwrap(), json, "{text}");
                assert_eq!(JsonWriter::text_of(ours).unwrap(), written, "{text}");
            }
            assert_eq!(format!("{serdes_by_us:?}"), debug, "{text}");
            true
        }
        ((Err(ours), Err(serdes)), (Err(_), Err(_))) => {
            // A place may differ: with serde's derive it is known where a member is missing, for one.
            let sentence = |error: &serde_json::Error| {
                let text = error.to_string();
                let text = text.split(" at line ").next().unwrap_or(&text);
                // Several values are a tuple to us.
                text.replace(
                    "tuple variant Step::Moved with 2 elements",
                    "a tuple of size 2",
                )
            };
            assert_eq!(sentence(&ours), sentence(&serdes), "{text}");
            false
        }
        (read, by_us) => panic!("{text}: {read:?} {by_us:?}"),
    }
}
