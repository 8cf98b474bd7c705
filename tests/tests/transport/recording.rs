//! An end-to-end test, recorded without its secrets and replayed from the recording.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use hardline::client::{BoxTransport, Transport, transport_fn};
use hardline::wire::Target;
use hardline_har::{Recorder, Replay};
use hardline_isahc::{IsahcClock, IsahcTransport};
use hardline_loopback::Loopback;
use hardline_tests::e2e::{PASSWORD, whole_e2e};
use hardline_tests::runner::{Backend, Runner};
use http::Request;
use serde_json::Value;

const MSISDN: &str = "447700900001";

/// Runs the end-to-end test over a transport; the code in the text is the one from `loopback`, or any.
fn tell(url: &str, transport: BoxTransport, loopback: Option<&Loopback>) {
    let target = Target::homeserver(url).unwrap();
    let runner = Runner::new(Backend::Isahc, target).with_transport(transport);
    whole_e2e(runner, "alice", &|msisdn| match loopback {
        Some(loopback) => {
            let text = loopback.inbox().last_to(msisdn).expect("a text was sent");
            text.token.reveal().to_owned()
        }
        None => "any code".to_owned(),
    });
}

fn record<T>(loopback: &Loopback, transport: T) -> String
where
    T: Transport<Future: Send + 'static> + Send + Sync + 'static,
{
    let recorder = Recorder::new();
    let transport = BoxTransport::new(recorder.over(transport, IsahcClock));
    tell(loopback.url(), transport, Some(loopback));
    recorder.to_json()
}

#[test]
fn the_recording_is_replayed_without_a_server() {
    let loopback = Loopback::start().unwrap();
    let over_sockets = record(&loopback, IsahcTransport::new().unwrap());
    let loopback = Loopback::start().unwrap();
    let in_process = record(&loopback, loopback.transport());
    drop(loopback);
    for recording in [over_sockets, in_process] {
        let replay = Replay::parse(recording.as_bytes()).unwrap();
        assert!(replay.unused() > 12);
        let transport = BoxTransport::new(replay.clone());
        tell("http://nowhere.example", transport, None);
        assert_eq!(replay.unused(), 0);
    }
}

#[test]
fn no_secret_of_the_story_is_in_its_recording() {
    let loopback = Loopback::start().unwrap();
    let tokens = Arc::new(Mutex::new(BTreeSet::new()));
    let (isahc, seen) = (IsahcTransport::new().unwrap(), Arc::clone(&tokens));
    let spying = transport_fn(move |request: Request<Vec<u8>>| {
        if let Some(value) = request.headers().get("authorization") {
            let token = value.to_str().unwrap().strip_prefix("Bearer ");
            seen.lock().unwrap().insert(token.unwrap().to_owned());
        }
        isahc.send(request)
    });
    let recording = record(&loopback, spying);

    // The values of members with these names are gone.
    let har: Value = serde_json::from_str(&recording).unwrap();
    let mut masked = BTreeSet::new();
    each_body(&har, &mut |body| {
        each_member(&body, &mut |name, value| {
            if hardline_har::SECRET_NAMES.contains(&name) {
                assert_eq!(value, hardline_har::MASK, "{name}");
                masked.insert(name.to_owned());
            }
        });
    });
    let expected = [
        "access_token",
        "client_secret",
        "password",
        "session",
        "sid",
        "token",
    ];
    assert_eq!(masked, expected.map(str::to_owned).into());

    // Known secrets are gone too, under whatever name.
    let mut secrets = tokens.lock().unwrap().clone();
    assert_eq!(secrets.len(), 2, "one of registering and one of logging in");
    let texts = loopback.inbox().messages();
    assert!(!texts.is_empty());
    secrets.extend(texts.iter().map(|text| text.token.reveal().to_owned()));
    secrets.insert(PASSWORD.to_owned());
    for secret in secrets {
        assert!(!recording.contains(&secret), "{secret}");
    }
    assert!(recording.contains(MSISDN), "what is not secret stays");
}

/// Visits the members of objects at any depth.
fn each_member(value: &Value, told: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                told(name, member);
                each_member(member, told);
            }
        }
        Value::Array(elements) => elements
            .iter()
            .for_each(|element| each_member(element, told)),
        _ => {}
    }
}

/// Visits the bodies of a recording, which are JSON.
fn each_body(har: &Value, told: &mut dyn FnMut(Value)) {
    for entry in har["log"]["entries"].as_array().unwrap() {
        let (sent, answered) = (&entry["request"]["postData"], &entry["response"]["content"]);
        for text in [&sent["text"], &answered["text"]]
            .into_iter()
            .filter_map(Value::as_str)
        {
            told(serde_json::from_str(text).unwrap());
        }
    }
}
