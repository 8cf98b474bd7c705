use hardline::client_api::room_events::{GetThreadRoots, GetThreadRootsResponse, ThreadsIncluded};
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::errors::invalid;
use super::super::request_context::RequestContext;
use super::super::state::Stream;
use super::history::{page_size, position};
use crate::handlers::Handlers;

/// How many threads a page has that nobody asked a number for.
const PAGE: u64 = 5;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(threads);
}

fn threads(
    context: &mut RequestContext<'_>,
    asked: GetThreadRoots,
) -> Result<GetThreadRootsResponse, ErrorResponse> {
    let viewer = context.viewer()?;
    let (room, end) = context.room_seen(&asked.room_id)?;
    let only_own = match asked.include {
        None | Some(ThreadsIncluded::All) => false,
        Some(ThreadsIncluded::Participated) => true,
        Some(_) => return Err(invalid("include is all or participated")),
    };
    let from = asked.from.as_deref().map(position).transpose()?;
    let from = from.map_or(end, |position| room.end_at(position).min(end));
    let ignored = context.state.ignored_by(viewer.user_id);
    let mut threads = room.threads();
    threads.retain(|(latest, root)| {
        let event = room.event(*root);
        *latest < from
            && room.is_visible(*root, viewer.user_id)
            && !ignored.contains(event.sender.as_str())
            && (!only_own || room.has_participated(event, viewer.user_id))
    });
    let size = page_size(Some(asked.limit.unwrap_or(PAGE)));
    let has_more = threads.len() > size;
    threads.truncate(size);
    let roots = threads
        .iter()
        .map(|(_, root)| room.client_event(room.event(*root), &viewer));
    let mut response = GetThreadRootsResponse::new(roots.collect());
    if let Some((latest, _)) = threads.last().filter(|_| has_more) {
        let before = room.event(*latest).position - 1;
        response.next_batch = Some(Stream::token(before));
    }
    Ok(response)
}
