use bytes::Bytes;

use super::*;
use crate::json::Read;

#[derive(Debug, PartialEq, hardline_derive::Response)]
struct Room {
    levels: Option<Levels>,
    list: Vec<Levels>,
    name: Option<String>,
}

#[derive(Debug, PartialEq, hardline_derive::Response)]
#[hardline(strict)]
struct Levels {
    ban: Option<u8>,
    inner: Option<Inner>,
}

#[derive(Debug, PartialEq, hardline_derive::Response)]
struct Inner {
    kick: Option<u8>,
}

#[test]
fn it_is_skipped_and_reported_whole() {
    let body =
        r#"{"name": 5, "levels": {"ban": "x"}, "list": [{"inner": {"kick": -1}}, {"ban": 1}]}"#;
    let body = Bytes::from_static(body.as_bytes());
    let Read {
        value: room,
        warnings,
        ..
    } = Reader::decode::<Room>(&body, &body).unwrap();
    let good = Levels {
        ban: Some(1),
        inner: None,
    };
    assert_eq!(
        room,
        Room {
            levels: None,
            list: vec![good],
            name: None
        }
    );
    assert_eq!(warnings.count(), 3);
}

#[test]
fn it_is_an_error_as_the_root() {
    let body = Bytes::from_static(br#"{"ban": "x"}"#);
    assert!(Reader::decode::<Levels>(&body, &body).is_err());
    let body = Bytes::from_static(br#"{"kick": "x"}"#);
    assert!(Reader::decode::<Inner>(&body, &body).is_ok());
}
