use hardline::client_api::ephemeral::{PostReceipt, ReceiptType, SetReadMarker};
use hardline::json::Empty;
use hardline::types::{EventId, RoomId, UserId};
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::errors::{invalid, no_place, not_found};
use super::super::request_context::RequestContext;
use super::super::state::{Object, Receipt, Room};
use crate::handlers::Handlers;

/// The type of the account data that says up to where everything is read.
const FULLY_READ: &str = "m.fully_read";

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(post);
    handlers.answer_with(set_markers);
}

fn post(context: &mut RequestContext<'_>, post: PostReceipt) -> Result<Empty, ErrorResponse> {
    if let Some(thread_id) = &post.thread_id {
        if post.receipt_type == ReceiptType::FullyRead {
            return Err(invalid("m.fully_read is of no thread"));
        }
        if thread_id.is_empty() {
            return Err(invalid("thread_id is main, or the root of a thread"));
        }
    }
    read(
        context,
        &post.room_id,
        &post.receipt_type,
        &post.event_id,
        post.thread_id,
    )?;
    Ok(Empty {})
}

fn set_markers(
    context: &mut RequestContext<'_>,
    set: SetReadMarker,
) -> Result<Empty, ErrorResponse> {
    let markers = [
        (ReceiptType::FullyRead, set.fully_read),
        (ReceiptType::Read, set.read),
        (ReceiptType::ReadPrivate, set.read_private),
    ];
    for (receipt_type, event_id) in markers {
        if let Some(event_id) = event_id {
            read(context, &set.room_id, &receipt_type, &event_id, None)?;
        }
    }
    Ok(Empty {})
}

/// Notes that the caller has read an event.
fn read(
    context: &mut RequestContext<'_>,
    room_id: &RoomId,
    receipt_type: &ReceiptType,
    event_id: &EventId,
    thread_id: Option<String>,
) -> Result<(), ErrorResponse> {
    let user_id = context.user_id()?;
    let now = context.now();
    let room = context.state.rooms.of_member(room_id, &user_id)?;
    let place = place_of(room, event_id)?;
    match receipt_type {
        ReceiptType::FullyRead => return read_fully(context, &user_id, room_id, event_id, place),
        ReceiptType::Other(_) => {
            return Err(invalid("there are m.read, m.read.private and m.fully_read"));
        }
        _ => {}
    }
    if let Some(thread_id) = &thread_id
        && !is_in_thread(room, place, thread_id)
    {
        return Err(invalid("the event is not in the thread"));
    }
    let state = &mut *context.state;
    let position = state.stream.advance();
    let receipt = Receipt {
        receipt_type: receipt_type.clone(),
        thread_id,
        event_id: event_id.clone(),
        place,
        ts: now,
        position,
    };
    let is_noted = state.people.receipts.set(room_id, &user_id, receipt);
    if is_noted.map_err(|_| no_place("the room has no place for more of your receipts"))? {
        match receipt_type {
            ReceiptType::ReadPrivate => state.stream.concerns(&user_id, &user_id),
            _ => state.tell_room(room_id, &user_id),
        }
    }
    state.mark_active(now, &user_id);
    state.send_badges(&user_id);
    Ok(())
}

/// Moves the marker up to which everything is read; never backward.
fn read_fully(
    context: &mut RequestContext<'_>,
    user_id: &UserId,
    room_id: &RoomId,
    event_id: &EventId,
    place: usize,
) -> Result<(), ErrorResponse> {
    let data = &context.state.people.account_data;
    let known = data.get(user_id, Some(room_id), FULLY_READ);
    let known = known.and_then(|content| content.get("event_id")?.as_str());
    let known = known.and_then(|event_id| EventId::parse(event_id).ok());
    let room = context.state.rooms.get(room_id);
    let known = known.and_then(|known| room?.place_of(&known));
    if known.is_some_and(|known| known >= place) {
        return Ok(());
    }
    let mut content = Object::new();
    content.insert("event_id".to_owned(), event_id.as_str().into());
    context.keep(user_id, Some(room_id), FULLY_READ, Some(content))
}

fn place_of(room: &Room, event_id: &EventId) -> Result<usize, ErrorResponse> {
    let place = room.place_of(event_id);
    place.ok_or_else(|| not_found("the room has no such event"))
}

/// Whether a receipt for an event may be of a thread. Roots are in their threads, and in the main timeline.
fn is_in_thread(room: &Room, place: usize, thread_id: &str) -> bool {
    let event = room.event(place);
    event.event_id.as_str() == thread_id || room.thread_of(event) == thread_id
}
