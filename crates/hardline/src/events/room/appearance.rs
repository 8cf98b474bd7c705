//! What a room is called, what it is about and what it looks like.

mod aliases;
mod avatar;
mod image_pack;
mod name;
mod topic;

pub use aliases::{RoomAliases, RoomCanonicalAlias};
pub use avatar::RoomAvatar;
pub use image_pack::{ImagePackInfo, ImagePackUsage, PackImage, RoomImagePack};
pub use name::RoomName;
pub use topic::{RoomTopic, TextRepresentation, TopicContentBlock};
