use bytes::Bytes;
use hardline::client_api::sync::{Sync, SyncWithRawRooms};
use hardline::wire;

use crate::bodies::{Style, sync_body};
use crate::rows::responses::answer;
use crate::rows::sync::read_each;
use crate::{Group, Row, Work};

/// How much memory responses take.
pub(super) fn memory() -> Group {
    Group {
        title: "Memory: the most heap in use at any time beyond the body, as a ratio to the body.",
        rows: vec![
            Row::new(
                "memory of /sync of 100M: typed rooms, raw events",
                0.10,
                || held::<Sync>(sync_body(Style::Synapse, "100M")),
            ),
            Row::new(
                "memory of /sync of 100M: raw rooms, each read",
                0.01,
                || rooms_read(sync_body(Style::Synapse, "100M")),
            ),
            // Two bodies are one beyond the body.
            Row::new(
                "memory of 10 MB of tiny rooms: raw rooms, each read",
                1.0,
                || rooms_read(tiny_rooms(10_000_000)),
            ),
        ],
    }
}

fn held<E: wire::Endpoint>(body: Bytes) -> Work {
    Work::Heap {
        size: body.len(),
        run: Box::new(move || {
            let response = wire::decode::<E>(answer(200, body.clone()));
            assert!(response.is_ok());
        }),
    }
}

fn rooms_read(body: Bytes) -> Work {
    Work::Heap {
        size: body.len(),
        run: Box::new(move || {
            let response = wire::decode::<SyncWithRawRooms>(answer(200, body.clone()));
            let response = response.expect("it is a response");
            assert!(read_each(&response.rooms) > 0);
        }),
    }
}

/// What a hostile server sends: rooms of which each takes as little as it can.
fn tiny_rooms(bytes: usize) -> Bytes {
    let mut text = r#"{"next_batch":"s","rooms":{"join":{"!":{}"#.to_owned();
    let mut n = 0;
    while text.len() < bytes {
        text += &format!(r#","!{n:x}":{{}}"#);
        n += 1;
    }
    Bytes::from(text + "}}}")
}
