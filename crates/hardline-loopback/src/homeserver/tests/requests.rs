//! What holds for requests of every kind.

use std::collections::BTreeSet;

use hardline::client_api::account::GetTokenOwner;
use hardline::wire::{Endpoint, EndpointVisitor, Operation, RegisteredEndpoint};

use super::*;
use crate::handlers::MAX_BODY;

#[test]
fn the_server_says_what_it_has_and_where_it_is() {
    let world = World::at("https://matrix.example.org/");
    let (status, answer) = world.get("/_matrix/client/versions", "");
    let versions = answer["versions"].as_array().unwrap();
    assert_eq!((status, versions.len()), (200, 20));
    assert_eq!(
        (&versions[0], &versions[19]),
        (&"r0.6.1".into(), &"v1.19".into())
    );
    assert_eq!(
        world.get("/.well-known/matrix/client", ""),
        (
            200,
            json!({"m.homeserver": {"base_url": "https://matrix.example.org"}})
        )
    );
    assert_eq!(
        world.get("/_matrix/client/r0/login", ""),
        (
            200,
            json!({"flows": [
                {"type": "m.login.password"},
                {"type": "m.login.token", "get_login_token": true},
                {"type": "m.login.sso", "identity_providers": [{"id": "loopback", "name": "Loopback"}]},
            ]})
        )
    );
}

#[test]
fn a_base_path_is_taken_off() {
    let world = World::at("https://example.org/matrix/");
    assert_eq!(world.get("/matrix/_matrix/client/versions", "").0, 200);
    assert_eq!(
        world.get("/.well-known/matrix/client", "").1["m.homeserver"]["base_url"],
        "https://example.org/matrix"
    );
    for path in [
        "/_matrix/client/versions",
        "/matrix",
        "/matrixx/_matrix/client/versions",
    ] {
        assert_eq!(world.get(path, "").0, 404, "{path}");
    }
    let (_, begun) = world.post(&format!("/matrix{REQUEST_TOKEN}"), "", &token_request(1));
    assert_eq!(
        begun["submit_url"],
        format!("https://example.org/matrix{SUBMIT}")
    );
}

#[test]
fn unknown_paths_and_methods_are_not_recognized() {
    let world = World::new();
    for (method, path, status) in [
        ("GET", "/_matrix/nope", 404),
        ("GET", "/", 404),
        ("POST", "/_matrix/client/v3/login/", 404),
        ("POST", "/_matrix/client/v1/login", 404),
        ("PUT", "/_matrix/client/v3/login", 405),
        ("PATCH", "/_matrix/client/v3/login", 405),
        ("GET", SUBMIT, 405),
    ] {
        let response = world.send(Request::builder().method(method).uri(path), "");
        let allowed = response.headers().get("allow");
        let expected = match (status, path) {
            (404, _) => None,
            (_, SUBMIT) => Some("POST"),
            _ => Some("GET, POST"),
        };
        assert_eq!(allowed.map(|allowed| allowed.to_str().unwrap()), expected);
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        assert_eq!(response.headers()["content-type"], "application/json");
        let expected = json!({"errcode": "M_UNRECOGNIZED", "error": "unrecognized request"});
        assert_eq!(parts(response), (status, expected), "{method} {path}");
    }
}

#[test]
fn an_operation_that_nobody_answers_is_not_recognized() {
    let mut world = World::new();
    let mut router = Router::new();
    client_api::visit(&mut router);
    world.homeserver.handlers = Handlers::new(router);
    assert_eq!(
        world.get("/_matrix/client/versions", ""),
        (
            404,
            json!({"errcode": "M_UNRECOGNIZED", "error": "unrecognized request"})
        )
    );
}

/// What the homeserver does not have, by the beginnings of the paths of the operations' types.
const NOT_HERE: &[&str] = &[
    "unstable::msc4186::sliding_sync_v4::",
    "unstable::msc4195::",
];

/// The operations of the registry, each with its module.
fn registry() -> Vec<(&'static Operation, &'static str)> {
    struct Listed(Vec<(&'static Operation, &'static str)>);
    impl EndpointVisitor for Listed {
        fn visit<E: RegisteredEndpoint>(&mut self) {
            let (_, module) = std::any::type_name::<E>()
                .split_once("::client_api::")
                .unwrap();
            self.0.push((const { &E::OPERATION }, module));
        }
    }
    let mut listed = Listed(Vec::new());
    client_api::visit(&mut listed);
    listed.0
}

fn not_here(module: &str) -> Option<&'static str> {
    let mut missing = NOT_HERE.iter().copied();
    missing.find(|missing| module.starts_with(missing))
}

#[test]
fn every_operation_that_is_here_is_answered() {
    let world = World::new();
    let mut empty: BTreeSet<_> = NOT_HERE.iter().copied().collect();
    for (operation, module) in registry() {
        let section = not_here(module);
        let is_answered = world.homeserver.handlers.has(operation);
        assert_eq!(
            is_answered,
            section.is_none(),
            "{} in {module}",
            operation.name()
        );
        empty.retain(|known| Some(*known) != section);
    }
    assert!(empty.is_empty(), "there are no operations in {empty:?}");
}

#[test]
fn every_other_operation_is_not_recognized() {
    let world = World::new();
    let token = world.log_in("alice");
    let unanswered = registry()
        .into_iter()
        .filter(|(_, module)| not_here(module).is_some())
        // They share their paths with others that are here, which then answer.
        .filter(|(operation, _)| {
            ![
                "inviteBy3PID",
                "msc4140SendDelayedEvent",
                "msc4140SetDelayedState",
            ]
            .contains(&operation.id)
        })
        // The others are at URLs that a response gives.
        .filter(|(operation, _)| !operation.path.is_empty());
    let expected = json!({"errcode": "M_UNRECOGNIZED", "error": "unrecognized request"});
    for (operation, _) in unanswered {
        let path: Vec<_> = operation
            .path
            .split('/')
            .map(|segment| {
                if segment.starts_with('{') {
                    "x"
                } else {
                    segment
                }
            })
            .collect();
        for token in ["", &token] {
            let request = Request::builder()
                .method(http::Method::from(operation.method))
                .uri(path.join("/"));
            let response = world.send(with_token(request, token), "{}");
            assert_eq!(
                parts(response),
                (404, expected.clone()),
                "{}",
                operation.name()
            );
        }
    }
}

#[test]
fn browsers_are_let_in() {
    let world = World::new();
    let response = world.send(Request::options(ADD), "");
    assert_eq!(
        (response.status().as_u16(), response.body().len()),
        (204, 0)
    );
    let headers = response.headers();
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_eq!(
        headers["access-control-allow-methods"],
        "GET, HEAD, POST, PUT, DELETE, OPTIONS"
    );
    assert_eq!(
        headers["access-control-allow-headers"],
        "X-Requested-With, Content-Type, Authorization, If-Match, If-None-Match"
    );
    let response = world.send(Request::get("/_matrix/client/versions"), "");
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
}

#[test]
fn a_head_is_a_get_without_its_body() {
    let world = World::new();
    let response = world.send(Request::head("/_matrix/client/versions"), "");
    assert_eq!(
        (response.status().as_u16(), response.body().len()),
        (200, 0)
    );
}

#[test]
fn a_body_has_a_limit() {
    let world = World::new();
    let body = |length: usize| format!("{{\"type\":\"x\",\"a\":\"{}\"}}", "a".repeat(length - 19));
    assert_eq!(body(MAX_BODY).len(), MAX_BODY);
    assert_eq!(
        world.send(Request::post(LOGIN), body(MAX_BODY)).status(),
        400
    );
    let (status, answer) = parts(world.send(Request::post(LOGIN), body(MAX_BODY + 1)));
    assert_eq!((status, &answer["errcode"]), (413, &"M_TOO_LARGE".into()));
}

#[test]
fn one_seed_gives_one_run() {
    let run = || {
        let world = World::new();
        let token = world.log_in("alice");
        (token, world.request_token(1), world.code())
    };
    assert_eq!(run(), run());
}

#[test]
fn an_answer_of_the_user_s_own_goes_before() {
    use hardline::client_api::discovery::{GetVersions, GetVersionsResponse};

    let mut world = World::new();
    world
        .homeserver
        .on(|_, _: GetVersions| Ok(GetVersionsResponse::default()));
    assert_eq!(
        world.get("/_matrix/client/versions", ""),
        (200, json!({"versions": [], "unstable_features": {}}))
    );
}

#[test]
fn secrets_are_not_shown() {
    let world = World::new();
    let token = world.log_in("alice");
    world.request_token(1);
    let request = with_token(Request::get(WHOAMI), &token).body(Bytes::new());
    let caller = world
        .homeserver
        .data
        .caller(START, &GetTokenOwner::OPERATION, &request.unwrap())
        .unwrap();
    assert!(caller.access_token.is_some());
    let shown = format!(
        "{:?} {:?} {caller:?}",
        world.homeserver,
        world.homeserver.inbox()
    );
    for secret in [&*token, &*world.code(), "secret\""] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
