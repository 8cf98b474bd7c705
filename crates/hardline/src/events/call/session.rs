use hardline_derive::Wire;

use crate::json::{JsonMap, JsonObject, RawJson};
use crate::types::text::text_enum;

/// The version of the protocol of calls: [0](Self::v0), or [1](Self::v1), which every other version counts as.
///
/// Specification: [VoIP](https://spec.matrix.org/v1.19/client-server-api/#voice-over-ip).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct CallVersion(RawJson);

impl CallVersion {
    /// The version before Matrix 1.7, which is written as a number: calls of two clients.
    pub fn v0() -> Self {
        Self(RawJson::new(&0).expect("a number has a JSON form"))
    }

    /// The version of today, which is written as text.
    pub fn v1() -> Self {
        Self(RawJson::new("1").expect("a text has a JSON form"))
    }

    /// Whether it is version 0.
    pub fn is_0(&self) -> bool {
        self.0
            .deserialize::<u64>()
            .is_ok_and(|version| version == 0)
    }
}

/// Version 1.
impl Default for CallVersion {
    fn default() -> Self {
        Self::v1()
    }
}

/// What a client offers or answers: a session's description, as WebRTC has it.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct SessionDescription {
    /// Whether it is an offer or an answer.
    #[serde(rename = "type")]
    pub description_type: SessionDescriptionType,
    /// The description.
    pub sdp: String,
}

impl SessionDescription {
    /// An offer or an answer.
    pub fn new(description_type: SessionDescriptionType, sdp: String) -> Self {
        Self {
            description_type,
            sdp,
        }
    }
}

text_enum! {
    /// Whether a session's description is an offer or an answer.
    SessionDescriptionType {
        /// An offer.
        Offer = "offer",
        /// An answer.
        Answer = "answer",
    }
}

/// What the streams of a call are for, by their IDs.
pub type StreamMetadata = JsonMap<String, CallStream>;

/// What a stream of a call is for.
///
/// Specification: [streams](https://spec.matrix.org/v1.19/client-server-api/#voice-over-ip).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct CallStream {
    /// What it is for.
    pub purpose: StreamPurpose,
    /// Whether nothing is to be heard: false unless it says otherwise. Since v1.11.
    pub audio_muted: Option<bool>,
    /// Whether nothing is to be seen: false unless it says otherwise. Since v1.11.
    pub video_muted: Option<bool>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl CallStream {
    /// A stream that can be seen and heard.
    pub fn new(purpose: StreamPurpose) -> Self {
        Self {
            purpose,
            audio_muted: None,
            video_muted: None,
            others: JsonObject::new(),
        }
    }
}

text_enum! {
    /// What a stream is for.
    StreamPurpose {
        /// A camera and a microphone.
        Usermedia = "m.usermedia",
        /// A screen.
        Screenshare = "m.screenshare",
    }
}
