use std::borrow::Cow;

use hardline::RawJson;
use hardline::client_api::e2ee::UploadKeys;
use hardline::client_api::media::UploadContent;
use hardline::client_api::room_events::SendMessage;
use hardline::client_api::session::Login;
use hardline::client_api::threepid::RequestTokenTo3pidMsisdn;
use hardline::types::{
    AccessToken, ClientSecret, CountryCode, OneTimeKeyId, Password, RawBytes, RoomId, TransactionId,
};
use hardline::wire::{self, Auth, Credentials, Endpoint, Target, UserIdentifier};
use ruma::api::OutgoingRequest;
use ruma::api::OutgoingRequestExt as _;
use ruma::api::auth_scheme::{AuthScheme, SendAccessToken};
use ruma::api::client::account::request_3pid_management_token_via_msisdn::v3 as ruma_msisdn;
use ruma::api::client::keys::upload_keys::v3 as ruma_keys;
use ruma::api::client::media::create_content::v3 as ruma_upload;
use ruma::api::client::message::send_message_event::v3 as ruma_send;
use ruma::api::client::session::login::v3 as ruma_login;
use ruma::api::client::uiaa;
use ruma::api::path_builder::PathBuilder;
use ruma::api::{MatrixVersion, SupportedVersions};
use ruma::{OwnedClientSecret, OwnedOneTimeKeyId, OwnedRoomId, serde::Raw, uint};
use serde::de::DeserializeOwned;

use crate::{Group, Row, Work, task};

const HOMESERVER: &str = "https://matrix.example.org";
const TOKEN: &str = "syt_YWxpY2U_uBqXsTyNpLkJhGfDsAzX_1a2b3c";

/// Requests that are built, each from an existing value.
pub(super) fn requests() -> Group {
    Group {
        title: "Requests: CPU time, ours / Ruma's. Ruma consumes the value; copying it does not count.",
        rows: vec![
            Row::new("build the msisdn requestToken", 0.35, msisdn),
            Row::new("build a login", 0.35, login),
            Row::new("build PUT send with raw content of 1 KB", 0.65, || {
                send(1_000)
            }),
            Row::new("build PUT send with raw content of 1 MB", 0.05, || {
                send(1_000_000)
            }),
            Row::new("build an upload of 10 MB", 1.0, upload),
            Row::new("build /keys/upload of 100 keys", 1.0, keys),
        ],
    }
}

fn msisdn() -> Work {
    let secret = "monkeys_are_GREAT_0123456789abcdef";
    work(
        RequestTokenTo3pidMsisdn::new(
            ClientSecret::parse(secret).expect("a client secret"),
            CountryCode::parse("GB").expect("a country"),
            "07700900001".to_owned(),
            1,
        ),
        ruma_msisdn::Request::new(
            OwnedClientSecret::try_from(secret).expect("a client secret"),
            "GB".to_owned(),
            "07700900001".to_owned(),
            uint!(1),
        ),
    )
}

fn login() -> Work {
    let password = "correct horse battery staple";
    let identifier =
        uiaa::UserIdentifier::Matrix(uiaa::MatrixUserIdentifier::new("alice".to_owned()));
    work(
        Login::password(UserIdentifier::user("alice"), Password::from(password)),
        ruma_login::Request::new(ruma_login::LoginInfo::Password(ruma_login::Password::new(
            identifier,
            password.to_owned(),
        ))),
    )
}

fn send(bytes: usize) -> Work {
    let room_id = "!WFzZJ2qLkT4yXhVbNc:matrix.example.org";
    let txn_id = "m1760000000000.17";
    let message = "the quick brown fox jumps over the lazy dog, ";
    let content = format!(
        r#"{{"msgtype":"m.text","body":"{}"}}"#,
        message.repeat(bytes / message.len())
    );
    work(
        SendMessage::new(
            RoomId::parse(room_id).expect("a room ID"),
            "m.room.message".to_owned(),
            TransactionId::parse(txn_id).expect("a transaction ID"),
            json::<RawJson>(&content),
        ),
        ruma_send::Request::new_raw(
            OwnedRoomId::try_from(room_id).expect("a room ID"),
            txn_id.into(),
            "m.room.message".into(),
            json::<Raw<_>>(&content),
        ),
    )
}

fn upload() -> Work {
    let bytes = vec![0xA5; 10_000_000];
    work(
        UploadContent::new(RawBytes::from(bytes.clone())),
        ruma_upload::Request::new(bytes),
    )
}

fn keys() -> Work {
    let signature = r#"{"@alice:matrix.example.org":{"ed25519:JLAFKJWSCS":"dSO80A01XiigH3uBiDVx/EjzaoycHcjq9lfQX0uWsqxl2giMIiSPR8a4d291W1ihKJL/a+myXS367WT6NAIcBA"}}"#;
    let device_keys = format!(
        r#"{{"user_id":"@alice:matrix.example.org","device_id":"JLAFKJWSCS","algorithms":["m.olm.v1.curve25519-aes-sha2","m.megolm.v1.aes-sha2"],"keys":{{"curve25519:JLAFKJWSCS":"3C5BFWi2Y8MaVvjM8M22DBmh24PmgR0nPvJOIArzgyI","ed25519:JLAFKJWSCS":"lEuiRJBit0IG6nUf5pUzWTUEsRVVe/HJkoKuEww9ULI"}},"signatures":{signature}}}"#
    );
    let key = format!(
        r#"{{"key":"zKbLg+NrIjpnagy+pIY6uPL4ZwEG2v+8F9lmgsnlZzs","signatures":{signature}}}"#
    );
    let ids: Vec<String> = (0..100)
        .map(|n| format!("signed_curve25519:AAAA{n:04}"))
        .collect();
    let mut theirs = ruma_keys::Request::new();
    theirs.device_keys = Some(json(&device_keys));
    for id in &ids {
        let id = OwnedOneTimeKeyId::try_from(&**id).expect("a one-time key ID");
        theirs.one_time_keys.insert(id, json(&key));
    }
    let ours = ids.iter().map(|id| {
        let id = OneTimeKeyId::parse(&**id).expect("a one-time key ID");
        (id, json(&key))
    });
    let ours = UploadKeys::new().with(|request| {
        request.device_keys = Some(json(&device_keys));
        request.one_time_keys = Some(ours.collect());
    });
    work(ours, theirs)
}

fn json<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).expect("it is JSON")
}

fn work<E, R>(ours: E, theirs: R) -> Work
where
    E: Endpoint + 'static,
    R: OutgoingRequest + Clone + 'static,
    for<'a> R::Authentication: AuthScheme<Input<'a> = SendAccessToken<'a>>,
    for<'a> R::PathBuilder: PathBuilder<Input<'a> = Cow<'a, SupportedVersions>>,
{
    let target = Target::homeserver(HOMESERVER).expect("a base URL");
    let versions = SupportedVersions {
        versions: [MatrixVersion::V1_1, MatrixVersion::V1_16].into(),
        features: [].into(),
    };
    let has_token = E::OPERATION.auth == Auth::Required;
    let credentials = if has_token {
        Credentials::Token(AccessToken::from(TOKEN))
    } else {
        Credentials::None
    };
    let token = if has_token {
        SendAccessToken::IfRequired(TOKEN)
    } else {
        SendAccessToken::None
    };
    Work::Time {
        ours: task(
            || (),
            move |()| wire::encode(&ours, &target, &credentials).expect("a request"),
        ),
        other: task(
            move || theirs.clone(),
            move |request| {
                request
                    .try_into_http_request::<Vec<u8>>(HOMESERVER, token, Cow::Borrowed(&versions))
                    .expect("a request")
            },
        ),
    }
}
