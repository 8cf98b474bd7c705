use std::sync::LazyLock;

use bytes::Bytes;
use hardline::types::{AccessToken, Password, ServerName, Timestamp};
use hardline::wire;
use hardline::wire::server::access_token;
use hardline_loopback::{ApplicationService, Homeserver};
use http::{Method, Request, Uri};
use serde_json::Value;

use super::input::Input;
use super::operations::{operation, operations};
use super::router::router;
use crate::registries;

/// A request as no client would send it: it is routed or refused, decoded or refused, and the homeserver responds.
///
/// The first line names an operation, the second is a path with a query, where `=` stands for the operation's own;
/// header fields, an empty line and the body follow.
pub fn server_any(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let fuzzed = operation(&mut input);
    let Some(request) = request(
        &mut input,
        fuzzed.operation.method.into(),
        registries::path(fuzzed.operation),
    ) else {
        return;
    };
    let _ = access_token(&request);
    match router().route(&request) {
        Ok(route) => {
            let found = operations()
                .iter()
                .find(|found| found.operation.name() == route.operation.name());
            (found.expect("the router has what the registry has").request)(&route, &request);
        }
        Err(refusal) => assert!(matches!(refusal.status().as_u16(), 404 | 405)),
    }
    ask_the_homeserver(request);
}

fn request(input: &mut Input<'_>, method: Method, path: &str) -> Option<Request<Vec<u8>>> {
    let line = String::from_utf8_lossy(input.line());
    let uri: Uri = match line.strip_prefix('=') {
        Some(query) => format!("{path}{query}").parse().ok()?,
        None => line.parse().ok()?,
    };
    let headers = input.headers();
    let mut request = Request::new(input.rest().to_vec());
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Some(request)
}

fn ask_the_homeserver(request: Request<Vec<u8>>) {
    let mut request = request.map(Bytes::from);
    let path = request.uri().path();
    let logs_out = path.contains("logout") || path.contains("deactivate");
    let (homeserver, token) = &*HOMESERVER;
    if !request.headers().contains_key("authorization") && !logs_out {
        wire::authorize(&mut request, token).unwrap();
    }
    let response = homeserver.handle(Timestamp::from_millis(1), request);
    let status = response.status();
    let body = String::from_utf8_lossy(response.body());
    // The specification's status of a file that is yet to come; and what another server would have to say, without sockets.
    let is_of_others = (status == 504 && body.contains("M_NOT_YET_UPLOADED"))
        || (status == 502 && body.contains("without sockets"));
    assert!(
        !status.is_server_error() || is_of_others,
        "{status}: {body}"
    );
    if response
        .headers()
        .get("content-type")
        .is_some_and(|kind| kind == "application/json")
        // A file is what its owner says that it is.
        && !response.headers().contains_key("content-security-policy")
    {
        let _: Value = serde_json::from_slice(response.body()).expect("it says that it is JSON");
    }
}

/// A homeserver with a room, a message, a file and a bridge; and the token of who made the first three.
static HOMESERVER: LazyLock<(Homeserver, AccessToken)> = LazyLock::new(|| {
    let name = ServerName::parse("example.org").unwrap();
    let homeserver = Homeserver::new(name, "https://example.org", [7; 32]);
    let password = Password::from("correct horse battery staple");
    for name in ["alice", "bob"] {
        homeserver.add_account(name, &password).unwrap();
    }
    let bridge = ApplicationService::new("bridge", "the bridge's token").protocol("irc");
    homeserver.add_application_service(bridge).unwrap();
    let ask = |method: &str, path: &str, token: &str, body: &str| {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", format!("Bearer {token}"));
        let request = request.body(Bytes::from(body.to_owned())).unwrap();
        let answer = homeserver.handle(Timestamp::from_millis(0), request);
        serde_json::from_slice::<Value>(answer.body()).unwrap()
    };
    let login = r#"{"type": "m.login.password", "identifier": {"type": "m.id.user", "user": "alice"},
        "password": "correct horse battery staple", "device_id": "DEVICE"}"#;
    let answer = ask("POST", "/_matrix/client/v3/login", "", login);
    let token = answer["access_token"].as_str().unwrap().to_owned();
    let create =
        r#"{"preset": "public_chat", "room_alias_name": "room", "invite": ["@bob:example.org"]}"#;
    let room = ask("POST", "/_matrix/client/v3/createRoom", &token, create);
    let room_id = room["room_id"].as_str().unwrap();
    let send = format!("/_matrix/client/v3/rooms/{room_id}/send/m.room.message/1");
    let message = r#"{"msgtype": "m.text", "body": "hello"}"#;
    assert!(ask("PUT", &send, &token, message)["event_id"].is_string());
    let upload = ask("POST", "/_matrix/media/v3/upload", &token, "a file");
    assert!(upload["content_uri"].is_string());
    (homeserver, AccessToken::from(token))
});
