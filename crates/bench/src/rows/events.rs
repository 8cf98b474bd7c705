use hardline::client_api::sync::{Events, Sync, SyncResponse};
use hardline::events::{Envelope, RawEvent, RoomMember, RoomMessage};
use hardline::json::RawList;
use hardline::wire;
use http::Response;
use ruma::api::IncomingResponseExt as _;
use ruma::api::client::sync::sync_events::v3 as ruma_sync;

use crate::bodies::{Style, sync_body};
use crate::rows::responses::answer;
use crate::{Group, Row, Work, task};

/// The events of a response to `/sync`, each read.
pub(super) fn events() -> Group {
    let mut rows = Vec::new();
    for style in Style::ALL {
        let of = format!("events of a /sync of 10M, {}", style.name());
        rows.push(Row::new(format!("{of}: envelopes"), 0.65, move || {
            each_read(style, |envelope| is_named(&envelope))
        }));
        rows.push(Row::new(
            format!("{of}: messages and members typed"),
            0.9,
            move || each_read(style, |envelope| is_named(&envelope) && is_typed(&envelope)),
        ));
    }
    Group {
        title: "Events: CPU time of decoding a /sync and every event of its rooms, ours / Ruma's, of the same bytes.",
        rows,
    }
}

fn each_read(style: Style, read: fn(Envelope<'_>) -> bool) -> Work {
    let body = sync_body(style, "10M");
    let theirs: &[u8] = body.to_vec().leak();
    Work::Time {
        ours: task(
            move || answer(200, body.clone()),
            move |response| {
                let response = wire::decode::<Sync>(response);
                read_all(&response.expect("it is a response"), read)
            },
        ),
        other: task(
            move || answer(200, theirs),
            |response: Response<&[u8]>| {
                let response = ruma_sync::Response::try_from_http_response(response);
                response.map(|response| read_all_by_ruma(&response))
            },
        ),
    }
}

fn read_all(response: &SyncResponse, read: fn(Envelope<'_>) -> bool) -> usize {
    let of_list = |events: &RawList<RawEvent>| {
        let events = events.iter().flatten();
        events.filter(|event| read(event.value.envelope())).count()
    };
    let rooms = response.rooms.join.iter();
    rooms
        .map(|(_, room)| {
            let Events { events: state, .. } = &room.state;
            of_list(state) + of_list(&room.timeline.events)
        })
        .sum()
}

fn read_all_by_ruma(response: &ruma_sync::Response) -> usize {
    let rooms = response.rooms.join.values();
    rooms
        .map(|room| {
            let timeline = room.timeline.events.iter();
            let state = match &room.state {
                ruma_sync::State::Before(state) | ruma_sync::State::After(state) => {
                    &state.events[..]
                }
                _ => &[],
            };
            timeline.filter(|event| event.deserialize().is_ok()).count()
                + state
                    .iter()
                    .filter(|event| event.deserialize().is_ok())
                    .count()
        })
        .sum()
}

/// Reads all members that say what an event is.
fn is_named(envelope: &Envelope<'_>) -> bool {
    let key = envelope.state_key();
    let unsigned = envelope.unsigned();
    envelope.event_type().is_some()
        && envelope.event_id().is_some()
        && envelope.sender().is_some()
        && envelope.origin_server_ts().is_some()
        && (key.is_some() || unsigned.is_some() || envelope.room_id().is_none())
}

/// Decodes the content of messages and members.
fn is_typed(envelope: &Envelope<'_>) -> bool {
    match envelope.event_type().as_deref() {
        Some("m.room.message") => envelope.content_as::<RoomMessage>().is_ok(),
        Some("m.room.member") => envelope.content_as::<RoomMember>().is_ok(),
        _ => true,
    }
}
