use std::fmt::Write as _;

use bytes::Bytes;
use hardline::client_api::discovery::GetVersions;
use hardline::client_api::threepid::{Add3pid, GetAccount3pids, RequestTokenTo3pidMsisdn};
use hardline::identity_api::lookup::LookupUsersV2;
use hardline::wire::{self, Endpoint};
use http::Response;
use ruma::api::client::account::{
    add_3pid::v3 as ruma_add, get_3pids::v3 as ruma_list,
    request_3pid_management_token_via_msisdn::v3 as ruma_msisdn,
};
use ruma::api::client::discovery::get_supported_versions as ruma_versions;
use ruma::api::identity_service::lookup::lookup_3pid::v2 as ruma_lookup;
use ruma::api::{IncomingResponse, IncomingResponseExt as _};
use serde::de::IgnoredAny;

use crate::{Case, Size, work};

const SESSION: &str = r#"{"sid": "8f1b3c5e7a9d2f4b", "submit_url": "https://matrix.example.org/_matrix/client/unstable/add_threepid/msisdn/submit_token", "success": true, "msisdn": "447700900001", "intl_fmt": "+44 7700 900001"}"#;

const IN_USE: &str = r#"{"errcode":"M_THREEPID_IN_USE","error":"MSISDN is already in use"}"#;

const VERSIONS: &str = r#"{"versions":["r0.0.1","r0.1.0","r0.2.0","r0.3.0","r0.4.0","r0.5.0","r0.6.0","r0.6.1","v1.1","v1.2","v1.3","v1.4","v1.5","v1.6","v1.7","v1.8","v1.9","v1.10","v1.11","v1.12"],"unstable_features":{"org.matrix.label_based_filtering":true,"org.matrix.e2e_cross_signing":true,"org.matrix.msc2432":true,"uk.half-shot.msc2666.query_mutual_rooms.stable":true,"io.element.e2ee_forced.public":false,"io.element.e2ee_forced.private":false,"io.element.e2ee_forced.trusted_private":false,"org.matrix.msc3026.busy_presence":false,"org.matrix.msc2285.stable":true,"org.matrix.msc3827.stable":true,"org.matrix.msc3440.stable":true,"org.matrix.msc3771":true,"org.matrix.msc3773":false,"fi.mau.msc2815":false,"fi.mau.msc2659.stable":true,"org.matrix.msc3882":false,"org.matrix.msc3881":false,"org.matrix.msc3874":false,"org.matrix.msc3912":false,"org.matrix.msc3981":true,"org.matrix.msc3391":false,"org.matrix.msc4069":false,"org.matrix.msc4028":false,"org.matrix.msc4108":false,"org.matrix.msc4151":true,"org.matrix.msc4306":false}}"#;

const CHALLENGE: &str = r#"{"session":"LhVPcyGMnOrzVXKbbeaxIiNZ","flows":[{"stages":["m.login.password"]},{"stages":["m.login.sso"]}],"params":{}}"#;

/// The responses to parse.
pub fn parsing() -> Vec<Case> {
    vec![
        case::<RequestTokenTo3pidMsisdn, ruma_msisdn::Response>(
            "parse its 200",
            Size::Small,
            200,
            SESSION.into(),
        ),
        case::<RequestTokenTo3pidMsisdn, ruma_msisdn::Response>(
            "parse an M_THREEPID_IN_USE",
            Size::Small,
            400,
            IN_USE.into(),
        ),
        case::<GetVersions, ruma_versions::Response>(
            "parse a /versions",
            Size::Small,
            200,
            VERSIONS.into(),
        ),
        case::<Add3pid, ruma_add::Response>(
            "parse a UIA challenge",
            Size::Small,
            401,
            CHALLENGE.into(),
        ),
        case::<LookupUsersV2, ruma_lookup::Response>(
            "parse a lookup of 1 MB",
            Size::Large,
            200,
            mappings(),
        ),
        case::<GetAccount3pids, ruma_list::Response>(
            "parse 10,000 3PIDs",
            Size::Large,
            200,
            threepids(),
        ),
    ]
}

fn case<E: Endpoint + 'static, R: IncomingResponse + 'static>(
    name: &'static str,
    size: Size,
    status: u16,
    body: String,
) -> Case {
    let body = Bytes::from(body);
    let (ours, scanned) = (body.clone(), body.clone());
    // Ruma borrows the body; this one lives as long as the program.
    let theirs: &[u8] = body.to_vec().leak();
    Case {
        name,
        size,
        ours: work(move || answer(status, ours.clone()), wire::decode::<E>),
        ruma: work(move || answer(status, theirs), R::try_from_http_response),
        scan: Some(work(
            || (),
            move |()| serde_json::from_slice::<IgnoredAny>(&scanned),
        )),
    }
}

fn answer<B>(status: u16, body: B) -> Response<B> {
    Response::builder()
        .status(status)
        .body(body)
        .expect("a status and a body make a response")
}

/// Hashes and their users, 1 MB of them.
fn mappings() -> String {
    let mut text = r#"{"mappings":{"#.to_owned();
    let mut n = 0_u64;
    while text.len() < 1_000_000 {
        let hash = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let comma = if n == 0 { "" } else { "," };
        write!(
            text,
            r#"{comma}"{hash:016x}{hash:016X}_{hash:010.10}":"@user{n}:example.org""#
        )
        .expect("a string takes what is written to it");
        n += 1;
    }
    text + "}}"
}

fn threepids() -> String {
    let threepid = |n: u64| {
        let at = 1_795_422_468_365 + n;
        format!(
            r#"{{"medium":"email","address":"user{n}@example.org","validated_at":{at},"added_at":{}}}"#,
            at + 361
        )
    };
    let threepids: Vec<String> = (0..10_000).map(threepid).collect();
    format!(r#"{{"threepids":[{}]}}"#, threepids.join(","))
}
