use hardline::client_api::push::{GetNotifications, GetNotificationsResponse, Notification};
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::errors::invalid;
use super::super::request_context::RequestContext;
use crate::handlers::Handlers;

/// How many notifications a page has that nobody asked a number for.
const PAGE: u64 = 50;
/// How many it has at most.
const LARGEST_PAGE: u64 = 500;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(notifications);
}

fn notifications(
    context: &mut RequestContext<'_>,
    asked: GetNotifications,
) -> Result<GetNotificationsResponse, ErrorResponse> {
    let viewer = context.viewer()?;
    let limit = asked.limit.unwrap_or(PAGE).min(LARGEST_PAGE);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let from = asked.from.as_deref().map(|from| {
        let position = from.parse::<u64>();
        position.map_err(|_| invalid("from is none of this server's tokens"))
    });
    let from = from.transpose()?;
    let only_highlights = asked.only.as_deref() == Some("highlight");
    let state = &*context.state;
    let all = state.push.notifications.of_user(viewer.user_id);
    let mut found: Vec<_> = all
        .filter(|(_, kept)| from.is_none_or(|from| kept.position < from))
        .filter(|(_, kept)| !only_highlights || kept.is_highlight())
        .collect();
    found.sort_by_key(|(_, kept)| std::cmp::Reverse(kept.position));
    let has_more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().map(|(_, kept)| kept.position);
    let page = found.into_iter().filter_map(|(room_id, kept)| {
        let room = state.rooms.get(room_id)?;
        let event = room.event(kept.place);
        Some(Notification::new(
            kept.actions.clone(),
            room.client_event(event, &viewer),
            state.has_read(viewer.user_id, room, kept),
            room_id.clone(),
            event.origin_server_ts,
        ))
    });
    let mut response = GetNotificationsResponse::new(page.collect());
    let next = last.filter(|_| has_more);
    response.next_token = next.map(|position| position.to_string());
    Ok(response)
}
