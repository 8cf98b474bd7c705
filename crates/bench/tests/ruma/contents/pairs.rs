use hardline::client_api::push::PushRules;
use hardline::events::{
    BeaconInfo, CallAnswer, CallCandidates, CallHangup, CallInvite, CallMember, CallNegotiate,
    CallReject, CallSdpStreamMetadataChanged, CallSelectAnswer, CrossSigningMaster,
    CrossSigningSelfSigning, CrossSigningUserSigning, DehydratedDeviceKey, Direct, Dummy,
    ForwardedRoomKey, FullyRead, IdentityServer, IgnoredUserList, ImagePackRooms,
    InvitePermissionConfig, KeyBackup, KeyVerificationAccept, KeyVerificationCancel,
    KeyVerificationDone, KeyVerificationKey, KeyVerificationMac, KeyVerificationReady,
    KeyVerificationRequest, KeyVerificationStart, MarkedUnread, MediaPreviewConfig, MegolmBackupV1,
    PolicyRuleRoom, PolicyRuleServer, PolicyRuleUser, PollEnd, PollResponse, PollStart, Presence,
    Reaction, Receipt, RecentEmoji, RoomAvatar, RoomCanonicalAlias, RoomCreate, RoomEncrypted,
    RoomEncryption, RoomGuestAccess, RoomHistoryVisibility, RoomImagePack, RoomJoinRules, RoomKey,
    RoomKeyBundle, RoomKeyRequest, RoomKeyWithheld, RoomMember, RoomMessage, RoomName,
    RoomPinnedEvents, RoomPolicy, RoomPowerLevels, RoomRedaction, RoomServerAcl,
    RoomThirdPartyInvite, RoomTombstone, RoomTopic, SecretRequest, SecretSend,
    SecretStorageDefaultKey, SecretStorageKey, SpaceChild, SpaceOrder, SpaceParent, Sticker, Tag,
    Typing,
};
use ruma::events::key::verification;
use ruma::events::poll::{unstable_end, unstable_response, unstable_start};
use ruma::events::secret_storage::secret::SecretEventContent;
use ruma::events::{
    beacon_info, call, direct, dummy, forwarded_room_key, fully_read, identity_server,
    ignored_user_list, image_pack, invite_permission_config, key_backup, marked_unread,
    media_preview_config, policy, presence, push_rules, reaction, receipt, recent_emoji, room,
    room_key, room_key_bundle, room_key_request, secret, secret_storage, space, space_order,
    sticker, tag, typing,
};

use super::pair::{Pair, pair, pair_by_type, pair_by_value};

/// Contents without a pair, and why.
pub(super) const NOT_IN_RUMA: &[(&str, &str)] = &[
    (
        "im.vector.modular.widgets",
        "It is not specified, and not in Ruma.",
    ),
    ("m.accepted_terms", "Ruma has no content for it."),
    ("m.new_device", "It is not specified, and not in Ruma."),
    ("m.room.aliases", "Deprecated, and not in Ruma."),
    ("m.room.message.feedback", "Deprecated, and not in Ruma."),
];

pub(super) fn pairs() -> Vec<Pair> {
    [
        account_data(),
        calls(),
        encryption(),
        verification(),
        messages(),
        rooms(),
    ]
    .concat()
}

fn account_data() -> Vec<Pair> {
    vec![
        pair::<Direct, direct::DirectEventContent>(),
        pair::<FullyRead, fully_read::FullyReadEventContent>(),
        pair::<IdentityServer, identity_server::IdentityServerEventContent>(),
        pair::<IgnoredUserList, ignored_user_list::IgnoredUserListEventContent>(),
        pair::<ImagePackRooms, image_pack::rooms::ImagePackRoomsEventContent>(),
        pair::<InvitePermissionConfig, invite_permission_config::InvitePermissionConfigEventContent>(
        ),
        pair::<MarkedUnread, marked_unread::MarkedUnreadEventContent>(),
        pair::<MediaPreviewConfig, media_preview_config::MediaPreviewConfigEventContent>(),
        pair::<Presence, presence::PresenceEventContent>(),
        pair::<PushRules, push_rules::PushRulesEventContent>(),
        pair::<Receipt, receipt::ReceiptEventContent>(),
        pair_by_value::<RecentEmoji, recent_emoji::RecentEmojiEventContent>(),
        pair::<SpaceOrder, space_order::SpaceOrderEventContent>(),
        pair::<Tag, tag::TagEventContent>(),
        pair::<Typing, typing::TypingEventContent>(),
    ]
}

fn calls() -> Vec<Pair> {
    vec![
        pair::<CallAnswer, call::answer::CallAnswerEventContent>(),
        pair::<CallCandidates, call::candidates::CallCandidatesEventContent>(),
        pair::<CallHangup, call::hangup::CallHangupEventContent>(),
        pair::<CallInvite, call::invite::CallInviteEventContent>(),
        pair::<CallMember, call::member::CallMemberEventContent>(),
        pair::<CallNegotiate, call::negotiate::CallNegotiateEventContent>(),
        pair::<CallReject, call::reject::CallRejectEventContent>(),
        pair::<
            CallSdpStreamMetadataChanged,
            call::sdp_stream_metadata_changed::CallSdpStreamMetadataChangedEventContent,
        >(),
        pair::<CallSelectAnswer, call::select_answer::CallSelectAnswerEventContent>(),
    ]
}

fn encryption() -> Vec<Pair> {
    vec![
        pair::<CrossSigningMaster, SecretEventContent>(),
        pair::<CrossSigningSelfSigning, SecretEventContent>(),
        pair::<CrossSigningUserSigning, SecretEventContent>(),
        pair::<DehydratedDeviceKey, SecretEventContent>(),
        pair::<Dummy, dummy::ToDeviceDummyEventContent>(),
        pair::<ForwardedRoomKey, forwarded_room_key::ToDeviceForwardedRoomKeyEventContent>(),
        pair::<KeyBackup, key_backup::KeyBackupEventContent>(),
        pair::<MegolmBackupV1, SecretEventContent>(),
        pair::<RoomEncrypted, room::encrypted::RoomEncryptedEventContent>(),
        pair::<RoomKey, room_key::ToDeviceRoomKeyEventContent>(),
        pair::<RoomKeyBundle, room_key_bundle::ToDeviceRoomKeyBundleEventContent>(),
        pair::<RoomKeyRequest, room_key_request::ToDeviceRoomKeyRequestEventContent>(),
        pair::<RoomKeyWithheld, room_key::withheld::ToDeviceRoomKeyWithheldEventContent>(),
        pair::<SecretRequest, secret::request::ToDeviceSecretRequestEventContent>(),
        pair::<SecretSend, secret::send::ToDeviceSecretSendEventContent>(),
        pair::<
            SecretStorageDefaultKey,
            secret_storage::default_key::SecretStorageDefaultKeyEventContent,
        >(),
        pair_by_type::<SecretStorageKey, secret_storage::key::SecretStorageKeyEventContent>(),
    ]
}

/// Those of verification have two forms: sent to a device, or into a room.
fn verification() -> Vec<Pair> {
    vec![
        pair::<KeyVerificationRequest, verification::request::ToDeviceKeyVerificationRequestEventContent>(),
        pair::<KeyVerificationAccept, verification::accept::ToDeviceKeyVerificationAcceptEventContent>()
            .with(TO_DEVICE),
        pair::<KeyVerificationAccept, verification::accept::KeyVerificationAcceptEventContent>().with(IN_ROOM),
        pair::<KeyVerificationCancel, verification::cancel::ToDeviceKeyVerificationCancelEventContent>()
            .with(TO_DEVICE),
        pair::<KeyVerificationCancel, verification::cancel::KeyVerificationCancelEventContent>().with(IN_ROOM),
        pair::<KeyVerificationDone, verification::done::ToDeviceKeyVerificationDoneEventContent>().with(TO_DEVICE),
        pair::<KeyVerificationDone, verification::done::KeyVerificationDoneEventContent>().with(IN_ROOM),
        pair::<KeyVerificationKey, verification::key::ToDeviceKeyVerificationKeyEventContent>().with(TO_DEVICE),
        pair::<KeyVerificationKey, verification::key::KeyVerificationKeyEventContent>().with(IN_ROOM),
        pair::<KeyVerificationMac, verification::mac::ToDeviceKeyVerificationMacEventContent>().with(TO_DEVICE),
        pair::<KeyVerificationMac, verification::mac::KeyVerificationMacEventContent>().with(IN_ROOM),
        pair::<KeyVerificationReady, verification::ready::ToDeviceKeyVerificationReadyEventContent>()
            .with(TO_DEVICE),
        pair::<KeyVerificationReady, verification::ready::KeyVerificationReadyEventContent>().with(IN_ROOM),
        pair::<KeyVerificationStart, verification::start::ToDeviceKeyVerificationStartEventContent>()
            .with(TO_DEVICE),
        pair::<KeyVerificationStart, verification::start::KeyVerificationStartEventContent>().with(IN_ROOM),
    ]
}

const TO_DEVICE: &str = "transaction_id";
const IN_ROOM: &str = "m.relates_to";

fn messages() -> Vec<Pair> {
    vec![
        pair::<PollEnd, unstable_end::UnstablePollEndEventContent>(),
        pair::<PollResponse, unstable_response::UnstablePollResponseEventContent>(),
        pair::<PollStart, unstable_start::UnstablePollStartEventContent>(),
        pair::<Reaction, reaction::ReactionEventContent>(),
        pair::<RoomMessage, room::message::RoomMessageEventContent>(),
        pair::<RoomRedaction, room::redaction::RoomRedactionEventContent>(),
        pair::<Sticker, sticker::StickerEventContent>(),
    ]
}

fn rooms() -> Vec<Pair> {
    vec![
        pair::<BeaconInfo, beacon_info::BeaconInfoEventContent>(),
        pair::<PolicyRuleRoom, policy::rule::room::PolicyRuleRoomEventContent>(),
        pair::<PolicyRuleServer, policy::rule::server::PolicyRuleServerEventContent>(),
        pair::<PolicyRuleUser, policy::rule::user::PolicyRuleUserEventContent>(),
        pair::<RoomAvatar, room::avatar::RoomAvatarEventContent>(),
        pair::<RoomCanonicalAlias, room::canonical_alias::RoomCanonicalAliasEventContent>(),
        pair::<RoomCreate, room::create::RoomCreateEventContent>(),
        pair::<RoomEncryption, room::encryption::RoomEncryptionEventContent>(),
        pair::<RoomGuestAccess, room::guest_access::RoomGuestAccessEventContent>(),
        pair::<RoomHistoryVisibility, room::history_visibility::RoomHistoryVisibilityEventContent>(
        ),
        pair::<RoomImagePack, room::image_pack::RoomImagePackEventContent>(),
        pair::<RoomJoinRules, room::join_rules::RoomJoinRulesEventContent>(),
        pair::<RoomMember, room::member::RoomMemberEventContent>(),
        pair::<RoomName, room::name::RoomNameEventContent>(),
        pair::<RoomPinnedEvents, room::pinned_events::RoomPinnedEventsEventContent>(),
        pair::<RoomPolicy, room::policy::RoomPolicyEventContent>(),
        pair::<RoomPowerLevels, room::power_levels::RoomPowerLevelsEventContent>(),
        pair::<RoomServerAcl, room::server_acl::RoomServerAclEventContent>(),
        pair::<RoomThirdPartyInvite, room::third_party_invite::RoomThirdPartyInviteEventContent>(),
        pair::<RoomTombstone, room::tombstone::RoomTombstoneEventContent>(),
        pair::<RoomTopic, room::topic::RoomTopicEventContent>(),
        pair::<SpaceChild, space::child::SpaceChildEventContent>(),
        pair::<SpaceParent, space::parent::SpaceParentEventContent>(),
    ]
}
