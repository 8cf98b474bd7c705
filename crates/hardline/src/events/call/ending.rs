use hardline_derive::Wire;

use super::CallVersion;
use crate::events::EventContent;
use crate::types::OpaqueId;
use crate::types::text::text_enum;

/// `m.call.hangup`: a client ends the call, for all.
///
/// ```
/// use hardline::events::{CallHangup, CallHangupReason, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.call.hangup",
///     "content": {"call_id": "12345", "version": "1", "party_id": "67890", "reason": "ice_failed"},
/// }))?;
/// let content: CallHangup = event.content_as()?;
/// assert_eq!(content.reason(), CallHangupReason::IceFailed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.call.hangup`](https://spec.matrix.org/v1.19/client-server-api/#mcallhangup).
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct CallHangup {
    /// The call.
    pub call_id: OpaqueId,
    /// The version of the protocol.
    #[serde(default)]
    pub version: CallVersion,
    /// The client that sends it, among those in the call. Those of version 0 have none.
    pub party_id: Option<OpaqueId>,
    /// Why: [`reason`](Self::reason). Clients of version 0 leave it out.
    pub reason: Option<CallHangupReason>,
}

impl CallHangup {
    /// The end of a call.
    pub fn new(call_id: OpaqueId, party_id: OpaqueId, reason: CallHangupReason) -> Self {
        Self {
            call_id,
            version: CallVersion::default(),
            party_id: Some(party_id),
            reason: Some(reason),
        }
    }

    /// Why: the user hung up, unless it says otherwise.
    pub fn reason(&self) -> CallHangupReason {
        self.reason.clone().unwrap_or(CallHangupReason::UserHangup)
    }
}

impl EventContent for CallHangup {
    const TYPE: &'static str = "m.call.hangup";
}

text_enum! {
    /// Why a call ended.
    CallHangupReason {
        /// No way between the clients was found, and time is up.
        IceTimeout = "ice_timeout",
        /// No way between the clients was found.
        IceFailed = "ice_failed",
        /// Nobody took it in time.
        InviteTimeout = "invite_timeout",
        /// The user hung up.
        UserHangup = "user_hangup",
        /// No camera or microphone could be used.
        UserMediaFailed = "user_media_failed",
        /// The user is in another call.
        UserBusy = "user_busy",
        /// Anything else.
        UnknownError = "unknown_error",
    }
}

/// `m.call.reject`: a user does not take the call: it ends on all of the user's clients. Since v1.7.
///
/// Only for calls of version 1. A call of version 0 is ended by [`CallHangup`].
///
/// ```
/// use hardline::events::{CallReject, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.call.reject",
///     "content": {"call_id": "12345", "version": "1", "party_id": "67890"},
/// }))?;
/// let content: CallReject = event.content_as()?;
/// assert_eq!(content.call_id, "12345");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.call.reject`](https://spec.matrix.org/v1.19/client-server-api/#mcallreject).
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct CallReject {
    /// The call.
    pub call_id: OpaqueId,
    /// The version of the protocol.
    #[serde(default)]
    pub version: CallVersion,
    /// The client that sends it, among those in the call. Those of version 0 have none.
    pub party_id: Option<OpaqueId>,
}

impl CallReject {
    /// The user does not take it.
    pub fn new(call_id: OpaqueId, party_id: OpaqueId) -> Self {
        Self {
            call_id,
            version: CallVersion::default(),
            party_id: Some(party_id),
        }
    }
}

impl EventContent for CallReject {
    const TYPE: &'static str = "m.call.reject";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawJson;

    #[test]
    fn without_a_reason_the_user_hung_up() {
        let content: RawJson = serde_json::from_str(r#"{"call_id":"1","version":0}"#).unwrap();
        let hangup: CallHangup = content.deserialize().unwrap();
        assert_eq!(hangup.reason(), CallHangupReason::UserHangup);
        assert_eq!(RawJson::new(&hangup).unwrap(), content);
    }
}
