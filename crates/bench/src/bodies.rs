//! Bodies of responses.

mod sync;

use std::fmt::Write as _;

pub(crate) use sync::{Style, sync_body};

pub(crate) const SESSION: &str = r#"{"sid": "8f1b3c5e7a9d2f4b", "submit_url": "https://matrix.example.org/_matrix/client/unstable/add_threepid/msisdn/submit_token", "success": true, "msisdn": "447700900001", "intl_fmt": "+44 7700 900001"}"#;

pub(crate) const IN_USE: &str =
    r#"{"errcode":"M_THREEPID_IN_USE","error":"MSISDN is already in use"}"#;

pub(crate) const VERSIONS: &str = r#"{"versions":["r0.0.1","r0.1.0","r0.2.0","r0.3.0","r0.4.0","r0.5.0","r0.6.0","r0.6.1","v1.1","v1.2","v1.3","v1.4","v1.5","v1.6","v1.7","v1.8","v1.9","v1.10","v1.11","v1.12"],"unstable_features":{"org.matrix.label_based_filtering":true,"org.matrix.e2e_cross_signing":true,"org.matrix.msc2432":true,"uk.half-shot.msc2666.query_mutual_rooms.stable":true,"io.element.e2ee_forced.public":false,"io.element.e2ee_forced.private":false,"io.element.e2ee_forced.trusted_private":false,"org.matrix.msc3026.busy_presence":false,"org.matrix.msc2285.stable":true,"org.matrix.msc3827.stable":true,"org.matrix.msc3440.stable":true,"org.matrix.msc3771":true,"org.matrix.msc3773":false,"fi.mau.msc2815":false,"fi.mau.msc2659.stable":true,"org.matrix.msc3882":false,"org.matrix.msc3881":false,"org.matrix.msc3874":false,"org.matrix.msc3912":false,"org.matrix.msc3981":true,"org.matrix.msc3391":false,"org.matrix.msc4069":false,"org.matrix.msc4028":false,"org.matrix.msc4108":false,"org.matrix.msc4151":true,"org.matrix.msc4306":false}}"#;

pub(crate) const CHALLENGE: &str = r#"{"session":"LhVPcyGMnOrzVXKbbeaxIiNZ","flows":[{"stages":["m.login.password"]},{"stages":["m.login.sso"]}],"params":{}}"#;

const MEGABYTE: usize = 1_000_000;

/// Hashes and their users, 1 MB of them.
pub(crate) fn mappings() -> String {
    let mut text = r#"{"mappings":{"#.to_owned();
    let mut n = 0_u64;
    while text.len() < MEGABYTE {
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

/// So many e-mail addresses of an account.
pub(crate) fn threepids(count: u64) -> String {
    let threepid = |n: u64| {
        let at = 1_795_422_468_365 + n;
        format!(
            r#"{{"medium":"email","address":"user{n}@example.org","validated_at":{at},"added_at":{}}}"#,
            at + 361
        )
    };
    let threepids: Vec<String> = (0..count).map(threepid).collect();
    format!(r#"{{"threepids":[{}]}}"#, threepids.join(","))
}

/// So many members of a room.
pub(crate) fn members(count: u64) -> String {
    let member = |n: u64| {
        // As users do: some have no avatar, and some no name.
        let avatar = match n % 3 {
            0 => "null".to_owned(),
            _ => format!(r#""mxc://matrix.example.org/Av{n:08}qYzLkTqWcRsPdNvX""#),
        };
        let name = match n % 10 {
            0 => "null".to_owned(),
            _ => format!(r#""Jürgen {n}""#),
        };
        format!(
            r#""@user.{n}:matrix{}.example.org":{{"display_name":{name},"avatar_url":{avatar}}}"#,
            n % 50
        )
    };
    let members: Vec<String> = (0..count).map(member).collect();
    format!(r#"{{"joined":{{{}}}}}"#, members.join(","))
}

/// So many rooms of a directory.
pub(crate) fn public_rooms(count: u64) -> String {
    let room = |n: u64| {
        format!(
            r##"{{"room_id":"!WFzZJ2qLkT4y{n:05}:matrix.example.org","name":"Room {n}","topic":"What there is to say of {n}, and where","canonical_alias":"#room-{n}:example.org","num_joined_members":{},"avatar_url":"mxc://matrix.example.org/Av{n:08}qYzLkTqWcRsPdNvX","world_readable":true,"guest_can_join":false,"join_rule":"public"}}"##,
            7 * n + 3
        )
    };
    let rooms: Vec<String> = (0..count).map(room).collect();
    format!(
        r#"{{"chunk":[{}],"next_batch":"p2000","total_room_count_estimate":9000}}"#,
        rooms.join(",")
    )
}

/// The keys of users' devices, four of each user, 1 MB of them.
pub(crate) fn device_keys() -> String {
    let signature =
        "dSO80A01XiigH3uBiDVx/EjzaoycHcjq9lfQX0uWsqxl2giMIiSPR8a4d291W1ihKJL/a+myXS367WT6NAIcBA";
    let key = "3C5BFWi2Y8MaVvjM8M22DBmh24PmgR0nPvJOIArzgyI";
    let device = |user: &str, n: usize| {
        format!(
            r#""JLAFKJW{n:03}":{{"algorithms":["m.olm.v1.curve25519-aes-sha2","m.megolm.v1.aes-sha2"],"device_id":"JLAFKJW{n:03}","keys":{{"curve25519:JLAFKJW{n:03}":"{key}","ed25519:JLAFKJW{n:03}":"{key}"}},"signatures":{{"{user}":{{"ed25519:JLAFKJW{n:03}":"{signature}"}}}},"unsigned":{{"device_display_name":"Phone {n}"}},"user_id":"{user}"}}"#
        )
    };
    let cross_signing = |user: &str, usage: &str| {
        format!(
            r#""{user}":{{"keys":{{"ed25519:{key}":"{key}"}},"signatures":{{"{user}":{{"ed25519:{key}":"{signature}"}}}},"usage":["{usage}"],"user_id":"{user}"}}"#
        )
    };
    let (mut devices, mut masters, mut selves) = (Vec::new(), Vec::new(), Vec::new());
    let mut length = 0;
    while length < MEGABYTE {
        let user = format!("@user{}:example.org", devices.len());
        let of_user: Vec<String> = (0..4).map(|n| device(&user, n)).collect();
        devices.push(format!(r#""{user}":{{{}}}"#, of_user.join(",")));
        masters.push(cross_signing(&user, "master"));
        selves.push(cross_signing(&user, "self_signing"));
        for texts in [&devices, &masters, &selves] {
            length += texts.last().map_or(0, String::len);
        }
    }
    format!(
        r#"{{"failures":{{}},"device_keys":{{{}}},"master_keys":{{{}}},"self_signing_keys":{{{}}}}}"#,
        devices.join(","),
        masters.join(","),
        selves.join(",")
    )
}
