use serde::Serialize;

use crate::server_words::ServerWords;

/// What happened in rooms. Programs rely on the names of the steps and of their members.
#[derive(Debug, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(crate) enum RoomStep {
    Rooms {
        rooms: Vec<RoomRow>,
    },
    RoomCreated {
        room_id: String,
        alias: Option<String>,
    },
    RoomJoined {
        room_id: String,
    },
    RoomLeft {
        room_id: String,
    },
    Invited {
        room_id: String,
        user_id: String,
    },
    Members {
        room_id: String,
        members: Vec<MemberRow>,
    },
    Sent {
        room_id: String,
        event_id: String,
        txn_id: String,
    },
    Uploaded {
        content_uri: String,
    },
    Downloaded {
        file: String,
        bytes: u64,
        content_type: Option<String>,
    },
    /// Of what happened in a room, something is not shown.
    Missing,
    Offline(ServerWords),
    Online,
}

/// A room that the user is in or is invited to.
#[derive(Debug, Serialize)]
pub(crate) struct RoomRow {
    pub(crate) room_id: String,
    /// `join` or `invite`.
    pub(crate) membership: &'static str,
    /// Its own name, or one that is made of its alias or its members.
    pub(crate) name: String,
    pub(crate) canonical_alias: Option<String>,
    pub(crate) encrypted: bool,
    pub(crate) joined_members: Option<u64>,
    pub(crate) invited_members: Option<u64>,
    /// How many messages notify the user, and how many of them of that more loudly.
    pub(crate) unread: Option<u64>,
    pub(crate) highlights: Option<u64>,
    /// Who invites.
    pub(crate) inviter: Option<String>,
}

/// A user who is in a room.
#[derive(Debug, Serialize)]
pub(crate) struct MemberRow {
    pub(crate) user_id: String,
    pub(crate) display_name: Option<String>,
}
