use hardline_derive::Wire;

use super::{CallVersion, SessionDescription, StreamMetadata};
use crate::events::EventContent;
use crate::types::OpaqueId;

/// `m.call.candidates`: ways to reach a client.
///
/// ```
/// use hardline::events::{CallCandidates, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.call.candidates",
///     "content": {"call_id": "12345", "version": "1", "party_id": "67890", "candidates": [{"sdpMid": "audio", "sdpMLineIndex": 0, "candidate": ""}]},
/// }))?;
/// let content: CallCandidates = event.content_as()?;
/// assert!(content.candidates[0].is_end());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.call.candidates`](https://spec.matrix.org/v1.19/client-server-api/#mcallcandidates).
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct CallCandidates {
    /// The call.
    pub call_id: OpaqueId,
    /// The version of the protocol.
    #[serde(default)]
    pub version: CallVersion,
    /// The client that sends it, among those in the call. Those of version 0 have none.
    pub party_id: Option<OpaqueId>,
    /// The ways. One whose text is empty says that no more follow.
    pub candidates: Vec<CallCandidate>,
}

impl CallCandidates {
    /// More ways to reach a client.
    pub fn new(call_id: OpaqueId, party_id: OpaqueId, candidates: Vec<CallCandidate>) -> Self {
        Self {
            call_id,
            version: CallVersion::default(),
            party_id: Some(party_id),
            candidates,
        }
    }
}

impl EventContent for CallCandidates {
    const TYPE: &'static str = "m.call.candidates";
}

/// A way to reach a client: an ICE candidate, as WebRTC has it.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct CallCandidate {
    /// The media that it is for. It has this or [`sdp_m_line_index`](Self::sdp_m_line_index), unless it is the end.
    #[serde(rename = "sdpMid")]
    pub sdp_mid: Option<String>,
    /// The index of the media that it is for in the session's description.
    #[serde(rename = "sdpMLineIndex")]
    pub sdp_m_line_index: Option<u64>,
    /// The candidate.
    pub candidate: String,
}

impl CallCandidate {
    /// A way to reach a client, for the media with this ID.
    pub fn new(candidate: String, sdp_mid: String) -> Self {
        Self {
            sdp_mid: Some(sdp_mid),
            sdp_m_line_index: None,
            candidate,
        }
    }

    /// Says that no more follow.
    pub fn end() -> Self {
        Self {
            sdp_mid: None,
            sdp_m_line_index: None,
            candidate: String::new(),
        }
    }

    /// Whether it says that no more follow.
    pub fn is_end(&self) -> bool {
        self.candidate.is_empty()
    }
}

/// `m.call.negotiate`: a client changes the session of a call. Since v1.7.
///
/// ```
/// use hardline::events::{CallNegotiate, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.call.negotiate",
///     "content": {"call_id": "12345", "version": "1", "party_id": "67890", "lifetime": 10000, "description": {"type": "offer", "sdp": "v=0"}},
/// }))?;
/// let content: CallNegotiate = event.content_as()?;
/// assert_eq!(content.lifetime, Some(10_000));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.call.negotiate`](https://spec.matrix.org/v1.19/client-server-api/#mcallnegotiate).
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct CallNegotiate {
    /// The call.
    pub call_id: OpaqueId,
    /// The version of the protocol.
    #[serde(default)]
    pub version: CallVersion,
    /// The client that sends it, among those in the call. Those of version 0 have none.
    pub party_id: Option<OpaqueId>,
    /// What the client offers or answers. Hand it to WebRTC, whatever its type.
    pub description: SessionDescription,
    /// How long it holds, in milliseconds. The specification requires it, and clients leave it out of answers.
    pub lifetime: Option<u64>,
    /// What the streams are for, by their IDs. Since v1.10.
    pub sdp_stream_metadata: Option<StreamMetadata>,
}

impl CallNegotiate {
    /// A change that holds for so many milliseconds.
    pub fn new(
        call_id: OpaqueId,
        party_id: OpaqueId,
        description: SessionDescription,
        lifetime: u64,
    ) -> Self {
        Self {
            call_id,
            version: CallVersion::default(),
            party_id: Some(party_id),
            description,
            lifetime: Some(lifetime),
            sdp_stream_metadata: None,
        }
    }
}

impl EventContent for CallNegotiate {
    const TYPE: &'static str = "m.call.negotiate";
}

/// `m.call.sdp_stream_metadata_changed`: what the streams are for changes, and not the session. Since v1.11.
///
/// ```
/// use hardline::events::{CallSdpStreamMetadataChanged, RawEvent, StreamPurpose};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.call.sdp_stream_metadata_changed",
///     "content": {"call_id": "12345", "version": "1", "party_id": "67890", "sdp_stream_metadata": {"a": {"purpose": "m.usermedia"}}},
/// }))?;
/// let content: CallSdpStreamMetadataChanged = event.content_as()?;
/// assert_eq!(content.sdp_stream_metadata["a"].purpose, StreamPurpose::Usermedia);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.call.sdp_stream_metadata_changed`](https://spec.matrix.org/v1.19/client-server-api/#mcallsdp_stream_metadata_changed).
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct CallSdpStreamMetadataChanged {
    /// The call.
    pub call_id: OpaqueId,
    /// The version of the protocol.
    #[serde(default)]
    pub version: CallVersion,
    /// The client that sends it, among those in the call. Those of version 0 have none.
    pub party_id: Option<OpaqueId>,
    /// What the streams are for, by their IDs.
    pub sdp_stream_metadata: StreamMetadata,
}

impl CallSdpStreamMetadataChanged {
    /// A change.
    pub fn new(call_id: OpaqueId, party_id: OpaqueId, sdp_stream_metadata: StreamMetadata) -> Self {
        Self {
            call_id,
            version: CallVersion::default(),
            party_id: Some(party_id),
            sdp_stream_metadata,
        }
    }
}

impl EventContent for CallSdpStreamMetadataChanged {
    const TYPE: &'static str = "m.call.sdp_stream_metadata_changed";
    const OTHER_TYPES: &'static [&'static str] = &["org.matrix.call.sdp_stream_metadata_changed"];
}
