use hardline_derive::{Request, Response};
use serde::{Serialize, Serializer};

use crate::client_api::sync::{
    DeviceLists, Events, Filter, InvitedRoom, JoinedRoom, KnockedRoom, LeftRoom, SyncResponse,
};
use crate::json::{JsonMap, JsonText, RawMap};
use crate::types::InvalidText;
use crate::types::text::text_type;
use crate::types::{PresenceState, RoomId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Asks for what is new: in the user's rooms, of their account data and to their device. It waits for news where it is
/// told to.
///
/// The first sync has everything and may take minutes. Each next one begins at the
/// [`next_batch`](crate::client_api::sync::SyncResponse::next_batch) of the one before; do not run two at a time.
///
/// Errors worth handling: `M_UNKNOWN_POS`, `M_INVALID_PARAM` or `M_UNKNOWN` with the status 400 (the token or the
/// filter is not known: some servers begin anew instead, Synapse may respond with the status 500), `M_NOT_FOUND` (the
/// filter is not known), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::sync::Sync;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = Sync::new();
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/sync");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /sync`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3sync).
#[doc(alias = "sync")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct Sync {
    /// Which events are wanted.
    pub filter: Option<SyncFilter>,
    /// Where to begin: the token of the sync before. Without it, with everything.
    pub since: Option<String>,
    /// Whether the state of all rooms is wanted even if it has not changed.
    pub full_state: Option<bool>,
    /// What the sync says of whether the user is there: online by default.
    pub set_presence: Option<PresenceState>,
    /// How long to wait for news, in milliseconds. By default most servers do not wait, and some 30 seconds; give the
    /// transport some seconds more.
    pub timeout: Option<u64>,
    /// Whether the state at the end of the timeline is wanted instead of that at its beginning. Since v1.16; older
    /// servers ignore it.
    pub use_state_after: Option<bool>,
    /// The same under its unstable name, which Synapse alone knows: it ignores the other.
    /// [`with_state_after`](Self::with_state_after) gives both.
    #[serde(rename = "org.matrix.msc4222.use_state_after")]
    pub msc4222_use_state_after: Option<bool>,
}

impl Sync {
    /// The request; no field is required.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for Sync {
    const OPERATION: Operation = Operation::get("sync", "/_matrix/client/v3/sync")
        .auth(Auth::Required)
        .query(&[
            "filter",
            "since",
            "full_state",
            "set_presence",
            "timeout",
            "use_state_after",
            USE_STATE_AFTER_UNSTABLE,
        ])
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/sync")]);
    type Response = SyncResponse;
}

const USE_STATE_AFTER_UNSTABLE: &str = "org.matrix.msc4222.use_state_after";

impl Sync {
    /// Asks for the state at the end of the timeline, under both names: a server that does not know one ignores it.
    /// [`JoinedRoom::after`](crate::client_api::sync::JoinedRoom::after) tells whether it did.
    #[must_use]
    pub fn with_state_after(mut self) -> Self {
        // Neither version nor flag tells which name a server knows: Synapse advertises none of it, ignores the stable name
        // without an error, and so would give the state at the beginning for that at the end. Unknown parameters of the
        // query are ignored everywhere, so both names cost a server nothing.
        self.use_state_after = Some(true);
        self.msc4222_use_state_after = Some(true);
        self
    }
}

text_type! {
    /// Which events a sync is to have: the ID of a filter that the server has stored, or the filter itself.
    ///
    /// ```
    /// use hardline::client_api::sync::{Filter, SyncFilter};
    ///
    /// let stored = SyncFilter::parse("66696p746572")?;
    /// assert!(stored.filter().is_none());
    /// let inline = SyncFilter::inline(&Filter::new())?;
    /// assert_eq!(inline.as_str(), "{}");
    /// assert_eq!(inline.filter(), Some(Filter::new()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    SyncFilter, grammar: |text| InvalidText::unless(!text.is_empty(), "filter", "it is empty"), examples: "[0-9]{1,4}|\\{\\}"
}

impl SyncFilter {
    /// The filter itself, as JSON.
    ///
    /// # Errors
    /// It has no JSON form.
    pub fn inline(filter: &Filter) -> Result<Self, serde_json::Error> {
        JsonText::new(filter).map(|text| Self(text.into_string()))
    }

    /// The filter, if this is not the ID of one, and it is valid.
    pub fn filter(&self) -> Option<Filter> {
        let is_json = self.0.starts_with('{');
        is_json.then(|| serde_json::from_str(&self.0).ok())?
    }
}

/// The same, with each room undecoded until it is asked for.
///
/// It takes a fraction of the time and memory if a program looks at some rooms alone, or at one after the other.
///
/// ```
/// use hardline::client_api::sync::{Sync, SyncWithRawRooms};
/// use hardline::wire;
///
/// let operation = SyncWithRawRooms(Sync::new());
/// let body = r#"{"next_batch": "s1", "rooms": {"join": {"!room:example.org": {"timeline": {"events": []}}}}}"#;
/// let answer = wire::decode::<SyncWithRawRooms>(http::Response::new(body))?;
/// let room = answer.rooms.join.get("!room:example.org").unwrap();
/// assert!(room.is_ok_and(|room| room.value.timeline.events.is_empty()));
/// # Ok::<(), wire::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SyncWithRawRooms(pub Sync);

impl Serialize for SyncWithRawRooms {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Endpoint for SyncWithRawRooms {
    const OPERATION: Operation = Sync::OPERATION;
    type Response = SyncWithRawRoomsResponse;
}

/// What is new, with each room undecoded until it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct SyncWithRawRoomsResponse {
    /// Where the next sync begins.
    pub next_batch: String,
    /// What is new in rooms.
    #[serde(default)]
    pub rooms: RawRooms,
    /// Who is there: `m.presence` events.
    #[serde(default)]
    pub presence: Events,
    /// Account data that has changed.
    #[serde(default)]
    pub account_data: Events,
    /// What was sent to this device. It comes again until the next token is used.
    #[serde(default)]
    pub to_device: Events,
    /// Whose devices have changed.
    #[serde(default)]
    pub device_lists: DeviceLists,
    /// How many one-time keys the server has of this device, by algorithm.
    pub device_one_time_keys_count: Option<JsonMap<String, u64>>,
    /// The algorithms of which the server has a fallback key that was not used yet.
    pub device_unused_fallback_key_types: Option<Vec<String>>,
}

impl SyncWithRawRoomsResponse {
    /// One with the required fields.
    pub fn new(next_batch: String) -> Self {
        Self {
            next_batch,
            rooms: Default::default(),
            presence: Default::default(),
            account_data: Default::default(),
            to_device: Default::default(),
            device_lists: Default::default(),
            device_one_time_keys_count: None,
            device_unused_fallback_key_types: None,
        }
    }
}

/// What is new in rooms, by the user's membership.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct RawRooms {
    /// Rooms that the user is in.
    #[serde(default)]
    pub join: RawMap<RoomId, JoinedRoom>,
    /// Rooms that the user is invited to.
    #[serde(default)]
    pub invite: RawMap<RoomId, InvitedRoom>,
    /// Rooms at which the user has knocked.
    #[serde(default)]
    pub knock: RawMap<RoomId, KnockedRoom>,
    /// Rooms that the user has left, was removed from, or whose invitation they declined.
    #[serde(default)]
    pub leave: RawMap<RoomId, LeftRoom>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    #[test]
    fn sections_that_are_missing_or_null_are_empty() {
        for body in [
            r#"{"next_batch": "s1"}"#,
            r#"{"next_batch": "s1", "rooms": null, "to_device": null, "device_lists": {"left": null}}"#,
            r#"{"next_batch": "s1", "rooms": {"join": {"!a": {}}, "invite": null}}"#,
        ] {
            let answer = wire::decode_response::<Sync>(http::Response::new(body)).unwrap();
            assert!(answer.warnings.is_empty(), "{body}: {:?}", answer.warnings);
            assert!(answer.value.to_device.events.is_empty());
        }
    }

    #[test]
    fn the_state_after_the_timeline_is_found_under_either_name() {
        for name in ["state_after", "org.matrix.msc4222.state_after"] {
            let body = format!(
                r#"{{"next_batch": "s1", "rooms": {{"join": {{"!a": {{"{name}": {{"events": [{{"type": "m.room.name"}}]}}}}}}}}}}"#
            );
            let answer = wire::decode::<Sync>(http::Response::new(body)).unwrap();
            let after = answer.rooms.join["!a"].after().unwrap();
            assert_eq!(after.events.len(), 1, "{name}");
        }
        let body = r#"{"next_batch": "s1", "rooms": {"join": {"!a": {}}}}"#;
        let answer = wire::decode::<Sync>(http::Response::new(body)).unwrap();
        assert!(answer.rooms.join["!a"].after().is_none());
    }

    #[test]
    fn a_room_that_is_no_object_costs_itself_alone() {
        let body = r#"{"next_batch": "s1", "rooms": {"join": {"!a": 5, "!b": {"timeline": {"events": [{}, 5]}}}}}"#;
        let answer = wire::decode_response::<Sync>(http::Response::new(body)).unwrap();
        assert_eq!(answer.warnings.iter().count(), 1);
        assert_eq!(answer.value.rooms.join.iter().count(), 1);
    }
}
