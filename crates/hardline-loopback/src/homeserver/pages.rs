use hardline::types::{ClientSecret, ValidationSessionId, ValidationToken};
use hardline::wire::server::ErrorResponse;
use hardline::wire::{AuthType, Body, Endpoint, ErrorCode, Operation, ResponseBody, SpecVersion};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::data::HomeserverData;
use super::request_context::RequestContext;
use crate::handlers::Handlers;
use crate::html::{Page, page, redirect};

/// The path of the terms of the stage `m.login.terms`.
pub(super) const TERMS: &str = "/_loopback/terms";

/// The pages for browsers, and their forms.
pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.show_with(terms);
    handlers.show_with(follow_link);
    handlers.show_with(show_stage);
    handlers.show_with(complete_stage);
}

/// The page of the terms.
#[derive(Serialize, Deserialize)]
struct Terms {}

impl Endpoint for Terms {
    const OPERATION: Operation =
        Operation::get("showTerms", TERMS).response_body(ResponseBody::Ignored);
    type Response = ();
}

fn terms(_: &mut RequestContext<'_>, _: Terms) -> Result<Page, ErrorResponse> {
    Ok(page(
        "Terms",
        "<p>This server forgets everything when it stops.</p>",
    ))
}

/// The link in an e-mail. The path is Synapse's.
#[derive(Serialize, Deserialize)]
pub(super) struct FollowLink {
    pub(super) sid: ValidationSessionId,
    pub(super) client_secret: ClientSecret,
    pub(super) token: ValidationToken,
}

impl Endpoint for FollowLink {
    const OPERATION: Operation = Operation::get(
        "followEmailLink",
        "/_matrix/client/unstable/add_threepid/email/submit_token",
    )
    .query(&["sid", "client_secret", "token"])
    .response_body(ResponseBody::Ignored);
    type Response = ();
}

fn follow_link(context: &mut RequestContext<'_>, link: FollowLink) -> Result<Page, ErrorResponse> {
    let now = context.now();
    let next_link =
        context
            .state
            .validations
            .submit(now, &link.sid, &link.client_secret, &link.token)?;
    match next_link {
        Some(next_link) => redirect(StatusCode::FOUND, &next_link),
        None => Ok(page(
            "Your e-mail address is validated",
            "<p>Go back to where you were.</p>",
        )),
    }
}

/// The page of a stage of authentication, for clients that cannot present it.
#[derive(Serialize, Deserialize)]
struct ShowStage {
    stage: AuthType,
    session: String,
}

impl Endpoint for ShowStage {
    const OPERATION: Operation =
        Operation::get("showStage", "/_matrix/client/v3/auth/{stage}/fallback/web")
            .query(&["session"])
            .response_body(ResponseBody::Ignored)
            .since(SpecVersion::v1(1))
            .older(&[(
                SpecVersion::r0(4),
                "/_matrix/client/r0/auth/{stage}/fallback/web",
            )]);
    type Response = ();
}

fn show_stage(context: &mut RequestContext<'_>, shown: ShowStage) -> Result<Page, ErrorResponse> {
    let ShowStage { stage, session } = shown;
    if !is_for_browsers(&stage) || !context.state.uia.asks_for(&session, &stage) {
        return Err(no_such_stage());
    }
    // Both are known, so they contain only letters and dots.
    Ok(page(
        "Authentication",
        &format!(
            "<form method=\"post\"><input type=\"hidden\" name=\"session\" value=\"{session}\">\
             <button>Complete {stage}</button></form>"
        ),
    ))
}

/// The form on the page of a stage.
#[derive(Serialize, Deserialize)]
struct CompleteStage {
    stage: AuthType,
    session: String,
}

impl Endpoint for CompleteStage {
    const OPERATION: Operation = Operation::post(
        "completeStage",
        "/_matrix/client/v3/auth/{stage}/fallback/web",
    )
    .body(Body::Empty)
    .query(&["session"])
    .response_body(ResponseBody::Ignored)
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/auth/{stage}/fallback/web",
    )]);
    type Response = ();
}

fn complete_stage(
    context: &mut RequestContext<'_>,
    done: CompleteStage,
) -> Result<Page, ErrorResponse> {
    if !is_for_browsers(&done.stage) || !context.state.uia.complete(&done.session, &done.stage) {
        return Err(no_such_stage());
    }
    Ok(page(
        "Done",
        "<script>\
         if (window.onAuthDone) { window.onAuthDone(); }\
         else if (window.opener) { window.opener.postMessage(\"authDone\", \"*\"); }\
         </script><p>Go back to where you were.</p>",
    ))
}

/// The stages that a page can complete, without a proof that only a client can give.
fn is_for_browsers(stage: &AuthType) -> bool {
    matches!(
        stage,
        AuthType::Recaptcha | AuthType::Terms | AuthType::Sso | AuthType::Oauth | AuthType::Dummy
    )
}

fn no_such_stage() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::NOT_FOUND,
        ErrorCode::NotFound,
        "no authentication session asks for this stage here",
    )
}
