mod sync_loop;

use hardline::types::{Password, ServerName};
use serde_json::{Value, json};

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
