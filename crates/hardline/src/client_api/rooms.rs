//! Rooms: creating and upgrading them, their aliases, the directory, and what a room is before one joins it.
//!
//! Specification: [creation](https://spec.matrix.org/v1.19/client-server-api/#creation),
//! [room upgrades](https://spec.matrix.org/v1.19/client-server-api/#room-upgrades),
//! [spaces](https://spec.matrix.org/v1.19/client-server-api/#spaces).

mod aliases;
mod create_room;
mod directory_visibility;
mod mutual_rooms;
mod public_rooms;
mod room_summary;
mod space_hierarchy;
mod upgrade;

pub use aliases::{
    DeleteRoomAlias, GetLocalAliases, GetLocalAliasesResponse, GetRoomIdByAlias,
    GetRoomIdByAliasResponse, SetRoomAlias,
};
pub use create_room::{CreateRoom, CreateRoomResponse, InitialStateEvent, Invite3pid, RoomPreset};
pub use directory_visibility::{
    GetRoomVisibilityOnDirectory, GetRoomVisibilityOnDirectoryResponse,
    SetRoomVisibilityOnDirectory,
};
pub use mutual_rooms::{GetMutualRooms, GetMutualRoomsResponse};
pub use public_rooms::{
    GetPublicRooms, PublicRoom, PublicRooms, PublicRoomsFilter, QueryPublicRooms,
};
pub use room_summary::{GetRoomSummary, GetRoomSummaryResponse};
pub use space_hierarchy::{GetSpaceHierarchy, GetSpaceHierarchyResponse, SpaceHierarchyRoom};
pub use upgrade::{UpgradeRoom, UpgradeRoomResponse};

crate::wire::operations![
    CreateRoom,
    DeleteRoomAlias,
    GetLocalAliases,
    GetMutualRooms,
    GetPublicRooms,
    GetRoomIdByAlias,
    GetRoomSummary,
    GetRoomVisibilityOnDirectory,
    GetSpaceHierarchy,
    QueryPublicRooms,
    SetRoomAlias,
    SetRoomVisibilityOnDirectory,
    UpgradeRoom,
];
