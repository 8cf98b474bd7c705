use bytes::Bytes;
use hardline::client_api::discovery::GetVersions;
use hardline::client_api::e2ee::QueryKeys;
use hardline::client_api::room_events::GetJoinedMembersByRoom;
use hardline::client_api::rooms::GetPublicRooms;
use hardline::client_api::threepid::{Add3pid, GetAccount3pids, RequestTokenTo3pidMsisdn};
use hardline::identity_api::lookup::LookupUsersV2;
use hardline::wire::{self, Endpoint};
use http::Response;
use ruma::api::client::account::{
    add_3pid::v3 as ruma_add, get_3pids::v3 as ruma_list,
    request_3pid_management_token_via_msisdn::v3 as ruma_msisdn,
};
use ruma::api::client::directory::get_public_rooms::v3 as ruma_public_rooms;
use ruma::api::client::discovery::get_supported_versions as ruma_versions;
use ruma::api::client::keys::get_keys::v3 as ruma_keys;
use ruma::api::client::membership::joined_members::v3 as ruma_members;
use ruma::api::identity_service::lookup::lookup_3pid::v2 as ruma_lookup;
use ruma::api::{IncomingResponse, IncomingResponseExt as _};

use crate::{Group, Row, Work, bodies, task};

/// Responses that are parsed, but for those to `/sync`.
pub(super) fn responses() -> Group {
    Group {
        title: "Responses: CPU time, ours / Ruma's, of the same bytes.",
        rows: vec![
            // The aims of the small ones are what was measured before bad values were skipped in one pass.
            Row::new("parse the 200 to the msisdn requestToken", 0.92, || {
                small::<RequestTokenTo3pidMsisdn, ruma_msisdn::Response>(200, bodies::SESSION)
            }),
            Row::new("parse an M_THREEPID_IN_USE", 0.92, || {
                small::<RequestTokenTo3pidMsisdn, ruma_msisdn::Response>(400, bodies::IN_USE)
            }),
            Row::new("parse a UIA challenge", 0.95, || {
                small::<Add3pid, ruma_add::Response>(401, bodies::CHALLENGE)
            }),
            Row::new("parse a /versions", 0.7, || {
                small::<GetVersions, ruma_versions::Response>(200, bodies::VERSIONS)
            }),
            Row::new("parse a lookup of 1 MB", 0.35, || {
                parsed::<LookupUsersV2, ruma_lookup::Response>(200, bodies::mappings())
            }),
            Row::new("parse joined_members of 10,000", 0.45, || members(10_000)),
            Row::new("parse 2,000 public rooms", 0.9, || {
                parsed::<GetPublicRooms, ruma_public_rooms::Response>(
                    200,
                    bodies::public_rooms(2_000),
                )
            }),
            Row::new("parse a /keys/query of 1 MB", 0.75, || {
                parsed::<QueryKeys, ruma_keys::Response>(200, bodies::device_keys())
            }),
            Row::new("parse 10,000 3PIDs", 0.9, || {
                parsed::<GetAccount3pids, ruma_list::Response>(200, bodies::threepids(10_000))
            }),
        ],
    }
}

/// The members of a room.
pub(super) fn members(count: u64) -> Work {
    parsed::<GetJoinedMembersByRoom, ruma_members::Response>(200, bodies::members(count))
}

fn small<E: Endpoint + 'static, R: IncomingResponse + 'static>(status: u16, body: &str) -> Work {
    parsed::<E, R>(status, body.to_owned())
}

fn parsed<E: Endpoint + 'static, R: IncomingResponse + 'static>(status: u16, body: String) -> Work {
    let body = Bytes::from(body);
    let read = wire::decode_response::<E>(answer(status, body.clone()));
    if let Ok(read) = read {
        assert!(read.warnings.is_empty(), "{:?}", read.warnings);
    }
    ours_and_rumas::<E, R>(status, body)
}

/// Both sides on one body.
pub(super) fn ours_and_rumas<E: Endpoint + 'static, R: IncomingResponse + 'static>(
    status: u16,
    body: Bytes,
) -> Work {
    // Ruma borrows the body; this one lives as long as the program.
    let theirs: &[u8] = body.to_vec().leak();
    let read = R::try_from_http_response(answer(status, theirs));
    assert_eq!(read.is_ok(), status == 200, "Ruma reads the body as we do");
    Work::Time {
        ours: task(move || answer(status, body.clone()), wire::decode::<E>),
        other: task(move || answer(status, theirs), R::try_from_http_response),
    }
}

pub(super) fn answer<B>(status: u16, body: B) -> Response<B> {
    Response::builder()
        .status(status)
        .body(body)
        .expect("a status and a body make a response")
}
