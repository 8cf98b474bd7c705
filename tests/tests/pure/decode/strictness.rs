//! Bad values are skipped in responses alone. What a client sends, and what a caller gives, is an error.

use hardline::by_name::{ByNameError, Operations};
use hardline::client_api;
use hardline::client_api::threepid::RequestTokenTo3pidMsisdn;
use hardline::json::JsonObject;
use hardline::wire::server::{Router, decode_request};
use hardline::wire::{Credentials, EncodeError, ErrorCode, Target};

/// A request with one value that does not fit: required or optional, of the wrong kind or nearly right.
const BODIES: [(&str, &str); 6] = [
    (
        "/send_attempt",
        r#"{"client_secret": "s", "country": "GB", "phone_number": "1", "send_attempt": "1"}"#,
    ),
    (
        "/send_attempt",
        r#"{"client_secret": "s", "country": "GB", "phone_number": "1", "send_attempt": 1.5}"#,
    ),
    (
        "/client_secret",
        r#"{"client_secret": 5, "country": "GB", "phone_number": "1", "send_attempt": 1}"#,
    ),
    (
        "/next_link",
        r#"{"client_secret": "s", "country": "GB", "phone_number": "1", "send_attempt": 1, "next_link": 5}"#,
    ),
    (
        "/id_server",
        r#"{"client_secret": "s", "country": "GB", "phone_number": "1", "send_attempt": 1, "id_server": 7, "id_access_token": "t"}"#,
    ),
    (
        "/id_server",
        r#"{"client_secret": "s", "country": "GB", "phone_number": "1", "send_attempt": 1, "id_server": [], "id_access_token": "t"}"#,
    ),
];

#[test]
fn a_server_refuses_a_request_with_a_bad_value() {
    let mut router = Router::new();
    client_api::visit(&mut router);
    let read = |body: &str| {
        let request = http::Request::post("/_matrix/client/v3/account/3pid/msisdn/requestToken")
            .body(body.as_bytes().to_vec())
            .unwrap();
        let route = router.find(request.method(), request.uri().path()).unwrap();
        decode_request::<RequestTokenTo3pidMsisdn>(&route, &request)
    };
    for (_, body) in BODIES {
        let refusal = read(body).unwrap_err().into_response();
        let error: JsonObject = serde_json::from_slice(refusal.body()).unwrap();
        assert_eq!(error.field("errcode"), Some(ErrorCode::BadJson), "{body}");
    }
    let sound = r#"{"client_secret": "x", "country": "GB", "phone_number": "1", "send_attempt": 1, "client_secret": "s"}"#;
    let request = read(sound).unwrap();
    assert_eq!(
        request.client_secret.reveal(),
        "s",
        "of two members of one name the last counts"
    );
}

#[test]
fn arguments_by_name_are_refused_with_a_bad_value() {
    let named = Operations::all().find("requestTokenTo3PIDMSISDN").unwrap();
    let target = Target::homeserver("https://example.org").unwrap();
    for (pointer, body) in BODIES {
        let arguments: JsonObject = serde_json::from_str(body).unwrap();
        let error = named
            .encode(&arguments, &target, &Credentials::None)
            .unwrap_err();
        match error {
            EncodeError::ByName(error) => match *error {
                ByNameError::WrongArgument { warning, .. } => {
                    assert_eq!(warning.pointer, pointer, "{body}");
                }
                other => panic!("{body}: {other}"),
            },
            other => panic!("{body}: {other}"),
        }
    }
}
