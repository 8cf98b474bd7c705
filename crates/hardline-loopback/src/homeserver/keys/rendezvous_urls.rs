//! The channel of MSC4108: plain text at a URL of its own, by `ETag`s.

use std::time::Duration;

use hardline::client_api::unstable::msc4108::CreateRendezvousSession;
use hardline::types::Timestamp;
use hardline::wire::server::ErrorResponse;
use hardline::wire::{Body, Endpoint, ErrorCode, Operation, ResponseBody};
use http::header::{
    ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_TYPE, ETAG, EXPIRES, HeaderName,
    IF_MATCH, IF_NONE_MATCH, LAST_MODIFIED,
};
use http::{HeaderValue, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::data::HomeserverData;
use super::super::errors::invalid;
use super::super::request_context::RequestContext;
use super::super::state::RendezvousSession;
use crate::handlers::Handlers;
use crate::html::Page;

/// Where the sessions are.
const SESSIONS: &str = "/_loopback/rendezvous";
/// How long a session lasts: as long as at Synapse.
const LIFETIME: Duration = Duration::from_secs(60);

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.show_with(create);
    handlers.show_with(read);
    handlers.show_with(update);
    handlers.show_with(delete);
}

fn create(
    context: &mut RequestContext<'_>,
    _: CreateRendezvousSession,
) -> Result<Page, ErrorResponse> {
    let text = text(context)?;
    let now = context.now();
    let state = &mut *context.state;
    let sessions = &mut state.rendezvous;
    let (id, session) = sessions.open(now, &mut state.entropy, LIFETIME, text)?;
    let url = format!("{}{SESSIONS}/{id}", context.server.base_url());
    let body = json!({ "url": url }).to_string();
    let mut response = described(StatusCode::CREATED, session, body);
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

/// Reads the text of a session.
#[derive(Serialize, Deserialize)]
struct Read {
    id: String,
}

impl Endpoint for Read {
    const OPERATION: Operation =
        Operation::get("msc4108GetRendezvousSession", "/_loopback/rendezvous/{id}")
            .response_body(ResponseBody::Ignored);
    type Response = ();
}

fn read(context: &mut RequestContext<'_>, asked: Read) -> Result<Page, ErrorResponse> {
    let session = context.state.rendezvous.get(context.now(), &asked.id)?;
    if header(context, &IF_NONE_MATCH) == Some(&*etag(session)) {
        return Ok(described(StatusCode::NOT_MODIFIED, session, String::new()));
    }
    Ok(described(StatusCode::OK, session, session.text.clone()))
}

/// Replaces the text of a session.
#[derive(Serialize, Deserialize)]
struct Update {
    id: String,
}

impl Endpoint for Update {
    const OPERATION: Operation = Operation::put(
        "msc4108UpdateRendezvousSession",
        "/_loopback/rendezvous/{id}",
    )
    .body(Body::Empty)
    .response_body(ResponseBody::Ignored);
    type Response = ();
}

fn update(context: &mut RequestContext<'_>, update: Update) -> Result<Page, ErrorResponse> {
    let text = text(context)?;
    let now = context.now();
    let session = context.state.rendezvous.get(now, &update.id)?;
    let known = header(context, &IF_MATCH).ok_or_else(|| {
        ErrorResponse::bad_request(ErrorCode::MissingParam, "the header If-Match is missing")
    })?;
    if known != etag(session) {
        let message = "the other device wrote in between: read first";
        return Err(ErrorResponse::new(
            StatusCode::PRECONDITION_FAILED,
            ErrorCode::Unknown,
            message,
        )
        .with("org.matrix.msc4108.errcode", "M_CONCURRENT_WRITE")
        .with_header(ETAG, header_value(&etag(session))));
    }
    let state = &mut *context.state;
    let sessions = &mut state.rendezvous;
    let session = sessions.write(now, &mut state.entropy, &update.id, text)?;
    Ok(described(StatusCode::ACCEPTED, session, String::new()))
}

/// Ends a session.
#[derive(Serialize, Deserialize)]
struct Delete {
    id: String,
}

impl Endpoint for Delete {
    const OPERATION: Operation = Operation::delete(
        "msc4108DeleteRendezvousSession",
        "/_loopback/rendezvous/{id}",
    )
    .body(Body::Empty)
    .response_body(ResponseBody::Ignored);
    type Response = ();
}

fn delete(context: &mut RequestContext<'_>, delete: Delete) -> Result<Page, ErrorResponse> {
    let now = context.now();
    context.state.rendezvous.close(now, &delete.id)?;
    let mut response = Response::new(Vec::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

/// The text of a request.
fn text(context: &RequestContext<'_>) -> Result<String, ErrorResponse> {
    let content_type = header(context, &CONTENT_TYPE).unwrap_or_default();
    let is_text = content_type.split(';').next().map(str::trim) == Some("text/plain");
    let text = std::str::from_utf8(context.request.body()).ok();
    let text = text.filter(|_| is_text).map(str::to_owned);
    text.ok_or_else(|| invalid("the body is text, with the Content-Type text/plain"))
}

fn header<'a>(context: &'a RequestContext<'_>, name: &HeaderName) -> Option<&'a str> {
    let value = context.request.headers().get(name);
    value.and_then(|value| value.to_str().ok())
}

/// A response with what is to be known of a session.
fn described(status: StatusCode, session: &RendezvousSession, body: String) -> Page {
    let mut response = Response::new(body.into_bytes());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (ETAG, etag(session)),
        (EXPIRES, http_date(session.expires_at)),
        (LAST_MODIFIED, http_date(session.written_at)),
        (CACHE_CONTROL, "no-store, no-transform".to_owned()),
        (ACCESS_CONTROL_EXPOSE_HEADERS, "ETag".to_owned()),
        (CONTENT_TYPE, "text/plain".to_owned()),
    ] {
        headers.insert(name, header_value(&value));
    }
    response
}

fn etag(session: &RendezvousSession) -> String {
    format!("\"{}\"", session.version)
}

fn http_date(when: Timestamp) -> String {
    let when = when.to_system_time();
    when.map(httpdate::fmt_http_date).unwrap_or_default()
}

fn header_value(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).expect("dates, letters and quotes may stand in a header")
}
