use std::collections::BTreeSet;

use bytes::Bytes;
use hardline::types::Timestamp;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, Response, StatusCode};
use serde_json::{Map, Value, json};

use super::personality::{Canned, Challenge, Personality, UnknownSession, WrongStage};
use super::world::World;

/// What happens to a flow beside how its server answers.
#[derive(Clone, Copy, Debug)]
pub enum Mishap {
    /// Nothing.
    Nothing,
    /// The first request to each path is answered like this, and nothing acts on it.
    EachOnce(Canned),
    /// The first request with an access token is answered like this.
    TokenOnce(Canned),
    /// The server forgets the authentication session of the first request that has one.
    ForgetsOnce,
    /// The server forgets the session of every other request.
    ForgetsEveryOther,
    /// The server forgets every session.
    ForgetsAlways,
    /// The second request for a message is answered like this.
    Resent(Canned),
    /// The second answer to a request for a message has no `submit_url`.
    ResentWithoutUrl,
    /// The first code that is submitted is answered like this, right or not.
    FirstCode(Canned),
}

/// The servers of a world behind the manners of a family.
pub(super) struct Masked<'w> {
    world: &'w World,
    personality: &'static Personality,
    mishap: Mishap,
    /// The paths that were asked.
    seen: BTreeSet<String>,
    /// The sessions that are unknown by now.
    forgotten: BTreeSet<String>,
    /// How many requests had a session.
    with_session: u32,
    /// How many messages were asked for.
    messages: u32,
    /// How many codes were submitted.
    codes: u32,
    has_refused_token: bool,
}

impl<'w> Masked<'w> {
    pub(super) fn new(world: &'w World, personality: &'static Personality, mishap: Mishap) -> Self {
        Self {
            world,
            personality,
            mishap,
            seen: BTreeSet::new(),
            forgotten: BTreeSet::new(),
            with_session: 0,
            messages: 0,
            codes: 0,
            has_refused_token: false,
        }
    }

    pub(super) fn handle(&mut self, now: Timestamp, request: Request<Bytes>) -> Response<Bytes> {
        let path = request.uri().path().to_owned();
        if let Some(canned) = self.prevents(&request) {
            return canned.response();
        }
        if path == "/_matrix/client/versions" {
            return versions(self.personality);
        }
        let is_own = |(end, _): &&(&str, Canned)| {
            path.ends_with(end) && !path.starts_with("/_matrix/identity/")
        };
        if let Some((_, canned)) = self.personality.own.iter().find(is_own) {
            return canned.response();
        }
        let body: Map<String, Value> = serde_json::from_slice(request.body()).unwrap_or_default();
        if path.ends_with("/login")
            && let Some(canned) = &self.personality.login_by_email
            && body
                .get("identifier")
                .is_some_and(|one| one["type"] == "m.id.thirdparty")
        {
            return canned.response();
        }
        match body.get("auth") {
            Some(auth) => {
                let session = auth["session"].as_str().map(str::to_owned);
                match session.and_then(|session| self.unknown(&session)) {
                    None => self.answer(now, request),
                    Some(UnknownSession::Refused(canned)) => canned.response(),
                    Some(UnknownSession::AnewToRegister) if path.ends_with("/register") => {
                        self.answer(now, without_auth(request, body))
                    }
                    Some(_) => self.answer(now, without_session(request, body)),
                }
            }
            None => match &self.personality.without_auth {
                Some((end, canned)) if path.ends_with(end) => canned.response(),
                _ => self.answer(now, request),
            },
        }
    }

    /// What is answered before the server sees the request.
    fn prevents(&mut self, request: &Request<Bytes>) -> Option<Canned> {
        let path = request.uri().path();
        let is_new = self.seen.insert(format!("{} {path}", request.method()));
        let has_token = request.headers().contains_key(AUTHORIZATION);
        let is_message = path.ends_with("/requestToken");
        let is_code = path.to_lowercase().contains("submit");
        self.messages += u32::from(is_message);
        self.codes += u32::from(is_code);
        match self.mishap {
            Mishap::EachOnce(canned) if is_new => Some(canned),
            Mishap::TokenOnce(canned) if has_token && !self.has_refused_token => {
                self.has_refused_token = true;
                Some(canned)
            }
            Mishap::Resent(canned) if is_message && self.messages == 2 => Some(canned),
            Mishap::FirstCode(canned) if is_code && self.codes == 1 => Some(canned),
            _ => None,
        }
    }

    /// What this session is answered if it is unknown by now.
    fn unknown(&mut self, session: &str) -> Option<UnknownSession> {
        self.with_session += 1;
        let forgets = match self.mishap {
            Mishap::ForgetsOnce => self.with_session == 1,
            Mishap::ForgetsEveryOther => self.with_session % 2 == 1,
            Mishap::ForgetsAlways => true,
            _ => false,
        };
        if forgets {
            self.forgotten.insert(session.to_owned());
        }
        let is_unknown = self.forgotten.contains(session);
        is_unknown.then_some(self.personality.unknown_session)
    }

    fn answer(&mut self, now: Timestamp, request: Request<Bytes>) -> Response<Bytes> {
        let path = request.uri().path().to_owned();
        let again = request.clone();
        let response = self.world.handle(now, request).map(Bytes::from);
        let Ok(mut body) = serde_json::from_slice::<Map<String, Value>>(response.body()) else {
            return response;
        };
        let is_refused =
            !response.status().is_success() || body.get("success") == Some(&json!(false));
        let errcode = body
            .get("errcode")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if is_refused
            && path.to_lowercase().contains("submit")
            && let Some(canned) = &self.personality.wrong_code
        {
            return canned.response();
        }
        if errcode == "M_INVALID_PEPPER"
            && let Some(canned) = &self.personality.wrong_pepper
        {
            return canned.response();
        }
        if errcode == "M_UNKNOWN_TOKEN" && path.starts_with("/_matrix/identity/") {
            return self.personality.unknown_token.response();
        }
        if response.status() == StatusCode::UNAUTHORIZED && body.contains_key("flows") {
            return self.challenge(now, &path, again, body);
        }
        if path.ends_with("/requestToken")
            && self.messages == 2
            && matches!(self.mishap, Mishap::ResentWithoutUrl)
        {
            body.remove("submit_url");
            return respond(StatusCode::OK, &body);
        }
        response
    }

    /// The 401 of a session that was begun, or of a stage that failed.
    fn challenge(
        &mut self,
        now: Timestamp,
        path: &str,
        request: Request<Bytes>,
        mut body: Map<String, Value>,
    ) -> Response<Bytes> {
        let asked: Map<String, Value> = serde_json::from_slice(request.body()).unwrap_or_default();
        let stage = asked.get("auth").and_then(|auth| auth["type"].as_str());
        let wrong = match stage {
            _ if !body.contains_key("errcode") => None,
            Some("m.login.password") if path.ends_with("/account/password") => {
                Some(self.personality.wrong_password_to_change)
            }
            Some("m.login.password") => Some(self.personality.wrong_password),
            Some("m.login.registration_token") => Some(self.personality.wrong_registration_token),
            _ => None,
        };
        let mut status = StatusCode::UNAUTHORIZED;
        match wrong {
            None => {}
            Some(WrongStage::Challenge(code)) => {
                status = StatusCode::from_u16(code).expect("it is a status");
            }
            Some(WrongStage::Plain(canned)) => return canned.response(),
            Some(WrongStage::Anew) => {
                self.forgotten.extend(
                    body.get("session")
                        .and_then(Value::as_str)
                        .map(str::to_owned),
                );
                let begun = self.world.handle(now, without_auth(request, asked));
                body = serde_json::from_slice(begun.body()).expect("it is a challenge");
            }
        }
        match self.personality.challenge {
            Challenge::Whole => {}
            Challenge::Nulls => {
                body.insert("params".to_owned(), Value::Null);
                body.insert("completed".to_owned(), Value::Null);
            }
            Challenge::FlowsAlone => body.retain(|name, _| name == "flows"),
        }
        respond(status, &body)
    }
}

/// The same request as if its session did not matter.
fn without_session(request: Request<Bytes>, mut body: Map<String, Value>) -> Request<Bytes> {
    if let Some(auth) = body.get_mut("auth").and_then(Value::as_object_mut) {
        auth.remove("session");
    }
    let body = serde_json::to_vec(&body).expect("it is JSON");
    request.map(|_| body.into())
}

/// The same request as if nobody had authenticated.
fn without_auth(request: Request<Bytes>, mut body: Map<String, Value>) -> Request<Bytes> {
    body.remove("auth");
    let body = serde_json::to_vec(&body).expect("it is JSON");
    request.map(|_| body.into())
}

fn versions(personality: &Personality) -> Response<Bytes> {
    let body = json!({"versions": personality.versions});
    respond(StatusCode::OK, body.as_object().expect("it is one"))
}

fn respond(status: StatusCode, body: &Map<String, Value>) -> Response<Bytes> {
    let body = serde_json::to_vec(body).expect("it is JSON");
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
