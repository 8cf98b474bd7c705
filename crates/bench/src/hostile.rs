use std::collections::BTreeMap;

use bytes::Bytes;
use hardline::wire::{self, Endpoint, Operation};
use http::Response;
use serde::{Deserialize, Serialize};

use crate::{Work, work};

/// The largest body that is accepted.
const BYTES: usize = 10_000_000;

/// A body with many bad fields.
pub struct Hostile {
    /// What is bad, for the table.
    pub name: &'static str,
    /// Its size in bytes.
    pub bytes: usize,
    /// The number of warnings.
    pub faults: usize,
    /// Decoding it.
    pub ours: Work,
    /// Decoding, with serde_json alone, a good body of the same kind and size.
    pub plain: Work,
}

/// Bodies of 10 MB: one for each way in which a body can be bad.
pub fn hostile() -> Vec<Hostile> {
    let items = |element: &str| list(r#"{"items":["#, element, "]}");
    let lists = |element: &str| list(r#"{"lists":["#, element, "]}");
    let sound = items(r#"{"id":"a","size":1}"#);
    let map = |member: fn(usize) -> String| {
        let members = (0..BYTES / member(100_000).len()).map(member);
        format!(
            r#"{{"flags":{{{}}}}}"#,
            members.collect::<Vec<_>>().join(",")
        )
    };
    let sound_map = map(|n| format!(r#""f{n}":true"#));
    vec![
        case("nothing", &sound, &sound),
        case(
            "every element's optional member",
            &items(r#"{"id":"a","size":""}"#),
            &sound,
        ),
        case(
            "every second element's",
            &items(r#"{"id":"a","size":1},{"id":"a","size":""}"#),
            &sound,
        ),
        case(
            "every element's required member",
            &items(r#"{"id":null,"size":1}"#),
            &sound,
        ),
        case("every element lacks one", &items(r#"{"size":1}"#), &sound),
        case("every element is null", &items("null"), &sound),
        case(
            "every element has one twice",
            &items(r#"{"id":"a","id":"b"}"#),
            &sound,
        ),
        case(
            "every map entry",
            &map(|n| format!(r#""f{n}":1"#)),
            &sound_map,
        ),
        case(
            "every list in a list",
            &lists("[[],[1,{}]]"),
            &lists("[[],[1,22]]"),
        ),
    ]
}

fn list(begin: &str, element: &str, end: &str) -> String {
    let elements = vec![element; BYTES / (element.len() + 1)];
    format!("{begin}{}{end}", elements.join(","))
}

fn case(name: &'static str, body: &str, sound: &str) -> Hostile {
    let body = Bytes::from(body.to_owned());
    let sound = sound.to_owned();
    let answer =
        wire::decode_response::<Ask>(Response::new(body.clone())).expect("bad fields are skipped");
    Hostile {
        name,
        bytes: body.len(),
        faults: answer.warnings.count(),
        ours: work(move || Response::new(body.clone()), wire::decode::<Ask>),
        plain: work(
            || (),
            move |()| serde_json::from_str::<Told>(&sound).expect("nothing is wrong"),
        ),
    }
}

#[derive(Serialize)]
struct Ask {}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is only parsed")]
struct Told {
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    flags: BTreeMap<String, bool>,
    #[serde(default)]
    lists: Vec<Vec<Vec<u64>>>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is only parsed")]
struct Item {
    id: String,
    size: Option<u64>,
}

impl Endpoint for Ask {
    const OPERATION: Operation = Operation::get("ask", "/_matrix/client/v1/ask");
    type Response = Told;
}
