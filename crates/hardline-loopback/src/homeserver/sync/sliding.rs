//! Sliding sync, as MSC4186 has it and servers speak it.

mod extensions;
mod lists;
mod room;
mod wanted;

use std::collections::BTreeMap;
use std::time::Duration;

use hardline::client_api::unstable::msc4186::{ListCount, SlidingSync, SlidingSyncResponse};
use hardline::types::RoomId;
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::request_context::RequestContext;
use super::super::state::Viewer;
use super::scope::{LONGEST_WAIT, SyncScope};
use super::selection::Selection;
use crate::handlers::{Handlers, Wait};
use wanted::Wanted;

/// How many lists a request may have.
const MOST_LISTS: usize = 100;
pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(sliding_sync);
}

fn sliding_sync(
    context: &mut RequestContext<'_>,
    asked: SlidingSync,
) -> Result<SlidingSyncResponse, ErrorResponse> {
    check(&asked)?;
    let (user_id, device_id) = context.login()?;
    let (user_id, device_id) = (user_id.clone(), device_id.clone());
    let login = (&user_id, &device_id);
    let conn_id = asked.conn_id.clone().unwrap_or_default();
    let told = match &asked.pos {
        Some(pos) => {
            let told = context.state.sliding_connections.told(login, &conn_id, pos);
            Some(told.cloned().ok_or_else(unknown_pos)?)
        }
        None => None,
    };
    let now = context.now();
    let acknowledged = extensions::acknowledged(&asked)?;
    super::parts::begin(context, login, acknowledged, asked.set_presence.as_ref());
    let until = context.state.stream.position();
    let mut selection = Selection::all();
    selection.ignored = context.state.ignored_by(&user_id);
    let mut scope = SyncScope {
        state: context.state,
        viewer: Viewer {
            user_id: &user_id,
            device_id: &device_id,
            now,
        },
        since: told.as_ref().map(|told| told.position),
        until,
        selection,
    };
    let mut known = told.clone().unwrap_or_default();
    known.position = until;
    let mut response = SlidingSyncResponse::new(String::new());
    response.txn_id.clone_from(&asked.txn_id);
    let wanted = wanted(&scope, &asked, &mut response);
    let mut extended = extensions::Extended::default();
    for (room_id, wanted) in &wanted {
        let Some(room) = scope.state.rooms.get(room_id) else {
            continue;
        };
        let before = known.rooms.get(room_id).cloned();
        let news = room::news(&mut scope, room, wanted, before.as_ref());
        extended.add_room(&asked, room_id, wanted, &news.joined);
        if let Some(shown) = news.shown {
            response.rooms.insert(room_id.clone(), shown);
        }
        known.rooms.insert(room_id.clone(), news.told);
    }
    scope.since = told.as_ref().map(|told| told.position);
    let has_extensions = extended.finish(&asked, &mut scope, acknowledged, &mut response);
    let is_quiet = response.rooms.is_empty() && !has_extensions && told.is_some();
    let timeout = Duration::from_millis(asked.timeout.unwrap_or_default()).min(LONGEST_WAIT);
    let wait_until = context.arrived() + timeout;
    if is_quiet && now < wait_until {
        // Nothing is told, so that nothing is noted.
        context.wait = Some(Wait {
            user_id: user_id.clone(),
            position: until,
            until: wait_until,
        });
        response.pos = asked.pos.unwrap_or_default();
        return Ok(response);
    }
    let connections = &mut context.state.sliding_connections;
    response.pos = connections.tell(login, &conn_id, asked.pos.as_deref(), known);
    Ok(response)
}

/// The rooms that the lists and subscriptions are about, with what is wanted of each.
fn wanted(
    scope: &SyncScope<'_>,
    asked: &SlidingSync,
    response: &mut SlidingSyncResponse,
) -> BTreeMap<RoomId, Wanted> {
    let mut wanted: BTreeMap<RoomId, Wanted> = BTreeMap::new();
    for (name, list) in asked.lists.iter().flat_map(|lists| lists.iter()) {
        let rooms = lists::rooms(scope, list.filters.as_ref());
        let mut count = ListCount::default();
        count.count = rooms.len() as u64;
        response.lists.insert(name.clone(), count);
        for range in &list.ranges {
            let places: Vec<u64> = range.places().collect();
            let [first, last] = places[..] else { continue };
            let place = |place| usize::try_from(place).unwrap_or(usize::MAX);
            let shown = rooms.iter().skip(place(first));
            let length = place(last.saturating_sub(first)).saturating_add(1);
            for room_id in shown.take(length) {
                let of_room = wanted.entry(room_id.clone()).or_default();
                of_room.add(list.timeline_limit, &list.required_state);
                of_room.lists.push(name.clone());
            }
        }
    }
    let subscriptions = asked.room_subscriptions.iter();
    for (room_id, subscription) in subscriptions.flat_map(|rooms| rooms.iter()) {
        if lists::may_see(scope, room_id) {
            let of_room = wanted.entry(room_id.clone()).or_default();
            of_room.add(subscription.timeline_limit, &subscription.required_state);
        }
    }
    wanted
}

fn check(asked: &SlidingSync) -> Result<(), ErrorResponse> {
    let invalid = |message: &str| Err(ErrorResponse::bad_request(ErrorCode::InvalidParam, message));
    let lists = asked.lists.iter().flat_map(|lists| lists.iter());
    if lists.clone().count() > MOST_LISTS {
        return invalid("a request has at most 100 lists");
    }
    for (_, list) in lists {
        for range in &list.ranges {
            let places: Vec<u64> = range.places().collect();
            if !matches!(places[..], [first, last] if first <= last) {
                return invalid(
                    "a range has two numbers, the first of which is not the larger one",
                );
            }
        }
    }
    Ok(())
}

fn unknown_pos() -> ErrorResponse {
    ErrorResponse::bad_request(
        ErrorCode::from("M_UNKNOWN_POS"),
        "the connection does not know this position: begin anew without one",
    )
}
