//! The channel of MSC4388, in JSON.

use std::time::Duration;

use hardline::client_api::unstable::msc4388::{
    CreateRendezvous, CreateRendezvousResponse, DeleteRendezvous, GetRendezvous,
    GetRendezvousAvailability, GetRendezvousResponse, RendezvousAvailability, UpdateRendezvous,
    UpdateRendezvousResponse,
};
use hardline::json::Empty;
use hardline::types::Timestamp;
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;

use super::super::data::HomeserverData;
use super::super::request_context::RequestContext;
use super::super::state::RendezvousSession;
use crate::handlers::Handlers;

/// How long a session lasts.
const LIFETIME: Duration = Duration::from_secs(2 * 60);

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<GetRendezvousAvailability>(|_, _| Ok(RendezvousAvailability::new(true)));
    handlers.answer_with(create);
    handlers.answer_with(read);
    handlers.answer_with(update);
    handlers.answer_with(delete);
}

fn create(
    context: &mut RequestContext<'_>,
    create: CreateRendezvous,
) -> Result<CreateRendezvousResponse, ErrorResponse> {
    let now = context.now();
    let state = &mut *context.state;
    let sessions = &mut state.rendezvous;
    let (id, session) = sessions.open(now, &mut state.entropy, LIFETIME, create.data)?;
    let left = millis_left(session, now);
    Ok(CreateRendezvousResponse::new(
        id,
        session.version.clone(),
        left,
    ))
}

fn read(
    context: &mut RequestContext<'_>,
    asked: GetRendezvous,
) -> Result<GetRendezvousResponse, ErrorResponse> {
    refuse_navigation(context)?;
    let now = context.now();
    let session = context.state.rendezvous.get(now, &asked.rendezvous_id)?;
    Ok(GetRendezvousResponse::new(
        session.text.clone(),
        session.version.clone(),
        millis_left(session, now),
    ))
}

fn update(
    context: &mut RequestContext<'_>,
    update: UpdateRendezvous,
) -> Result<UpdateRendezvousResponse, ErrorResponse> {
    let now = context.now();
    let state = &mut *context.state;
    let session = state.rendezvous.get(now, &update.rendezvous_id)?;
    // The request is repeated: its response got lost.
    if session.text == update.data {
        return Ok(UpdateRendezvousResponse::new(session.version.clone()));
    }
    if session.version != update.sequence_token {
        return Err(ErrorResponse::new(
            StatusCode::CONFLICT,
            ErrorCode::from("M_CONCURRENT_WRITE"),
            "the other device wrote in between: read first",
        ));
    }
    let entropy = &mut state.entropy;
    let sessions = &mut state.rendezvous;
    let session = sessions.write(now, entropy, &update.rendezvous_id, update.data)?;
    Ok(UpdateRendezvousResponse::new(session.version.clone()))
}

fn delete(
    context: &mut RequestContext<'_>,
    delete: DeleteRendezvous,
) -> Result<Empty, ErrorResponse> {
    let now = context.now();
    context.state.rendezvous.close(now, &delete.rendezvous_id)?;
    Ok(Empty {})
}

/// Refuses to show the text as a page: whoever wrote it would speak in the server's name.
fn refuse_navigation(context: &RequestContext<'_>) -> Result<(), ErrorResponse> {
    let header = |name: &str| {
        let value = context.request.headers().get(name);
        value.and_then(|value| value.to_str().ok())
    };
    let is_page = header("sec-fetch-mode") == Some("navigate")
        || header("sec-fetch-user").is_some()
        || header("sec-fetch-dest").is_some_and(|to| to != "empty");
    match is_page {
        false => Ok(()),
        true => Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "a session is read by a client, and not shown as a page",
        )),
    }
}

fn millis_left(session: &RendezvousSession, now: Timestamp) -> u64 {
    let end = session.expires_at.as_millis();
    end.saturating_sub(now.as_millis())
}
