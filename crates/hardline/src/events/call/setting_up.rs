use hardline_derive::Wire;

use super::{CallVersion, SessionDescription, StreamMetadata};
use crate::events::EventContent;
use crate::types::{OpaqueId, UserId};

/// `m.call.invite`: somebody calls the other members of a room.
///
/// Whether it still holds is judged by the event's `age` and the time since it came, not by the sender's clock.
///
/// ```
/// use hardline::events::{CallInvite, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.call.invite",
///     "content": {"call_id": "12345", "version": "1", "party_id": "67890", "lifetime": 60000, "offer": {"type": "offer", "sdp": "v=0"}},
/// }))?;
/// let content: CallInvite = event.content_as()?;
/// assert_eq!((content.lifetime, &*content.offer.sdp), (60_000, "v=0"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.call.invite`](https://spec.matrix.org/v1.19/client-server-api/#mcallinvite).
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct CallInvite {
    /// The call.
    pub call_id: OpaqueId,
    /// The version of the protocol.
    #[serde(default)]
    pub version: CallVersion,
    /// The client that sends it, among those in the call. Those of version 0 have none.
    pub party_id: Option<OpaqueId>,
    /// How long it holds, in milliseconds.
    pub lifetime: u64,
    /// What the caller offers.
    pub offer: SessionDescription,
    /// Who is called, if it is one user. Since v1.7.
    pub invitee: Option<UserId>,
    /// What the streams are for, by their IDs. Since v1.10.
    pub sdp_stream_metadata: Option<StreamMetadata>,
}

impl CallInvite {
    /// A call of everybody in the room.
    pub fn new(
        call_id: OpaqueId,
        party_id: OpaqueId,
        lifetime: u64,
        offer: SessionDescription,
    ) -> Self {
        Self {
            call_id,
            version: CallVersion::default(),
            party_id: Some(party_id),
            lifetime,
            offer,
            invitee: None,
            sdp_stream_metadata: None,
        }
    }
}

impl EventContent for CallInvite {
    const TYPE: &'static str = "m.call.invite";
}

/// `m.call.answer`: a client takes the call.
///
/// ```
/// use hardline::events::{CallAnswer, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.call.answer",
///     "content": {"call_id": "12345", "version": "1", "party_id": "67890", "answer": {"type": "answer", "sdp": "v=0"}},
/// }))?;
/// let content: CallAnswer = event.content_as()?;
/// assert_eq!(content.answer.sdp, "v=0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.call.answer`](https://spec.matrix.org/v1.19/client-server-api/#mcallanswer).
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct CallAnswer {
    /// The call.
    pub call_id: OpaqueId,
    /// The version of the protocol.
    #[serde(default)]
    pub version: CallVersion,
    /// The client that sends it, among those in the call. Those of version 0 have none.
    pub party_id: Option<OpaqueId>,
    /// What the client answers to the offer.
    pub answer: SessionDescription,
    /// What the streams are for, by their IDs. Since v1.10.
    pub sdp_stream_metadata: Option<StreamMetadata>,
}

impl CallAnswer {
    /// An answer.
    pub fn new(call_id: OpaqueId, party_id: OpaqueId, answer: SessionDescription) -> Self {
        Self {
            call_id,
            version: CallVersion::default(),
            party_id: Some(party_id),
            answer,
            sdp_stream_metadata: None,
        }
    }
}

impl EventContent for CallAnswer {
    const TYPE: &'static str = "m.call.answer";
}

/// `m.call.select_answer`: the caller says whose answer counts: the call ends for all others. Since v1.7.
///
/// ```
/// use hardline::events::{CallSelectAnswer, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.call.select_answer",
///     "content": {"call_id": "12345", "version": "1", "party_id": "67890", "selected_party_id": "111213"},
/// }))?;
/// let content: CallSelectAnswer = event.content_as()?;
/// assert_eq!(content.selected_party_id, "111213");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.call.select_answer`](https://spec.matrix.org/v1.19/client-server-api/#mcallselect_answer).
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct CallSelectAnswer {
    /// The call.
    pub call_id: OpaqueId,
    /// The version of the protocol.
    #[serde(default)]
    pub version: CallVersion,
    /// The client that sends it, among those in the call. Those of version 0 have none.
    pub party_id: Option<OpaqueId>,
    /// The client whose answer it is.
    pub selected_party_id: OpaqueId,
}

impl CallSelectAnswer {
    /// This answer counts.
    pub fn new(call_id: OpaqueId, party_id: OpaqueId, selected_party_id: OpaqueId) -> Self {
        Self {
            call_id,
            version: CallVersion::default(),
            party_id: Some(party_id),
            selected_party_id,
        }
    }
}

impl EventContent for CallSelectAnswer {
    const TYPE: &'static str = "m.call.select_answer";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawJson;

    fn decode(text: &str) -> CallInvite {
        let content: RawJson = serde_json::from_str(text).unwrap();
        content.deserialize().unwrap()
    }

    #[test]
    fn a_call_of_version_0_has_no_parties() {
        let text =
            r#"{"call_id":"1","version":0,"lifetime":60000,"offer":{"type":"offer","sdp":"v=0"}}"#;
        let invite = decode(text);
        assert!(invite.version.is_0());
        assert_eq!(invite.party_id, None);
        assert_eq!(RawJson::new(&invite).unwrap().as_str(), text);
    }

    #[test]
    fn any_other_version_counts_as_version_1() {
        for version in [
            r#""version":"1","#,
            r#""version":1,"#,
            r#""version":"0","#,
            r#""version":null,"#,
            "",
        ] {
            let invite = decode(&format!(
                r#"{{"call_id":"1",{version}"party_id":"2","lifetime":1,"offer":{{"type":"offer","sdp":""}}}}"#
            ));
            assert!(!invite.version.is_0(), "{version}");
        }
    }
}
