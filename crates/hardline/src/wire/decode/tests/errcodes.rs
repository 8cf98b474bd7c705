use super::*;

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
fn an_errcode_is_an_error_whatever_reads_the_body() {
    #[derive(Serialize)]
    struct AskRaw {}

    impl Endpoint for AskRaw {
        const OPERATION: Operation = Operation::get("askRaw", "/_matrix/client/v3/raw");
        type Response = crate::RawJson;
    }

    #[derive(Serialize)]
    struct AskNothing {}

    impl Endpoint for AskNothing {
        const OPERATION: Operation = Operation::get("askNothing", "/_matrix/client/v3/nothing");
        type Response = serde::de::IgnoredAny;
    }

    let answer = || Response::new(r#"{"errcode": "M_FORBIDDEN", "error": "no"}"#);
    for error in [
        decode::<AskRaw>(answer()).unwrap_err(),
        decode::<AskNothing>(answer()).unwrap_err(),
    ] {
        assert_eq!(error.errcode(), Some(&ErrorCode::Forbidden));
    }
    assert!(decode::<AskRaw>(Response::new(r#"{"a": {"errcode": "M_FORBIDDEN"}}"#)).is_ok());
}
