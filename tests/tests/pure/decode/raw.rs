//! Values that stay undecoded: they are split exactly, and what was never held to JSON's grammar leaves no program
//! unchecked.

use hardline::by_name::Operations;
use hardline::flow::{Flow, OperationFlow};
use hardline::json::{JsonMap, JsonObject, RawJson, RawList, RawMap, Shaped};
use hardline::types::Timestamp;
use hardline::wire::{self, Body, Credentials, EncodeError, Endpoint, Operation, Target};
use hardline_tests::fuzz::split;
use http::Response;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

/// Sends whatever it is given, everywhere.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Shaped)]
struct Send {
    id: Option<RawJson>,
    at: Option<RawJson>,
    content: Option<RawJson>,
    more: RawList<RawJson>,
    named: RawMap<String, RawJson>,
}

impl Endpoint for Send {
    const OPERATION: Operation = Operation::put("send", "/_example/send/{id}").query(&["at"]);
    type Response = Events;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Whole {
    content: RawJson,
}

impl Endpoint for Whole {
    const OPERATION: Operation =
        Operation::put("whole", "/_example/whole").body(Body::Whole("content"));
    type Response = Events;
}

#[derive(Clone, Debug, Serialize, Deserialize, Shaped)]
struct Form {
    content: RawJson,
}

impl Endpoint for Form {
    const OPERATION: Operation = Operation::post("form", "/_example/form").body(Body::Form);
    type Response = Events;
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Shaped)]
struct Events {
    #[serde(default)]
    chunk: RawList<RawJson>,
    #[serde(default)]
    rooms: RawMap<String, RawJson>,
}

/// What a server sent, of which nothing was checked.
fn unchecked() -> Events {
    let body = r#"{"chunk": [{"a": tru}, {"b": 1}], "rooms": {"!a": {"a": tru}, "!b": {}}}"#;
    wire::decode::<Send>(Response::new(body)).unwrap()
}

fn broken() -> RawJson {
    unchecked().chunk.raw().next().unwrap()
}

fn refused<E: Endpoint>(operation: &E) -> String {
    let target = Target::homeserver("https://example.org").unwrap();
    let refused = wire::encode(operation, &target, &Credentials::None);
    refused
        .map(drop)
        .map_err(|error: EncodeError| error.to_string())
        .unwrap_err()
}

fn sound() -> Send {
    Send {
        id: Some(RawJson::new("text").unwrap()),
        content: unchecked().chunk.raw().nth(1),
        ..Send::default()
    }
}

#[test]
fn a_request_with_a_value_that_is_not_json_is_refused_wherever_it_stands() {
    let raw = Some(broken());
    let refusals = [
        refused(&Send {
            content: raw.clone(),
            ..sound()
        }),
        refused(&Send {
            at: raw.clone(),
            ..sound()
        }),
        refused(&Send { id: raw, ..sound() }),
        refused(&Send {
            more: unchecked().chunk,
            ..sound()
        }),
        refused(&Send {
            named: unchecked().rooms,
            ..sound()
        }),
        refused(&Whole { content: broken() }),
        refused(&Form { content: broken() }),
    ];
    for refusal in refusals {
        assert!(refusal.contains("the raw value is not JSON"), "{refusal}");
    }
    let target = Target::homeserver("https://example.org").unwrap();
    let request = wire::encode(&sound(), &target, &Credentials::None).unwrap();
    assert_eq!(
        request.body(),
        br#"{"content":{"b": 1},"more":[],"named":{}}"#
    );
    let more = wire::WithOptions::new(sound()).member("org.example.more", &broken());
    assert!(more.is_err());
}

#[test]
fn arguments_by_name_are_refused_and_answers_lose_what_is_no_json() {
    let mut operations = Operations::new();
    operations.add::<Send>();
    operations.add::<Form>();
    let target = Target::homeserver("https://example.org").unwrap();
    for (operation, argument) in [
        ("send", "content"),
        ("send", "org.example.more"),
        ("form", "org.example.more"),
    ] {
        let mut arguments: JsonObject =
            serde_json::from_str(r#"{"id": "1", "more": [], "named": {}}"#).unwrap();
        arguments.insert_raw(argument.to_owned(), broken());
        let named = operations.find(operation).unwrap();
        assert!(
            named
                .encode(&arguments, &target, &Credentials::None)
                .is_err()
        );
    }
    let answer = |body: &'static str| {
        let named = operations.find("send").unwrap();
        named
            .decode(Response::new(body))
            .map(|answer| answer.value.as_str().to_owned())
    };
    assert_eq!(
        answer(r#"{"chunk": [{"a": 1}]}"#).unwrap(),
        r#"{"chunk":[{"a": 1}],"rooms":{}}"#
    );
    let rest = r#"{"chunk":[{"a": 1}],"rooms":{}}"#;
    assert_eq!(
        answer(r#"{"chunk": [{"a": tru}, {"a": 1}]}"#).unwrap(),
        rest
    );
    let rest = r#"{"chunk":[],"rooms":{"!b":{}}}"#;
    assert_eq!(
        answer(r#"{"rooms": {"!a": {"a": tru}, "!b": {}}}"#).unwrap(),
        rest
    );
}

#[test]
fn a_flow_with_a_value_that_is_not_json_is_not_saved() {
    let saved = |content| {
        let target = Target::homeserver("https://example.org").unwrap();
        let now = Timestamp::from_millis(0);
        let operation = Whole { content };
        let mut flow = OperationFlow::new(now, operation, target, 0);
        // It is sent, or fails; before that no flow can be saved.
        let _ = flow.poll_output();
        serde_json::to_string(&flow)
    };
    assert!(saved(unchecked().chunk.raw().nth(1).unwrap()).is_ok());
    let error = saved(broken()).unwrap_err().to_string();
    assert_eq!(
        error,
        "the raw value is not JSON: expected ident at line 1 column 10"
    );
}

#[test]
fn a_value_that_is_decoded_outside_of_a_raw_list_is_held_to_the_grammar() {
    #[derive(Deserialize)]
    struct Read {
        _content: Option<RawJson>,
    }

    #[derive(Serialize, Deserialize)]
    struct Ask {}

    impl Endpoint for Ask {
        const OPERATION: Operation = Operation::get("ask", "/_example/ask");
        type Response = JsonMap<String, RawJson>;
    }

    let broken = r#"{"_content": {"a": [{"b": tru}]}}"#;
    assert!(wire::decode::<Ask>(Response::new(broken)).is_err());
    let list = format!("{{\"chunk\": [{broken}, {broken}]}}");
    let events = wire::decode::<Send>(Response::new(list)).unwrap();
    for raw in events.chunk.raw() {
        assert!(raw.deserialize::<Read>().is_err());
        assert!(raw.deserialize::<RawJson>().is_err());
    }
    assert_eq!(events.chunk.decode_all().1.count(), 2);
}

/// Texts of which most are nearly JSON.
fn nearly_json() -> impl Strategy<Value = String> {
    let soup = r#"(\[|\]|\{|\}|"|,|:|\\|1|true|"a"|"b":|"\\u0061":| |\{\}|\[\]|x){0,24}"#;
    let value = any::<RawJson>().prop_map(|raw| raw.as_str().to_owned());
    let part = prop_oneof![3 => value, 1 => soup];
    let parts = prop::collection::vec(part, 0..5);
    let list = parts
        .clone()
        .prop_map(|parts| format!("[{}]", parts.join(" ,")));
    let name = r#"(a|b|\\u0061|\\ud800|)"#;
    let members = prop::collection::vec((name, parts), 0..4).prop_map(|members| {
        let member = |(name, parts): &(String, Vec<String>)| {
            format!("\"{name}\": {}", parts.first().map_or("{}", String::as_str))
        };
        let members: Vec<_> = members.iter().map(member).collect();
        format!("{{{}}}", members.join(","))
    });
    prop_oneof![list, members, soup]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lists_and_maps_are_split_as_serde_json_splits_them(text in nearly_json()) {
        split(text.as_bytes());
    }
}
