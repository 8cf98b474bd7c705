mod program;
mod sliding_sync;
mod sync_loop;

use hardline::flow::{Download, FlowEvent, InteractiveFlow, Upload};
use hardline::types::{Password, ServerName};
use hardline::wire::{self, BaseUrl};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::*;
use crate::Homeserver;

const SYNC: &str = "/_matrix/client/v3/sync";

/// A homeserver with a room of alice's: her token and the room.
fn world() -> (Homeserver, String, String) {
    let name = ServerName::parse("example.org").unwrap();
    let homeserver = Homeserver::new(name, "https://example.org", [7; 32]);
    let password = Password::from("secret");
    homeserver.add_account("alice", &password).unwrap();
    let post = |path: &str, token: &str, body: Value| {
        let request = post(path, token, &body).map(Bytes::from);
        let response = homeserver.handle(BEGINNING, request);
        serde_json::from_slice::<Value>(response.body()).unwrap()
    };
    let identifier = json!({"type": "m.id.user", "user": "alice"});
    let login = json!({"type": "m.login.password", "identifier": identifier, "password": "secret"});
    let login = post("/_matrix/client/v3/login", "none", login);
    let token = login["access_token"].as_str().unwrap().to_owned();
    let room = post("/_matrix/client/v3/createRoom", &token, json!({}));
    let room_id = room["room_id"].as_str().unwrap().to_owned();
    (homeserver, token, room_id)
}

fn post(path: &str, token: &str, body: &Value) -> Request<Vec<u8>> {
    let request = Request::post(path).header(AUTHORIZATION, format!("Bearer {token}"));
    request.body(body.to_string().into_bytes()).unwrap()
}

fn sync(token: &str, since: &str) -> Request<Vec<u8>> {
    Request::get(format!("{SYNC}?timeout=30000{since}"))
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .body(Vec::new())
        .unwrap()
}

/// The next response: which, and its body.
fn response(simulation: &mut Simulation<'_>) -> (u64, Value) {
    match simulation.next(None) {
        Some(Input::Response(id, response)) => (
            id.as_u64(),
            serde_json::from_slice(response.body()).unwrap(),
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_sync_waits_until_the_time_is_over() {
    let (homeserver, token, _) = world();
    let mut simulation = Simulation::new(1, |now, request| homeserver.handle(now, request));
    simulation.send(RequestId::from_u64(1), sync(&token, ""));
    let (_, first) = response(&mut simulation);
    let begun = simulation.passed();
    assert!(begun < Duration::from_secs(30));
    let since = format!("&since={}", first["next_batch"].as_str().unwrap());
    simulation.send(RequestId::from_u64(2), sync(&token, &since));
    let (id, second) = response(&mut simulation);
    assert_eq!((id, &second["rooms"]["join"]), (2, &json!({})));
    assert!(simulation.passed() - begun >= Duration::from_secs(30));
}

#[test]
fn a_sync_wakes_by_what_another_request_changes() {
    let (homeserver, token, room_id) = world();
    let mut simulation = Simulation::new(1, |now, request| homeserver.handle(now, request));
    simulation.send(RequestId::from_u64(1), sync(&token, ""));
    let (_, first) = response(&mut simulation);
    let since = format!("&since={}", first["next_batch"].as_str().unwrap());
    let begun = simulation.passed();
    simulation.send(RequestId::from_u64(2), sync(&token, &since));
    let path = format!("/_matrix/client/v3/rooms/{room_id}/send/m.room.message/1");
    let mut message = post(
        &path,
        &token,
        &json!({"msgtype": "m.text", "body": "hello"}),
    );
    *message.method_mut() = http::Method::PUT;
    simulation.send(RequestId::from_u64(3), message);
    let mut heard = [response(&mut simulation), response(&mut simulation)];
    heard.sort_by_key(|(id, _)| *id);
    let [(2, news), (3, sent)] = heard else {
        panic!("{heard:?}")
    };
    let events = &news["rooms"]["join"][&room_id]["timeline"]["events"];
    assert_eq!(events[0]["event_id"], sent["event_id"]);
    assert!(simulation.passed() - begun < Duration::from_secs(30));
}

#[test]
fn a_request_that_is_cancelled_waits_no_more() {
    let (homeserver, token, _) = world();
    let mut simulation = Simulation::new(1, |now, request| homeserver.handle(now, request));
    simulation.send(RequestId::from_u64(1), sync(&token, ""));
    let (_, first) = response(&mut simulation);
    let since = format!("&since={}", first["next_batch"].as_str().unwrap());
    simulation.send(RequestId::from_u64(2), sync(&token, &since));
    // It arrives, and waits.
    let soon = simulation.now() + Duration::from_secs(2);
    assert!(matches!(simulation.next(Some(soon)), Some(Input::Timeout)));
    simulation.cancel(RequestId::from_u64(2));
    assert!(simulation.next(None).is_none());
}

#[test]
fn bodies_stream_whatever_goes_wrong() {
    let content: Vec<u8> = (0..200_000_u32).map(|byte| (byte % 251) as u8).collect();
    for seed in 0..60 {
        let (homeserver, token, _) = world();
        let mut simulation = Simulation::new(seed, |now, request| homeserver.handle(now, request));
        simulation.set_access_token(Some(AccessToken::from(token)));
        simulation.set_source(content.clone());
        simulation.set_trouble(if seed % 4 == 0 { 0 } else { 30 });
        simulation.set_clock_jumps(seed % 4 == 3);
        let at = || wire::Homeserver::new(BaseUrl::parse("https://example.org").unwrap());
        let size = content.len() as u64;
        let upload = Upload::from_source(simulation.now(), at(), size, seed);
        let uri = simulation.run(upload, retrying).unwrap().unwrap();
        let download = Download::new(simulation.now(), at(), &uri, seed).unwrap();
        let download = download.with_sha256(Sha256::digest(&content).into());
        let downloaded = simulation.run(download, retrying).unwrap().unwrap();
        assert_eq!(downloaded.bytes, size);
        assert!(simulation.sink() == content, "{seed}");
    }
}

fn retrying<F: InteractiveFlow>(event: FlowEvent, flow: &mut F, now: Timestamp) {
    if let FlowEvent::Stalled(_) = event {
        flow.retry(now).unwrap();
    }
}
