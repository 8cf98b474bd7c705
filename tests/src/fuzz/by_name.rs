//! An operation by name, held to the operation by type: with good values, and with a fault in them. Little is compiled for
//! each operation: what its type does, as functions that do not tell the type.

use hardline::by_name::{ByNameError, NamedOperation, Operations};
use hardline::json::{DecodeWarnings, Empty, JsonObject};
use hardline::types::AccessToken;
use hardline::wire::server::ArbitraryEndpoint;
use hardline::wire::{self, Body, Credentials, EncodeError, Endpoint, Error, Operation, Target};
use http::{Request, Response};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde::Serialize;
use serde_json::{Value, json};

/// Both ways build the same request of these fields, and of the same fields with a fault.
pub(super) fn check_request<E: ArbitraryEndpoint>(
    operation: &E,
    target: &Target,
    runner: &mut TestRunner,
) {
    let good = serde_json::to_value(operation).expect("what can be sent has a JSON form");
    check_arguments(
        good,
        target,
        named(const { &E::OPERATION }),
        by_type::<E>,
        runner,
    );
}

/// The request of these arguments, shown, or why they are no operation.
type ByType = fn(&str, &Target) -> Result<String, serde_json::Error>;

fn by_type<E: ArbitraryEndpoint>(
    arguments: &str,
    target: &Target,
) -> Result<String, serde_json::Error> {
    let operation: E = serde_json::from_str(arguments)?;
    Ok(shown(wire::encode(&operation, target, &credentials())))
}

fn check_arguments(
    good: Value,
    target: &Target,
    named: &NamedOperation,
    by_type: ByType,
    runner: &mut TestRunner,
) {
    let same = by_both(&good.to_string(), target, named, by_type);
    let same = same.expect("its fields are arguments");
    assert_eq!(same.1, same.0);
    for _ in 0..4 {
        let mut faulty = good.clone();
        break_one(
            &mut faulty,
            &[
                json!(true),
                json!("x"),
                json!([7]),
                json!({"y": 1}),
                json!(-1.5),
            ],
            runner,
        );
        if let Some((by_type, by_name)) = by_both(&faulty.to_string(), target, named, by_type) {
            assert_eq!(by_name, by_type, "{faulty}");
        }
    }
}

/// The request by type and by name. `None`: both refuse the arguments.
fn by_both(
    arguments: &str,
    target: &Target,
    named: &NamedOperation,
    by_type: ByType,
) -> Option<(String, String)> {
    let typed = by_type(arguments, target);
    let arguments: JsonObject = serde_json::from_str(arguments).unwrap();
    let named = named.encode(&arguments, target, &credentials());
    if let Err(EncodeError::ByName(refused)) = &named {
        assert!(
            matches!(
                **refused,
                ByNameError::WrongArgument { .. } | ByNameError::MissingArguments { .. }
            ),
            "{refused}"
        );
        assert!(typed.is_err(), "by name, {refused}");
        return None;
    }
    let typed = typed.expect("what is sent by name has the type of the operation");
    Some((typed, shown(named)))
}

fn credentials() -> Credentials {
    Credentials::Token(AccessToken::from("syt_fuzz"))
}

fn shown(request: Result<Request<Vec<u8>>, EncodeError>) -> String {
    match request {
        Ok(request) => format!("{request:?}"),
        Err(error) => error.to_string(),
    }
}

/// Both ways read the same of a response, and of the same one with faults: the value, as it is written, and the warnings.
pub(super) fn check_response<E: ArbitraryEndpoint>(
    response: &Response<Vec<u8>>,
    runner: &mut TestRunner,
) {
    let named = named(const { &E::OPERATION });
    check_faulty_responses(response, named, read_by_type::<E>, runner);
}

/// What was read, as it is written, and what was skipped.
type ReadByType = fn(Response<Vec<u8>>) -> Result<(String, DecodeWarnings), Error>;

fn read_by_type<E: ArbitraryEndpoint>(
    response: Response<Vec<u8>>,
) -> Result<(String, DecodeWarnings), Error> {
    let answer = wire::decode_response::<E>(response)?;
    Ok((written(&answer.value), answer.warnings))
}

fn check_faulty_responses(
    response: &Response<Vec<u8>>,
    named: &NamedOperation,
    by_type: ReadByType,
    runner: &mut TestRunner,
) {
    let same_response = |response: Response<Vec<u8>>| same_response(response, named, by_type);
    same_response(response.clone());
    let Ok(good) = serde_json::from_slice::<Value>(response.body()) else {
        return;
    };
    for faults in [1, 1, 2, 5] {
        let mut faulty = good.clone();
        for _ in 0..faults {
            break_one(
                &mut faulty,
                &WRONG.map(|wrong| serde_json::from_str(wrong).unwrap()),
                runner,
            );
        }
        let mut text = faulty.to_string();
        same_response(response.clone().map(|_| text.clone().into_bytes()));
        // Of two members of one name the last counts.
        if let (Some((name, value)), true) =
            (first_member(&good), text.ends_with('}') && text.len() > 2)
        {
            text.truncate(text.len() - 1);
            text += &format!(",{}:{value}}}", json!(name));
            same_response(response.clone().map(|_| text.into_bytes()));
        }
    }
}

const WRONG: [&str; 12] = [
    "null",
    "true",
    "\"\"",
    "\" \"",
    "\"7\"",
    "7.0",
    "-1.5",
    "1e30",
    "[]",
    "[null,7,\"x\",{}]",
    "{}",
    "{\"x\":[7,{}]}",
];

fn same_response(response: Response<Vec<u8>>, named: &NamedOperation, by_type: ReadByType) {
    let body = String::from_utf8_lossy(response.body()).into_owned();
    let by_type = by_type(response.clone());
    let by_name = named.decode(response);
    match (by_type, by_name) {
        (Ok((value, warnings)), Ok(by_name)) => {
            assert_same(by_name.value.as_str(), &value, &body);
            assert_eq!(by_name.warnings, warnings, "{body}");
        }
        (Err(by_type), Err(by_name)) => assert_eq!(by_name.to_string(), by_type.to_string()),
        (by_type, by_name) => panic!("{body}: {by_type:?}, but by name {by_name:?}"),
    }
}

/// The JSON of a value as the core writes it.
fn written<T: Serialize>(value: &T) -> String {
    #[derive(Serialize)]
    struct Send<'a, T> {
        value: &'a T,
    }

    impl<T: Serialize> Endpoint for Send<'_, T> {
        const OPERATION: Operation =
            Operation::post("send", "/_matrix/client/v3/send").body(Body::Whole("value"));
        type Response = Empty;
    }

    let target = Target::homeserver("https://example.org").unwrap();
    let request = wire::encode(&Send { value }, &target, &Credentials::None).unwrap();
    String::from_utf8(request.into_body()).unwrap()
}

fn named(operation: &Operation) -> &'static NamedOperation {
    let name = operation.name().to_string();
    Operations::all().find(&name).expect("it is listed")
}

fn first_member(value: &Value) -> Option<(&String, &Value)> {
    value.as_object()?.iter().next()
}

/// Puts a value somewhere in another that does not belong there, or removes one.
fn break_one(value: &mut Value, wrong: &[Value], runner: &mut TestRunner) {
    let choice = (any::<Index>(), any::<Index>(), 0..8_u8).new_tree(runner);
    let (place, wrong_one, action) = choice.unwrap().current();
    let places = count(value);
    if places < 2 {
        return;
    }
    // The whole is the first place.
    let mut left = place.index(places - 1) + 1;
    let wrong = (action > 0).then(|| wrong_one.get(wrong).clone());
    replace(value, &mut left, &wrong);
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(elements) => elements.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// Replaces the value that many places further, or removes it.
fn replace(value: &mut Value, left: &mut usize, wrong: &Option<Value>) {
    match value {
        Value::Array(elements) => {
            for at in 0..elements.len() {
                *left -= 1;
                if *left == 0 {
                    match wrong {
                        Some(wrong) => elements[at] = wrong.clone(),
                        None => drop(elements.remove(at)),
                    }
                    return;
                }
                replace(&mut elements[at], left, wrong);
                if *left == 0 {
                    return;
                }
            }
        }
        Value::Object(members) => {
            for name in members.keys().cloned().collect::<Vec<_>>() {
                *left -= 1;
                if *left == 0 {
                    match wrong {
                        Some(wrong) => drop(members.insert(name, wrong.clone())),
                        None => drop(members.remove(&name)),
                    }
                    return;
                }
                replace(&mut members[&name], left, wrong);
                if *left == 0 {
                    return;
                }
            }
        }
        _ => {}
    }
}

/// One text, or the same members: by type an event keeps a member that stands twice in it, by name it does not.
fn assert_same(by_name: &str, by_type: &str, body: &str) {
    if by_name != by_type {
        let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(parsed(by_name), parsed(by_type), "{body}");
    }
}
