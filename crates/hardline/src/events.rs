//! Events: the envelope that every one of them has, and the contents of the types that are specified.
//!
//! Responses have events as [`RawEvent`]s, in lists that are read one event at a time. With the feature `events`, each type of
//! event has a struct for its content, named after the type; [`RawEvent::content_as`] decodes it. There is no enum of
//! all of them: whoever wants several writes a `match` on [`RawEvent::event_type`].

#[cfg(feature = "events")]
mod account_data;
#[cfg(feature = "events")]
mod call;
mod content;
#[cfg(feature = "events")]
mod encryption;
mod envelope;
#[cfg(feature = "events")]
mod ephemeral;
mod event_size;
#[cfg(feature = "events")]
mod image_info;
#[cfg(feature = "events")]
mod message;
mod raw_event;
#[cfg(feature = "events")]
mod redaction;
#[cfg(feature = "events")]
mod relations;
#[cfg(feature = "events")]
mod room;
#[cfg(feature = "events")]
mod unsigned_data;

#[cfg(feature = "events")]
pub use account_data::{
    AcceptedTerms, Direct, FullyRead, IdentityServer, IdentityServerChoice, IgnoredUserList,
    ImagePackRooms, InviteAction, InvitePermissionConfig, MarkedUnread, MediaPreviewConfig,
    MediaPreviews, RecentEmoji, SpaceOrder, Tag, UsedEmoji,
};
#[cfg(feature = "events")]
pub use call::{
    CallAnswer, CallCandidate, CallCandidates, CallHangup, CallHangupReason, CallInvite,
    CallNegotiate, CallReject, CallSdpStreamMetadataChanged, CallSelectAnswer, CallStream,
    CallVersion, SessionDescription, SessionDescriptionType, StreamMetadata, StreamPurpose,
};
#[cfg(feature = "events")]
pub(crate) use content::contents;
#[cfg(feature = "proptest")]
pub use content::{ArbitraryContent, ArbitraryContentVisitor};
pub use content::{ContentError, EventContent, EventContentVisitor, RegisteredContent};
#[cfg(feature = "events")]
pub use encryption::{
    AesHmacSha2EncryptedData, CrossSigningMaster, CrossSigningSelfSigning, CrossSigningUserSigning,
    DehydratedDeviceKey, Dummy, EncryptedFile, ForwardedRoomKey, JsonWebKey, KeyAgreementProtocol,
    KeyBackup, KeyRequestAction, KeyVerificationAccept, KeyVerificationCancel, KeyVerificationDone,
    KeyVerificationKey, KeyVerificationMac, KeyVerificationReady, KeyVerificationRequest,
    KeyVerificationStart, MegolmBackupV1, MegolmPlaintext, MessageAuthenticationCode, NewDevice,
    OlmMessage, OlmPlaintext, PassphraseAlgorithm, PlaintextKeys, RequestedKeyInfo, RoomEncrypted,
    RoomKey, RoomKeyBundle, RoomKeyRequest, RoomKeyWithheld, RoomKeyWithheldCode,
    SecretCiphertexts, SecretName, SecretRequest, SecretSend, SecretStorageAlgorithm,
    SecretStorageDefaultKey, SecretStorageKey, SecretStoragePassphrase, ShortAuthenticationString,
    VerificationCancelCode, VerificationHash, VerificationMethod,
};
pub use envelope::Envelope;
#[cfg(feature = "events")]
pub use ephemeral::{Presence, Receipt, ReceiptData, Typing};
pub use event_size::{
    ENVELOPE_BYTES, EventSizeError, MAX_EVENT_BYTES, MAX_NAME_BYTES, check_event_size,
};
#[cfg(feature = "events")]
pub use image_info::{ImageInfo, ThumbnailInfo};
#[cfg(feature = "events")]
pub use message::{
    AssetType, AudioDetails, ComposeError, FeedbackType, LocationAsset, LocationDetails, MediaInfo,
    Mentions, MessageFormat, MessageType, Poll, PollAnswer, PollAnswerVotes, PollEnd, PollKind,
    PollResponse, PollResults, PollSelections, PollStart, PollText, Reaction, RoomMessage,
    RoomMessageFeedback, RoomRedaction, ServerNoticeType, Sticker,
};
pub use raw_event::RawEvent;
#[cfg(feature = "events")]
pub use relations::{
    AnnotationChunk, AnnotationCount, BundledRelations, DecryptedError, InReplyTo, ReferenceChunk,
    ReferringEvent, RelatesTo, RelationType, ThreadSummary,
};
#[cfg(feature = "events")]
pub use room::{
    AllowIpLiterals, AllowRule, BeaconInfo, CallMember, GuestAccess, HistoryVisibility,
    ImagePackInfo, ImagePackUsage, Invitation, PackImage, PolicyRecommendation, PolicyRule,
    PolicyRuleRoom, PolicyRuleServer, PolicyRuleUser, PreviousRoom, RoomAction, RoomAliases,
    RoomAvatar, RoomCanonicalAlias, RoomCreate, RoomDisplayName, RoomEncryption, RoomGuestAccess,
    RoomHero, RoomHistoryVisibility, RoomImagePack, RoomJoinRules, RoomMember, RoomName,
    RoomNaming, RoomPinnedEvents, RoomPolicy, RoomPower, RoomPowerLevels, RoomServerAcl,
    RoomThirdPartyInvite, RoomTombstone, RoomTopic, SignedThirdPartyInvite, SpaceChild,
    SpaceChildKey, SpaceParent, StrippedState, TextRepresentation, ThirdPartyInvite,
    ThirdPartyInviteKey, TopicContentBlock, UserPower, Widget,
};
#[cfg(feature = "events")]
pub use unsigned_data::UnsignedData;

/// Visits the contents that this library has.
#[cfg(feature = "events")]
pub fn visit_contents(visitor: &mut impl EventContentVisitor) {
    account_data::visit(visitor);
    call::visit(visitor);
    encryption::visit(visitor);
    ephemeral::visit(visitor);
    message::visit(visitor);
    room::visit(visitor);
}

/// Visits the contents that this library has, as types that can be generated.
#[cfg(all(feature = "events", feature = "proptest"))]
pub fn visit_arbitrary_contents(visitor: &mut impl ArbitraryContentVisitor) {
    account_data::visit_arbitrary(visitor);
    call::visit_arbitrary(visitor);
    encryption::visit_arbitrary(visitor);
    ephemeral::visit_arbitrary(visitor);
    message::visit_arbitrary(visitor);
    room::visit_arbitrary(visitor);
}
