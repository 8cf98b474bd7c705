//! What is in a recording, and what comes out of it again.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures_lite::future::{block_on, poll_once, yield_now};
use hardline::client::{BlockingTransport, Client, Clock, Transport, transport_fn};
use hardline::client_api::discovery::GetVersions;
use hardline::client_api::session::GetLoginFlows;
use hardline::flow::RetryPolicy;
use hardline::types::Timestamp;
use hardline::wire::{ErrorKind, Failure, FailureClass, Target};
use hardline_har::{Recorder, Replay, ReplayError};
use hardline_loopback::{Fault, Loopback};
use http::{Request, Response};
use serde_json::{Value, json};

/// 2023-11-14T22:13:20Z, and a quarter of a second later each time it is asked.
#[derive(Clone, Default)]
struct Ticking(Arc<AtomicU64>);

impl Clock for Ticking {
    type Sleep = std::future::Pending<()>;

    fn now(&self) -> Timestamp {
        let ticks = self.0.fetch_add(1, Ordering::SeqCst);
        Timestamp::from_millis(1_700_000_000_000 + 250 * ticks)
    }

    fn sleep_until(&self, _: Timestamp) -> Self::Sleep {
        pending()
    }
}

fn post(url: &str, body: &str) -> Request<Vec<u8>> {
    let request = Request::post(url)
        .header("content-type", "application/json")
        .header("authorization", "Bearer s1");
    request.body(body.into()).unwrap()
}

fn entries(recorder: &Recorder) -> Vec<Value> {
    let har: Value = serde_json::from_str(&recorder.to_json()).unwrap();
    har["log"]["entries"].as_array().unwrap().clone()
}

#[test]
fn an_exchange_becomes_an_entry() {
    let answering = transport_fn(|_| async {
        let response = Response::builder()
            .status(302)
            .header("content-type", "application/json")
            .header("location", "https://example.org/?loginToken=s4&a=b")
            .header("set-cookie", "s5");
        let body = r#"{"access_token":"s6","device_id":"D"}"#;
        Ok(response.body(Bytes::from(body)).unwrap())
    });
    let recorder = Recorder::new();
    let request = post(
        "https://example.org/p%20q?token=s2&a=b+c",
        r#"{"password":"s3","user":"alice"}"#,
    );
    block_on(recorder.over(answering, Ticking::default()).send(request)).unwrap();
    let har: Value = serde_json::from_str(&recorder.to_json()).unwrap();
    let expected = json!({"log": {
        "version": "1.2",
        "creator": {"name": "hardline-har", "version": env!("CARGO_PKG_VERSION")},
        "entries": [{
            "startedDateTime": "2023-11-14T22:13:20Z",
            "time": 250,
            "request": {
                "method": "POST",
                "url": "https://example.org/p%20q?token=masked&a=b+c",
                "httpVersion": "HTTP/1.1",
                "cookies": [],
                "headers": [
                    {"name": "content-type", "value": "application/json"},
                    {"name": "authorization", "value": "masked"},
                ],
                "queryString": [{"name": "token", "value": "masked"}, {"name": "a", "value": "b c"}],
                "postData": {
                    "mimeType": "application/json",
                    "text": r#"{"password":"masked","user":"alice"}"#,
                },
                "headersSize": -1,
                "bodySize": 32,
            },
            "response": {
                "status": 302,
                "statusText": "Found",
                "httpVersion": "HTTP/1.1",
                "cookies": [],
                "headers": [
                    {"name": "content-type", "value": "application/json"},
                    {"name": "location", "value": "https://example.org/?loginToken=masked&a=b"},
                    {"name": "set-cookie", "value": "masked"},
                ],
                "content": {
                    "size": 37,
                    "mimeType": "application/json",
                    "text": r#"{"access_token":"masked","device_id":"D"}"#,
                },
                "redirectURL": "https://example.org/?loginToken=masked&a=b",
                "headersSize": -1,
                "bodySize": 37,
            },
            "cache": {},
            "timings": {"send": 0, "wait": 250, "receive": 0},
        }],
    }});
    assert_eq!(har, expected);
}

#[test]
fn an_exchange_of_the_core_says_what_it_was() {
    let loopback = Loopback::start().unwrap();
    let recorder = Recorder::new();
    let transport = recorder.over(loopback.transport(), Ticking::default());
    let target = Target::homeserver(loopback.url()).unwrap();
    let client = Client::new(transport, Ticking::default(), target);
    block_on(client.call(GetVersions::new())).unwrap();
    let [entry] = &entries(&recorder)[..] else {
        panic!("one exchange is one entry")
    };
    assert_eq!(entry["_operation"], "cs:getVersions");
    assert_eq!(entry["_attempt"], 1);
    assert_eq!(entry["request"].get("postData"), None);
}

#[test]
fn entries_stand_in_the_order_in_which_exchanges_began() {
    let transport = transport_fn(|request: Request<Vec<u8>>| async move {
        if request.uri().path() == "/first" {
            yield_now().await;
        }
        Ok(Response::new(Bytes::new()))
    });
    let recorder = Recorder::new();
    let transport = recorder.over(transport, Ticking::default());
    let send = |path: &str| transport.send(post(&format!("https://example.org{path}"), ""));
    block_on(async {
        let mut first = Box::pin(send("/first"));
        assert!(poll_once(first.as_mut()).await.is_none());
        send("/second").await.unwrap();
        assert_eq!(entries(&recorder).len(), 1, "the first is not over");
        first.await.unwrap();
    });
    let urls = entries(&recorder)
        .into_iter()
        .map(|entry| entry["request"]["url"].clone());
    assert_eq!(
        urls.collect::<Vec<_>>(),
        ["https://example.org/first", "https://example.org/second"]
    );
}

#[test]
fn failures_and_cancelled_exchanges_come_again() {
    let recorder = Recorder::new();
    let refusing = transport_fn(|_| async { Err(Failure::new(FailureClass::Refused, "s1")) });
    let silent = transport_fn(|_| pending());
    let url = "https://example.org/p";
    let refused = recorder.over(refusing, Ticking::default());
    block_on(refused.send(post(url, ""))).unwrap_err();
    let never_answered = recorder.over(silent, Ticking::default());
    assert!(block_on(poll_once(never_answered.send(post(url, "")))).is_none());
    // What was never polled was never sent.
    drop(never_answered.send(post(url, "")));

    let recorded = entries(&recorder);
    let failures = recorded.iter().map(|entry| entry["_failure"].clone());
    assert_eq!(failures.collect::<Vec<_>>(), ["refused", "cancelled"]);
    assert!(
        recorded
            .iter()
            .all(|entry| entry["response"]["status"] == 0)
    );
    assert!(!recorder.to_json().contains("s1"));

    let replay = Replay::parse(recorder.to_json().as_bytes()).unwrap();
    let class = || {
        let failure = BlockingTransport::send(&replay, post(url, "")).unwrap_err();
        failure.class()
    };
    assert_eq!(class(), FailureClass::Refused);
    assert_eq!(class(), FailureClass::TimedOutAfterSend);
    assert_eq!(class(), FailureClass::Unsendable, "the recording is over");
}

#[test]
fn what_a_server_does_wrong_comes_again() {
    let loopback = Loopback::builder()
        .fault("/_matrix/client/v3/login", Fault::BadGateway)
        .start()
        .unwrap();
    let mut policy = RetryPolicy::default();
    policy.attempts = 1;
    let target = Target::homeserver(loopback.url()).unwrap();
    let recorder = Recorder::new();
    let recorded = recorder.over(loopback.transport(), Ticking::default());
    let client = Client::new(recorded, Ticking::default(), target.clone());
    let client = client.with_policy(policy.clone());
    let first = block_on(client.call(GetLoginFlows::new())).unwrap_err();

    let replay = Replay::parse(recorder.to_json().as_bytes()).unwrap();
    let client = Client::new(replay, Ticking::default(), target).with_policy(policy);
    let again = block_on(client.call(GetLoginFlows::new())).unwrap_err();
    assert!(matches!(again.kind(), ErrorKind::UnexpectedResponse(_)));
    assert_eq!(again.to_string(), first.to_string());
}

#[test]
fn bytes_come_again_as_they_were() {
    let recorder = Recorder::new();
    let echo = transport_fn(|request: Request<Vec<u8>>| async move {
        Ok(Response::new(Bytes::from(request.into_body())))
    });
    let bytes = vec![0xff, 0xd8, 0xff, 0x00];
    let request = || {
        let request = Request::post("https://example.org/upload");
        request.body(bytes.clone()).unwrap()
    };
    block_on(recorder.over(echo, Ticking::default()).send(request())).unwrap();
    let replay = Replay::parse(recorder.to_json().as_bytes()).unwrap();
    let response = BlockingTransport::send(&replay, request()).unwrap();
    assert_eq!(response.body(), &bytes[..]);
}

/// A recording of one exchange, as a browser might write it.
fn one(url: &str, body: Option<&str>) -> Replay {
    let post_data = body.map(|text| json!({"mimeType": "application/json", "text": text}));
    let har = json!({"log": {"version": "1.2", "pages": [], "entries": [{
        "startedDateTime": "2023-11-14T22:13:20.000+01:00",
        "time": 12.25,
        "request": {"method": "POST", "url": url, "postData": post_data, "headersSize": 12.0},
        "response": {
            "status": 200,
            "headers": [
                {"name": "content-encoding", "value": "gzip"},
                {"name": "content-length", "value": "9999"},
                {"name": ":status", "value": "200"},
                {"name": "x-kept", "value": "yes"},
            ],
            "content": {"text": "e30=", "encoding": "base64"},
        },
        "_priority": "High",
    }]}});
    let with_mark = format!("\u{feff}{har}");
    Replay::parse(with_mark.as_bytes()).unwrap()
}

#[test]
fn a_browsers_recording_is_answered_from() {
    let replay = one("https://example.org/p", None);
    let response = BlockingTransport::send(&replay, post("http://127.0.0.1:1/p", "")).unwrap();
    assert_eq!(response.body(), "{}");
    let names = response.headers().keys().map(|name| name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), ["x-kept"]);
}

#[test]
fn a_request_is_known_by_method_path_query_and_body() {
    let url = "https://example.org/p?a=b%20c&token=s1";
    let body = r#"{"a": 1, "b": {"c": []}, "token": "s2"}"#;
    let has = "the recording has POST /p";
    for (other_url, other_body, told) in [
        (url, body, None),
        (
            "/p?a=b+c&token=other",
            r#"{"token":"other","b":{"c":[]},"a":1}"#,
            None,
        ),
        (
            "/q?a=b+c&token=s1",
            body,
            Some("the recording has no POST /q: record it anew".to_owned()),
        ),
        (
            "/p?a=c&token=s1",
            body,
            Some(format!("{has} with another query only")),
        ),
        (
            url,
            "no object",
            Some(format!("{has} with another body only")),
        ),
        (
            url,
            r#"{"a":2,"b":{"c":[3]},"token":"s2","d":4}"#,
            Some(format!("{has}, but the next one differs in a, b, d")),
        ),
        (
            url,
            r#"{"a":1,"b":{"c":[]}}"#,
            Some(format!("{has}, but the next one differs in token")),
        ),
    ] {
        let replay = one(url, Some(body));
        let result = BlockingTransport::send(&replay, post(other_url, other_body));
        let reason = result.err().map(|failure| {
            assert_eq!(failure.class(), FailureClass::Unsendable);
            failure.cause().to_string()
        });
        assert_eq!(reason, told, "{other_url} {other_body}");
    }
}

#[test]
fn what_is_no_recording_is_refused() {
    assert!(matches!(Replay::parse(b"{"), Err(ReplayError::Parse(_))));
    assert!(matches!(Replay::parse(b"{}"), Err(ReplayError::Parse(_))));
    let missing = Replay::read("/nowhere/at.har");
    assert!(matches!(missing, Err(ReplayError::Read(_))));
    for (request, response) in [
        (
            json!({"method": "GET", "url": "a b"}),
            json!({"status": 200}),
        ),
        (json!({"method": "GET", "url": "/"}), json!({"status": 99})),
        (
            json!({"method": "GET", "url": "/"}),
            json!({"status": 200, "content": {"text": "?", "encoding": "base64"}}),
        ),
    ] {
        let entry = json!({"request": request, "response": response});
        let har = json!({"log": {"version": "1.2", "entries": [entry]}});
        let error = Replay::parse(har.to_string().as_bytes()).unwrap_err();
        assert!(
            matches!(error, ReplayError::Entry { index: 0, .. }),
            "{error}"
        );
    }
}
