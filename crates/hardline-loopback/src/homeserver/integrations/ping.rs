use std::time::Duration;

use hardline::client_api::integrations::{PingAppservice, PingAppserviceResponse};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use serde_json::json;

use super::super::data::HomeserverData;
use super::super::request_context::RequestContext;
use crate::ApplicationService;
use crate::handlers::{Errand, Handlers, Undelivered};

/// How much an application service may respond.
const MAX_RESPONSE: usize = 1 << 20;
const TIME_LIMIT: Duration = Duration::from_secs(10);

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(ping);
}

fn ping(
    context: &mut RequestContext<'_>,
    ping: PingAppservice,
) -> Result<PingAppserviceResponse, ErrorResponse> {
    if context.caller.application_service.as_ref() != Some(&ping.appservice_id) {
        return Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "an application service pings itself alone",
        ));
    }
    let body = match ping.transaction_id {
        Some(transaction_id) => json!({"transaction_id": transaction_id}),
        None => json!({}),
    };
    let service = context.application_service()?.clone();
    let errand = errand(&service, Method::POST, "ping", &body.to_string()).ok_or_else(|| {
        ErrorResponse::bad_request(
            ErrorCode::UrlNotSet,
            "the application service has no URL, or one that is not valid",
        )
    })?;
    let gateway =
        |errcode, message: &str| ErrorResponse::new(StatusCode::BAD_GATEWAY, errcode, message);
    match context.ask(errand)? {
        Ok(response) if response.status().is_success() => {
            let duration = context.now() - context.arrived();
            let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
            Ok(PingAppserviceResponse::new(millis))
        }
        Ok(response) => {
            let message = "the application service responded with an error";
            let refusal = gateway(ErrorCode::BadStatus, message);
            let body = String::from_utf8_lossy(response.body()).into_owned();
            let status = response.status().as_u16();
            Err(refusal.with("status", &status).with("body", &body))
        }
        Err(Undelivered::TimedOut) => Err(ErrorResponse::new(
            StatusCode::GATEWAY_TIMEOUT,
            ErrorCode::ConnectionTimeout,
            "the application service did not respond in time",
        )),
        Err(Undelivered::Elsewhere) => Err(gateway(
            ErrorCode::ConnectionFailed,
            "the application service is not on this machine",
        )),
        Err(Undelivered::Unreachable | Undelivered::TooLarge) => Err(gateway(
            ErrorCode::ConnectionFailed,
            "the application service could not be reached",
        )),
    }
}

/// A request to an application service; `None` if it has no URL.
pub(super) fn errand(
    service: &ApplicationService,
    method: Method,
    path: &str,
    body: &str,
) -> Option<Errand> {
    let url = format!("{}/_matrix/app/v1/{path}", service.url.as_ref()?);
    let token = format!("Bearer {}", service.homeserver_token.reveal());
    let request = Request::builder()
        .method(method)
        .uri(url)
        .header(CONTENT_TYPE, "application/json")
        .header(AUTHORIZATION, token)
        .body(body.as_bytes().to_vec());
    Some(Errand {
        request: request.ok()?,
        limit: MAX_RESPONSE,
        time_limit: TIME_LIMIT,
    })
}
