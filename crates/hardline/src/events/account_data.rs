//! What an account stores for its own clients, and of a room for itself.

mod direct;
mod identity_server;
mod image_pack_rooms;
mod invites;
mod media_preview_config;
mod read_markers;
mod recent_emoji;
mod space_order;
mod tag;
mod terms;

pub use direct::Direct;
pub use identity_server::{IdentityServer, IdentityServerChoice};
pub use image_pack_rooms::ImagePackRooms;
pub use invites::{IgnoredUserList, InviteAction, InvitePermissionConfig};
pub use media_preview_config::{MediaPreviewConfig, MediaPreviews};
pub use read_markers::{FullyRead, MarkedUnread};
pub use recent_emoji::{RecentEmoji, UsedEmoji};
pub use space_order::SpaceOrder;
pub use tag::Tag;
pub use terms::AcceptedTerms;

use super::contents;

contents![
    AcceptedTerms,
    Direct,
    FullyRead,
    IdentityServer,
    IgnoredUserList,
    ImagePackRooms,
    InvitePermissionConfig,
    MarkedUnread,
    MediaPreviewConfig,
    RecentEmoji,
    SpaceOrder,
    Tag,
];
