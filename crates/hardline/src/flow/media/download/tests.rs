use super::*;
use crate::flow::engine::test_harness::{NOW, TestHarness, homeserver};
use crate::flow::{Flow, InteractiveFlow, ReceiveBody};
use crate::wire::{FailureClass, SupportedVersions};

const UNRECOGNIZED: &str = r#"{"errcode": "M_UNRECOGNIZED"}"#;
const NOT_FOUND: &str = r#"{"errcode": "M_NOT_FOUND"}"#;
const NOT_YET: &str = r#"{"errcode": "M_NOT_YET_UPLOADED"}"#;
const FILE: &str = "GET /_matrix/client/v1/media/download/a.example/abc";
const LEGACY_FILE: &str = "GET /_matrix/media/v3/download/a.example/abc";
const PICTURE: &str = "GET /_matrix/client/v1/media/thumbnail/a.example/abc";

fn download_from(
    homeserver: Homeserver,
    wishes: impl FnOnce(Download) -> Download,
) -> TestHarness<Download> {
    let uri = MxcUri::parse("mxc://a.example/abc").unwrap();
    TestHarness::new(wishes(Download::new(NOW, homeserver, &uri, 1).unwrap()))
}

fn download(wishes: impl FnOnce(Download) -> Download) -> TestHarness<Download> {
    download_from(homeserver(), wishes)
}

fn of_version(version: &str) -> Homeserver {
    let mut homeserver = homeserver();
    homeserver.supported = Some(SupportedVersions::new([version], []));
    homeserver
}

fn asks(harness: &TestHarness<Download>, path: &str) {
    let request = harness.request();
    assert!(request.starts_with(path), "{request}");
}

/// The whole of a small file comes.
fn complete(mut harness: TestHarness<Download>) -> Downloaded {
    harness.head(200, &[]);
    assert_eq!(harness.receive, Some(ReceiveBody::ToSink { at: 0 }));
    harness.body_ended(3, None);
    harness.success()
}

#[test]
fn what_the_server_says_of_a_file_is_told() {
    let mut harness = download(|flow| flow);
    assert_eq!(harness.request(), format!("{FILE}?timeout_ms=20000 "));
    harness.head(
        200,
        &[
            ("content-type", "text/plain; charset=utf-8"),
            (
                "content-disposition",
                "inline; filename*=utf-8''%2E.%2Fa%E2%80%AE.txt",
            ),
        ],
    );
    harness.body_ended(3, Some([7; 32]));
    let downloaded = harness.success();
    assert_eq!(downloaded.file_name.unwrap(), "a.txt");
    assert_eq!(
        downloaded.content_type.unwrap(),
        "text/plain; charset=utf-8"
    );
    assert_eq!((downloaded.bytes, downloaded.sha256), (3, Some([7; 32])));
    assert!(downloaded.is_inline && !downloaded.is_thumbnail);
    // Nothing is said, or nonsense.
    let mut harness = download(|flow| flow);
    harness.head(200, &[("content-type", "nonsense")]);
    harness.body_ended(0, None);
    let downloaded = harness.success();
    assert_eq!(
        (downloaded.file_name, downloaded.content_type),
        (None, None)
    );
    assert!(!downloaded.is_inline);
}

#[test]
fn a_uri_that_leads_elsewhere_is_refused() {
    for uri in [
        "mxc://a.example/..",
        "mxc://a.example/",
        "https://a.example/x",
        "",
    ] {
        let uri: MxcUri = serde_json::from_value(uri.into()).unwrap();
        assert!(Download::new(NOW, homeserver(), &uri, 1).is_err());
    }
}

#[test]
fn the_path_is_the_one_that_the_server_has() {
    // It does not have the new one, though nobody knew.
    for status in [401, 404] {
        let mut harness = download(|flow| flow);
        asks(&harness, FILE);
        harness.answer(status, UNRECOGNIZED);
        asks(&harness, LEGACY_FILE);
        assert!(harness.request().contains("allow_redirect=true"));
        assert!(!complete(harness).is_thumbnail);
    }
    // It says that it does not have the new one.
    let harness = download_from(of_version("v1.10"), |flow| flow);
    asks(&harness, LEGACY_FILE);
    complete(harness);
    // It says so, but has it.
    for (status, answer) in [
        (404, NOT_FOUND),
        (401, "{}"),
        (403, r#"{"errcode": "M_FORBIDDEN"}"#),
    ] {
        let mut harness = download_from(of_version("v1.10"), |flow| flow);
        harness.answer(status, answer);
        asks(&harness, FILE);
        complete(harness);
    }
    // It has the unstable one.
    let mut homeserver = of_version("v1.10");
    homeserver.supported = Some(SupportedVersions::new(
        ["v1.10"],
        [("org.matrix.msc3916", true)],
    ));
    let harness = download_from(homeserver, |flow| flow);
    asks(
        &harness,
        "GET /_matrix/client/unstable/org.matrix.msc3916/media/download/",
    );
}

#[test]
fn a_file_that_is_nowhere_is_not_looked_for_for_ever() {
    let mut harness = download(|flow| flow);
    harness.answer(404, NOT_FOUND);
    let error = harness.error().into_error();
    assert_eq!(error.errcode(), Some(&ErrorCode::NotFound));
    // What the server said of the file counts, not that it lacks the other path.
    let mut harness = download_from(of_version("v1.10"), |flow| flow);
    harness.answer(404, NOT_FOUND);
    harness.answer(404, UNRECOGNIZED);
    let error = harness.error().into_error();
    assert_eq!(error.errcode(), Some(&ErrorCode::NotFound));
}

#[test]
fn a_redirect_is_followed_without_the_token() {
    let mut harness = download(|flow| flow);
    harness.head(307, &[]);
    harness.answer_with(307, &[("location", "https://cdn.example/x?sig=1")], "");
    assert_eq!(harness.request(), "GET https://cdn.example/x?sig=1 ");
    assert_eq!(harness.token(), None);
    harness.answer_with(308, &[("location", "../y")], "");
    assert_eq!(harness.request(), "GET https://cdn.example/y ");
    complete(harness);
}

#[test]
fn what_a_redirect_may_not_lead_to_is_not_asked() {
    for location in [
        "http://cdn.example/x",
        "file:///etc/passwd",
        "https://u:p@b.example/",
    ] {
        let mut harness = download(|flow| flow);
        harness.answer_with(307, &[("location", location)], "");
        assert!(harness.is_silent());
        let error = harness.error();
        assert!(
            matches!(error, FlowError::Media(MediaError::NotFollowed(_))),
            "{error}"
        );
    }
    // No redirect of a file is one of these.
    let mut harness = download(|flow| flow);
    harness.answer_with(302, &[("location", "https://cdn.example/x")], "");
    assert_eq!(harness.flow.prompt(), Some(Prompt::Retry));
}

#[test]
fn redirects_end() {
    let mut harness = download(|flow| flow);
    for _ in 0..5 {
        harness.answer_with(307, &[("location", "https://cdn.example/x")], "");
    }
    harness.answer_with(307, &[("location", "https://cdn.example/x")], "");
    let error = harness.error();
    assert!(matches!(
        error,
        FlowError::Media(MediaError::NotFollowed(_))
    ));
}

#[test]
fn a_place_that_was_good_for_a_short_time_is_asked_for_again_once() {
    let mut harness = download(|flow| flow);
    for is_last in [false, true] {
        asks(&harness, FILE);
        harness.answer_with(307, &[("location", "https://cdn.example/x")], "");
        harness.answer(403, "<Error/>");
        assert_eq!(harness.is_silent(), is_last);
    }
}

#[test]
fn a_file_that_is_yet_to_be_uploaded_is_awaited() {
    let mut harness = download(|flow| flow);
    harness.now = harness.now + Duration::from_secs(20);
    harness.answer(504, NOT_YET);
    assert_eq!(harness.flow.state(), "AwaitingUpload");
    assert_eq!(harness.told().0, ["RetryScheduled"]);
    assert!(harness.wait() <= PAUSE);
    asks(&harness, FILE);
    harness.now = harness.now + Duration::from_secs(20);
    harness.answer(504, NOT_YET);
    harness.wait();
    assert_eq!(harness.request(), format!("{FILE}?timeout_ms=16000 "));
    harness.now = harness.now + Duration::from_secs(20);
    harness.answer(504, NOT_YET);
    let error = harness.error().into_error();
    assert_eq!(error.errcode(), Some(&ErrorCode::NotYetUploaded));
    // A server that does not wait itself is asked a few times, and no more.
    let mut harness = download(|flow| flow.waiting_for_upload(PAUSE * 3));
    harness.answer(504, NOT_YET);
    harness.wait();
    harness.answer(504, NOT_YET);
    harness.wait();
    complete(harness);
}

#[test]
fn a_picture_that_the_server_does_not_make_is_the_file() {
    for (status, answer) in [
        (400, r#"{"errcode": "M_UNKNOWN"}"#),
        (404, NOT_FOUND),
        (413, r#"{"errcode": "M_TOO_LARGE"}"#),
    ] {
        let mut wish = Thumbnail::new(32, 16);
        let mut harness = download(|flow| flow.with_thumbnail(wish.clone()));
        asks(&harness, PICTURE);
        assert!(harness.request().contains("width=32&height=16"));
        harness.answer(status, answer);
        asks(&harness, FILE);
        assert!(!complete(harness).is_thumbnail);
        wish.or_file = false;
        let mut harness = download(|flow| flow.with_thumbnail(wish.clone()));
        harness.answer(status, answer);
        assert!(harness.is_silent(), "{status}");
    }
    let harness = download(|flow| flow.with_thumbnail(Thumbnail::new(32, 16)));
    assert!(complete(harness).is_thumbnail);
    // The server has neither path for it, and the older one for files.
    let mut harness = download(|flow| flow.with_thumbnail(Thumbnail::new(32, 16)));
    harness.answer(404, UNRECOGNIZED);
    asks(&harness, "GET /_matrix/media/v3/thumbnail/a.example/abc");
    harness.answer(404, UNRECOGNIZED);
    asks(&harness, LEGACY_FILE);
    complete(harness);
}

#[test]
fn a_cap_is_told_with_both_numbers() {
    let mut harness = download(|flow| flow.with_cap(100));
    harness.head(200, &[("content-length", "101")]);
    assert_eq!(harness.receive, None);
    let error = harness.error().to_string();
    assert!(error.contains("101") && error.contains("100"), "{error}");
    let mut harness = download(|flow| flow.with_cap(100));
    harness.head(200, &[]);
    harness.progress(101);
    assert!(matches!(
        harness.error(),
        FlowError::Media(MediaError::DownloadTooLarge {
            size: None,
            cap: 100
        })
    ));
}

#[test]
fn a_sink_that_is_full_ends_it() {
    let mut harness = download(|flow| flow);
    harness.head(200, &[]);
    harness.fail(FailureClass::TooLarge);
    assert!(matches!(harness.error(), FlowError::Refused { .. }));
    let mut harness = download(|flow| flow.with_cap(100));
    harness.head(200, &[]);
    harness.fail(FailureClass::TooLarge);
    assert!(matches!(
        harness.error(),
        FlowError::Media(MediaError::DownloadTooLarge { .. })
    ));
}

/// A file with an entity tag, which was interrupted after ten bytes.
fn resuming(mut harness: TestHarness<Download>) -> TestHarness<Download> {
    harness.head(200, &[("etag", "\"a\"")]);
    harness.progress(10);
    harness.fail(FailureClass::Interrupted);
    harness.wait();
    assert_eq!(harness.header("range"), Some("bytes=10-"));
    harness.head(
        206,
        &[("etag", "\"a\""), ("content-range", "bytes 10-19/20")],
    );
    assert_eq!(harness.receive, Some(ReceiveBody::ToSink { at: 10 }));
    harness
}

#[test]
fn the_hash_of_a_file_is_compared() {
    let mut harness = download(|flow| flow.with_sha256([7; 32]));
    harness.head(200, &[]);
    harness.body_ended(3, Some([7; 32]));
    assert_eq!(harness.success().bytes, 3);
    let mut harness = download(|flow| flow.with_sha256([7; 32]));
    harness.head(200, &[]);
    harness.body_ended(3, Some([8; 32]));
    let error = harness.error();
    assert!(matches!(error, FlowError::Media(MediaError::WrongHash)));
    assert!(error.to_string().contains("do not use it"));
    // Nobody computed it.
    let mut harness = download(|flow| flow.with_sha256([7; 32]));
    harness.head(200, &[]);
    harness.body_ended(3, None);
    assert!(matches!(
        harness.error(),
        FlowError::Media(MediaError::NoHash)
    ));
}

#[test]
fn a_file_that_was_put_together_wrongly_is_fetched_once_more() {
    for sha256 in [None, Some([8; 32])] {
        let mut harness = resuming(download(|flow| flow.with_sha256([7; 32])));
        harness.body_ended(20, sha256);
        asks(&harness, FILE);
        assert_eq!(harness.header("range"), None);
        harness.head(200, &[("etag", "\"a\"")]);
        harness.body_ended(20, Some([8; 32]));
        assert!(matches!(
            harness.error(),
            FlowError::Media(MediaError::WrongHash)
        ));
    }
}

#[test]
fn a_file_goes_on_where_it_was_after_it_stalled() {
    let mut harness = resuming(download(|flow| flow));
    harness.progress(15);
    for _ in 0..2 {
        harness.fail(FailureClass::Interrupted);
        harness.wait();
    }
    harness.fail(FailureClass::Connect);
    assert_eq!(harness.flow.prompt(), Some(Prompt::Retry));
    harness.retry();
    assert_eq!(harness.header("range"), Some("bytes=15-"));
}

#[cfg(feature = "persist")]
#[test]
fn a_file_goes_on_where_it_was_after_the_program_was_closed() {
    let mut harness = resuming(download(|flow| flow));
    harness.progress(15);
    harness.save_and_load();
    harness.wait();
    assert_eq!(harness.header("range"), Some("bytes=15-"));
    harness.head(206, &[("content-range", "bytes 15-19/20")]);
    harness.body_ended(20, None);
    assert_eq!(harness.success().bytes, 20);
    // The sink is gone.
    let harness = resuming(download(|flow| flow));
    let saved = serde_json::to_string(&harness.flow).unwrap();
    let flow: Download = serde_json::from_str(&saved).unwrap();
    let mut harness = TestHarness::new(flow.from_beginning());
    harness.wait();
    assert_eq!(harness.header("range"), None);
    // A redirect is kept, and so is the time that is left for an upload.
    let mut harness = download(|flow| flow);
    harness.answer_with(307, &[("location", "https://cdn.example/x")], "");
    harness.save_and_load();
    harness.wait();
    assert_eq!(harness.request(), "GET https://cdn.example/x ");
    let mut harness = download(|flow| flow.waiting_for_upload(PAUSE * 2));
    harness.answer(504, NOT_YET);
    harness.save_and_load();
    harness.wait();
    harness.answer(504, NOT_YET);
    assert!(matches!(harness.error(), FlowError::Refused { .. }));
}

#[cfg(feature = "events")]
#[test]
fn an_encrypted_file_says_its_hash() {
    use crate::events::JsonWebKey;

    let file = |sha256: String| {
        let uri = MxcUri::parse("mxc://a.example/abc").unwrap();
        let key = JsonWebKey::new("aWF6".into());
        EncryptedFile::new(uri, key, "aXY".to_owned(), sha256)
    };
    let good = file(Base64::Standard.encode([7; 32]));
    let flow = Download::of_encrypted(NOW, homeserver(), &good, 1).unwrap();
    let mut harness = TestHarness::new(flow);
    harness.head(200, &[]);
    harness.body_ended(3, Some([8; 32]));
    assert!(matches!(
        harness.error(),
        FlowError::Media(MediaError::WrongHash)
    ));
    let mut without = file(String::new());
    without.hashes = Default::default();
    for bad in [file("c2hvcnQ".to_owned()), file("?".to_owned()), without] {
        assert!(Download::of_encrypted(NOW, homeserver(), &bad, 1).is_err());
    }
}
