//! The stream of events that was there before `/sync`.

use std::time::Duration;

use hardline::client_api::sync::{EventStreamPage, GetEvents, GetOneEvent, PeekEvents};
use hardline::events::RawEvent;
use hardline::types::{RoomId, UserId};
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::errors::{forbidden, not_found};
use super::super::request_context::RequestContext;
use super::super::rooms::position;
use super::super::state::{Room, Stream};
use super::scope::LONGEST_WAIT;
use crate::handlers::{Handlers, Wait};

/// How many events a page has at most.
const LARGEST_PAGE: usize = 100;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<GetEvents>(|context, asked| {
        let user_id = context.user_id()?;
        let rooms: Vec<RoomId> = context
            .state
            .rooms
            .of_user(&user_id)
            .filter(|room| !room.forgotten.contains(&user_id))
            .map(|room| room.room_id.clone())
            .collect();
        page(context, &user_id, &rooms, (asked.from, asked.timeout))
    });
    handlers.answer_with(peek);
    handlers.answer_with(one_event);
}

fn peek(
    context: &mut RequestContext<'_>,
    asked: PeekEvents,
) -> Result<EventStreamPage, ErrorResponse> {
    let user_id = context.user_id()?;
    let room = context.state.rooms.get(&asked.room_id);
    if !room.is_some_and(|room| room.may_look(&user_id)) {
        return Err(forbidden("you may not look into the room"));
    }
    let rooms = [asked.room_id];
    let page = page(context, &user_id, &rooms, (asked.from, asked.timeout))?;
    if let Some(wait) = &context.wait {
        let [room_id] = rooms;
        let rooms = &mut context.state.rooms;
        rooms.note_peeker(room_id, user_id, wait.until, context.caller.now);
    }
    Ok(page)
}

/// The events of rooms since a token, for which the request waits. Without a token they are those from now on.
fn page(
    context: &mut RequestContext<'_>,
    user_id: &UserId,
    rooms: &[RoomId],
    (from, timeout): (Option<String>, Option<u64>),
) -> Result<EventStreamPage, ErrorResponse> {
    let newest = context.state.stream.position();
    let arrived = context.arrived();
    let all = &context.state.rooms;
    let rooms: Vec<&Room> = rooms
        .iter()
        .filter_map(|room_id| all.get(room_id))
        .collect();
    let start = match from.as_deref() {
        Some(token) => position(token)?.min(newest),
        // A request that has waited began before what it waited for.
        None => {
            let waited = context.now() > arrived;
            let first = rooms.iter().filter_map(|room| {
                let mut events = room.events().iter();
                let new = events.find(|event| waited && event.origin_server_ts >= arrived)?;
                Some(new.position - 1)
            });
            first.min().unwrap_or(newest)
        }
    };
    let viewer = context.viewer()?;
    let mut found: Vec<(&Room, usize)> = rooms
        .iter()
        .flat_map(|room| {
            let places = room.end_at(start)..room.events().len();
            places.map(move |place| (*room, place))
        })
        .filter(|(room, place)| room.is_visible(*place, user_id))
        .collect();
    found.sort_by_key(|(room, place)| room.event(*place).position);
    let has_more = found.len() > LARGEST_PAGE;
    found.truncate(LARGEST_PAGE);
    let last = found.last().filter(|_| has_more);
    let end = last.map_or(newest, |(room, place)| room.event(*place).position);
    let mut page = EventStreamPage::default();
    page.start = Some(Stream::token(start));
    page.end = Some(Stream::token(end));
    page.chunk = found
        .iter()
        .map(|(room, place)| room.client_event(room.event(*place), &viewer))
        .collect();
    let until = arrived + Duration::from_millis(timeout.unwrap_or_default()).min(LONGEST_WAIT);
    if found.is_empty() && context.now() < until {
        context.wait = Some(Wait {
            user_id: user_id.clone(),
            position: newest,
            until,
        });
    }
    Ok(page)
}

fn one_event(
    context: &mut RequestContext<'_>,
    asked: GetOneEvent,
) -> Result<RawEvent, ErrorResponse> {
    let viewer = context.viewer()?;
    let mut rooms = context.state.rooms.iter();
    let found = rooms.find_map(|room| Some((room, room.place_of(&asked.event_id)?)));
    let missing = || not_found("there is no such event");
    let (room, place) = found.ok_or_else(missing)?;
    if !room.is_visible(place, viewer.user_id) {
        return Err(forbidden("you may not see the event"));
    }
    let event = room.client_event(room.event(place), &viewer);
    RawEvent::new(&event).map_err(|_| missing())
}
