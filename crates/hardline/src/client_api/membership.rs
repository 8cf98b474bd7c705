//! Who is in a room: joining, knocking, inviting, leaving, removing and banning.
//!
//! Specification: [room membership](https://spec.matrix.org/v1.19/client-server-api/#room-membership),
//! [third-party invites](https://spec.matrix.org/v1.19/client-server-api/#third-party-invites).

mod inviting;
mod joining;
mod leaving;
mod removing;

pub use inviting::{InviteBy3pid, InviteUser};
pub use joining::{JoinRoom, JoinRoomById, JoinedRoomId, KnockRoom, ThirdPartySigned};
pub use leaving::{ForgetRoom, GetJoinedRooms, GetJoinedRoomsResponse, LeaveRoom};
pub use removing::{Ban, Kick, Unban};

crate::wire::operations![
    Ban,
    ForgetRoom,
    GetJoinedRooms,
    // Of two that match a request equally, the first refuses it.
    InviteUser,
    InviteBy3pid,
    JoinRoom,
    JoinRoomById,
    Kick,
    KnockRoom,
    LeaveRoom,
    Unban,
];
