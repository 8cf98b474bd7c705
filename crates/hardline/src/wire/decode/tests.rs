mod errcodes;
mod unexpected;

use http::header::{LOCATION, RETRY_AFTER};
use serde::{Deserialize, Serialize};

use super::*;
use crate::wire::{AuthType, ErrorCode};

#[derive(Serialize)]
struct Ask {}

#[derive(Debug, PartialEq, Deserialize)]
struct Told {
    sid: String,
    count: Option<u64>,
}

impl Endpoint for Ask {
    const OPERATION: Operation = Operation::post("ask", "/_matrix/client/v3/ask").success_member();
    type Response = Told;
}

#[derive(Serialize)]
struct Go {}

#[derive(Debug, PartialEq, Deserialize)]
struct There {
    location: String,
}

impl Endpoint for Go {
    const OPERATION: Operation = Operation::get("go", "/_matrix/client/v3/go")
        .statuses(&[302])
        .response_headers(&[("location", "location")]);
    type Response = There;
}

fn answer(
    status: u16,
    body: &'static (impl AsRef<[u8]> + ?Sized),
) -> Result<ApiResponse<Told>, Error> {
    let response = Response::builder()
        .status(status)
        .body(Bytes::from_static(body.as_ref()))
        .unwrap();
    decode_response::<Ask>(response)
}

fn error(status: u16, body: &'static (impl AsRef<[u8]> + ?Sized)) -> Error {
    answer(status, body).unwrap_err()
}

#[test]
fn a_response_gives_its_type_and_the_rest() {
    let answer = answer(200, r#" {"sid": "1", "count": "x", "intl_fmt": "+44"} "#).unwrap();
    assert_eq!(
        answer.value,
        Told {
            sid: "1".to_owned(),
            count: None
        }
    );
    assert_eq!(answer.warnings.count(), 1);
    assert_eq!(answer.field::<String>("intl_fmt").as_deref(), Some("+44"));
    assert_eq!(answer.field::<u64>("intl_fmt"), None);
}

#[test]
fn an_errcode_survives_whatever_else_is_wrong() {
    for body in [
        r#"{"errcode": "M_LIMIT_EXCEEDED"}"#,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "error": null, "retry_after_ms": null}"#,
        r#"{"error": {}, "retry_after_ms": -1.5, "errcode": "M_LIMIT_EXCEEDED"}"#,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "error": "cut sho"#,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "errcode": 5, "flows": 7}"#,
        r#"{"error": "\ud800", "errcode": "M_LIMIT_EXCEEDED"}"#,
    ] {
        let error = error(400, body);
        assert_eq!(error.errcode(), Some(&ErrorCode::LimitExceeded), "{body}");
        assert!(error.is_rate_limited());
        assert_eq!(error.retry_after(Timestamp::default()), None, "{body}");
    }
    let error = error(
        400,
        b"{\"error\": \"\xff\", \"errcode\": \"M_LIMIT_EXCEEDED\"}",
    );
    assert_eq!(error.errcode(), Some(&ErrorCode::LimitExceeded));
}

#[test]
fn every_kind_of_error_tells_the_wait() {
    let limited = r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 5000.5}"#;
    let challenge = r#"{"flows": [{"stages": ["m.login.password"]}], "session": "S", "params": {},
        "errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": "5000"}"#;
    for (status, header, body, millis) in [
        (429, None, limited, 5_000),
        (429, Some("7"), limited, 7_000),
        (400, Some("2"), limited, 5_000),
        (200, None, limited, 5_000),
        (503, Some("0"), "<html>", 1_000),
        (401, None, challenge, 5_000),
        (403, Some("9"), challenge, 9_000),
    ] {
        let mut response = Response::builder().status(status);
        if let Some(seconds) = header {
            response = response.header(RETRY_AFTER, seconds);
        }
        let error = decode::<Ask>(response.body(body).unwrap()).unwrap_err();
        let wait = error.retry_after(Timestamp::default()).unwrap();
        assert_eq!(wait.as_millis(), millis, "{status} {header:?} {body}");
        assert_eq!(error.is_rate_limited(), body != "<html>", "{status} {body}");
    }
    let challenge = error(401, r#"{"flows": [], "errcode": "M_FORBIDDEN"}"#);
    assert_eq!(challenge.retry_after(Timestamp::default()), None);
}

#[test]
fn a_200_that_says_it_failed_is_an_error() {
    let error = error(
        200,
        r#"{"success": false, "errcode": "M_NO_VALID_SESSION"}"#,
    );
    assert_eq!(error.errcode(), Some(&ErrorCode::NoValidSession));
    assert!(matches!(
        self::error(200, r#"{"success": false}"#).kind(),
        ErrorKind::Server(_)
    ));
    let error = self::error(200, r#"{"errcode": "M_UNKNOWN", "error": "x"}"#);
    assert_eq!(error.errcode(), Some(&ErrorCode::Unknown));
}

#[test]
fn flows_make_an_error_a_challenge() {
    let error = error(
        401,
        r#"{"flows": [{"stages": ["m.login.password"]}, {"stages": 5}, {"stages": []}], "session": "s",
            "params": {"m.login.terms": {}}, "completed": ["m.login.dummy"], "errcode": "M_FORBIDDEN"}"#,
    );
    let challenge = error.uia().unwrap();
    assert_eq!(challenge.flows.len(), 2);
    assert_eq!(challenge.session.as_deref(), Some("s"));
    assert_eq!(challenge.completed, [AuthType::Dummy]);
    assert!(challenge.params.raw("m.login.terms").is_some());
    assert_eq!(error.errcode(), Some(&ErrorCode::Forbidden));
}

#[test]
fn a_challenge_may_come_with_another_status_of_refusal() {
    let body =
        r#"{"flows": [{"stages": ["m.login.password"]}], "session": "s", "errcode": "M_BAD_JSON"}"#;
    for status in [400, 401, 403] {
        let error = error(status, body);
        assert_eq!(error.uia().unwrap().session.as_deref(), Some("s"));
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
    }
    assert!(error(500, body).uia().is_none());
}

#[test]
fn an_unexpected_response_keeps_its_status_and_an_excerpt() {
    let error = error(502, "<html>\n <h1>Bad \u{1b}[31m Gateway</h1></html>");
    assert_eq!(error.status(), Some(StatusCode::BAD_GATEWAY));
    assert_eq!(
        error.to_string(),
        "HTTP status 502 from something that is not a Matrix server, with an HTML page: \"<html> <h1>Bad [31m Gateway</h1></html>\""
    );
    for (status, body) in [
        (200, ""),
        (200, "{"),
        (200, "[\"1\"]"),
        (200, "<html>"),
        (204, ""),
        (206, r#"{"sid": "1"}"#),
        (302, r#"{"sid": "1"}"#),
        (304, ""),
        (500, "{}"),
    ] {
        assert!(
            matches!(
                self::error(status, body).kind(),
                ErrorKind::UnexpectedResponse(_)
            ),
            "{status} {body}"
        );
    }
    let response = Response::builder()
        .status(301)
        .header(LOCATION, "https://other/x?token=t")
        .body("")
        .unwrap();
    let error = decode::<Ask>(response).unwrap_err();
    assert_eq!(
        error.to_string(),
        "HTTP status 301 redirects the request to https://other/x: use that address"
    );
}

#[test]
fn any_2xx_is_an_answer_but_a_part_of_one() {
    for status in [200, 201, 202, 203, 226, 299] {
        let answer = answer(status, r#"{"sid": "1"}"#).unwrap();
        assert_eq!((answer.status.as_u16(), &*answer.value.sid), (status, "1"));
    }
    assert_eq!(
        error(206, r#"{"sid": "1"}"#).to_string(),
        "HTTP status 206 is a partial response, but the request was for all of it"
    );
    assert_eq!(
        error(304, "").to_string(),
        "HTTP status 304 says that nothing has changed, but the request did not ask for changes only"
    );
    assert_eq!(
        error(204, "").to_string(),
        "the response (HTTP status 204) cannot be used: the response lacks sid"
    );
}

#[test]
fn an_empty_response_fits_a_type_that_requires_nothing() {
    #[derive(Serialize)]
    struct Set {}

    #[derive(Debug, Default, PartialEq, Deserialize)]
    struct Done {
        at: Option<u64>,
    }

    impl Endpoint for Set {
        const OPERATION: Operation = Operation::put("set", "/_matrix/client/v3/set");
        type Response = Done;
    }

    for status in [200, 204] {
        let response = Response::builder().status(status).body("").unwrap();
        assert_eq!(decode::<Set>(response).unwrap(), Done::default());
    }
}

#[test]
fn a_secret_in_a_bad_response_is_not_shown() {
    let error = error(
        200,
        r#"{"access_token": "syt_secret", "sid": ["syt_secret"]}"#,
    );
    assert!(!format!("{error:?} {error}").contains("syt_secret"));
    let error = self::error(200, r#"{"access_token": "syt_secret", "si"#);
    assert!(!format!("{error:?} {error}").contains("syt_secret"));
}

#[test]
fn header_fields_carry_fields() {
    let response = Response::builder()
        .status(302)
        .header(LOCATION, "https://sso/\"x")
        .body("")
        .unwrap();
    assert_eq!(
        decode::<Go>(response).unwrap(),
        There {
            location: "https://sso/\"x".to_owned()
        }
    );
    let response = Response::builder().status(302).body("").unwrap();
    assert_eq!(
        decode::<Go>(response).unwrap_err().to_string(),
        "the response (HTTP status 302) cannot be used: the response lacks location"
    );
}

#[test]
fn an_error_is_one_pointer_wide() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Error>();
}
