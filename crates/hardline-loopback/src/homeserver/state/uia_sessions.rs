use std::collections::BTreeMap;

use bytes::Bytes;
use hardline::types::{RegistrationToken, UserId};
use hardline::wire::server::ErrorResponse;
use hardline::wire::{AuthType, ErrorCode};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::validations::Validated;

/// What an unknown session is refused with.
pub(crate) const NO_SESSION: &str = "unknown authentication session";

/// The sessions of user-interactive authentication, by ID.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct UiaSessions(BTreeMap<String, UiaSession>);

#[derive(Serialize, Deserialize)]
pub(crate) struct UiaSession {
    request: BoundRequest,
    flows: Vec<Vec<AuthType>>,
    proof: Proof,
    /// What its one success was answered.
    answer: Option<Answer>,
}

/// A successful response.
#[derive(Serialize, Deserialize)]
struct Answer {
    status: u16,
    body: String,
}

/// What the completed stages have proved.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Proof {
    completed: Vec<AuthType>,
    /// The phone number and the e-mail address that are theirs.
    pub(crate) threepids: Vec<Validated>,
    /// The token that an account may be registered with.
    pub(crate) registration_token: Option<RegistrationToken>,
}

/// The request that began a session, which is valid for nothing else.
#[derive(PartialEq, Serialize, Deserialize)]
pub(crate) struct BoundRequest {
    method: String,
    uri: String,
    user_id: Option<UserId>,
    /// Without the stage that is submitted.
    body: Map<String, Value>,
}

impl UiaSessions {
    pub(crate) fn begin(&mut self, id: String, request: BoundRequest, flows: Vec<Vec<AuthType>>) {
        let session = UiaSession {
            request,
            flows,
            proof: Proof::default(),
            answer: None,
        };
        self.0.insert(id, session);
    }

    pub(crate) fn get(&self, id: &str) -> Result<&UiaSession, ErrorResponse> {
        self.0.get(id).ok_or_else(unknown_session)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Result<&mut UiaSession, ErrorResponse> {
        self.0.get_mut(id).ok_or_else(unknown_session)
    }

    /// What the session's one success was answered, for the same request once more.
    pub(crate) fn answer(&self, id: &str, again: &BoundRequest) -> Option<Response<Vec<u8>>> {
        let session = self.0.get(id)?;
        let answer = session.answer.as_ref()?;
        (session.request == *again).then(|| answer.response())
    }

    /// Notes what a session's success was answered, after which it is good for nothing else.
    pub(crate) fn answered(&mut self, id: &str, response: &Response<Vec<u8>>) {
        if let Some(session) = self.0.get_mut(id)
            && session.is_complete()
        {
            session.answer = Some(Answer {
                status: response.status().as_u16(),
                body: String::from_utf8_lossy(response.body()).into_owned(),
            });
        }
    }

    /// The body of a later request that has nothing but `auth`, with the members of the one that the session is for.
    pub(crate) fn completed(&self, id: &str, later: &Request<Bytes>) -> Option<Bytes> {
        let bound = &self.0.get(id)?.request;
        let mut body: Map<String, Value> = serde_json::from_slice(later.body()).ok()?;
        let is_same =
            bound.method == later.method().as_str() && bound.uri == later.uri().to_string();
        if !is_same || body.len() != 1 || !body.contains_key("auth") {
            return None;
        }
        body.extend(bound.body.clone());
        serde_json::to_vec(&body).ok().map(Bytes::from)
    }

    /// Completes a stage on a page in a browser; `false` if no session asks for it.
    pub(crate) fn complete(&mut self, id: &str, stage: &AuthType) -> bool {
        match self.0.get_mut(id) {
            Some(session) if session.asks_for(stage) => {
                session.complete(stage, Proof::default());
                true
            }
            _ => false,
        }
    }

    /// Whether there is such a session and it asks for the stage.
    pub(crate) fn asks_for(&self, id: &str, stage: &AuthType) -> bool {
        self.0
            .get(id)
            .is_some_and(|session| session.asks_for(stage))
    }
}

impl UiaSession {
    /// Whether a later request asks for the same. A session that began with an empty body, as from clients that only
    /// want to see the flows, is bound by the first request with a body.
    pub(crate) fn admits(&mut self, later: BoundRequest) -> bool {
        if self.request.body.is_empty() {
            self.request.body.clone_from(&later.body);
        }
        self.request == later
    }

    pub(crate) fn flows(&self) -> &[Vec<AuthType>] {
        &self.flows
    }

    pub(crate) fn completed(&self) -> &[AuthType] {
        &self.proof.completed
    }

    /// What was proved, once the stages of one flow are completed.
    pub(crate) fn proof(&self) -> Option<&Proof> {
        self.is_complete().then_some(&self.proof)
    }

    /// Completes a stage that has proved this.
    pub(crate) fn complete(&mut self, stage: &AuthType, mut shown: Proof) {
        self.proof.completed.push(stage.clone());
        self.proof.threepids.append(&mut shown.threepids);
        if shown.registration_token.is_some() {
            self.proof.registration_token = shown.registration_token;
        }
    }

    pub(crate) fn is_complete(&self) -> bool {
        let done = |stage: &AuthType| self.proof.completed.contains(stage);
        self.flows.iter().any(|flow| flow.iter().all(done))
    }

    fn asks_for(&self, stage: &AuthType) -> bool {
        self.flows.iter().any(|flow| flow.contains(stage))
    }
}

impl Answer {
    fn response(&self) -> Response<Vec<u8>> {
        let mut response = Response::new(self.body.clone().into_bytes());
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or_default();
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}

impl BoundRequest {
    pub(crate) fn new(
        request: &Request<Bytes>,
        user_id: Option<UserId>,
    ) -> Result<Self, ErrorResponse> {
        // Decoding skips unknown members, however deep; a body that is not compared would bind nothing.
        let body = match request.body().trim_ascii() {
            // Clients send none before they authenticate, if nothing else is in it.
            b"" => b"{}",
            body => body,
        };
        let mut body: Map<String, Value> = serde_json::from_slice(body).map_err(|_| {
            ErrorResponse::bad_request(ErrorCode::BadJson, "the body is nested too deep")
        })?;
        body.remove("auth");
        Ok(Self {
            method: request.method().to_string(),
            uri: request.uri().to_string(),
            user_id,
            body,
        })
    }
}

fn unknown_session() -> ErrorResponse {
    ErrorResponse::bad_request(ErrorCode::Unknown, NO_SESSION)
}
