use std::collections::BTreeMap;

use hardline::client_api::AuthData;
use hardline::types::{Password, UserId};
use hardline::wire::server::Refusal;
use hardline::wire::{AuthType, ErrorCode};
use http::{Method, StatusCode};
use serde_json::{Map, Value};

use super::Turn;
use super::session::{object, user_with};

/// The sessions of user-interactive authentication, by ID.
#[derive(Default)]
pub(super) struct UiaSessions(BTreeMap<String, UiaSession>);

struct UiaSession {
    operation: Bound,
    completed: bool,
}

/// What was asked for when a session began; it is good for nothing else.
#[derive(PartialEq)]
struct Bound {
    method: Method,
    uri: String,
    user_id: Option<UserId>,
    /// Without the stage that is submitted.
    body: Map<String, Value>,
}

impl Bound {
    fn to(turn: &Turn<'_>) -> Self {
        let request = turn.request;
        let mut body: Map<String, Value> =
            serde_json::from_slice(request.body()).unwrap_or_default();
        body.remove("auth");
        Self {
            method: request.method().clone(),
            uri: request.uri().to_string(),
            user_id: turn.caller.user_id.clone(),
            body,
        }
    }

    /// Whether a later request asks for the same. What began with an empty body, as clients do that only want to see the
    /// flows, is bound by the first that has one.
    fn admits(&mut self, later: Self) -> bool {
        if self.body.is_empty() {
            self.body.clone_from(&later.body);
        }
        *self == later
    }
}

/// Asks for one stage, and lets pass who has completed it for this very request.
pub(super) fn authenticate(
    turn: &mut Turn<'_>,
    auth: Option<&AuthData>,
    stage: &AuthType,
) -> Result<(), Refusal> {
    let bound = Bound::to(turn);
    let id = match auth.and_then(AuthData::session) {
        Some(id) => {
            let session = turn.state.uia.0.get_mut(&id).ok_or_else(|| {
                Refusal::bad_request(ErrorCode::Unknown, "unknown authentication session")
            })?;
            if !session.operation.admits(bound) {
                return Err(Refusal::new(
                    StatusCode::FORBIDDEN,
                    ErrorCode::Unknown,
                    "the requested operation has changed during the authentication session",
                ));
            }
            if session.completed {
                return Ok(());
            }
            id
        }
        None => {
            let id = turn.state.entropy.letters(24);
            let session = UiaSession {
                operation: bound,
                completed: false,
            };
            turn.state.uia.0.insert(id.clone(), session);
            id
        }
    };
    let challenge = Refusal::uia(&id, &[std::slice::from_ref(stage)], &[]);
    let Some((auth, submitted)) = auth.and_then(|auth| Some((auth, auth.auth_type()?))) else {
        return Err(challenge);
    };
    if submitted != *stage {
        return Err(challenge.because(ErrorCode::Unrecognized, "the stage is in none of the flows"));
    }
    if *stage == AuthType::Password && !is_their_password(turn, auth)? {
        return Err(challenge.because(ErrorCode::Forbidden, "invalid username or password"));
    }
    if let Some(session) = turn.state.uia.0.get_mut(&id) {
        session.completed = true;
    }
    Ok(())
}

/// Whether the stage has the password of the user whose token came with the request.
fn is_their_password(turn: &Turn<'_>, auth: &AuthData) -> Result<bool, Refusal> {
    let members = auth.members();
    let identifier = members.field("identifier").or_else(|| {
        // As clients had it before identifiers.
        let user: String = members.field("user")?;
        object(&[("type", "m.id.user"), ("user", &user)])
    });
    let (Some(identifier), Some(password)) = (identifier, members.field::<Password>("password"))
    else {
        return Err(Refusal::bad_request(
            ErrorCode::MissingParam,
            "identifier and password are required in auth",
        ));
    };
    let server_name = turn.homeserver.server_name();
    match user_with(turn.state, server_name, &identifier, &password)? {
        Some(user_id) if user_id == turn.user_id()? => Ok(true),
        Some(_) => Err(Refusal::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "that is another user's password",
        )),
        None => Ok(false),
    }
}
