use bytes::Bytes;
use hardline::types::{Medium, Password, RegistrationToken};
use hardline::wire::server::{ErrorResponse, Route};
use hardline::wire::{AuthData, AuthType, ErrorCode, ValidationCredentials};
use http::{Request, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::data::HomeserverData;
use super::request_context::RequestContext;
use super::state::{BoundRequest, Proof};
use super::{pages, user_identifier};
use crate::Caller;
use crate::handlers::{Exchange, Handler};

/// Handles a request of an authentication session that has begun: a session is good for one success, and whoever asks for
/// the same again gets the same answer, which may have been lost.
pub(super) fn in_session(
    exchange: Exchange<'_, HomeserverData>,
    caller: &Caller,
    route: &Route,
    handler: &Handler<HomeserverData>,
) -> Result<Response<Vec<u8>>, ErrorResponse> {
    let (homeserver, request) = (exchange.server, exchange.request);
    let Some(id) = route.operation.uia.then(|| session_in(request)).flatten() else {
        return handler(exchange, caller, route);
    };
    let _turn = homeserver.uia_turn();
    let request = homeserver.state().completed(&id, request);
    let bound = BoundRequest::new(&request, caller.user_id.clone())?;
    if let Some(answer) = homeserver.state().uia.answer(&id, &bound) {
        return Ok(answer);
    }
    let exchange = Exchange {
        request: &request,
        ..exchange
    };
    let response = handler(exchange, caller, route)?;
    homeserver.state().uia.answered(&id, &response);
    Ok(response)
}

/// The authentication session in the body of a request.
fn session_in(request: &Request<Bytes>) -> Option<String> {
    #[derive(Deserialize)]
    struct Body {
        auth: Auth,
    }
    #[derive(Deserialize)]
    struct Auth {
        session: String,
    }
    let body: Body = serde_json::from_slice(request.body()).ok()?;
    Some(body.auth.session)
}

/// Asks for the stages of one of the flows, and lets a client pass that has completed them for this very request.
pub(super) fn authenticate(
    context: &mut RequestContext<'_>,
    auth: Option<&AuthData>,
    flows: &[Vec<AuthType>],
) -> Result<Proof, ErrorResponse> {
    let id = session_of(context, auth, flows)?;
    let submitted = auth.and_then(|auth| Some((auth, auth.auth_type()?)));
    let failure = match submitted {
        Some((auth, stage)) if !context.state.uia.get(&id)?.is_complete() => {
            submit(context, &id, auth, &stage)?
        }
        _ => None,
    };
    let session = context.state.uia.get(&id)?;
    if let Some(proof) = session.proof() {
        return Ok(proof.clone());
    }
    let flows: Vec<&[AuthType]> = session.flows().iter().map(Vec::as_slice).collect();
    let challenge = ErrorResponse::uia(&id, &flows, session.completed())
        .with("params", &params(context, session.flows()));
    Err(match failure {
        Some((errcode, message)) => challenge.because(errcode, message),
        None => challenge,
    })
}

/// The session in the request, if it is for the same request, or a new one.
fn session_of(
    context: &mut RequestContext<'_>,
    auth: Option<&AuthData>,
    flows: &[Vec<AuthType>],
) -> Result<String, ErrorResponse> {
    let bound = BoundRequest::new(context.request, context.caller.user_id.clone())?;
    let Some(id) = auth.and_then(AuthData::session) else {
        let id = context.state.entropy.letters(24);
        let flows = flows.to_vec();
        context.state.uia.begin(id.clone(), bound, flows);
        return Ok(id);
    };
    if !context.state.uia.get_mut(&id)?.admits(bound) {
        return Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Unknown,
            "the requested operation has changed during the authentication session",
        ));
    }
    Ok(id)
}

/// Checks a stage; the error says why it is not completed.
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
        // No captcha and no other server is involved: the stage's own page is.
        _ => {
            return Ok(Some((
                ErrorCode::Unauthorized,
                "the stage is completed on its page in a browser",
            )));
        }
    }
    context.state.uia.get_mut(id)?.complete(stage, shown);
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

/// What a client needs to present the stages.
fn params(context: &RequestContext<'_>, flows: &[Vec<AuthType>]) -> Value {
    let mut params = Map::new();
    for stage in flows.iter().flatten() {
        let param = match stage {
            AuthType::Terms => json!({"policies": {"terms": {
                "version": "1",
                "en": {"name": "Terms", "url": format!("{}{}", context.server.base_url(), pages::TERMS)},
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
        // As clients sent it before there were identifiers.
        let user: String = members.field("user")?;
        user_identifier::identifier(&[("type", "m.id.user"), ("user", &user)])
    });
    let (Some(identifier), Some(password)) = (identifier, members.field::<Password>("password"))
    else {
        return Err(ErrorResponse::bad_request(
            ErrorCode::MissingParam,
            "identifier and password are required in auth",
        ));
    };
    let (accounts, server_name) = (&context.state.accounts, context.server.server_name());
    match user_identifier::user_with(accounts, server_name, &identifier, &password)? {
        Some(user_id) if user_id == context.user_id()? => Ok(true),
        Some(_) => Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "that is another user's password",
        )),
        None => Ok(false),
    }
}
