use hardline_derive::{Request, Response};

use crate::json::Empty;
use crate::types::{RoomAliasId, RoomId, ServerName};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Asks which room an alias leads to, and which servers know it. It needs no access token.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such alias), `M_INVALID_PARAM` (it is no alias). If its server
/// cannot be reached, some servers respond with 502, others with 500.
///
/// ```
/// use hardline::client_api::rooms::GetRoomIdByAlias;
/// use hardline::types::RoomAliasId;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetRoomIdByAlias::new(RoomAliasId::parse("#room:example.org")?);
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/directory/room/%23room%3Aexample.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /directory/room/{roomAlias}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3directoryroomroomalias).
#[doc(alias = "getRoomIdByAlias")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRoomIdByAlias {
    /// The alias.
    #[serde(rename = "roomAlias")]
    pub room_alias: RoomAliasId,
}

impl GetRoomIdByAlias {
    /// A request with the required fields.
    pub fn new(room_alias: RoomAliasId) -> Self {
        Self { room_alias }
    }
}

impl Endpoint for GetRoomIdByAlias {
    const OPERATION: Operation = Operation::get(
        "getRoomIdByAlias",
        "/_matrix/client/v3/directory/room/{roomAlias}",
    )
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/directory/room/{roomAlias}",
    )]);
    type Response = GetRoomIdByAliasResponse;
}

/// Where an alias leads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetRoomIdByAliasResponse {
    /// The room.
    pub room_id: Option<RoomId>,
    /// Servers that know the room: ask to join via these.
    #[serde(default)]
    pub servers: Vec<ServerName>,
}

/// Makes an alias for a room. It has to be one of the user's own server.
///
/// Errors worth handling: with the status 409 the alias is taken, mostly with `M_UNKNOWN`; `M_INVALID_PARAM` (it is no
/// alias, or another server's), `M_FORBIDDEN`.
///
/// ```
/// use hardline::client_api::rooms::SetRoomAlias;
/// use hardline::types::{AccessToken, RoomAliasId, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = SetRoomAlias::new(RoomAliasId::parse("#room:example.org")?, RoomId::parse("!room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/directory/room/%23room%3Aexample.org");
/// assert_eq!(request.body(), br#"{"room_id":"!room:example.org"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /directory/room/{roomAlias}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3directoryroomroomalias).
#[doc(alias = "setRoomAlias")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SetRoomAlias {
    /// The alias.
    #[serde(rename = "roomAlias")]
    pub room_alias: RoomAliasId,
    /// The room.
    pub room_id: RoomId,
}

impl SetRoomAlias {
    /// A request with the required fields.
    pub fn new(room_alias: RoomAliasId, room_id: RoomId) -> Self {
        Self {
            room_alias,
            room_id,
        }
    }
}

impl Endpoint for SetRoomAlias {
    const OPERATION: Operation = Operation::put(
        "setRoomAlias",
        "/_matrix/client/v3/directory/room/{roomAlias}",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/directory/room/{roomAlias}",
    )]);
    type Response = Empty;
}

/// Removes an alias of a room. Who made it can, and who may change the room's main alias.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such alias), `M_FORBIDDEN`.
///
/// ```
/// use hardline::client_api::rooms::DeleteRoomAlias;
/// use hardline::types::{AccessToken, RoomAliasId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = DeleteRoomAlias::new(RoomAliasId::parse("#room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/directory/room/%23room%3Aexample.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`DELETE /directory/room/{roomAlias}`](https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3directoryroomroomalias).
#[doc(alias = "deleteRoomAlias")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct DeleteRoomAlias {
    /// The alias.
    #[serde(rename = "roomAlias")]
    pub room_alias: RoomAliasId,
}

impl DeleteRoomAlias {
    /// A request with the required fields.
    pub fn new(room_alias: RoomAliasId) -> Self {
        Self { room_alias }
    }
}

impl Endpoint for DeleteRoomAlias {
    const OPERATION: Operation = Operation::delete(
        "deleteRoomAlias",
        "/_matrix/client/v3/directory/room/{roomAlias}",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/directory/room/{roomAlias}",
    )]);
    type Response = Empty;
}

/// Lists the aliases that the user's own server has for a room. The room may have others, and it may not show these.
///
/// Errors worth handling: `M_FORBIDDEN` (the user may not see them: members can, and everybody if the room's history is
/// for all), `M_INVALID_PARAM`, `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::rooms::GetLocalAliases;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetLocalAliases::new(RoomId::parse("!room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/aliases");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /rooms/{roomId}/aliases`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidaliases).
#[doc(alias = "getLocalAliases")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetLocalAliases {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
}

impl GetLocalAliases {
    /// A request with the required fields.
    pub fn new(room_id: RoomId) -> Self {
        Self { room_id }
    }
}

impl Endpoint for GetLocalAliases {
    const OPERATION: Operation = Operation::get(
        "getLocalAliases",
        "/_matrix/client/v3/rooms/{roomId}/aliases",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(6),
        "/_matrix/client/r0/rooms/{roomId}/aliases",
    )]);
    type Response = GetLocalAliasesResponse;
}

/// Aliases of a room.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetLocalAliasesResponse {
    /// The aliases, in no order.
    pub aliases: Vec<RoomAliasId>,
}

impl GetLocalAliasesResponse {
    /// Aliases of a room.
    pub fn new(aliases: Vec<RoomAliasId>) -> Self {
        Self { aliases }
    }
}
