use std::sync::LazyLock;

use bytes::Bytes;
use hardline::types::{AccessToken, Password, ServerName, Timestamp};
use hardline::wire;
use hardline::wire::server::access_token;
use hardline_loopback::Homeserver;
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
    static HOMESERVER: LazyLock<(Homeserver, AccessToken)> = LazyLock::new(|| {
        let name = ServerName::parse("example.org").unwrap();
        let homeserver = Homeserver::new(name, "https://example.org", [7; 32]);
        let password = Password::from("correct horse battery staple");
        homeserver.add_account("alice", &password).unwrap();
        let login = r#"{"type": "m.login.password", "identifier": {"type": "m.id.user", "user": "alice"},
            "password": "correct horse battery staple"}"#;
        let request = Request::post("/_matrix/client/v3/login")
            .body(Bytes::from(login))
            .unwrap();
        let answer = homeserver.handle(Timestamp::from_millis(0), request);
        let answer: Value = serde_json::from_slice(answer.body()).unwrap();
        let token = answer["access_token"].as_str().unwrap();
        (homeserver, AccessToken::from(token))
    });
    let (homeserver, token) = &*HOMESERVER;
    let mut request = request.map(Bytes::from);
    let logs_out =
        request.uri().path().contains("logout") || request.uri().path().contains("deactivate");
    if !request.headers().contains_key("authorization") && !logs_out {
        wire::authorize(&mut request, token).unwrap();
    }
    let response = homeserver.handle(Timestamp::from_millis(1), request);
    let status = response.status();
    assert!(!status.is_server_error(), "{status}: {:?}", response.body());
    if response
        .headers()
        .get("content-type")
        .is_some_and(|kind| kind == "application/json")
    {
        let _: Value = serde_json::from_slice(response.body()).expect("it says that it is JSON");
    }
}
