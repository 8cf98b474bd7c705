mod declined;
mod request;

use hardline::oauth_api::{AuthorizationResponse, RedirectedUrl};
use hardline::types::{Password, UserId};
use hardline::wire::server::ErrorResponse;
use hardline::wire::{Body, Endpoint, ErrorCode, OAuthErrorCode, Operation, ResponseBody};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::data::AuthorizationServerData;
use super::metadata::issuer;
use super::pages::{CREDENTIALS, DECISION, allow_redirects_to, error, error_page, form, given};
use super::paths::AUTHORIZE;
use super::request_context::RequestContext;
use super::state::{Authorization, Code};
use crate::Homeserver;
use crate::handlers::Handlers;
use crate::html::{Page, escape, page, redirect};
use crate::person::{Decision, PageError};
use declined::Declined;
use request::{AskToAuthorize, Invalid};

pub(super) fn install(handlers: &mut Handlers<AuthorizationServerData>) {
    handlers.show_with(ask);
    handlers.show_with(decide);
}

fn ask(context: &mut RequestContext<'_>, asked: AskToAuthorize) -> Result<Page, ErrorResponse> {
    match asked.check(&context.state.clients) {
        Ok(authorization) => {
            let page = question(context, &authorization, None);
            Ok(page)
        }
        Err(Invalid::Untrusted(why)) => Ok(error_page(StatusCode::BAD_REQUEST, why)),
        Err(Invalid::Declined(declined)) => {
            let url = declined.url(&issuer(context.homeserver.base_url()));
            redirect(StatusCode::SEE_OTHER, url.reveal())
        }
    }
}

/// The page that asks the user.
fn question(
    context: &mut RequestContext<'_>,
    authorization: &Authorization,
    failure: Option<&str>,
) -> Page {
    let now = context.now;
    let state = &mut *context.state;
    let token = state
        .authorizations
        .ask(now, &mut state.entropy, authorization.clone());
    let (title, question) = if authorization.creates {
        (
            "Create an account",
            "wants to register you, and then to act for you",
        )
    } else {
        ("Log in", "wants to act for you")
    };
    let content = format!(
        "{failure}<p><b id=\"client\">{name}</b> {question} on the device \
         <b id=\"device\">{device}</b>. It will be sent to <b>{redirect_uri}</b>.</p>{form}",
        failure = failure.map(error).unwrap_or_default(),
        name = escape(&authorization.client_name),
        device = escape(authorization.scope.device_id().map_or("", |id| id.as_str())),
        redirect_uri = escape(&authorization.redirect_uri),
        form = form(&[("token", &token)], &format!("{CREDENTIALS}{DECISION}")),
    );
    let mut page = page(title, &content);
    allow_redirects_to(&mut page, &authorization.redirect_uri);
    page
}

/// The form on that page.
#[derive(Serialize, Deserialize)]
struct DecideToAuthorize {
    token: String,
    decision: Option<String>,
    user: Option<String>,
    password: Option<Password>,
}

impl Endpoint for DecideToAuthorize {
    const OPERATION: Operation = Operation::post("decideToAuthorize", AUTHORIZE)
        .body(Body::Empty)
        .query(&["token", "decision", "user", "password"])
        .response_body(ResponseBody::Ignored);
    type Response = ();
}

fn decide(
    context: &mut RequestContext<'_>,
    decided: DecideToAuthorize,
) -> Result<Page, ErrorResponse> {
    let authorization = context
        .state
        .authorizations
        .get(context.now, &decided.token)
        .cloned()
        .ok_or_else(|| {
            ErrorResponse::new(
                StatusCode::NOT_FOUND,
                ErrorCode::NotFound,
                "the page was used before, or is too old: begin anew in the application",
            )
        })?;
    context.state.authorizations.decided(&decided.token);
    let url = if decided.decision.as_deref() == Some("approve") {
        let user = given(decided.user).unwrap_or_default();
        let password = decided.password.unwrap_or_else(|| Password::from(""));
        match user_of(context.homeserver, &authorization, &user, &password) {
            Ok(user_id) => approved(context, authorization, user_id),
            Err(why) => {
                let mut page = question(context, &authorization, Some(why));
                *page.status_mut() = StatusCode::FORBIDDEN;
                return Ok(page);
            }
        }
    } else {
        denied(context.homeserver, authorization)
    };
    redirect(StatusCode::SEE_OTHER, url.reveal())
}

/// Who approves, registered now if the authorization is for that.
fn user_of(
    homeserver: &Homeserver,
    authorization: &Authorization,
    user: &str,
    password: &Password,
) -> Result<UserId, &'static str> {
    if !authorization.creates {
        return homeserver
            .user_with(user, password)
            .ok_or("invalid username or password");
    }
    if password.reveal().is_empty() {
        return Err("a password has at least one character");
    }
    homeserver
        .add_account(user, password)
        .map_err(|_| "the user name is taken, or has other characters than a-z, 0-9 and ._=-/+")
}

fn approved(
    context: &mut RequestContext<'_>,
    authorization: Authorization,
    user_id: UserId,
) -> RedirectedUrl {
    let now = context.now;
    let state = &mut *context.state;
    let code = state.codes.make(
        &mut state.entropy,
        Code {
            client_id: authorization.client_id,
            redirect_uri: authorization.redirect_uri.clone(),
            code_challenge: authorization.code_challenge,
            scope: authorization.scope,
            user_id,
            expires_at: now + state.lifetimes.code,
            session: None,
        },
    );
    let mut response = AuthorizationResponse::new(authorization.state, Ok(code));
    response.issuer = Some(issuer(context.homeserver.base_url()));
    response.url(&authorization.redirect_uri, &authorization.response_mode)
}

fn denied(homeserver: &Homeserver, authorization: Authorization) -> RedirectedUrl {
    let declined = Declined {
        redirect_uri: authorization.redirect_uri,
        response_mode: authorization.response_mode,
        state: Some(authorization.state),
        error: OAuthErrorCode::AccessDenied,
        description: "the user has refused",
    };
    declined.url(&issuer(homeserver.base_url()))
}

/// The user's browser, in the process: from the authorization URL to the redirect URI.
pub(super) fn follow(
    context: &mut RequestContext<'_>,
    url: &str,
    decision: &Decision,
) -> Result<RedirectedUrl, PageError> {
    let endpoint = format!("{}{AUTHORIZE}?", context.homeserver.base_url());
    let query = url
        .strip_prefix(&endpoint)
        .ok_or(PageError::new("it is no authorization URL of this server"))?;
    let asked =
        AskToAuthorize::in_query(query).ok_or(PageError::new("a parameter is there twice"))?;
    let authorization = match asked.check(&context.state.clients) {
        Ok(authorization) => authorization,
        Err(Invalid::Untrusted(why)) => return Err(PageError::new(why)),
        Err(Invalid::Declined(declined)) => {
            return Ok(declined.url(&issuer(context.homeserver.base_url())));
        }
    };
    let Decision::Approve { user } = decision else {
        return Ok(denied(context.homeserver, authorization));
    };
    let user_id = if authorization.creates {
        let password = Password::from(context.state.entropy.letters(24));
        user_of(context.homeserver, &authorization, user, &password).map_err(PageError::new)?
    } else {
        let user_id = context.homeserver.user(user);
        user_id.ok_or(PageError::new("there is no such user"))?
    };
    Ok(approved(context, authorization, user_id))
}
