//! Voice and video calls.

mod ending;
mod going_on;
mod session;
mod setting_up;

pub use ending::{CallHangup, CallHangupReason, CallReject};
pub use going_on::{CallCandidate, CallCandidates, CallNegotiate, CallSdpStreamMetadataChanged};
pub use session::{
    CallStream, CallVersion, SessionDescription, SessionDescriptionType, StreamMetadata,
    StreamPurpose,
};
pub use setting_up::{CallAnswer, CallInvite, CallSelectAnswer};

use super::contents;

contents![
    CallAnswer,
    CallCandidates,
    CallHangup,
    CallInvite,
    CallNegotiate,
    CallReject,
    CallSdpStreamMetadataChanged,
    CallSelectAnswer,
];
