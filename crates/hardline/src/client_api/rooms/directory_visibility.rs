use hardline_derive::{Request, Response};

use crate::json::Empty;
use crate::types::{RoomId, RoomVisibility};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Asks whether the server's directory lists a room. It needs no access token.
///
/// Errors worth handling: `M_NOT_FOUND` (the server does not know the room).
///
/// ```
/// use hardline::client_api::rooms::GetRoomVisibilityOnDirectory;
/// use hardline::types::RoomId;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetRoomVisibilityOnDirectory::new(RoomId::parse("!room:example.org")?);
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/directory/list/room/%21room%3Aexample.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /directory/list/room/{roomId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3directorylistroomroomid).
#[doc(alias = "getRoomVisibilityOnDirectory")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRoomVisibilityOnDirectory {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
}

impl GetRoomVisibilityOnDirectory {
    /// A request with the required fields.
    pub fn new(room_id: RoomId) -> Self {
        Self { room_id }
    }
}

impl Endpoint for GetRoomVisibilityOnDirectory {
    const OPERATION: Operation = Operation::get(
        "getRoomVisibilityOnDirectory",
        "/_matrix/client/v3/directory/list/room/{roomId}",
    )
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/directory/list/room/{roomId}",
    )]);
    type Response = GetRoomVisibilityOnDirectoryResponse;
}

/// Whether a directory lists a room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetRoomVisibilityOnDirectoryResponse {
    /// Whether it does.
    pub visibility: Option<RoomVisibility>,
}

/// Puts a room on the server's directory, or takes it off.
///
/// Errors worth handling: `M_FORBIDDEN` (the user may not, or the server does not take this room), `M_NOT_FOUND` (the
/// server does not know the room).
///
/// ```
/// use hardline::client_api::rooms::SetRoomVisibilityOnDirectory;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = SetRoomVisibilityOnDirectory::new(RoomId::parse("!room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/directory/list/room/%21room%3Aexample.org");
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /directory/list/room/{roomId}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3directorylistroomroomid).
#[doc(alias = "setRoomVisibilityOnDirectory")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SetRoomVisibilityOnDirectory {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// Whether the directory is to list it: it is unless it says otherwise.
    pub visibility: Option<RoomVisibility>,
}

impl SetRoomVisibilityOnDirectory {
    /// A request with the required fields.
    pub fn new(room_id: RoomId) -> Self {
        Self {
            room_id,
            visibility: None,
        }
    }
}

impl Endpoint for SetRoomVisibilityOnDirectory {
    const OPERATION: Operation = Operation::put(
        "setRoomVisibilityOnDirectory",
        "/_matrix/client/v3/directory/list/room/{roomId}",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/directory/list/room/{roomId}",
    )]);
    type Response = Empty;
}
