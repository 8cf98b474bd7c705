use std::collections::BTreeMap;

use hardline::client_api::{AuthData, ValidationCredentials};
use hardline::types::{Medium, Password, RegistrationToken, UserId};
use hardline::wire::server::ErrorResponse;
use hardline::wire::{AuthType, ErrorCode};
use http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::session::{object, user_with};
use super::{RequestContext, pages};
use crate::validations::Validated;

/// The sessions of user-interactive authentication, by ID.
#[derive(Default)]
pub(super) struct UiaSessions(BTreeMap<String, UiaSession>);

struct UiaSession {
    operation: Bound,
    flows: Vec<Vec<AuthType>>,
    proof: Proof,
}

/// What somebody has shown by the stages that are done.
#[derive(Clone, Default)]
pub(super) struct Proof {
    completed: Vec<AuthType>,
    /// The phone number and the e-mail address that are theirs.
    pub(super) threepids: Vec<Validated>,
    /// The token that an account may be registered with.
    pub(super) registration_token: Option<RegistrationToken>,
}

impl UiaSessions {
    /// Completes a stage on a page in a browser; `false` where no session asks for it.
    pub(super) fn complete(&mut self, session: &str, stage: &AuthType) -> bool {
        match self.0.get_mut(session) {
            Some(session) if session.asks_for(stage) => {
                session.proof.completed.push(stage.clone());
                true
            }
            _ => false,
        }
    }

    /// Whether a session is there and asks for the stage.
    pub(super) fn asks_for(&self, session: &str, stage: &AuthType) -> bool {
        self.0
            .get(session)
            .is_some_and(|session| session.asks_for(stage))
    }
}

impl UiaSession {
    fn asks_for(&self, stage: &AuthType) -> bool {
        self.flows.iter().any(|flow| flow.contains(stage))
    }

    fn is_complete(&self) -> bool {
        let done = |stage: &AuthType| self.proof.completed.contains(stage);
        self.flows.iter().any(|flow| flow.iter().all(done))
    }
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
    fn to(context: &RequestContext<'_>) -> Result<Self, ErrorResponse> {
        let request = context.request;
        // Decoding passes over what it does not know, however deep; a body that is not compared would bind nothing.
        let mut body: Map<String, Value> = serde_json::from_slice(request.body())
            .map_err(|_| ErrorResponse::bad_request(ErrorCode::BadJson, "the body is nested too deep"))?;
        body.remove("auth");
        Ok(Self {
            method: request.method().clone(),
            uri: request.uri().to_string(),
            user_id: context.caller.user_id.clone(),
            body,
        })
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

/// Asks for the stages of one of the flows, and lets pass who has completed them for this very request.
pub(super) fn authenticate(
    context: &mut RequestContext<'_>,
    auth: Option<&AuthData>,
    flows: &[Vec<AuthType>],
) -> Result<Proof, ErrorResponse> {
    let id = session_of(context, auth, flows)?;
    let submitted = auth.and_then(|auth| Some((auth, auth.auth_type()?)));
    let failure = match submitted {
        Some((auth, stage)) if !is_complete(context, &id) => submit(context, &id, auth, &stage)?,
        _ => None,
    };
    let session = context.state.uia.0.get(&id).ok_or_else(unknown_session)?;
    if session.is_complete() {
        return Ok(session.proof.clone());
    }
    let flows: Vec<&[AuthType]> = session.flows.iter().map(Vec::as_slice).collect();
    let challenge = ErrorResponse::uia(&id, &flows, &session.proof.completed)
        .with("params", &params(context, &session.flows));
    Err(match failure {
        Some((errcode, message)) => challenge.because(errcode, message),
        None => challenge,
    })
}

/// The session that the request names, which is for the same request, or a new one.
fn session_of(
    context: &mut RequestContext<'_>,
    auth: Option<&AuthData>,
    flows: &[Vec<AuthType>],
) -> Result<String, ErrorResponse> {
    let bound = Bound::to(context)?;
    let Some(id) = auth.and_then(AuthData::session) else {
        let id = context.state.entropy.letters(24);
        let session = UiaSession {
            operation: bound,
            flows: flows.to_vec(),
            proof: Proof::default(),
        };
        context.state.uia.0.insert(id.clone(), session);
        return Ok(id);
    };
    let session = context.state.uia.0.get_mut(&id).ok_or_else(unknown_session)?;
    if !session.operation.admits(bound) {
        return Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Unknown,
            "the requested operation has changed during the authentication session",
        ));
    }
    Ok(id)
}

fn unknown_session() -> ErrorResponse {
    ErrorResponse::bad_request(ErrorCode::Unknown, "unknown authentication session")
}

fn is_complete(context: &RequestContext<'_>, id: &str) -> bool {
    let session = context.state.uia.0.get(id);
    session.is_some_and(UiaSession::is_complete)
}

/// Takes a stage; tells why where it is not completed by it.
fn submit(
    context: &mut RequestContext<'_>,
    id: &str,
    auth: &AuthData,
    stage: &AuthType,
) -> Result<Option<(ErrorCode, &'static str)>, ErrorResponse> {
    if !context.state.uia.asks_for(id, stage) {
        return Ok(Some((
            ErrorCode::Unrecognized,
            "the stage is in none of the flows",
        )));
    }
    let mut shown = Proof::default();
    match stage {
        AuthType::Dummy | AuthType::Terms => {}
        AuthType::Password => {
            if !is_their_password(context, auth)? {
                return Ok(Some((ErrorCode::Forbidden, "invalid username or password")));
            }
        }
        AuthType::RegistrationToken => {
            let token = member::<RegistrationToken>(auth, "token")?;
            if !context.state.registration.is_valid(&token) {
                return Ok(Some((
                    ErrorCode::Unauthorized,
                    "the registration token is not valid",
                )));
            }
            shown.registration_token = Some(token);
        }
        AuthType::EmailIdentity | AuthType::Msisdn => {
            let credentials = member::<ValidationCredentials>(auth, "threepid_creds")?;
            let medium = match stage {
                AuthType::EmailIdentity => Medium::Email,
                _ => Medium::Msisdn,
            };
            let validated = context
                .validated(&credentials.sid, &credentials.client_secret)
                .ok()
                .filter(|validated| validated.threepid.medium == medium);
            let Some(validated) = validated else {
                return Ok(Some((
                    ErrorCode::Unauthorized,
                    "no validation session with this sid and client_secret is validated",
                )));
            };
            shown.threepids.push(validated);
        }
        // Nobody's captcha is asked and no other site: its page is.
        _ => {
            return Ok(Some((
                ErrorCode::Unauthorized,
                "the stage is completed on its page in a browser",
            )));
        }
    }
    let session = context.state.uia.0.get_mut(id).ok_or_else(unknown_session)?;
    session.proof.completed.push(stage.clone());
    session.proof.threepids.append(&mut shown.threepids);
    if shown.registration_token.is_some() {
        session.proof.registration_token = shown.registration_token;
    }
    Ok(None)
}

fn member<T: DeserializeOwned>(auth: &AuthData, name: &str) -> Result<T, ErrorResponse> {
    auth.members().field(name).ok_or_else(|| {
        ErrorResponse::bad_request(
            ErrorCode::MissingParam,
            &format!("{name} is required in auth and missing"),
        )
    })
}

/// What a client has to know to present the stages.
fn params(context: &RequestContext<'_>, flows: &[Vec<AuthType>]) -> Value {
    let mut params = Map::new();
    for stage in flows.iter().flatten() {
        let param = match stage {
            AuthType::Terms => json!({"policies": {"terms": {
                "version": "1",
                "en": {"name": "Terms", "url": format!("{}{}", context.homeserver.base_url(), pages::TERMS)},
            }}}),
            AuthType::Recaptcha => json!({"public_key": "loopback"}),
            _ => continue,
        };
        params.insert(stage.as_str().to_owned(), param);
    }
    Value::Object(params)
}

/// Whether the stage has the password of the user whose token came with the request.
fn is_their_password(context: &RequestContext<'_>, auth: &AuthData) -> Result<bool, ErrorResponse> {
    let members = auth.members();
    let identifier = members.field("identifier").or_else(|| {
        // As clients had it before identifiers.
        let user: String = members.field("user")?;
        object(&[("type", "m.id.user"), ("user", &user)])
    });
    let (Some(identifier), Some(password)) = (identifier, members.field::<Password>("password"))
    else {
        return Err(ErrorResponse::bad_request(
            ErrorCode::MissingParam,
            "identifier and password are required in auth",
        ));
    };
    let server_name = context.homeserver.server_name();
    match user_with(context.state, server_name, &identifier, &password)? {
        Some(user_id) if user_id == context.user_id()? => Ok(true),
        Some(_) => Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "that is another user's password",
        )),
        None => Ok(false),
    }
}
