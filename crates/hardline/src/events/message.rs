//! What people say in rooms.

mod audio_details;
mod compose;
mod compose_relations;
mod location_details;
mod media_info;
mod mentions;
mod message_type;
mod poll;
mod poll_results;
mod reaction;
mod room_message;
mod room_message_feedback;
mod room_redaction;
mod sticker;

pub use audio_details::AudioDetails;
pub use compose_relations::ComposeError;
pub use location_details::{AssetType, LocationAsset, LocationDetails};
pub use media_info::MediaInfo;
pub use mentions::Mentions;
pub use message_type::{MessageFormat, MessageType, ServerNoticeType};
pub use poll::{
    Poll, PollAnswer, PollEnd, PollKind, PollResponse, PollSelections, PollStart, PollText,
};
pub use poll_results::{PollAnswerVotes, PollResults};
pub use reaction::Reaction;
pub use room_message::RoomMessage;
pub use room_message_feedback::{FeedbackType, RoomMessageFeedback};
pub use room_redaction::RoomRedaction;
pub use sticker::Sticker;

use super::contents;

contents![
    PollEnd,
    PollResponse,
    PollStart,
    Reaction,
    RoomMessage,
    RoomMessageFeedback,
    RoomRedaction,
    Sticker,
];
