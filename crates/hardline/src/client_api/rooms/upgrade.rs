use hardline_derive::{Request, Response};

use crate::types::{RoomId, RoomVersionId, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Replaces a room by a new one of another room version. The old one is closed and points to the new one; its members
/// have to join that.
///
/// Errors worth handling: `M_UNSUPPORTED_ROOM_VERSION`, `M_FORBIDDEN` (the user may not). If the answer gets lost, the
/// old room may have its `m.room.tombstone` already: look before you try again.
///
/// ```
/// use hardline::client_api::rooms::UpgradeRoom;
/// use hardline::types::{AccessToken, RoomId, RoomVersionId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = UpgradeRoom::new(RoomId::parse("!room:example.org")?, RoomVersionId::parse("12")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/upgrade");
/// assert_eq!(request.body(), br#"{"new_version":"12"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /rooms/{roomId}/upgrade`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidupgrade).
#[doc(alias = "upgradeRoom")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct UpgradeRoom {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The version of the new room.
    pub new_version: RoomVersionId,
    /// Users who may do everything in the new room, beside the user: from room version 12 on. Since v1.16.
    pub additional_creators: Option<Vec<UserId>>,
}

impl UpgradeRoom {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, new_version: RoomVersionId) -> Self {
        Self {
            room_id,
            new_version,
            additional_creators: None,
        }
    }
}

impl Endpoint for UpgradeRoom {
    const OPERATION: Operation =
        Operation::post("upgradeRoom", "/_matrix/client/v3/rooms/{roomId}/upgrade")
            .auth(Auth::Required)
            .since(SpecVersion::v1(1))
            .older(&[(
                SpecVersion::r0(5),
                "/_matrix/client/r0/rooms/{roomId}/upgrade",
            )]);
    type Response = UpgradeRoomResponse;
}

/// The room that replaces another.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct UpgradeRoomResponse {
    /// The new room.
    pub replacement_room: RoomId,
}

impl UpgradeRoomResponse {
    /// The room that replaces another.
    pub fn new(replacement_room: RoomId) -> Self {
        Self { replacement_room }
    }
}
