use hardline::client_api::room_events::{
    Direction, GetEventByTimestamp, GetEventByTimestampResponse, GetEventContext,
    GetEventContextResponse, GetJoinedMembersByRoom, GetJoinedMembersByRoomResponse,
    GetMembersByRoom, GetMembersByRoomResponse, GetOneRoomEvent, GetRoomEvents,
    GetRoomEventsResponse, RoomMember,
};
use hardline::client_api::sync::RoomEventFilter;
use hardline::events::RawEvent;
use hardline::types::{EventId, Membership, MxcUri, RoomId, UserId};
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::errors::{forbidden, invalid, not_found};
use super::super::request_context::RequestContext;
use super::super::state::{Event, Room, Stream, Viewer};
use super::super::sync::filter;
use crate::handlers::Handlers;

/// How many events a page has that nobody asked a number for.
const PAGE: u64 = 10;
/// How many events a page has at most.
const LARGEST_PAGE: u64 = 1_000;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(messages);
    handlers.answer_with(context_of);
    handlers.answer_with(one_event);
    handlers.answer_with(members);
    handlers.answer_with(joined_members);
    handlers.answer_with(by_timestamp);
}

impl RequestContext<'_> {
    /// Who looks at what the response has.
    pub(in crate::homeserver) fn viewer(&self) -> Result<Viewer<'_>, ErrorResponse> {
        let (user_id, device_id) = self.login()?;
        Ok(Viewer {
            user_id,
            device_id,
            now: self.now(),
        })
    }

    /// A room that the caller may look into, and the place after the last event that they may see.
    pub(in crate::homeserver) fn room_seen(
        &self,
        room_id: &RoomId,
    ) -> Result<(&Room, usize), ErrorResponse> {
        let user_id = self.user_id()?;
        let room = self.state.rooms.get(room_id);
        let room = room.filter(|room| !room.forgotten.contains(&user_id));
        let seen = room.and_then(|room| Some((room, room.end_for(&user_id)?)));
        seen.ok_or_else(|| forbidden("you are not in the room"))
    }

    /// The place of an event that the caller may see.
    pub(in crate::homeserver) fn event_seen(
        &self,
        room_id: &RoomId,
        event_id: &EventId,
    ) -> Result<(&Room, usize), ErrorResponse> {
        let user_id = self.user_id()?;
        let (room, _) = self.room_seen(room_id)?;
        let place = room.place_of(event_id);
        let place = place.filter(|place| room.is_visible(*place, &user_id));
        let place = place.ok_or_else(|| not_found("the room has no such event"))?;
        Ok((room, place))
    }
}

/// The position of a token.
///
/// # Errors
/// `M_INVALID_PARAM`: it is none of this server's.
pub(in crate::homeserver) fn position(token: &str) -> Result<u64, ErrorResponse> {
    Stream::position_of(token).ok_or_else(|| invalid("the token is none of this server's"))
}

/// How many events a page is to have.
pub(in crate::homeserver) fn page_size(asked: Option<u64>) -> usize {
    let size = asked.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    usize::try_from(size).unwrap_or(usize::MAX)
}

fn messages(
    context: &mut RequestContext<'_>,
    asked: GetRoomEvents,
) -> Result<GetRoomEventsResponse, ErrorResponse> {
    let viewer = context.viewer()?;
    let (room, end) = context.room_seen(&asked.room_id)?;
    let filter = decoded_filter(asked.filter.as_ref())?;
    let from = asked.from.as_deref().map(position).transpose()?;
    let to = asked.to.as_deref().map(position).transpose()?;
    let size = page_size(asked.limit.or(filter.limit));
    let is_backward = asked.dir == Direction::Backward;
    let from_place = match from {
        Some(position) => room.end_at(position).min(end),
        None if is_backward => end,
        None => 0,
    };
    let to_place = to.map(|position| room.end_at(position).min(end));
    let range = if is_backward {
        to_place.unwrap_or(0)..from_place
    } else {
        from_place..to_place.unwrap_or(end)
    };
    let fits = |place: &usize| {
        room.is_visible(*place, viewer.user_id)
            && filter::fits(room.event(*place), &room.room_id, &filter)
    };
    let places: Vec<usize> = if is_backward {
        range.clone().rev().filter(fits).take(size).collect()
    } else {
        range.clone().filter(fits).take(size).collect()
    };
    let has_more = places.len() == size;
    let start = from.unwrap_or_else(|| boundary(room, from_place));
    let chunk = places
        .iter()
        .map(|place| room.client_event(room.event(*place), &viewer));
    let mut response = GetRoomEventsResponse::new(chunk.collect());
    response.start = Some(Stream::token(start));
    if let Some(last) = places.last().filter(|_| has_more) {
        let end = if is_backward {
            room.event(*last).position - 1
        } else {
            room.event(*last).position
        };
        response.end = Some(Stream::token(end));
    }
    if filter.lazy_load_members == Some(true) {
        let senders = places.iter().map(|place| &room.event(*place).sender);
        let members = senders_of(room, end, senders);
        response.state = members
            .map(|event| room.client_event(event, &viewer))
            .collect();
    }
    Ok(response)
}

/// The memberships of senders, each once.
pub(in crate::homeserver) fn senders_of<'r>(
    room: &'r Room,
    end: usize,
    senders: impl Iterator<Item = &'r UserId>,
) -> impl Iterator<Item = &'r Event> {
    let senders: std::collections::BTreeSet<&UserId> = senders.collect();
    senders
        .into_iter()
        .filter_map(move |user_id| room.state_at(end, "m.room.member", user_id.as_str()))
}

/// The position just before a place.
fn boundary(room: &Room, place: usize) -> u64 {
    match place.checked_sub(1) {
        Some(before) => room.event(before).position,
        None => room.event(0).position - 1,
    }
}

fn decoded_filter(
    filter: Option<&hardline::json::JsonText<RoomEventFilter>>,
) -> Result<RoomEventFilter, ErrorResponse> {
    let decoded = filter.map(|filter| filter.decode()).transpose();
    decoded
        .map(Option::unwrap_or_default)
        .map_err(|error| invalid(&format!("the filter: {error}")))
}

fn context_of(
    context: &mut RequestContext<'_>,
    asked: GetEventContext,
) -> Result<GetEventContextResponse, ErrorResponse> {
    let viewer = context.viewer()?;
    let (room, place) = context.event_seen(&asked.room_id, &asked.event_id)?;
    let (_, end) = context.room_seen(&asked.room_id)?;
    let filter = decoded_filter(asked.filter.as_ref())?;
    // Zero is a number of events too: none but the one itself.
    let limit = asked.limit.unwrap_or(PAGE).min(LARGEST_PAGE);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let fits = |place: &usize| {
        room.is_visible(*place, viewer.user_id)
            && filter::fits(room.event(*place), &room.room_id, &filter)
    };
    let before = (0..place).rev().filter(fits).take(limit / 2);
    let before: Vec<usize> = before.collect();
    let after = (place + 1..end).filter(fits).take(limit - limit / 2);
    let after: Vec<usize> = after.collect();
    let first = *before.last().unwrap_or(&place);
    let last = *after.last().unwrap_or(&place);
    let show = |place: &usize| room.client_event(room.event(*place), &viewer);
    let mut response = GetEventContextResponse::default();
    response.start = Some(Stream::token(room.event(first).position - 1));
    response.end = Some(Stream::token(room.event(last).position));
    response.events_before = before.iter().map(show).collect();
    response.event = RawEvent::new(&show(&place)).ok();
    response.events_after = after.iter().map(show).collect();
    let state: Vec<_> = if filter.lazy_load_members == Some(true) {
        let shown = before.iter().chain([&place]).chain(&after);
        let senders = shown.map(|place| &room.event(*place).sender);
        let others = room.all_state_at(last + 1);
        let others = others.filter(|event| event.event_type != "m.room.member");
        others.chain(senders_of(room, last + 1, senders)).collect()
    } else {
        room.all_state_at(last + 1).collect()
    };
    let state = state.into_iter();
    response.state = state
        .map(|event| room.client_event(event, &viewer))
        .collect();
    Ok(response)
}

fn one_event(
    context: &mut RequestContext<'_>,
    asked: GetOneRoomEvent,
) -> Result<RawEvent, ErrorResponse> {
    let viewer = context.viewer()?;
    let (room, place) = context
        .event_seen(&asked.room_id, &asked.event_id)
        .map_err(|_| not_found("there is no such event, or you may not see it"))?;
    let event = room.client_event(room.event(place), &viewer);
    RawEvent::new(&event).map_err(|_| not_found("the room has no such event"))
}

fn members(
    context: &mut RequestContext<'_>,
    asked: GetMembersByRoom,
) -> Result<GetMembersByRoomResponse, ErrorResponse> {
    let viewer = context.viewer()?;
    let (room, end) = context.room_seen(&asked.room_id)?;
    let at = asked.at.as_deref().map(position).transpose()?;
    let end = at.map_or(end, |position| room.end_at(position).min(end));
    let members = room.state_of_type_at(end, "m.room.member");
    let wanted = members.filter(|event| {
        let membership = event.membership();
        asked
            .membership
            .as_ref()
            .is_none_or(|only| membership == *only)
            && asked.not_membership.as_ref() != Some(&membership)
    });
    let mut response = GetMembersByRoomResponse::default();
    response.chunk = wanted
        .map(|event| room.client_event(event, &viewer))
        .collect();
    Ok(response)
}

fn joined_members(
    context: &mut RequestContext<'_>,
    asked: GetJoinedMembersByRoom,
) -> Result<GetJoinedMembersByRoomResponse, ErrorResponse> {
    let user_id = context.user_id()?;
    let room = context.state.rooms.of_member(&asked.room_id, &user_id)?;
    let members = room.members(&Membership::Join).map(|user_id| {
        let event = room.state("m.room.member", user_id.as_str());
        let text = |name| event.and_then(|event| event.text(name));
        let mut member = RoomMember::default();
        member.display_name = text("displayname").map(str::to_owned);
        member.avatar_url = text("avatar_url").and_then(|url| MxcUri::parse(url).ok());
        (user_id, member)
    });
    let mut response = GetJoinedMembersByRoomResponse::default();
    response.joined = members.collect();
    Ok(response)
}

fn by_timestamp(
    context: &mut RequestContext<'_>,
    asked: GetEventByTimestamp,
) -> Result<GetEventByTimestampResponse, ErrorResponse> {
    let user_id = context.user_id()?;
    let (room, end) = context.room_seen(&asked.room_id)?;
    let visible = |place: &usize| room.is_visible(*place, &user_id);
    let is_backward = asked.dir == Direction::Backward;
    let mut places = (0..end).filter(visible).map(|place| room.event(place));
    let found = if is_backward {
        places
            .filter(|event| event.origin_server_ts <= asked.ts)
            .max_by_key(|event| event.origin_server_ts)
    } else {
        places.find(|event| event.origin_server_ts >= asked.ts)
    };
    let found = found.ok_or_else(|| not_found("the room has no event then"))?;
    Ok(GetEventByTimestampResponse::new(
        found.event_id.clone(),
        found.origin_server_ts,
    ))
}
