use bytes::Bytes;
use hardline::flow::{
    Input, Output, RequestDecision, RequestId, ResponseDecision, Ticket, TokenManager,
};
use hardline::types::Timestamp;
use hardline::wire::Target;
use http::header::AUTHORIZATION;
use http::{Request, Response};

use super::expectations::{LONGEST_WAIT, OUTPUTS, shows_no_secret};
use super::tokens::Tokens;
use super::underway::{Passed, Underway};
use crate::simulation::BASE_URL;

/// The other homeserver.
const ELSEWHERE: &str = "https://elsewhere.example";

/// What a flow's requests pass through: a token manager, or nothing.
pub(super) struct Session {
    manager: Option<TokenManager>,
    is_elsewhere: bool,
    /// The requests held for a new token.
    held: Vec<Held>,
    /// The end of the token manager's wait.
    until: Option<Timestamp>,
}

/// A request held for a new token.
pub(super) struct Held {
    pub(super) id: RequestId,
    pub(super) ticket: Ticket,
    pub(super) request: Request<Vec<u8>>,
    /// The server's response to the old token.
    pub(super) response: Option<Response<Bytes>>,
}

impl Session {
    /// Without tokens there is no token manager.
    pub(super) fn new(now: Timestamp, tokens: Option<Tokens>) -> Self {
        let mut session = Self {
            manager: None,
            is_elsewhere: false,
            held: Vec::new(),
            until: None,
        };
        session.manager =
            tokens.map(|tokens| TokenManager::new(session.target(), tokens.at(now), 1));
        session
    }

    /// The end of the token manager's wait.
    pub(super) fn until(&self) -> Option<Timestamp> {
        self.until
    }

    /// The program logs in or out. Before its first login there is no token manager.
    pub(super) fn set_tokens(&mut self, now: Timestamp, tokens: Tokens) {
        let target = self.target();
        self.manager
            .get_or_insert_with(|| TokenManager::new(target, None, 1))
            .set_tokens(tokens.at(now));
    }

    pub(super) fn move_on(&mut self) {
        self.is_elsewhere = !self.is_elsewhere;
        let target = self.target();
        if let Some(manager) = &mut self.manager {
            manager.set_target(target);
        }
    }

    /// A restarted program has its tokens and nothing else.
    pub(super) fn reload(&mut self) {
        let target = self.target();
        if let Some(manager) = &mut self.manager {
            let saved = serde_json::to_vec(&manager.tokens()).unwrap();
            let tokens = serde_json::from_slice(&saved).unwrap();
            assert_eq!(manager.tokens(), Option::as_ref(&tokens));
            *manager = TokenManager::new(target, tokens, 1);
        }
        self.leave_held();
    }

    /// Nobody waits for this request any more.
    pub(super) fn cancel(&mut self, id: RequestId) {
        self.held.retain(|held| held.id != id);
    }

    pub(super) fn leave_held(&mut self) {
        self.held.clear();
    }

    pub(super) fn holds(&self, id: RequestId) -> bool {
        self.held.iter().any(|held| held.id == id)
    }

    pub(super) fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }

    /// A request that timed out before it was sent.
    pub(super) fn give_up_one(&mut self) -> Option<RequestId> {
        self.held.pop().map(|held| held.id)
    }

    /// Sends or holds a request, or returns what to report to its flow instead.
    pub(super) fn admit(
        &mut self,
        now: Timestamp,
        (id, ticket): (RequestId, Option<Ticket>),
        mut request: Request<Vec<u8>>,
        response: Option<Response<Bytes>>,
        underway: &mut Vec<Underway>,
    ) -> Option<Input> {
        let base_url = self.base_url();
        let Some(manager) = &mut self.manager else {
            underway.push(Underway::Request(id, None));
            return None;
        };
        let had_token = request.headers().contains_key(AUTHORIZATION);
        match manager.admit(now, ticket, &mut request) {
            RequestDecision::Go(ticket) => {
                let token = request.headers().get(AUTHORIZATION);
                if !had_token && let Some(token) = token {
                    assert!(token.is_sensitive());
                    assert!(is_at(&request, base_url), "{} has the token", request.uri());
                }
                let copy = ticket.may_return().then_some(request);
                let passed = Box::new(Passed { ticket, copy });
                underway.push(Underway::Request(id, Some(passed)));
                None
            }
            RequestDecision::Hold(ticket) => {
                self.held.push(Held {
                    id,
                    ticket,
                    request,
                    response,
                });
                None
            }
            RequestDecision::Refuse(failure) => Some(Input::Failed(id, failure)),
            RequestDecision::Deliver => {
                let response = response.expect("it was kept when the token had died");
                Some(Input::Response(id, response))
            }
        }
    }

    /// Inspects a response before its flow does, and may keep it.
    pub(super) fn pass(
        &mut self,
        now: Timestamp,
        id: RequestId,
        passed: Option<Box<Passed>>,
        response: Response<Bytes>,
    ) -> Option<Response<Bytes>> {
        let (Some(manager), Some(passed)) = (&mut self.manager, passed) else {
            return Some(response);
        };
        match manager.pass(now, passed.ticket, response) {
            ResponseDecision::Deliver(response) => Some(response),
            ResponseDecision::Hold(response) => {
                self.held.push(Held {
                    id,
                    ticket: passed.ticket,
                    request: passed.copy.expect("it may return"),
                    response: Some(response),
                });
                None
            }
        }
    }

    /// Reports what happened to the refresh.
    pub(super) fn handle_input(&mut self, now: Timestamp, input: Input) {
        if let Some(manager) = &mut self.manager {
            manager.handle_input(now, input);
        }
    }

    /// Does what the token manager wants, and returns what may be admitted again.
    pub(super) fn drain(&mut self, now: Timestamp, underway: &mut Vec<Underway>) -> Vec<Held> {
        let base_url = self.base_url();
        let Some(manager) = &mut self.manager else {
            return Vec::new();
        };
        for _ in 0..OUTPUTS {
            match manager.poll_output() {
                Output::Send(id, request) => {
                    assert!(is_at(&request, base_url), "{} refreshes", request.uri());
                    assert!(!request.headers().contains_key(AUTHORIZATION));
                    let is_other = |other: &Underway| matches!(other, Underway::Refresh(_));
                    assert!(!underway.iter().any(is_other), "it refreshes twice at once");
                    underway.push(Underway::Refresh(id));
                }
                Output::Cancel(id) => underway
                    .retain(|other| !matches!(other, Underway::Refresh(other) if *other == id)),
                Output::Event(event) => shows_no_secret(&event),
                Output::Done(never) => match never {},
                Output::SendStreaming(..) | Output::Receive(..) => unreachable!("no body streams"),
                Output::Wait(until) => {
                    let longest = until.map(|until| until - now).unwrap_or_default();
                    assert!(longest <= LONGEST_WAIT, "the session waits {longest:?}");
                    shows_no_secret(manager);
                    self.until = until;
                    if manager.is_holding() {
                        assert!(until.is_some(), "the session waits for nobody");
                        return Vec::new();
                    }
                    return std::mem::take(&mut self.held);
                }
            }
        }
        panic!("the session puts out more than {OUTPUTS} things at once");
    }

    fn target(&self) -> Target {
        Target::homeserver(self.base_url()).unwrap()
    }

    fn base_url(&self) -> &'static str {
        if self.is_elsewhere {
            ELSEWHERE
        } else {
            BASE_URL
        }
    }
}

/// Whether a request goes to this server.
pub(super) fn is_at(request: &Request<Vec<u8>>, base_url: &str) -> bool {
    let url = request.uri().to_string();
    url.strip_prefix(base_url)
        .is_some_and(|path| path.starts_with('/'))
}
