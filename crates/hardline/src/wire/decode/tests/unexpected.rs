use super::*;

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
