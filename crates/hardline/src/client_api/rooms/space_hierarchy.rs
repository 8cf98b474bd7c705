use hardline_derive::{Request, Response};

use crate::events::RawEvent;
use crate::json::RawList;
use crate::types::{JoinRule, MxcUri, RoomAliasId, RoomId, RoomType, RoomVersionId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Lists the rooms of a space, and of the spaces within it, page by page. The first is the space itself.
///
/// Errors worth handling: `M_FORBIDDEN` (the user may not see the space, or there is none), `M_INVALID_PARAM` (the
/// token is not valid any more, or its page was asked for with other parameters), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::rooms::GetSpaceHierarchy;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetSpaceHierarchy::new(RoomId::parse("!room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v1/rooms/%21room%3Aexample.org/hierarchy");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /rooms/{roomId}/hierarchy`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidhierarchy).
#[doc(alias = "getSpaceHierarchy")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetSpaceHierarchy {
    /// The space.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// Whether only rooms are listed that the space suggests.
    pub suggested_only: Option<bool>,
    /// The maximum number of rooms; the server may return fewer.
    pub limit: Option<u64>,
    /// How many levels of spaces are looked into. With 0, there is the space alone. The server has a limit of its own.
    pub max_depth: Option<u64>,
    /// Where the page begins: the token of an earlier response. All else has to be as it was then.
    pub from: Option<String>,
}

impl GetSpaceHierarchy {
    /// A request with the required fields.
    pub fn new(room_id: RoomId) -> Self {
        Self {
            room_id,
            suggested_only: None,
            limit: None,
            max_depth: None,
            from: None,
        }
    }
}

impl Endpoint for GetSpaceHierarchy {
    const OPERATION: Operation = Operation::get(
        "getSpaceHierarchy",
        "/_matrix/client/v1/rooms/{roomId}/hierarchy",
    )
    .auth(Auth::Required)
    .query(&["suggested_only", "limit", "max_depth", "from"])
    .since(SpecVersion::v1(2));
    type Response = GetSpaceHierarchyResponse;
}

/// A page of the rooms of a space.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetSpaceHierarchyResponse {
    /// The rooms of this page.
    pub rooms: Vec<SpaceHierarchyRoom>,
    /// Where the next page begins. Missing on the last one; some servers send an empty string there.
    pub next_batch: Option<String>,
}

impl GetSpaceHierarchyResponse {
    /// The last page.
    pub fn new(rooms: Vec<SpaceHierarchyRoom>) -> Self {
        Self {
            rooms,
            next_batch: None,
        }
    }
}

/// A room of a space.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct SpaceHierarchyRoom {
    /// The room.
    pub room_id: RoomId,
    /// The room's main alias.
    pub canonical_alias: Option<RoomAliasId>,
    /// What the room is called.
    pub name: Option<String>,
    /// What the room is about, as plain text.
    pub topic: Option<String>,
    /// The room's picture.
    pub avatar_url: Option<MxcUri>,
    /// How many users are in the room.
    #[serde(default)]
    pub num_joined_members: u64,
    /// Whether everybody can read the room without joining.
    #[serde(default)]
    pub world_readable: bool,
    /// Whether guests can join. They may have no right to speak.
    #[serde(default)]
    pub guest_can_join: bool,
    /// How one gets in. Missing stands for public.
    pub join_rule: Option<JoinRule>,
    /// The type of the room, if it has one: a space within the space. Since v1.4.
    pub room_type: Option<RoomType>,
    /// The rooms whose members may join, if the join rule restricts it to them. Since v1.15.
    #[serde(default)]
    pub allowed_room_ids: Vec<RoomId>,
    /// The algorithm that messages are encrypted with. Missing if they are not. Since v1.15.
    pub encryption: Option<String>,
    /// The version of the room. Since v1.15.
    pub room_version: Option<RoomVersionId>,
    /// The `m.space.child` events of a space, in its order and stripped: with type, state key, sender, time and content
    /// alone.
    #[serde(default)]
    pub children_state: RawList<RawEvent>,
}

impl SpaceHierarchyRoom {
    /// A room of which nothing else is known.
    pub fn new(room_id: RoomId) -> Self {
        Self {
            room_id,
            canonical_alias: None,
            name: None,
            topic: None,
            avatar_url: None,
            num_joined_members: Default::default(),
            world_readable: Default::default(),
            guest_can_join: Default::default(),
            join_rule: None,
            room_type: None,
            allowed_room_ids: Default::default(),
            encryption: None,
            room_version: None,
            children_state: Default::default(),
        }
    }
}
