//! Operations that the core does not have yet, written as its own are.

mod keys;
mod rooms;
mod sync;

pub(crate) use keys::{QueryKeys, UploadKeys};
pub(crate) use rooms::{GetJoinedMembers, SendMessage};
pub(crate) use sync::{JoinedRoom, Sync, SyncRooms};
