use hardline_derive::Wire;

use crate::events::{BundledRelations, RawEvent};
use crate::json::{RawJson, RawList};
use crate::types::{EventId, Membership, TransactionId};

/// What a server adds to an event of its own: `unsigned`. Nobody signed it, and it differs from user to user.
///
/// ```
/// use hardline::events::RawEvent;
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.room.message",
///     "unsigned": {"age": 1234, "transaction_id": "m1", "membership": "join"},
/// }))?;
/// let unsigned = event.unsigned_data();
/// assert_eq!(unsigned.age, Some(1234));
/// assert_eq!(unsigned.transaction_id.unwrap(), "m1");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Specification: [`UnsignedData`](https://spec.matrix.org/v1.19/client-server-api/#definition-clientevent_unsigneddata).
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct UnsignedData {
    /// How long ago the event was sent, in milliseconds. It is negative if two servers' clocks differ.
    pub age: Option<i64>,
    /// What the client called the request that sent the event, if that was this device.
    pub transaction_id: Option<TransactionId>,
    /// The event that redacted this one.
    pub redacted_because: Option<RawEvent>,
    /// The content of the state event that this one took the place of.
    pub prev_content: Option<RawJson>,
    /// The state event that this one took the place of. Since v1.19, and in use before.
    pub replaces_state: Option<EventId>,
    /// What the user was to the room when the event was sent. Since v1.11.
    pub membership: Option<Membership>,
    /// What relates to the event, as far as the server sums it up.
    #[serde(rename = "m.relations")]
    pub relations: Option<BundledRelations>,
    /// In the event that invites the user: stripped state of the room.
    pub invite_room_state: Option<RawList<RawEvent>>,
    /// In the user's own knock: stripped state of the room.
    pub knock_room_state: Option<RawList<RawEvent>>,
}

impl RawEvent {
    /// What the server adds of its own. What does not fit is left out, and so is what is not there:
    /// [`unsigned`](Self::unsigned) has everything as it came.
    ///
    /// Members that older servers put beside `unsigned`, or under another name, are there too.
    pub fn unsigned_data(&self) -> UnsignedData {
        let unsigned = self.unsigned();
        let read = unsigned.as_ref().map(RawJson::deserialize_lenient);
        let mut data = match read {
            Some(Ok(decoded)) => decoded.value,
            Some(Err(_)) | None => UnsignedData::default(),
        };
        data.age = data.age.or_else(|| self.field("age"));
        data.redacted_because = data
            .redacted_because
            .or_else(|| self.field("redacted_because"));
        data.prev_content = data.prev_content.or_else(|| self.raw("prev_content"));
        data.replaces_state = data.replaces_state.or_else(|| self.field("replaces_state"));
        data.membership = data.membership.or_else(|| {
            let membership = unsigned?.member("io.element.msc4115.membership")?;
            membership.deserialize().ok()
        });
        data
    }

    /// Whether the event was redacted, as the server says: its content is what redaction left of it.
    pub fn is_redacted(&self) -> bool {
        let because = |raw: RawJson| raw.member("redacted_because");
        let because = self.unsigned().and_then(because);
        let is_event = |raw: RawJson| raw.as_bytes().first() == Some(&b'{');
        because
            .or_else(|| self.raw("redacted_because"))
            .is_some_and(is_event)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn event(value: Value) -> RawEvent {
        RawEvent::new(&value).unwrap()
    }

    #[test]
    fn each_member_is_there_or_not_by_itself() {
        let data = event(json!({"unsigned": {
            "age": -5, "transaction_id": "t", "membership": 5, "replaces_state": "$a", "prev_content": {"name": "b"},
            "redacted_because": {"type": "m.room.redaction", "redacts": "$c"}, "invite_room_state": [{"type": "d"}, {}],
        }}))
        .unsigned_data();
        assert_eq!(data.age, Some(-5));
        assert_eq!(data.transaction_id.unwrap(), "t");
        assert_eq!(data.membership, None);
        assert_eq!(data.replaces_state.unwrap(), "$a");
        assert_eq!(data.prev_content.unwrap().as_str(), r#"{"name":"b"}"#);
        assert_eq!(data.redacted_because.unwrap().redacts().unwrap(), "$c");
        assert_eq!(data.invite_room_state.unwrap().len(), 2);
        for none in [
            json!({}),
            json!({"unsigned": null}),
            json!({"unsigned": [5]}),
        ] {
            assert_eq!(event(none).unsigned_data(), UnsignedData::default());
        }
    }

    #[test]
    fn what_older_servers_put_elsewhere_is_found() {
        let data = event(json!({
            "age": 5, "prev_content": {}, "replaces_state": "$a", "redacted_because": {"sender": "@a:b"},
            "unsigned": {"io.element.msc4115.membership": "leave"},
        }))
        .unsigned_data();
        assert_eq!(
            (data.age, data.membership),
            (Some(5), Some(Membership::Leave))
        );
        assert_eq!(data.prev_content.unwrap().as_str(), "{}");
        assert_eq!(data.replaces_state.unwrap(), "$a");
        assert_eq!(data.redacted_because.unwrap().sender().unwrap(), "@a:b");
        let both = event(
            json!({"age": 5, "unsigned": {"age": 7, "membership": "join",
            "io.element.msc4115.membership": "leave"}}),
        )
        .unsigned_data();
        assert_eq!(
            (both.age, both.membership),
            (Some(7), Some(Membership::Join))
        );
    }

    #[test]
    fn an_event_is_redacted_if_the_server_says_so() {
        for redacted in [
            json!({"unsigned": {"redacted_because": {}}}),
            json!({"redacted_because": {"type": "m.room.redaction"}}),
        ] {
            assert!(event(redacted).is_redacted());
        }
        for not_redacted in [
            json!({"content": {}}),
            json!({"unsigned": {"redacted_because": null}}),
        ] {
            assert!(!event(not_redacted).is_redacted());
        }
    }
}
