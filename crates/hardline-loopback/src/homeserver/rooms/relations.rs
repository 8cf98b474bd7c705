use hardline::client_api::room_events::{
    Direction, GetRelatingEvents, GetRelatingEventsWithRelType,
    GetRelatingEventsWithRelTypeAndEventType, RelatingEvents,
};
use hardline::types::{EventId, RoomId};
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::errors::invalid;
use super::super::request_context::RequestContext;
use super::super::state::{DEEPEST, Stream};
use super::history::{page_size, position};
use crate::handlers::Handlers;

/// How many events a page has that nobody asked a number for.
const PAGE: u64 = 5;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<GetRelatingEvents>(|context, asked| {
        let page = Page {
            from: asked.from,
            to: asked.to,
            limit: asked.limit,
            dir: asked.dir,
            recurse: asked.recurse,
        };
        relating(context, &asked.room_id, &asked.event_id, (None, None), page)
    });
    handlers.answer_with::<GetRelatingEventsWithRelType>(|context, asked| {
        let page = Page {
            from: asked.from,
            to: asked.to,
            limit: asked.limit,
            dir: asked.dir,
            recurse: asked.recurse,
        };
        let kind = (Some(&*asked.rel_type), None);
        relating(context, &asked.room_id, &asked.event_id, kind, page)
    });
    handlers.answer_with::<GetRelatingEventsWithRelTypeAndEventType>(|context, asked| {
        let page = Page {
            from: asked.from,
            to: asked.to,
            limit: asked.limit,
            dir: asked.dir,
            recurse: asked.recurse,
        };
        let kind = (Some(&*asked.rel_type), Some(&*asked.event_type));
        relating(context, &asked.room_id, &asked.event_id, kind, page)
    });
}

/// Which part of the events is asked for: what the three operations have in common.
struct Page {
    from: Option<String>,
    to: Option<String>,
    limit: Option<u64>,
    dir: Option<Direction>,
    recurse: Option<bool>,
}

fn relating(
    context: &RequestContext<'_>,
    room_id: &RoomId,
    event_id: &EventId,
    (rel_type, event_type): (Option<&str>, Option<&str>),
    page: Page,
) -> Result<RelatingEvents, ErrorResponse> {
    let viewer = context.viewer()?;
    let (room, end) = context.room_seen(room_id)?;
    context.event_seen(room_id, event_id)?;
    let is_forward = match page.dir {
        None | Some(Direction::Backward) => false,
        Some(Direction::Forward) => true,
        Some(_) => return Err(invalid("the direction is b or f")),
    };
    let from = page.from.as_deref().map(position).transpose()?;
    let to = page.to.as_deref().map(position).transpose()?;
    let start = if is_forward { from } else { to };
    let start = start.map_or(0, |position| room.end_at(position));
    let stop = if is_forward { to } else { from };
    let stop = stop.map_or(end, |position| room.end_at(position).min(end));
    let depth = if page.recurse == Some(true) {
        DEEPEST
    } else {
        1
    };
    let ignored = context.state.ignored_by(viewer.user_id);
    let places = room.relating_to(event_id, depth);
    let fits = |place: &usize| {
        let event = room.event(*place);
        let is_of_type = rel_type
            .is_none_or(|wanted| event.relation().is_some_and(|(known, _)| known == wanted))
            && event_type.is_none_or(|wanted| event.event_type == wanted);
        is_of_type
            && room.is_visible(*place, viewer.user_id)
            && !ignored.contains(event.sender.as_str())
    };
    let mut places: Vec<usize> = places
        .into_iter()
        .filter(|place| (start..stop).contains(place))
        .filter(fits)
        .collect();
    if !is_forward {
        places.reverse();
    }
    let size = page_size(Some(page.limit.unwrap_or(PAGE)));
    let has_more = places.len() > size;
    places.truncate(size);
    let chunk = places
        .iter()
        .map(|place| room.client_event(room.event(*place), &viewer));
    let mut response = RelatingEvents::new(chunk.collect());
    response.prev_batch = page.from;
    if let Some(last) = places.last().filter(|_| has_more) {
        let last = room.event(*last).position;
        response.next_batch = Some(Stream::token(if is_forward { last } else { last - 1 }));
    }
    response.recursion_depth = page
        .recurse
        .filter(|recurse| *recurse)
        .map(|_| depth as u64);
    Ok(response)
}
