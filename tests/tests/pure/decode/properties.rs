//! What holds for every operation of the registry, whatever its values: both halves survive a round trip over HTTP, and
//! a body from a server loses only its bad parts.
//!
//! The strategies are the library's own, which embedders get with its feature `proptest`. The cases are the same in
//! every run. `.cargo/config.toml` keeps the lists short.

use std::collections::BTreeSet;

use hardline::client_api::account::GetTokenOwner;
use hardline::types::{AccessToken, DeviceId, UserId};
use hardline::wire::server::{
    ArbitraryEndpoint, ArbitraryEndpointVisitor, ErrorResponse, Router, decode_request,
    encode_response,
};
use hardline::wire::{
    self, Api, Auth, Credentials, DecodeError, ErrorCode, ErrorKind, OAuthErrorCode, ResponseBody,
    WithOptions,
};
use hardline_tests::registries;
use http::{Response, StatusCode};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

/// Checks a property of an operation on this many values of a strategy.
fn hold<E: ArbitraryEndpoint, S: Strategy>(
    cases: u32,
    strategy: &S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    hold_named(&E::OPERATION.name().to_string(), cases, strategy, property);
}

/// Checks a property of what has this name on this many values of a strategy.
pub(super) fn hold_named<S: Strategy>(
    name: &str,
    cases: u32,
    strategy: &S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let mut seed = [0; 32];
    for (seed, byte) in seed.iter_mut().zip(name.bytes()) {
        *seed = byte;
    }
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    if let Err(failure) = TestRunner::new_with_rng(config, rng).run(strategy, property) {
        panic!("{name}: {failure}");
    }
}

fn response(status: u16, body: impl Into<Vec<u8>>) -> Response<Vec<u8>> {
    Response::builder()
        .status(status)
        .body(body.into())
        .unwrap()
}

/// The response of an operation with another body.
fn answer<E: ArbitraryEndpoint>(value: &E::Response, body: Vec<u8>) -> Response<Vec<u8>> {
    encode_response::<E>(value).unwrap().map(|_| body)
}

#[test]
fn a_request_comes_out_of_its_http_form_as_it_went_in() {
    struct Requests(Router);
    impl ArbitraryEndpointVisitor for Requests {
        fn visit<E: ArbitraryEndpoint>(&mut self) {
            let credentials = Credentials::Token(AccessToken::from("syt_properties"));
            hold::<E, _>(64, &any::<E>(), |operation| {
                let request = wire::encode(
                    &operation,
                    &registries::target(const { &E::OPERATION }),
                    &credentials,
                );
                let request = request.map_err(|error| TestCaseError::fail(error.to_string()))?;
                let route = self.0.route(&request).unwrap();
                prop_assert_eq!(route.operation.name(), E::OPERATION.name());
                let decoded = decode_request::<E>(&route, &request);
                let decoded =
                    decoded.map_err(|refusal| TestCaseError::fail(format!("{refusal:?}")))?;
                prop_assert_eq!(&decoded, &operation);
                let again = wire::encode(
                    &decoded,
                    &registries::target(const { &E::OPERATION }),
                    &credentials,
                )
                .unwrap();
                prop_assert_eq!(format!("{again:?}"), format!("{request:?}"));
                Ok(())
            });
        }
    }
    registries::visit_arbitrary(&mut Requests(registries::router()));
}

#[test]
fn an_application_service_acts_as_a_user_in_every_operation_that_takes_a_token() {
    struct Acting(Router, usize);
    impl ArbitraryEndpointVisitor for Acting {
        fn visit<E: ArbitraryEndpoint>(&mut self) {
            let operation = const { &E::OPERATION };
            if operation.api() != Api::ClientServer || operation.auth == Auth::None {
                return;
            }
            self.1 += 1;
            let user_id = UserId::parse("@_irc_a:server.example").unwrap();
            let device_id = DeviceId::parse("A B&C").unwrap();
            let credentials = Credentials::Token(AccessToken::from("as_properties"));
            hold::<E, _>(8, &any::<E>(), |value| {
                let target = registries::target(operation);
                let call = WithOptions::new(value.clone()).acting_as(&user_id, Some(&device_id));
                let acting = wire::encode(&call, &target, &credentials);
                if operation.query.contains(&"user_id") {
                    // Whom it asks about has the name of who asks.
                    prop_assert!(acting.is_err());
                    return Ok(());
                }
                let acting = acting.map_err(|error| TestCaseError::fail(error.to_string()))?;
                let alone = wire::encode(&value, &target, &credentials).unwrap();
                let added = "user_id=%40_irc_a%3Aserver.example&device_id=A%20B%26C";
                let query = alone
                    .uri()
                    .query()
                    .map_or(String::new(), |query| format!("{query}&"));
                prop_assert_eq!(acting.uri().query(), Some(&*format!("{query}{added}")));
                prop_assert_eq!(acting.uri().path(), alone.uri().path());
                prop_assert_eq!(acting.body(), alone.body());
                let route = self.0.route(&acting).unwrap();
                prop_assert_eq!(route.operation.name(), operation.name());
                prop_assert_eq!(decode_request::<E>(&route, &acting).unwrap(), value);
                Ok(())
            });
        }
    }
    let mut acting = Acting(registries::router(), 0);
    registries::visit_arbitrary(&mut acting);
    assert!(acting.1 > 140, "only {} operations", acting.1);
}

#[test]
fn a_response_survives_a_round_trip_over_http() {
    struct Answers;
    impl ArbitraryEndpointVisitor for Answers {
        fn visit<E: ArbitraryEndpoint>(&mut self) {
            hold::<E, _>(64, &any::<E::Response>(), |value| {
                let answer = wire::decode_response::<E>(encode_response::<E>(&value).unwrap());
                let answer = answer.map_err(|error| TestCaseError::fail(error.to_string()))?;
                prop_assert_eq!(answer.value, value);
                prop_assert!(answer.warnings.is_empty(), "{:?}", answer.warnings);
                Ok(())
            });
        }
    }
    registries::visit_arbitrary(&mut Answers);
}

/// The JSON pointer of every member and element within a value.
pub(super) fn places(value: &Value) -> Vec<String> {
    fn walk(value: &Value, at: &str, places: &mut Vec<String>) {
        let inner: Vec<(String, &Value)> = match value {
            Value::Object(members) => {
                let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
                members
                    .iter()
                    .map(|(name, value)| (escaped(name), value))
                    .collect()
            }
            Value::Array(values) => (0..)
                .map(|index: usize| index.to_string())
                .zip(values)
                .collect(),
            _ => Vec::new(),
        };
        for (name, value) in inner {
            let place = format!("{at}/{name}");
            walk(value, &place, places);
            places.push(place);
        }
    }
    let mut found = Vec::new();
    walk(value, "", &mut found);
    found
}

pub(super) fn without(value: &Value, pointer: &str) -> Value {
    let mut value = value.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match value.pointer_mut(parent).unwrap() {
        Value::Object(members) => drop(members.remove(&name.replace("~1", "/").replace("~0", "~"))),
        Value::Array(values) => drop(values.remove(name.parse().unwrap())),
        _ => panic!("{parent} has no members"),
    }
    value
}

pub(super) fn with(value: &Value, pointer: &str, other: &Value) -> Value {
    let mut value = value.clone();
    *value.pointer_mut(pointer).unwrap() = other.clone();
    value
}

/// A value of each kind.
pub(super) fn of_every_kind() -> [Value; 7] {
    [
        Value::Null,
        json!(true),
        json!(-1.5),
        json!(u64::MAX),
        json!("?"),
        json!([[]]),
        json!({"?": {}}),
    ]
}

#[test]
fn a_bad_part_is_skipped_and_reported() {
    struct Parts;
    impl ArbitraryEndpointVisitor for Parts {
        fn visit<E: ArbitraryEndpoint>(&mut self) {
            let has_parts = matches!(
                E::OPERATION.response_body,
                ResponseBody::Object | ResponseBody::List
            );
            if !has_parts {
                return;
            }
            let strategy = (any::<E::Response>(), any::<Index>(), any::<Index>());
            hold::<E, _>(128, &strategy, |(value, place, other)| {
                let sent = encode_response::<E>(&value).unwrap();
                let body: Value = serde_json::from_slice(sent.body()).unwrap();
                let places = places(&body);
                if places.is_empty() {
                    return Ok(());
                }
                let place = place.get(&places);
                let others = of_every_kind();
                let other = other.get(&others);
                let decode = |body: &Value| {
                    wire::decode_response::<E>(answer::<E>(&value, body.to_string().into_bytes()))
                };
                let wrong = with(&body, place, other);
                match decode(&wrong) {
                    // Another value of its kind, or one that is kept as it is.
                    Ok(answer) if answer.warnings.is_empty() => {}
                    Ok(answer) => {
                        // The part, or something in or around it, was skipped, along with whatever cannot do without
                        // it.
                        for fault in answer.warnings.iter() {
                            let (one, other) = (&fault.pointer, place);
                            prop_assert!(
                                one.starts_with(other.as_str()) || other.starts_with(one.as_str()),
                                "{} is left out for {}",
                                one,
                                other
                            );
                        }
                        // Nothing else was skipped: the rest equals the body without that part.
                        if let [fault] = &answer.warnings.iter().collect::<Vec<_>>()[..] {
                            let rest = decode(&without(&wrong, &fault.pointer)).unwrap();
                            prop_assert_eq!(answer.value, rest.value);
                            prop_assert!(rest.warnings.is_empty());
                        }
                    }
                    // The whole body cannot do without it.
                    Err(error) => {
                        // A success that is not true is a failure, whatever it is.
                        if E::OPERATION.success_member && place == "/success" {
                            prop_assert!(matches!(error.kind(), ErrorKind::Server(_)), "{error}");
                            return Ok(());
                        }
                        // A strict type tells the value that does not fit.
                        if pointer(&error).is_some_and(|at| at.starts_with(place.as_str())) {
                            return Ok(());
                        }
                        let is_no_answer = matches!(error.kind(), ErrorKind::UnexpectedResponse(_));
                        prop_assert!(is_no_answer, "{error}");
                        let absent = decode(&without(&body, place));
                        prop_assert!(absent.is_err(), "{} costs the answer: {error}", place);
                    }
                }
                Ok(())
            });
        }
    }
    registries::visit_arbitrary(&mut Parts);
}

/// The value that was not skipped, where a part of the body is to blame.
fn pointer(error: &wire::Error) -> Option<&str> {
    match error.kind() {
        ErrorKind::UnexpectedResponse(answer) => match &answer.error {
            DecodeError::Shape(warning) if !warning.pointer.is_empty() => Some(&warning.pointer),
            _ => None,
        },
        _ => None,
    }
}

/// How a body is damaged on its way.
#[derive(Clone, Debug)]
enum Damage {
    /// It is truncated.
    Cut(Index),
    /// A byte is changed.
    Byte(Index, u8),
    /// Something is inserted.
    Inserted(Index, Vec<u8>),
    /// A member or element is removed.
    Dropped(Index),
    /// A member or element has another value.
    Replaced(Index, Value),
    /// A member or element is longer than allowed.
    Huge(Index),
    /// A member or element is nested deeper than serde_json allows.
    Deep(Index),
    /// All members occur twice.
    Twice,
}

fn damage() -> impl Strategy<Value = Damage> {
    let value = proptest::sample::select(of_every_kind().to_vec());
    prop_oneof![
        any::<Index>().prop_map(Damage::Cut),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        (any::<Index>(), any::<Vec<u8>>()).prop_map(|(at, bytes)| Damage::Inserted(at, bytes)),
        any::<Index>().prop_map(Damage::Dropped),
        (any::<Index>(), value).prop_map(|(at, value)| Damage::Replaced(at, value)),
        any::<Index>().prop_map(Damage::Huge),
        any::<Index>().prop_map(Damage::Deep),
        Just(Damage::Twice),
    ]
}

impl Damage {
    fn inflict(&self, body: &Value) -> Vec<u8> {
        let mut text = body.to_string().into_bytes();
        let places = places(body);
        let replaced = |at: &Index, by: &str| {
            if places.is_empty() {
                return by.as_bytes().to_vec();
            }
            let mark = json!("the mark of what is replaced");
            let marked = with(body, &places[at.index(places.len())], &mark).to_string();
            marked.replace(&mark.to_string(), by).into_bytes()
        };
        match self {
            Self::Cut(at) => text.truncate(at.index(text.len())),
            Self::Byte(at, byte) => {
                let at = at.index(text.len());
                text[at] = *byte;
            }
            Self::Inserted(at, bytes) => {
                let at = at.index(text.len());
                text.splice(at..at, bytes.iter().copied());
            }
            Self::Dropped(_) if places.is_empty() => text.clear(),
            Self::Dropped(at) => {
                text = without(body, &places[at.index(places.len())])
                    .to_string()
                    .into_bytes();
            }
            Self::Replaced(at, value) => text = replaced(at, &value.to_string()),
            Self::Huge(at) => text = replaced(at, &format!("1{}", "0".repeat(20_000))),
            Self::Deep(at) => text = replaced(at, &"[".repeat(20_000)),
            Self::Twice => {
                let members = text[1..].to_vec();
                text.pop();
                text.push(b',');
                text.extend(members);
            }
        }
        text
    }
}

#[test]
fn no_damage_to_a_response_makes_decoding_panic() {
    struct Damaged;
    impl ArbitraryEndpointVisitor for Damaged {
        fn visit<E: ArbitraryEndpoint>(&mut self) {
            let strategy = (any::<E::Response>(), damage());
            hold::<E, _>(128, &strategy, |(value, damage)| {
                let sent = encode_response::<E>(&value).unwrap();
                // A page for people may be empty.
                let body = serde_json::from_slice(sent.body()).unwrap_or(json!({}));
                let damaged = answer::<E>(&value, damage.inflict(&body));
                let status = damaged.status();
                match wire::decode_response::<E>(damaged) {
                    Ok(answer) => prop_assert_eq!(answer.status, status),
                    Err(error) => prop_assert_eq!(error.status(), Some(status)),
                }
                Ok(())
            });
        }
    }
    registries::visit_arbitrary(&mut Damaged);
}

#[test]
fn no_damage_to_a_request_makes_the_server_half_panic() {
    struct Damaged(Router);
    impl ArbitraryEndpointVisitor for Damaged {
        fn visit<E: ArbitraryEndpoint>(&mut self) {
            hold::<E, _>(64, &(any::<E>(), damage()), |(operation, damage)| {
                let request = wire::encode(
                    &operation,
                    &registries::target(const { &E::OPERATION }),
                    &Credentials::Deferred,
                )
                .unwrap();
                let route = self.0.route(&request).unwrap();
                let body = serde_json::from_slice(request.body()).unwrap_or(json!({}));
                let damaged = request.map(|_| damage.inflict(&body));
                if let Err(refusal) = decode_request::<E>(&route, &damaged) {
                    prop_assert_eq!(refusal.status(), StatusCode::BAD_REQUEST);
                }
                Ok(())
            });
        }
    }
    registries::visit_arbitrary(&mut Damaged(registries::router()));
}

#[test]
fn no_damage_behind_an_errcode_loses_it() {
    struct Declined;
    impl ArbitraryEndpointVisitor for Declined {
        fn visit<E: ArbitraryEndpoint>(&mut self) {
            let status = (400..600_u16)
                .prop_filter("that is an answer", |status| !E::OPERATION.accepts(*status));
            let rest = json!({"error": "a sentence", "retry_after_ms": 1500, "soft_logout": true, "params": {"a": [1]}});
            let strategy = (any::<ErrorCode>(), status, damage());
            hold::<E, _>(64, &strategy, |(errcode, status, damage)| {
                let mut body = format!("{{\"errcode\":{},", json!(errcode.as_str())).into_bytes();
                let damaged = damage.inflict(&rest);
                body.extend_from_slice(damaged.get(1..).unwrap_or_default());
                let error = wire::decode::<E>(response(status, body)).unwrap_err();
                prop_assert_eq!(error.errcode(), Some(&errcode));
                prop_assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
                Ok(())
            });
        }
    }
    registries::visit_arbitrary(&mut Declined);
}

#[test]
fn no_damage_behind_an_oauth_error_loses_it() {
    struct Declined;
    impl ArbitraryEndpointVisitor for Declined {
        fn visit<E: ArbitraryEndpoint>(&mut self) {
            if !E::OPERATION.oauth {
                return;
            }
            let rest = json!({"error_description": "a sentence", "error_uri": "https://a.example/", "scope": [1]});
            let strategy = (any::<OAuthErrorCode>(), 200..600_u16, damage());
            hold::<E, _>(64, &strategy, |(code, status, damage)| {
                let mut body = format!("{{\"error\":{},", json!(code.as_str())).into_bytes();
                let damaged = damage.inflict(&rest);
                body.extend_from_slice(damaged.get(1..).unwrap_or_default());
                // What is cut short is no answer, and no error either if the status says success.
                let is_whole = serde_json::from_slice::<Value>(&body).is_ok();
                if E::OPERATION.accepts(status) && !is_whole {
                    return Ok(());
                }
                let error = wire::decode::<E>(response(status, body)).unwrap_err();
                prop_assert_eq!(error.oauth_error(), Some(&code));
                prop_assert_eq!(error.errcode(), None);
                prop_assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
                Ok(())
            });
        }
    }
    registries::visit_arbitrary(&mut Declined);
}

#[test]
fn a_refusal_is_read_as_it_was_written() {
    struct Declined;
    impl ArbitraryEndpointVisitor for Declined {
        fn visit<E: ArbitraryEndpoint>(&mut self) {
            let strategy = (
                any::<ErrorCode>(),
                400..600_u16,
                any::<String>(),
                any::<u32>(),
            );
            hold::<E, _>(64, &strategy, |(errcode, status, message, millis)| {
                let status = StatusCode::from_u16(status).unwrap();
                let refusal = ErrorResponse::new(status, errcode.clone(), &message)
                    .with("retry_after_ms", &millis);
                let error = wire::decode::<E>(refusal.into_response()).unwrap_err();
                let ErrorKind::Server(error) = error.kind() else {
                    return Err(TestCaseError::fail(error.to_string()));
                };
                prop_assert_eq!(error.status, status);
                prop_assert_eq!(error.errcode.as_ref(), Some(&errcode));
                prop_assert_eq!(error.message.as_ref(), Some(&message));
                prop_assert_eq!(error.field::<u32>("retry_after_ms"), Some(millis));
                Ok(())
            });
        }
    }
    registries::visit_arbitrary(&mut Declined);
}

#[test]
fn every_errcode_that_has_a_name_survives() {
    let strategy = any::<ErrorCode>();
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    // The strategy draws each name equally often: with this many draws, all of them.
    let drawn = (0..5_000).map(|_| strategy.new_tree(&mut runner).unwrap().current());
    let named: BTreeSet<_> = drawn
        .filter(|code| !matches!(code, ErrorCode::Other(_)))
        .collect();
    assert!(named.len() > 60, "{named:?}");
    for errcode in named {
        assert_eq!(ErrorCode::from(errcode.as_str()), errcode);
        let refusal = ErrorResponse::bad_request(errcode.clone(), "a sentence");
        let error = wire::decode::<GetTokenOwner>(refusal.into_response()).unwrap_err();
        assert_eq!(error.errcode(), Some(&errcode));
    }
}
