use std::fmt::{Debug, Display};

use hardline::types::{
    Base64, CrossSigningKeyId, DeviceId, DeviceKeyId, EventId, InvalidText, MatrixId, MatrixUri,
    MxcUri, NamespacedId, OneTimeKeyId, OpaqueId, PowerLevel, RoomAliasId, RoomId, RoomOrAliasId,
    RoomVersionId, ServerName, Shortcode, SigningKeyId, SpaceChildOrder, TransactionId, UserId,
};
use serde::de::DeserializeOwned;

/// An identifier or a link on each line, as a server might send it for any of the types: methods of an unchecked one
/// never panic, and a checked one survives each of its forms.
pub fn identifiers(bytes: &[u8]) {
    for line in bytes.split(|byte| *byte == b'\n') {
        let text = String::from_utf8_lossy(line);
        // An empty one counts as absent.
        if !text.is_empty() {
            unchecked(&text);
        }
        checked(&text);
        link(&text);
        base64(line, &text);
    }
}

fn sent<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_value(text.into()).expect("servers' identifiers are opaque")
}

fn unchecked(text: &str) {
    let user: UserId = sent(text);
    assert!(text.contains(user.localpart()));
    assert_eq!(
        user.is_historical(),
        UserId::parse(text).is_ok() && user.validate_strict().is_err()
    );
    named(text, user.server_name());
    let room: RoomId = sent(text);
    named(text, room.server_name());
    assert!(room.validate_strict().is_err() || RoomId::parse(text).is_ok());
    let alias: RoomAliasId = sent(text);
    assert!(text.contains(alias.alias()));
    named(text, alias.server_name());
    let either: RoomOrAliasId = sent(text);
    let is_either = either.room_id().is_some() || either.room_alias_id().is_some();
    assert_eq!(is_either, RoomOrAliasId::parse(text).is_ok());
    let event: EventId = sent(text);
    named(text, event.server_name());
    assert!(event.validate_strict().is_err() || EventId::parse(text).is_ok());
    let media: MxcUri = sent(text);
    if let Some(id) = media.media_id() {
        assert!(text.contains(id) && !id.contains(['/', '\\', '.', '?', '#']));
    }
    media.server_name();
    let server: ServerName = sent(text);
    assert!(text.starts_with(server.host()));
    server.port();
    server.is_ip_literal();
    let device: DeviceId = sent(text);
    assert!(device.validate_for_oauth().is_err() || DeviceId::parse(text).is_ok());
    let key: DeviceKeyId = sent(text);
    assert_eq!(key.algorithm().is_some(), key.device_id().is_some());
    let key: CrossSigningKeyId = sent(text);
    assert_eq!(key.algorithm().is_some(), key.public_key().is_some());
    let key: OneTimeKeyId = sent(text);
    assert_eq!(key.algorithm().is_some(), key.key_name().is_some());
    let key: SigningKeyId = sent(text);
    assert_eq!(key.algorithm().is_some(), key.key_name().is_some());
    // A link with a destination can be written.
    for id in [
        MatrixId::from(user),
        room.into(),
        alias.into(),
        (either, event).into(),
    ] {
        let mut link = MatrixUri::new(id);
        link.via.push(server.clone());
        assert!(link.to_string().starts_with("matrix:"));
        assert!(link.to_matrix_to().starts_with("https://matrix.to/#/"));
    }
}

fn named(text: &str, server: Option<ServerName>) {
    assert!(server.is_none_or(|server| text.ends_with(&format!(":{server}"))));
}

fn checked(text: &str) {
    comes_back(text, UserId::parse);
    comes_back(text, RoomId::parse);
    comes_back(text, RoomAliasId::parse);
    comes_back(text, EventId::parse);
    comes_back(text, TransactionId::parse);
    comes_back(text, NamespacedId::parse);
    comes_back(text, OpaqueId::parse);
    comes_back(text, RoomVersionId::parse);
    comes_back(text, Shortcode::parse);
    comes_back(text, SpaceChildOrder::parse);
    if let Ok(server) = ServerName::parse(text) {
        let port = text[server.host().len()..].strip_prefix(':');
        assert_eq!(server.port(), port.and_then(|port| port.parse().ok()));
    }
    if let Ok(media) = MxcUri::parse(text) {
        let (server, id) = (media.server_name().unwrap(), media.media_id().unwrap());
        assert_eq!(MxcUri::from_parts(&server, id), Ok(media.clone()));
    }
    if let Ok(key) = DeviceKeyId::parse(text) {
        let (algorithm, device) = (key.algorithm().unwrap(), key.device_id().unwrap());
        assert_eq!(DeviceKeyId::from_parts(&algorithm, &device), Ok(key));
    }
    if let Ok(user) = UserId::parse(text) {
        let server = user.server_name().unwrap();
        assert_eq!(UserId::from_parts(user.localpart(), &server), Ok(user));
    }
    if let Ok(alias) = RoomAliasId::parse(text) {
        let server = alias.server_name().unwrap();
        assert_eq!(RoomAliasId::from_parts(alias.alias(), &server), Ok(alias));
    }
    let level: Result<PowerLevel, _> = serde_json::from_value(text.into());
    assert_eq!(level.ok(), PowerLevel::parse(text).ok());
}

fn comes_back<T: Display + Debug>(text: &str, parse: fn(String) -> Result<T, InvalidText>) {
    if let Ok(id) = parse(text.to_owned()) {
        assert_eq!(id.to_string(), text);
    }
}

/// A link survives each of its two forms, and a browser reads them the same way.
fn link(text: &str) {
    let Ok(mut link) = MatrixUri::parse(text) else {
        return;
    };
    let uri = link.to_string();
    assert_eq!(MatrixUri::parse(&uri).as_ref(), Ok(&link));
    assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()));
    link.action = None;
    let matrix_to = link.to_matrix_to();
    assert_eq!(MatrixUri::parse(&matrix_to).as_ref(), Ok(&link));
    let parsed = url::Url::parse(&matrix_to).expect("it is a URL");
    assert_eq!(parsed.as_str(), matrix_to);
    assert_eq!(parsed.host_str(), Some("matrix.to"));
}

fn base64(bytes: &[u8], text: &str) {
    for alphabet in [Base64::Standard, Base64::UrlSafe] {
        let encoded = alphabet.encode(bytes);
        assert_eq!(alphabet.decode(&encoded).unwrap(), bytes);
        if let Ok(decoded) = alphabet.decode(text) {
            let digits = text.trim_end_matches('=').len();
            assert_eq!(alphabet.encode(decoded).len(), digits);
        }
    }
}
