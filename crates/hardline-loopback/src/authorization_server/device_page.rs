use hardline::oauth_api::UserCode;
use hardline::types::Password;
use hardline::wire::server::ErrorResponse;
use hardline::wire::{Body, Endpoint, Operation, ResponseBody};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::data::AuthorizationServerData;
use super::pages::{CREDENTIALS, DECISION, error, form, given};
use super::paths::LINK;
use super::request_context::RequestContext;
use super::state::{DeviceDecision, DeviceGrant};
use crate::handlers::Handlers;
use crate::html::{Page, escape, page};
use crate::person::{Decision, PageError};

pub(super) fn install(handlers: &mut Handlers<AuthorizationServerData>) {
    handlers.show_with(ask);
    handlers.show_with(decide);
}

const NOBODY_WAITS: &str =
    "no device waits with this code: it is mistyped, too old, or was decided on before";

/// The page on which users type the code of a device.
#[derive(Serialize, Deserialize)]
struct AskForDevice {
    code: Option<String>,
}

impl Endpoint for AskForDevice {
    const OPERATION: Operation = Operation::get("askForDevice", LINK)
        .query(&["code"])
        .response_body(ResponseBody::Ignored);
    type Response = ();
}

fn ask(context: &mut RequestContext<'_>, asked: AskForDevice) -> Result<Page, ErrorResponse> {
    let Some(code) = given(asked.code).and_then(|code| UserCode::parse(code).ok()) else {
        return Ok(code_page(None));
    };
    let waiting = context.state.device_grants.waiting(context.now, &code);
    Ok(match waiting {
        Some(grant) => question(grant, None),
        None => code_page(Some(NOBODY_WAITS)),
    })
}

/// The page that asks for the code. Typing it changes nothing, so it is in the query.
fn code_page(failure: Option<&str>) -> Page {
    let content = format!(
        "{}<form><p><label>The code that the device shows <input name=\"code\"></label></p>\
         <button>Continue</button></form>",
        failure.map(error).unwrap_or_default(),
    );
    let mut page = page("Log a device in", &content);
    if failure.is_some() {
        *page.status_mut() = StatusCode::NOT_FOUND;
    }
    page
}

/// The page that asks the user.
fn question(grant: &DeviceGrant, failure: Option<&str>) -> Page {
    let content = format!(
        "{failure}<p><b id=\"client\">{name}</b> wants to act for you on the device \
         <b id=\"device\">{device}</b>. Does it show the code <b id=\"code\">{code}</b>?</p>{form}",
        failure = failure.map(error).unwrap_or_default(),
        name = escape(&grant.client_name),
        device = escape(grant.scope.device_id().map_or("", |id| id.as_str())),
        code = escape(grant.user_code.as_str()),
        form = form(
            &[("token", &grant.form_token)],
            &format!("{CREDENTIALS}{DECISION}")
        ),
    );
    page("Log a device in", &content)
}

/// The form on that page.
#[derive(Serialize, Deserialize)]
struct DecideOnDevice {
    token: String,
    decision: Option<String>,
    user: Option<String>,
    password: Option<Password>,
}

impl Endpoint for DecideOnDevice {
    const OPERATION: Operation = Operation::post("decideOnDevice", LINK)
        .body(Body::Empty)
        .query(&["token", "decision", "user", "password"])
        .response_body(ResponseBody::Ignored);
    type Response = ();
}

fn decide(
    context: &mut RequestContext<'_>,
    decided: DecideOnDevice,
) -> Result<Page, ErrorResponse> {
    let now = context.now;
    let grants = &mut context.state.device_grants;
    let Some(grant) = grants.by_form_token(now, &decided.token) else {
        return Ok(code_page(Some(NOBODY_WAITS)));
    };
    if decided.decision.as_deref() != Some("approve") {
        grants.decide(now, &decided.token, DeviceDecision::Denied);
        return Ok(done("The device was refused"));
    }
    let user = given(decided.user).unwrap_or_default();
    let password = decided.password.unwrap_or_else(|| Password::from(""));
    let Some(user_id) = context.homeserver.user_with(&user, &password) else {
        let mut page = question(grant, Some("invalid username or password"));
        *page.status_mut() = StatusCode::FORBIDDEN;
        return Ok(page);
    };
    grants.decide(now, &decided.token, DeviceDecision::Approved(user_id));
    Ok(done("The device is logged in"))
}

fn done(title: &str) -> Page {
    page(title, "<p id=\"done\">Go back to where you were.</p>")
}

/// The user, in the process, who types the code and decides.
pub(super) fn decide_in_process(
    context: &mut RequestContext<'_>,
    user_code: &UserCode,
    decision: &Decision,
) -> Result<(), PageError> {
    let decision = match decision {
        Decision::Approve { user } => {
            let user_id = context.homeserver.user(user);
            DeviceDecision::Approved(user_id.ok_or(PageError::new("there is no such user"))?)
        }
        Decision::Deny => DeviceDecision::Denied,
    };
    let now = context.now;
    let grants = &mut context.state.device_grants;
    let waiting = grants.waiting(now, user_code);
    let token = waiting
        .map(|grant| grant.form_token.clone())
        .ok_or(PageError::new(NOBODY_WAITS))?;
    grants.decide(now, &token, decision);
    Ok(())
}
