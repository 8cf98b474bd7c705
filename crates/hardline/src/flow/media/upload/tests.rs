use super::*;
use crate::flow::InteractiveFlow;
use crate::flow::engine::test_harness::{NOW, TestHarness, homeserver};
use crate::wire::{FailureClass, SupportedVersions};

const LIMIT: &str = r#"{"m.upload.size": 1000}"#;
const CREATED: &str = r#"{"content_uri": "mxc://example.org/abc", "unused_expires_at": 5}"#;
const PUT: &str = "PUT /_matrix/media/v3/upload/example.org/abc";

fn upload(flow: impl FnOnce(Homeserver) -> Upload) -> TestHarness<Upload> {
    TestHarness::new(flow(homeserver()))
}

fn from_source(homeserver: Homeserver, bytes: u64) -> Upload {
    Upload::from_source(NOW, homeserver, bytes, 1)
}

/// An upload of ten bytes whose URI was created.
fn putting() -> TestHarness<Upload> {
    let mut harness = upload(|homeserver| from_source(homeserver, 10));
    harness.answer(200, LIMIT);
    assert_eq!(harness.request(), "POST /_matrix/media/v1/create ");
    harness.answer(200, CREATED);
    assert!(harness.request().starts_with(PUT));
    harness
}

fn on_old_server(mut homeserver: Homeserver) -> Homeserver {
    homeserver.supported = Some(SupportedVersions::new(["v1.6"], []));
    homeserver
}

#[test]
fn a_small_file_is_sent_from_memory() {
    let mut harness = upload(|homeserver| {
        let upload = Upload::new(NOW, homeserver, b"bytes".as_slice(), 1);
        let upload = upload.with_content_type("image/png").unwrap();
        upload.with_file_name("кот 1.png").unwrap()
    });
    harness.answer(200, LIMIT);
    assert_eq!(harness.flow.content_uri(), None);
    harness.answer(200, CREATED);
    assert_eq!(
        harness.request(),
        format!("{PUT}?filename=%D0%BA%D0%BE%D1%82%201.png bytes")
    );
    assert_eq!(harness.header("content-type"), Some("image/png"));
    assert_eq!(harness.flow.content_uri().unwrap(), "mxc://example.org/abc");
    harness.answer(200, "{}");
    assert_eq!(harness.success(), "mxc://example.org/abc");
}

#[test]
fn a_file_that_is_too_large_is_refused_before_it_is_sent() {
    let mut harness = upload(|homeserver| from_source(homeserver, 1001));
    assert_eq!(harness.request(), "GET /_matrix/client/v1/media/config ");
    harness.answer(200, LIMIT);
    assert!(harness.is_silent());
    let error = harness.error();
    assert!(matches!(
        error,
        FlowError::Media(MediaError::UploadTooLarge {
            size: 1001,
            limit: 1000
        })
    ));
    let shown = error.to_string();
    assert!(shown.contains("1001") && shown.contains("1000"), "{shown}");
}

#[test]
fn a_limit_that_is_known_is_not_asked_for() {
    let config = MediaConfig {
        upload_size: Some(10),
    };
    let with_limit = |bytes| {
        upload(|homeserver| from_source(homeserver, bytes).with_known_limit(&config)).request()
    };
    assert_eq!(with_limit(10), "POST /_matrix/media/v1/create ");
    // The server may take more now.
    assert_eq!(with_limit(11), "GET /_matrix/client/v1/media/config ");
}

#[test]
fn the_limit_is_asked_for_where_the_server_has_it() {
    let mut harness = upload(|homeserver| from_source(on_old_server(homeserver), 10));
    assert_eq!(harness.request(), "GET /_matrix/media/v3/config ");
    harness.answer(401, r#"{"errcode": "M_UNRECOGNIZED"}"#);
    assert_eq!(harness.request(), "GET /_matrix/client/v1/media/config ");
    harness.answer(404, r#"{"errcode": "M_UNRECOGNIZED"}"#);
    // It has no URIs in advance either.
    assert!(
        harness
            .request()
            .starts_with("POST /_matrix/media/v3/upload")
    );
    harness.answer(200, r#"{"content_uri": "mxc://example.org/x"}"#);
    assert_eq!(harness.success(), "mxc://example.org/x");
    let mut harness = upload(|homeserver| from_source(homeserver, 10));
    harness.answer(404, "not found");
    assert_eq!(harness.request(), "GET /_matrix/media/v3/config ");
    harness.answer(404, "not found");
    assert_eq!(harness.request(), "POST /_matrix/media/v1/create ");
}

#[test]
fn a_server_without_uris_in_advance_gets_the_file_by_post() {
    for (status, answer) in [
        (404, r#"{"errcode": "M_UNRECOGNIZED"}"#),
        (405, "not allowed"),
        // For up to a day.
        (
            429,
            r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 86399000}"#,
        ),
    ] {
        let mut harness = upload(|homeserver| from_source(homeserver, 10));
        harness.answer(200, LIMIT);
        harness.answer(status, answer);
        assert_eq!(harness.request(), "POST /_matrix/media/v3/upload ");
    }
    // It has one half of it alone.
    let mut harness = putting();
    harness.answer(404, r#"{"errcode": "M_UNRECOGNIZED"}"#);
    assert_eq!(harness.request(), "POST /_matrix/media/v3/upload ");
}

#[test]
fn a_put_is_repeated_and_what_is_there_already_is_the_file() {
    let mut harness = putting();
    harness.progress(5);
    harness.fail(FailureClass::Interrupted);
    harness.wait();
    assert!(harness.request().starts_with(PUT));
    harness.answer(409, r#"{"errcode": "M_CANNOT_OVERWRITE_MEDIA"}"#);
    assert_eq!(harness.success(), "mxc://example.org/abc");
    // After so many attempts that it stalled, too.
    let mut harness = putting();
    for _ in 0..3 {
        harness.fail(FailureClass::Interrupted);
        harness.wait();
    }
    harness.fail(FailureClass::Interrupted);
    assert_eq!(harness.flow.prompt(), Some(Prompt::Retry));
    harness.retry();
    harness.answer(409, r#"{"errcode": "M_CANNOT_OVERWRITE_MEDIA"}"#);
    assert_eq!(harness.success(), "mxc://example.org/abc");
    // Nothing was sent there before.
    let mut harness = putting();
    harness.answer(409, r#"{"errcode": "M_CANNOT_OVERWRITE_MEDIA"}"#);
    assert!(matches!(harness.error(), FlowError::Refused { .. }));
}

#[test]
fn a_post_is_not_repeated_unless_somebody_wants_that() {
    let mut harness = upload(|homeserver| from_source(on_old_server(homeserver), 10));
    harness.answer(200, LIMIT);
    harness.fail(FailureClass::Interrupted);
    assert_eq!(harness.flow.prompt(), Some(Prompt::Retry));
    harness.retry();
    assert!(
        harness
            .request()
            .starts_with("POST /_matrix/media/v3/upload")
    );
}

#[test]
fn a_uri_that_expired_is_replaced_a_few_times() {
    let mut harness = putting();
    for _ in 0..EXPIRED {
        harness.answer(404, r#"{"errcode": "M_NOT_FOUND"}"#);
        assert_eq!(harness.request(), "POST /_matrix/media/v1/create ");
        assert_eq!(harness.flow.content_uri(), None);
        harness.answer(200, CREATED);
    }
    harness.answer(404, r#"{"errcode": "M_NOT_FOUND"}"#);
    assert!(matches!(harness.error(), FlowError::Refused { .. }));
}

#[test]
fn a_rate_limit_is_waited_for() {
    let mut harness = putting();
    harness.answer(
        429,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2000}"#,
    );
    assert_eq!(harness.wait().as_secs(), 2);
    harness.answer(200, "{}");
    assert_eq!(harness.success(), "mxc://example.org/abc");
}

#[test]
fn names_and_types_that_no_server_takes_are_refused() {
    let upload = || from_source(homeserver(), 1);
    assert!(upload().with_file_name("../a").is_err());
    assert!(upload().with_file_name("").is_err());
    assert!(upload().with_content_type("png").is_err());
    assert!(upload().with_content_type("image/png\r\nx: y").is_err());
}

#[cfg(feature = "persist")]
#[test]
fn an_upload_that_was_saved_goes_on_where_it_was() {
    let mut harness = upload(|homeserver| from_source(homeserver, 10));
    harness.save_and_load();
    harness.wait();
    harness.answer(200, LIMIT);
    harness.save_and_load();
    harness.wait();
    harness.answer(200, CREATED);
    harness.save_and_load();
    harness.wait();
    assert!(harness.request().starts_with(PUT));
    assert_eq!(harness.header("content-length"), Some("10"));
    // The program was closed when the answer came.
    harness.answer(409, r#"{"errcode": "M_CANNOT_OVERWRITE_MEDIA"}"#);
    assert_eq!(harness.success(), "mxc://example.org/abc");
}
