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
fn what_is_not_true_is_no_success() {
    for success in [
        "false",
        r#""false""#,
        r#""no""#,
        r#""""#,
        "0",
        "0.0",
        "-1",
        "2",
        "null",
        "{}",
        "[]",
        "[true]",
        r#"{"x": true}"#,
        "FALSE",
    ] {
        let body = format!(r#"{{"sid": "1", "success": {success}}}"#);
        let error = decode::<Ask>(Response::new(body)).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Server(_)), "{success}");
        let body = format!(r#"{{"sid": "1", "success": true, "success": {success}}}"#);
        assert!(decode::<Ask>(Response::new(body)).is_err(), "{success}");
    }
    for body in [
        r#"{"sid": "1"}"#,
        r#"{"sid": "1", "success": true}"#,
        r#"{"sid": "1", "success": "true"}"#,
        r#"{"sid": "1", "success": "True"}"#,
        r#"{"sid": "1", "success": 1}"#,
        r#"{"sid": "1", "success": false, "success": true}"#,
        r#"{"sid": "1", "more": {"success": false}}"#,
    ] {
        assert!(decode::<Ask>(Response::new(body)).is_ok(), "{body}");
    }
}

#[test]
fn an_errcode_makes_any_status_an_error() {
    for status in [
        200, 201, 202, 204, 206, 299, 302, 304, 400, 401, 403, 404, 429, 500, 502,
    ] {
        for body in [
            r#"{"errcode": "M_FORBIDDEN", "error": "no"}"#,
            r#"{"sid": "1", "errcode": "M_FORBIDDEN", "error": "no"}"#,
            r#"{"sid": "1", "success": true, "errcode": "M_FORBIDDEN", "error": "no"}"#,
            r#"{"errcode": "M_UNKNOWN", "error": "no", "errcode": "M_FORBIDDEN"}"#,
            "\u{feff}{\"errcode\": \"M_FORBIDDEN\", \"error\": \"no\"}",
            r#"{"errcode": "M_FORBIDDEN", "error": "no", "x": "cut"#,
        ] {
            let error = error(status, body);
            assert!(
                matches!(error.kind(), ErrorKind::Server(_)),
                "{status} {body}"
            );
            assert_eq!(
                error.errcode(),
                Some(&ErrorCode::Forbidden),
                "{status} {body}"
            );
            assert_eq!(error.status().unwrap().as_u16(), status);
        }
    }
    // These name no error, and the rest is an answer.
    for errcode in ["null", r#""""#, "0", "false", "{}"] {
        let body = format!(r#"{{"sid": "1", "errcode": {errcode}}}"#);
        let told = decode::<Ask>(Response::new(body.clone())).unwrap();
        assert_eq!(told.sid, "1", "{body}");
        let response = Response::builder().status(403).body(body).unwrap();
        let error = decode::<Ask>(response).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::UnexpectedResponse(_)),
            "{errcode}"
        );
    }
}

#[test]
fn an_errcode_in_the_content_of_others_is_content() {
    #[derive(Serialize)]
    struct GetContent {}

    impl Endpoint for GetContent {
        const OPERATION: Operation =
            Operation::get("getContent", "/_matrix/client/v3/content").open_response();
        type Response = crate::json::JsonObject;
    }

    let body = r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "x"}"#;
    let content = decode::<GetContent>(Response::new(body)).unwrap();
    assert_eq!(
        content.field::<String>("errcode").as_deref(),
        Some("M_UNKNOWN_TOKEN")
    );
    // What is not content is still an error.
    let response = Response::builder().status(401).body(body).unwrap();
    let error = decode::<GetContent>(response).unwrap_err();
    assert_eq!(error.errcode(), Some(&ErrorCode::UnknownToken));

    #[derive(Serialize)]
    struct GetFixed {}

    impl Endpoint for GetFixed {
        const OPERATION: Operation =
            Operation::get("getFixed", "/_matrix/client/v3/fixed").open_response();
        type Response = Told;
    }

    // The content that lacks what is required is no error of the server's either.
    let error = decode::<GetFixed>(Response::new(body)).unwrap_err();
    assert_eq!(error.errcode(), None);
    assert!(matches!(error.kind(), ErrorKind::UnexpectedResponse(_)));
}

#[test]
fn an_operation_that_ignores_its_body_still_sees_an_errcode_in_it() {
    #[derive(Serialize)]
    struct Submit {}

    #[derive(Debug, Default, PartialEq, Deserialize)]
    struct Followed {
        location: Option<String>,
    }

    impl Endpoint for Submit {
        const OPERATION: Operation = Operation::get("submit", "/_matrix/client/v3/submit")
            .statuses(&[200, 302])
            .response_headers(&[("location", "location")])
            .response_body(ResponseBody::Ignored);
        type Response = Followed;
    }

    for body in [
        "",
        "<html>errcode",
        "validated",
        "{",
        r#"{"errcode": null}"#,
    ] {
        assert_eq!(
            decode::<Submit>(Response::new(body)).unwrap(),
            Followed::default(),
            "{body}"
        );
    }
    let body = r#"{"errcode": "M_NO_VALID_SESSION", "error": "x"}"#;
    let error = decode::<Submit>(Response::new(body)).unwrap_err();
    assert_eq!(error.errcode(), Some(&ErrorCode::NoValidSession));
}

#[test]
fn a_byte_order_mark_is_white_space() {
    for body in [
        "\u{feff}{\"sid\": \"1\"}",
        "\u{feff}\r\n {\"sid\": \"1\"} \n",
    ] {
        let answer = decode_response::<Ask>(Response::new(body)).unwrap();
        assert_eq!(answer.value.sid, "1");
        assert_eq!(answer.field::<String>("sid").as_deref(), Some("1"));
    }
    let challenge = error(401, "\u{feff}{\"flows\": [], \"session\": \"S\"}");
    assert_eq!(challenge.uia().unwrap().session.as_deref(), Some("S"));
}

#[test]
fn a_body_that_is_no_answer_is_named() {
    const GZIP: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\x56\x4a";
    let encoded = |status, encoding: &str, hint: &str| {
        format!(
            "the response (HTTP status {status}) has the Content-Encoding {encoding}, which the request did not ask \
             for: turn off compression in the proxy, or let the transport undo it{hint}"
        )
    };
    for (status, encoding, body, expected) in [
        (200, Some("gzip"), GZIP, encoded(200, "gzip", " (application/json, 13 bytes)")),
        (200, None, GZIP, encoded(200, "gzip", " (application/json, 13 bytes)")),
        (200, Some("br"), b"\x0b\x02\x80\xff", encoded(200, "br", " (application/json, 4 bytes)")),
        (403, Some("gzip"), GZIP, encoded(403, "gzip", " (application/json, 13 bytes)")),
        (502, Some("deflate"), b"\x78\x9c\xab", encoded(502, "deflate", " (application/json, 3 bytes)")),
        (
            200,
            None,
            b"<!DOCTYPE html><title>Log in</title>",
            "the response (HTTP status 200) is an HTML page, not JSON: \"<!DOCTYPE html><title>Log in</title>\"".to_owned(),
        ),
        (
            200,
            None,
            br#"{"sid": "1", "acc"#,
            "the response (HTTP status 200) is cut short (application/json, 17 bytes)".to_owned(),
        ),
        (
            200,
            None,
            br#"{"sid": 1x}"#,
            "the response (HTTP status 200) is not JSON (application/json, 11 bytes)".to_owned(),
        ),
        (
            200,
            None,
            b"\0\x01\x02\xff",
            "the response (HTTP status 200) is binary, not JSON (application/json, 4 bytes)".to_owned(),
        ),
        (
            200,
            None,
            b"OK",
            "the response (HTTP status 200) is not JSON: \"OK\"".to_owned(),
        ),
        (
            502,
            None,
            b"",
            "HTTP status 502 from something that is not a Matrix server, without a body (application/json, 0 bytes)".to_owned(),
        ),
        (
            502,
            None,
            b"\0\x01\x02\xff",
            "HTTP status 502 from something that is not a Matrix server (application/json, 4 bytes)".to_owned(),
        ),
    ] {
        let mut response = Response::builder()
            .status(status)
            .header("content-type", "application/json");
        if let Some(encoding) = encoding {
            response = response.header("content-encoding", encoding);
        }
        let error = decode::<Ask>(response.body(body).unwrap()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    // A transport that decodes may leave the header field as it was.
    let response = Response::builder()
        .header("content-encoding", "gzip")
        .body(r#"{"sid": "1"}"#)
        .unwrap();
    assert!(decode::<Ask>(response).is_ok());
}

#[test]
fn an_error_shows_nothing_that_a_terminal_acts_on() {
    let hostile = "\u{1b}]0;owned\u{7}\u{202e}\u{200b}\u{9b}31m\u{2066}\u{61c}\u{feff}\n";
    let text = serde_json::to_string(hostile).unwrap();
    let named = format!(r#"{{"sid": "1", "list": {{{text}: 5}}}}"#);
    let long = "x".repeat(10_000);
    let errors = [
        (400, format!(r#"{{"errcode": {text}, "error": {text}}}"#)),
        (
            400,
            format!(r#"{{"errcode": "M_{long}", "error": "{long}"}}"#),
        ),
        (
            401,
            format!(r#"{{"flows": [{{"stages": [{text}]}}], "error": {text}}}"#),
        ),
        (502, format!("{hostile} page {long}")),
        (200, format!("<html>{hostile}")),
    ];
    let mut shown = Vec::new();
    for (status, body) in errors {
        let response = Response::builder()
            .status(status)
            .header("content-type", format!("text/{long}"))
            .header(LOCATION, format!("https://{long}"))
            .body(body)
            .unwrap();
        let error = decode::<Ask>(response).unwrap_err();
        shown.push(error.to_string());
        shown.push(format!("{error:?}"));
    }
    let body = named.replace("sid", "x");
    let answer = decode_response::<GetMap>(Response::new(body)).unwrap();
    shown.extend(answer.warnings.iter().map(ToString::to_string));
    assert_eq!(shown.len(), 11);
    for text in shown
        .iter()
        .filter(|text| !text.starts_with("Server") && !text.starts_with("Unex"))
    {
        assert!(text.chars().count() < 1_000, "{text}");
    }
    for text in shown {
        assert!(!text.chars().any(crate::json::Printable::hides), "{text:?}");
    }
}

#[derive(Serialize)]
struct GetMap {}

#[derive(Debug, Deserialize)]
struct Map {
    #[serde(default)]
    #[allow(dead_code, reason = "only its warnings are read")]
    list: std::collections::BTreeMap<String, bool>,
}

impl Endpoint for GetMap {
    const OPERATION: Operation = Operation::get("getMap", "/_matrix/client/v3/map");
    type Response = Map;
}

#[test]
fn each_status_is_what_it_is() {
    let ok = r#"{"sid": "1"}"#;
    for (status, kind) in [
        (100, "not Matrix"),
        (101, "not Matrix"),
        (199, "not Matrix"),
        (200, "answer"),
        (201, "answer"),
        (202, "answer"),
        (203, "answer"),
        (204, "answer"),
        (205, "answer"),
        (206, "not asked"),
        (207, "answer"),
        (226, "answer"),
        (299, "answer"),
        (300, "redirect"),
        (301, "redirect"),
        (302, "redirect"),
        (303, "redirect"),
        (304, "not asked"),
        (307, "redirect"),
        (308, "redirect"),
        (400, "not Matrix"),
        (401, "not Matrix"),
        (404, "not Matrix"),
        (418, "not Matrix"),
        (500, "not Matrix"),
        (502, "not Matrix"),
        (599, "not Matrix"),
        (600, "not Matrix"),
        (999, "not Matrix"),
    ] {
        let found = match answer(status, ok) {
            Ok(_) => "answer",
            Err(error) => match error.into_kind() {
                ErrorKind::UnexpectedResponse(response) => match response.error {
                    DecodeError::NotMatrix => "not Matrix",
                    DecodeError::NotAsked => "not asked",
                    DecodeError::Redirect => "redirect",
                    other => panic!("{status} {other:?}"),
                },
                other => panic!("{status} {other:?}"),
            },
        };
        assert_eq!(found, kind, "{status}");
    }
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
