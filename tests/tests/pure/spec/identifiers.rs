//! Checks identifiers, links, canonical JSON, base64 and power levels against vectors: from the specification, and at
//! the limits of its grammars. Also checks what holds for every string type.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::{Debug, Display};
use std::fs;
use std::hash::Hash;
use std::path::Path;
use std::str::FromStr;

use hardline::types::{
    Base64, ClientSecret, CodeVerifier, CountryCode, CrossSigningKeyId, DeviceId, DeviceKeyId,
    EventId, IdentityProviderId, InvalidText, MatrixId, MatrixUri, MxcUri, NamespacedId,
    OneTimeKeyId, OpaqueId, PowerLevel, RoomAliasId, RoomId, RoomOrAliasId, RoomVersionId,
    SafeInteger, ServerName, Shortcode, SigningKeyId, SpaceChildOrder, TransactionId, UriAction,
    UserId, ValidationSessionId, canonical_json,
};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

fn vectors<T: DeserializeOwned>(file: &str) -> Vec<T> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/types");
    let lines = fs::read_to_string(folder.join(file)).unwrap();
    let rows: Vec<T> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(rows.len() > 5, "{file} has {} rows", rows.len());
    rows
}

#[derive(Deserialize)]
struct Identifier {
    kind: String,
    value: String,
    valid: bool,
}

/// The result of `parse`, and of the stricter check for new identifiers if there is one.
fn check(kind: &str, text: &str) -> Result<(), InvalidText> {
    match kind {
        "server_name" => ServerName::parse(text).map(drop),
        "user_id_historical" => UserId::parse(text).map(drop),
        "user_id_current" => UserId::parse(text)?.validate_strict(),
        "room_id_strict" => RoomId::parse(text)?.validate_strict(),
        "room_alias" => RoomAliasId::parse(text).map(drop),
        "event_id_strict" => EventId::parse(text)?.validate_strict(),
        "mxc_strict" => MxcUri::parse(text).map(drop),
        "opaque" => OpaqueId::parse(text).map(drop),
        "namespaced" => NamespacedId::parse(text).map(drop),
        "room_version" => RoomVersionId::parse(text).map(drop),
        "shortcode" => Shortcode::parse(text).map(drop),
        "code_verifier" => CodeVerifier::parse(text).map(drop),
        "scope_device" => DeviceId::parse(text)?.validate_for_oauth(),
        "space_order" => SpaceChildOrder::parse(text).map(drop),
        "client_secret" => ClientSecret::parse(text).map(drop),
        _ => panic!("no type is checked by the vectors of {kind}"),
    }
}

#[test]
fn identifiers_follow_the_grammars_of_the_specification() {
    let mut counts: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for row in vectors::<Identifier>("identifiers.jsonl") {
        let result = check(&row.kind, &row.value);
        assert_eq!(
            result.is_ok(),
            row.valid,
            "{} {:?}: {result:?}",
            row.kind,
            row.value
        );
        counts.entry(row.kind).or_default()[usize::from(row.valid)] += 1;
    }
    assert_eq!(counts.len(), 15);
    for (kind, [invalid, valid]) in counts {
        assert!(invalid > 0 && valid > 0, "{kind}: {invalid}, {valid}");
    }
}

#[derive(Deserialize)]
struct Link {
    reads: Option<String>,
    uri: String,
    matrix_to: String,
    user: Option<String>,
    room: Option<String>,
    alias: Option<String>,
    event: Option<String>,
    #[serde(default)]
    via: Vec<String>,
    action: Option<String>,
}

impl Link {
    fn id(&self) -> MatrixId {
        let room = |text: &String| RoomOrAliasId::parse(text).unwrap();
        match self {
            Self {
                user: Some(user), ..
            } => UserId::parse(user).unwrap().into(),
            Self {
                event: Some(event), ..
            } => {
                let room = room(self.room.as_ref().or(self.alias.as_ref()).unwrap());
                (room, EventId::parse(event).unwrap()).into()
            }
            Self {
                room: Some(room), ..
            } => RoomId::parse(room).unwrap().into(),
            _ => RoomAliasId::parse(self.alias.as_ref().unwrap())
                .unwrap()
                .into(),
        }
    }
}

#[test]
fn links_are_read_and_written_as_the_specification_shows_them() {
    for row in vectors::<Link>("uris.jsonl") {
        let link = MatrixUri::parse(row.reads.as_ref().unwrap_or(&row.uri)).unwrap();
        assert_eq!(link.id, row.id());
        let via: Vec<&str> = row.via.iter().map(String::as_str).collect();
        assert_eq!(link.via, via);
        assert_eq!(link.action, row.action.as_deref().map(UriAction::from));
        assert_eq!(link.to_string(), row.uri);
        assert_eq!(link.to_matrix_to(), row.matrix_to);
    }
}

#[derive(Deserialize)]
struct Canonical {
    r#in: String,
    out: String,
}

#[test]
fn canonical_json_is_that_of_the_specification() {
    for row in vectors::<Canonical>("canonical_json.jsonl") {
        assert_eq!(canonical_json(&row.r#in), Ok(row.out), "{}", row.r#in);
    }
}

#[derive(Deserialize)]
struct Encoded {
    bytes: String,
    text: String,
}

#[test]
fn base64_is_that_of_the_specification() {
    for row in vectors::<Encoded>("base64.jsonl") {
        for alphabet in [Base64::Standard, Base64::UrlSafe] {
            assert_eq!(alphabet.encode(&row.bytes), row.text);
            assert_eq!(alphabet.decode(&row.text).unwrap(), row.bytes.as_bytes());
        }
    }
}

#[derive(Deserialize)]
struct Level {
    text: String,
    level: i64,
}

#[test]
fn power_levels_of_older_rooms_are_read_from_text() {
    for row in vectors::<Level>("power_levels.jsonl") {
        assert_eq!(PowerLevel::parse(&row.text).unwrap().get(), row.level);
        let read: PowerLevel = serde_json::from_value(row.text.into()).unwrap();
        assert_eq!(read.get(), row.level);
    }
}

/// What holds for every string type, checked on one with a grammar.
fn is_text<T>(id: T) -> Result<(), TestCaseError>
where
    T: AsRef<str>
        + Borrow<str>
        + Clone
        + Debug
        + DeserializeOwned
        + Display
        + FromStr<Err = InvalidText>
        + Hash
        + Into<String>
        + Ord
        + PartialEq<str>
        + for<'a> PartialEq<&'a str>
        + Serialize
        + TryFrom<String, Error = InvalidText>
        + for<'a> TryFrom<&'a str, Error = InvalidText>,
{
    let text = id.to_string();
    let as_ref: &str = id.as_ref();
    prop_assert_eq!(as_ref, &text);
    prop_assert!(id == *text && id == text.as_str());
    prop_assert_eq!(text.parse::<T>(), Ok(id.clone()));
    prop_assert_eq!(T::try_from(text.as_str()), Ok(id.clone()));
    prop_assert_eq!(T::try_from(text.clone()), Ok(id.clone()));
    prop_assert_eq!(serde_json::to_value(&id).unwrap(), text.as_str());
    let read: T = serde_json::from_value(text.as_str().into()).unwrap();
    prop_assert_eq!(&read, &id);
    prop_assert!(HashMap::from([(id.clone(), ())]).contains_key(text.as_str()));
    prop_assert!(BTreeMap::from([(id.clone(), ())]).contains_key(text.as_str()));
    prop_assert_eq!(id.into(), text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_identifier_is_its_text(
        (user, room, alias, either, event, transaction) in
            any::<(UserId, RoomId, RoomAliasId, RoomOrAliasId, EventId, TransactionId)>(),
        (server, media, version, order, country, session) in
            any::<(ServerName, MxcUri, RoomVersionId, SpaceChildOrder, CountryCode, ValidationSessionId)>(),
        (device, device_key, cross_signing, one_time, signing) in
            any::<(DeviceId, DeviceKeyId, CrossSigningKeyId, OneTimeKeyId, SigningKeyId)>(),
        (opaque, provider, namespaced, shortcode) in
            any::<(OpaqueId, IdentityProviderId, NamespacedId, Shortcode)>(),
    ) {
        is_text(user)?;
        is_text(room)?;
        is_text(alias)?;
        is_text(either)?;
        is_text(event)?;
        is_text(transaction)?;
        is_text(server)?;
        is_text(media)?;
        is_text(version)?;
        is_text(order)?;
        is_text(country)?;
        is_text(session)?;
        is_text(device)?;
        is_text(device_key)?;
        is_text(cross_signing)?;
        is_text(one_time)?;
        is_text(signing)?;
        is_text(opaque)?;
        is_text(provider)?;
        is_text(namespaced)?;
        is_text(shortcode)?;
    }

    #[test]
    fn every_link_comes_back_from_both_of_its_forms(link: MatrixUri) {
        prop_assert_eq!(MatrixUri::parse(link.to_string()), Ok(link.clone()));
        let mut without_action = link;
        without_action.action = None;
        prop_assert_eq!(MatrixUri::parse(without_action.to_matrix_to()), Ok(without_action));
    }

    #[test]
    fn power_levels_and_integers_come_back(level: PowerLevel, integer: SafeInteger) {
        let levels = serde_json::to_string(&(level, integer)).unwrap();
        prop_assert_eq!(serde_json::from_str::<(PowerLevel, SafeInteger)>(&levels).unwrap(), (level, integer));
        prop_assert_eq!(PowerLevel::parse(&level.to_string()), Ok(level));
    }
}
