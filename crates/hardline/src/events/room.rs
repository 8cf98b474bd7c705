//! The state of a room.

mod access;
mod appearance;
mod beyond;
mod create;
mod display_name;
mod encryption;
mod join_rules;
mod member;
mod moderation;
mod pinned_events;
mod power_levels;
mod spaces;
mod stripped_state;
mod third_party_invite;
mod tombstone;

pub use access::{GuestAccess, HistoryVisibility, RoomGuestAccess, RoomHistoryVisibility};
pub use appearance::{
    ImagePackInfo, ImagePackUsage, PackImage, RoomAliases, RoomAvatar, RoomCanonicalAlias,
    RoomImagePack, RoomName, RoomTopic, TextRepresentation, TopicContentBlock,
};
pub use beyond::{BeaconInfo, CallMember, Widget};
pub use create::{PreviousRoom, RoomCreate};
pub use display_name::{RoomDisplayName, RoomHero, RoomNaming};
pub use encryption::RoomEncryption;
pub use join_rules::{AllowRule, RoomJoinRules};
pub use member::{RoomMember, SignedThirdPartyInvite, ThirdPartyInvite};
pub use moderation::{
    AllowIpLiterals, PolicyRecommendation, PolicyRule, PolicyRuleRoom, PolicyRuleServer,
    PolicyRuleUser, RoomPolicy, RoomServerAcl,
};
pub use pinned_events::RoomPinnedEvents;
pub use power_levels::{RoomAction, RoomPower, RoomPowerLevels, UserPower};
pub use spaces::{SpaceChild, SpaceChildKey, SpaceParent};
pub use stripped_state::{Invitation, StrippedState};
pub use third_party_invite::{RoomThirdPartyInvite, ThirdPartyInviteKey};
pub use tombstone::RoomTombstone;

use super::contents;

contents![
    BeaconInfo,
    CallMember,
    PolicyRuleRoom,
    PolicyRuleServer,
    PolicyRuleUser,
    RoomAliases,
    RoomAvatar,
    RoomCanonicalAlias,
    RoomCreate,
    RoomEncryption,
    RoomGuestAccess,
    RoomHistoryVisibility,
    RoomImagePack,
    RoomJoinRules,
    RoomMember,
    RoomName,
    RoomPinnedEvents,
    RoomPolicy,
    RoomPowerLevels,
    RoomServerAcl,
    RoomThirdPartyInvite,
    RoomTombstone,
    RoomTopic,
    SpaceChild,
    SpaceParent,
    Widget,
];
