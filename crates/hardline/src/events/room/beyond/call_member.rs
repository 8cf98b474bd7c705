use std::time::Duration;

use hardline_derive::Wire;

use crate::events::{EventContent, RawEvent};
use crate::json::{JsonObject, RawJson};
use crate::types::{DeviceId, Timestamp};

/// `org.matrix.msc3401.call.member`: a device that takes part in a call of the room. The state key names user, device and
/// call. A content without an application means that the device has left.
///
/// ```
/// use hardline::events::{CallMember, RawEvent};
/// use hardline::types::Timestamp;
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "org.matrix.msc3401.call.member",
///     "state_key": "_@alice:example.org_PHONE_m.call",
///     "origin_server_ts": 1_000,
///     "content": {"application": "m.call", "call_id": "", "scope": "m.room", "device_id": "PHONE", "expires": 14_400_000},
/// }))?;
/// let member: CallMember = event.content_as()?;
/// assert!(member.is_in_call(&event, Timestamp::from_millis(2_000)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Proposals: [MSC3401](https://github.com/matrix-org/matrix-spec-proposals/pull/3401),
/// [MSC4143](https://github.com/matrix-org/matrix-spec-proposals/pull/4143).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct CallMember {
    /// What the call is: `m.call`.
    pub application: Option<String>,
    /// Which of the room's calls it is; the empty one is that of the whole room.
    pub call_id: Option<String>,
    /// Whom the call is for: `m.room`.
    pub scope: Option<String>,
    /// The device.
    pub device_id: Option<DeviceId>,
    /// How long it counts, in milliseconds after [`created_ts`](Self::created_ts) or, without that, after the event.
    pub expires: Option<u64>,
    /// When the device joined. The event that joins lacks it; those that renew it have it.
    pub created_ts: Option<Timestamp>,
    /// Tells this time in the call from earlier ones.
    #[serde(rename = "membershipID")]
    pub membership_id: Option<String>,
    /// How the device chooses a server for the media, undecoded.
    pub focus_active: Option<RawJson>,
    /// The servers that it would take, undecoded.
    pub foci_preferred: Option<Vec<RawJson>>,
    /// All devices of the user, undecoded, in the form from before each had an event.
    pub memberships: Option<Vec<RawJson>>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl CallMember {
    /// A device that takes part; [`default`](Self::default) says that it has left.
    pub fn new(application: String, call_id: String, device_id: DeviceId) -> Self {
        Self {
            application: Some(application),
            call_id: Some(call_id),
            device_id: Some(device_id),
            ..Self::default()
        }
    }

    /// Whether the device takes part in the call at this time, as the event with this content says.
    pub fn is_in_call(&self, event: &RawEvent, now: Timestamp) -> bool {
        let begin = self.created_ts.or_else(|| event.origin_server_ts());
        let has_expired = match (begin, self.expires) {
            (Some(begin), Some(expires)) => begin + Duration::from_millis(expires) <= now,
            _ => false,
        };
        self.application.is_some() && !has_expired
    }
}

impl EventContent for CallMember {
    const TYPE: &'static str = "org.matrix.msc3401.call.member";
    const OTHER_TYPES: &'static [&'static str] = &["m.call.member"];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_left_or_was_not_heard_of_is_not_in_the_call() {
        for (content, expected) in [
            ("{}", false),
            (r#"{"memberships": []}"#, false),
            (r#"{"application": "m.call"}"#, true),
            (r#"{"application": "m.call", "expires": 500}"#, false),
            (r#"{"application": "m.call", "expires": 1001}"#, true),
            (
                r#"{"application": "m.call", "created_ts": 1600, "expires": 500}"#,
                true,
            ),
        ] {
            let text = format!(r#"{{"origin_server_ts": 1000, "content": {content}}}"#);
            let event: RawEvent = serde_json::from_str(&text).unwrap();
            let member: CallMember = event.content_as_strict().unwrap();
            let is_in_call = member.is_in_call(&event, Timestamp::from_millis(2_000));
            assert_eq!(is_in_call, expected, "{content}");
        }
    }
}
