use hardline::client_api::sync::{RawRooms, Sync, SyncWithRawRooms};
use hardline::json::RawMap;
use hardline::wire;
use ruma::api::IncomingResponseExt as _;
use ruma::api::client::sync::sync_events::v3 as ruma_sync;
use serde::de::DeserializeOwned;

use crate::bodies::{Style, sync_body};
use crate::rows::responses::{answer, ours_and_rumas};
use crate::{Group, Row, Work, task};

/// Whether the reader looks for quotes and brackets with vector instructions.
const SIMD: bool = cfg!(feature = "simd");

/// Responses to `/sync`.
pub(super) fn sync() -> Group {
    let aim = |default, simd| if SIMD { simd } else { default };
    let mut rows = Vec::new();
    for size in ["1M", "10M"] {
        for style in Style::ALL {
            let of = format!("{size}, {}", style.name());
            rows.push(Row::new(
                format!("/sync of {of}: typed rooms, raw events"),
                aim(0.24, 0.15),
                move || ours_and_rumas::<Sync, ruma_sync::Response>(200, sync_body(style, size)),
            ));
            rows.push(Row::new(
                format!("/sync of {of}: rooms split alone"),
                aim(0.12, 0.06),
                move || {
                    ours_and_rumas::<SyncWithRawRooms, ruma_sync::Response>(
                        200,
                        sync_body(style, size),
                    )
                },
            ));
            rows.push(Row::new(
                format!("/sync of {of}: rooms split, each read"),
                aim(0.32, 0.18),
                move || each_room_read(style, size),
            ));
        }
    }
    Group {
        title: if SIMD {
            "/sync, with feature simd: CPU time, ours / Ruma's, of the same bytes."
        } else {
            "/sync, without feature simd: CPU time, ours / Ruma's, of the same bytes."
        },
        rows,
    }
}

fn each_room_read(style: Style, size: &str) -> Work {
    let body = sync_body(style, size);
    let theirs: &[u8] = body.to_vec().leak();
    Work::Time {
        ours: task(
            move || answer(200, body.clone()),
            |response| {
                let response = wire::decode::<SyncWithRawRooms>(response);
                read_each(&response.expect("it is a response").rooms)
            },
        ),
        other: task(
            move || answer(200, theirs),
            ruma_sync::Response::try_from_http_response,
        ),
    }
}

/// Reads every room, one at a time, and returns how many they are.
pub(super) fn read_each(rooms: &RawRooms) -> usize {
    read(&rooms.join) + read(&rooms.invite) + read(&rooms.knock) + read(&rooms.leave)
}

fn read<K: DeserializeOwned, V: DeserializeOwned>(rooms: &RawMap<K, V>) -> usize {
    rooms.iter().filter(Result::is_ok).count()
}
