mod by_serde;

use bytes::Bytes;
use hardline::client_api::sync::{JoinedRoom, SyncWithRawRooms};
use hardline::client_api::threepid::{GetAccount3pids, RequestTokenTo3pidMsisdn};
use hardline::wire::{self, Endpoint, Operation};
use hardline_derive::Request;
use http::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bodies::{self, Style};
use crate::{Group, Row, Work, task};

/// The same types with Hardline's derive and with serde's, read by the same reader.
pub(super) fn derive() -> Group {
    Group {
        title: "Derives: instructions, types with Hardline's derive / the same with serde's, read by the same reader.",
        rows: vec![
            Row::new("derived: the 200 to the msisdn requestToken", 1.03, || {
                both::<RequestTokenTo3pidMsisdn, by_serde::TokenSession>(bodies::SESSION.into())
            }),
            Row::new("derived: 2,000 3PIDs", 1.03, || {
                both::<GetAccount3pids, by_serde::Threepids>(bodies::threepids(2_000).into())
            }),
            Row::new("derived: a room of /sync", 1.03, || {
                both::<Room, by_serde::JoinedRoom>(room())
            }),
        ],
    }
}

fn both<E: Endpoint + 'static, T: DeserializeOwned + 'static>(body: Bytes) -> Work {
    let other = body.clone();
    Work::Instructions {
        ours: task(move || Response::new(body.clone()), read::<E>),
        other: task(move || Response::new(other.clone()), read::<BySerde<T>>),
    }
}

fn read<E: Endpoint>(response: Response<Bytes>) -> E::Response {
    wire::decode::<E>(response).expect("it is a response")
}

/// The first room with more than 30 kB of the response.
fn room() -> Bytes {
    let body = bodies::sync_body(Style::Conduit, "1M");
    let response = wire::decode::<SyncWithRawRooms>(Response::new(body));
    let response = response.expect("it is a response");
    let mut rooms = response.rooms.join.raw().map(|(_, room)| room);
    let room = rooms.find(|room| room.as_bytes().len() > 30_000);
    Bytes::copy_from_slice(room.expect("some room is large").as_bytes())
}

#[derive(Request)]
struct Room {}

impl Endpoint for Room {
    const OPERATION: Operation = Operation::get("room", "/_matrix/client/v1/room");
    type Response = JoinedRoom;
}

/// An operation whose response is of this type.
#[derive(Serialize)]
struct BySerde<T> {
    #[serde(skip)]
    response: std::marker::PhantomData<T>,
}

impl<T: DeserializeOwned> Endpoint for BySerde<T> {
    const OPERATION: Operation = Operation::get("bySerde", "/_matrix/client/v1/by_serde");
    type Response = T;
}
