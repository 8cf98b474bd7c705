use hardline::client_api::session::{
    IdentityProvider, LoginFlow, RedirectToIdp, RedirectToSso, SsoRedirect,
};
use hardline::types::{IdentityProviderId, Password};
use hardline::wire::UserIdentifier;
use hardline::wire::server::ErrorResponse;
use hardline::wire::{AuthType, Body, Endpoint, ErrorCode, Operation, ResponseBody};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::data::HomeserverData;
use super::errors::wrong_password;
use super::request_context::RequestContext;
use super::user_identifier::user_with;
use crate::handlers::Handlers;
use crate::html::{Page, page, redirect};
use crate::web_url::check_redirect;

/// The only identity provider.
const PROVIDER: &str = "loopback";
/// Its page, which would really be on another server.
const PAGE: &str = "/_loopback/sso";

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<RedirectToSso>(|context, request| begin(context, request.redirect_url));
    handlers.answer_with(to_provider);
    handlers.show_with(ask_who);
    handlers.show_with(say_who);
}

/// The login flow that begins here.
pub(super) fn login_flow() -> LoginFlow {
    let mut flow = LoginFlow::new(AuthType::Sso);
    let id = IdentityProviderId::parse(PROVIDER).expect("eight letters follow the grammar");
    flow.identity_providers = Some(vec![IdentityProvider::new(id, "Loopback".to_owned())]);
    flow
}

fn to_provider(
    context: &mut RequestContext<'_>,
    request: RedirectToIdp,
) -> Result<SsoRedirect, ErrorResponse> {
    if request.idp_id.as_str() != PROVIDER {
        return Err(ErrorResponse::new(
            StatusCode::NOT_FOUND,
            ErrorCode::NotFound,
            "there is no such identity provider",
        ));
    }
    begin(context, request.redirect_url)
}

fn begin(
    context: &mut RequestContext<'_>,
    redirect_url: String,
) -> Result<SsoRedirect, ErrorResponse> {
    // Refused now rather than after the user has signed on.
    check_redirect(&redirect_url)?;
    let session = context.state.entropy.letters(24);
    let base_url = context.server.base_url();
    let location = format!("{base_url}{PAGE}?session={session}");
    context.state.sso.insert(session, redirect_url);
    Ok(SsoRedirect::new(location))
}

/// The page that asks who the user is.
#[derive(Serialize, Deserialize)]
struct AskWho {
    session: String,
}

impl Endpoint for AskWho {
    const OPERATION: Operation = Operation::get("askWho", PAGE)
        .query(&["session"])
        .response_body(ResponseBody::Ignored);
    type Response = ();
}

fn ask_who(context: &mut RequestContext<'_>, ask: AskWho) -> Result<Page, ErrorResponse> {
    if !context.state.sso.contains_key(&ask.session) {
        return Err(no_such_session());
    }
    // It is a known session, so it contains only letters.
    Ok(page(
        "Who are you?",
        &format!(
            "<form method=\"post\"><input type=\"hidden\" name=\"session\" value=\"{}\">\
             <input name=\"user\" placeholder=\"user\">\
             <input name=\"password\" type=\"password\" placeholder=\"password\">\
             <button>Log in</button></form>",
            ask.session
        ),
    ))
}

/// The form on that page.
#[derive(Serialize, Deserialize)]
struct SayWho {
    session: String,
    user: String,
    password: Password,
}

impl Endpoint for SayWho {
    const OPERATION: Operation = Operation::post("sayWho", PAGE)
        .body(Body::Empty)
        .query(&["session", "user", "password"])
        .response_body(ResponseBody::Ignored);
    type Response = ();
}

fn say_who(context: &mut RequestContext<'_>, who: SayWho) -> Result<Page, ErrorResponse> {
    if !context.state.sso.contains_key(&who.session) {
        return Err(no_such_session());
    }
    let identifier = UserIdentifier::user(&who.user);
    let server_name = context.server.server_name();
    let accounts = &context.state.accounts;
    let user_id = user_with(accounts, server_name, identifier.members(), &who.password)?
        .ok_or_else(wrong_password)?;
    let redirect_url = context
        .state
        .sso
        .remove(&who.session)
        .ok_or_else(no_such_session)?;
    let now = context.now();
    let token = context
        .state
        .login_tokens
        .make(now, &mut context.state.entropy, user_id);
    let (url, fragment) = match redirect_url.split_once('#') {
        Some((url, fragment)) => (url, format!("#{fragment}")),
        None => (redirect_url.as_str(), String::new()),
    };
    let sign = if url.contains('?') { '&' } else { '?' };
    let location = format!("{url}{sign}loginToken={}{fragment}", token.reveal());
    redirect(StatusCode::FOUND, &location)
}

fn no_such_session() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::NOT_FOUND,
        ErrorCode::NotFound,
        "nobody is asked to log in by this session",
    )
}
