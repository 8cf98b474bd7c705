//! Profiles, the data that clients store with an account, room tags, and the directory of users.
//!
//! Specification: [user data](https://spec.matrix.org/v1.19/client-server-api/#user-data),
//! [client config](https://spec.matrix.org/v1.19/client-server-api/#client-config),
//! [room tagging](https://spec.matrix.org/v1.19/client-server-api/#room-tagging).

mod account_data;
mod profile;
mod room_tags;
mod user_directory;

pub use crate::types::RoomTag;
pub use account_data::{
    GetAccountData, GetAccountDataPerRoom, SetAccountData, SetAccountDataPerRoom,
};
pub use profile::{DeleteProfileField, GetProfileField, GetUserProfile, Profile, SetProfileField};
pub use room_tags::{DeleteRoomTag, GetRoomTags, GetRoomTagsResponse, SetRoomTag};
pub use user_directory::{DirectoryUser, SearchUserDirectory, SearchUserDirectoryResponse};

crate::wire::operations![
    DeleteProfileField,
    DeleteRoomTag,
    GetAccountData,
    GetAccountDataPerRoom,
    GetProfileField,
    GetRoomTags,
    GetUserProfile,
    SearchUserDirectory,
    SetAccountData,
    SetAccountDataPerRoom,
    SetProfileField,
    SetRoomTag,
];
