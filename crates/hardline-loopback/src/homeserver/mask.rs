use bytes::Bytes;
use hardline::types::Timestamp;
use http::{Request, Response, StatusCode};
use serde_json::{Map, Value, json};

use super::Homeserver;
use super::state::NO_SESSION;
use crate::cors::allow as allow_browsers;
use crate::json_document::json_document;
use crate::personality::{Canned, Challenge, Personality, UnknownSession, WrongStage};

type Object = Map<String, Value>;

impl Homeserver {
    /// Responds to a request as a family does.
    pub(super) fn handle_as(
        &self,
        family: &'static Personality,
        now: Timestamp,
        request: Request<Bytes>,
    ) -> Response<Vec<u8>> {
        let path = request.uri().path().to_owned();
        if path.ends_with("/_matrix/client/versions") {
            return respond(200, &json!({"versions": family.versions}));
        }
        if let Some(canned) = own(family, &path, &object(request.body())) {
            return say(canned);
        }
        let response = self.handle_plainly(now, request.clone());
        if response.status().as_u16() < 400 {
            return response;
        }
        let refused = object(response.body());
        let errcode = refused.get("errcode").and_then(Value::as_str);
        match errcode {
            _ if refused.contains_key("flows") => self.challenge_as(family, now, request, refused),
            Some("M_MISSING_TOKEN") => say(&family.no_token),
            Some("M_UNKNOWN_TOKEN") => say(&family.unknown_token),
            Some(_)
                if refused
                    .get("error")
                    .is_some_and(|error| error == NO_SESSION) =>
            {
                match &family.unknown_session {
                    UnknownSession::Refused(canned) => say(canned),
                    UnknownSession::AnewToRegister if path.ends_with("/register") => {
                        self.handle_as(family, now, changed(request, without_auth))
                    }
                    _ => self.handle_as(family, now, changed(request, without_session)),
                }
            }
            _ => response,
        }
    }

    /// The 401 of a session that was begun, or of a stage that failed.
    fn challenge_as(
        &self,
        family: &'static Personality,
        now: Timestamp,
        request: Request<Bytes>,
        mut body: Object,
    ) -> Response<Vec<u8>> {
        let asked = object(request.body());
        let stage = asked.get("auth").and_then(|auth| auth["type"].as_str());
        let is_change = request.uri().path().ends_with("/account/password");
        let wrong = match stage {
            _ if !body.contains_key("errcode") => None,
            Some("m.login.password") if is_change => Some(&family.wrong_password_to_change),
            Some("m.login.password") => Some(&family.wrong_password),
            Some("m.login.registration_token") => Some(&family.wrong_registration_token),
            _ => None,
        };
        let mut status = 401;
        match wrong {
            None => {}
            Some(WrongStage::Challenge(code)) => status = *code,
            Some(WrongStage::Plain(canned)) => return say(canned),
            Some(WrongStage::Anew) => {
                let begun = self.handle_plainly(now, changed(request, without_auth));
                body = object(begun.body());
            }
        }
        match family.challenge {
            Challenge::Whole => {}
            Challenge::Nulls => {
                body.insert("params".to_owned(), Value::Null);
                body.insert("completed".to_owned(), Value::Null);
            }
            Challenge::FlowsAlone => body.retain(|name, _| name == "flows"),
        }
        respond(status, &Value::Object(body))
    }
}

/// What a family answers whatever the server would.
fn own(family: &'static Personality, path: &str, body: &Object) -> Option<&'static Canned> {
    let own = family.own.iter().find(|(end, _)| path.ends_with(end));
    if let Some((_, canned)) = own {
        return Some(canned);
    }
    let by_email = body
        .get("identifier")
        .is_some_and(|identifier| identifier["type"] == "m.id.thirdparty");
    if by_email && path.ends_with("/login") {
        return family.login_by_email.as_ref();
    }
    let (end, canned) = family.without_auth.as_ref()?;
    (path.ends_with(end) && !body.contains_key("auth")).then_some(canned)
}

fn object(body: &[u8]) -> Object {
    serde_json::from_slice(body).unwrap_or_default()
}

fn changed(request: Request<Bytes>, change: fn(&mut Object)) -> Request<Bytes> {
    request.map(|body| {
        let mut body = object(&body);
        change(&mut body);
        Value::Object(body).to_string().into()
    })
}

fn without_auth(body: &mut Object) {
    body.remove("auth");
}

fn without_session(body: &mut Object) {
    if let Some(auth) = body.get_mut("auth").and_then(Value::as_object_mut) {
        auth.remove("session");
    }
}

fn say(canned: &Canned) -> Response<Vec<u8>> {
    let mut response = canned.response().map(Vec::from);
    allow_browsers(&mut response);
    response
}

fn respond(status: u16, body: &Value) -> Response<Vec<u8>> {
    let mut response = json_document(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::UNAUTHORIZED);
    allow_browsers(&mut response);
    response
}
