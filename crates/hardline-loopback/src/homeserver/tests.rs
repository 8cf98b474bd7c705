//! Whole requests and whole answers, as a client sees them.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;

mod authentication;
mod backups;
mod devices;
mod directory;
mod email;
mod guests;
mod integrations;
mod keys;
mod login;
mod media;
mod moderation;
mod older_streams;
mod passwords;
mod people;
mod persistence;
mod personalities;
mod phone_numbers;
mod proposals;
mod push;
mod registration;
mod relations;
mod rendezvous;
mod requests;
mod rooms;
mod rules;
mod search;
mod sessions;
mod sliding_sync;
mod sso;
mod to_device;
mod upgrades;

const START: Timestamp = Timestamp::from_millis(1_795_422_468_000);
const REQUEST_TOKEN: &str = "/_matrix/client/v3/account/3pid/msisdn/requestToken";
const SUBMIT: &str = "/_matrix/client/unstable/add_threepid/msisdn/submit_token";
const ADD: &str = "/_matrix/client/v3/account/3pid/add";
const THREEPIDS: &str = "/_matrix/client/v3/account/3pid";
const DELETE: &str = "/_matrix/client/v3/account/3pid/delete";
const LOGIN: &str = "/_matrix/client/v3/login";
const LOGOUT: &str = "/_matrix/client/v3/logout";
const REGISTER: &str = "/_matrix/client/v3/register";
const WHOAMI: &str = "/_matrix/client/v3/account/whoami";

/// A homeserver with alice, and the time there.
struct World {
    homeserver: Homeserver,
    now: Timestamp,
}

impl World {
    fn new() -> Self {
        Self::at("https://example.org")
    }

    fn at(base_url: &str) -> Self {
        let server_name = ServerName::parse("example.org").unwrap();
        let homeserver = Homeserver::new(server_name, base_url, [7; 32]);
        homeserver
            .add_account("alice", &Password::from("secret"))
            .unwrap();
        Self {
            homeserver,
            now: START,
        }
    }

    fn send(&self, request: http::request::Builder, body: impl Into<Bytes>) -> Response<Vec<u8>> {
        self.homeserver
            .handle(self.now, request.body(body.into()).unwrap())
    }

    /// Follows a link, as a browser does: the status, where it is sent, and the page.
    fn browse(&self, method: &str, url: &str, form: &str) -> (u16, String, String) {
        let path = url.strip_prefix(self.homeserver.base_url()).unwrap_or(url);
        let request = Request::builder().method(method).uri(path);
        let response = self.send(request, form.to_owned());
        let location = response.headers().get("location");
        let location = location.map_or("", |location| location.to_str().unwrap());
        (
            response.status().as_u16(),
            location.to_owned(),
            String::from_utf8(response.body().clone()).unwrap(),
        )
    }

    fn get(&self, path: &str, token: &str) -> (u16, Value) {
        parts(self.send(with_token(Request::get(path), token), ""))
    }

    fn post(&self, path: &str, token: &str, body: &Value) -> (u16, Value) {
        let request = with_token(Request::post(path), token);
        parts(self.send(request, body.to_string()))
    }

    fn put(&self, path: &str, token: &str, body: &Value) -> (u16, Value) {
        parts(self.send(with_token(Request::put(path), token), body.to_string()))
    }

    fn delete(&self, path: &str, token: &str) -> (u16, Value) {
        parts(self.send(with_token(Request::delete(path), token), ""))
    }

    /// The status and the errcode.
    fn refused(&self, path: &str, token: &str, body: &Value) -> (u16, String) {
        let (status, body) = self.post(path, token, body);
        (status, body["errcode"].as_str().unwrap_or("").to_owned())
    }

    fn log_in(&self, user: &str) -> String {
        let identifier = json!({"type": "m.id.user", "user": user});
        let (status, body) = self.post(LOGIN, "", &password_login(&identifier, "secret"));
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }

    /// Asks for a code for 07700 900001 and returns the session.
    fn request_token(&self, send_attempt: u64) -> String {
        let (status, body) = self.post(REQUEST_TOKEN, "", &token_request(send_attempt));
        assert_eq!(status, 200, "{body}");
        body["sid"].as_str().unwrap().to_owned()
    }

    fn code(&self) -> String {
        let message = self.homeserver.inbox().last_to("447700900001").unwrap();
        message.token.reveal().to_owned()
    }

    /// A session whose code was submitted.
    fn validated(&self) -> String {
        let sid = self.request_token(1);
        let answer = self.post(SUBMIT, "", &submission(&sid, &self.code()));
        assert_eq!(answer, (200, json!({"success": true})));
        sid
    }

    /// Adds the number of a session to an account.
    fn add(&self, token: &str, sid: &str, user: &str) -> (u16, Value) {
        let body =
            json!({"sid": sid, "client_secret": "s", "auth": password_stage(user, "secret", None)});
        self.post(ADD, token, &body)
    }
}

fn parts(response: Response<Vec<u8>>) -> (u16, Value) {
    let body = serde_json::from_slice(response.body()).unwrap_or_default();
    (response.status().as_u16(), body)
}

fn with_token(request: http::request::Builder, token: &str) -> http::request::Builder {
    match token {
        "" => request,
        _ => request.header("authorization", format!("Bearer {token}")),
    }
}

fn password_login(identifier: &Value, password: &str) -> Value {
    json!({"type": "m.login.password", "identifier": identifier, "password": password})
}

fn password_stage(user: &str, password: &str, session: Option<&str>) -> Value {
    let identifier = json!({"type": "m.id.user", "user": user});
    let mut stage = password_login(&identifier, password);
    if let Some(session) = session {
        stage["session"] = session.into();
    }
    stage
}

fn token_request(send_attempt: u64) -> Value {
    json!({"client_secret": "s", "country": "GB", "phone_number": "07700 900001", "send_attempt": send_attempt})
}

fn submission(sid: &str, token: &str) -> Value {
    json!({"sid": sid, "client_secret": "s", "token": token})
}

fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().unwrap().remove(name);
    object
}

fn with(mut object: Value, name: &str, value: impl Into<Value>) -> Value {
    object[name] = value.into();
    object
}

fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}
