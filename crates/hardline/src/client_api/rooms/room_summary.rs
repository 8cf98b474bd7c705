use hardline_derive::{Request, Response};

use crate::types::{
    JoinRule, Membership, MxcUri, RoomAliasId, RoomId, RoomOrAliasId, RoomType, RoomVersionId,
    ServerName,
};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Asks what a room is, whether or not the user is in it: what to show before joining.
///
/// It works without an access token for rooms that everybody may see. Servers that advertise older versions than v1.15
/// may have it, so they are asked.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such room, or the user may not see it; some servers say
/// `M_FORBIDDEN`).
///
/// ```
/// use hardline::client_api::rooms::GetRoomSummary;
/// use hardline::types::RoomOrAliasId;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetRoomSummary::new(RoomOrAliasId::parse("#room:example.org")?);
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v1/room_summary/%23room%3Aexample.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /room_summary/{roomIdOrAlias}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1room_summaryroomidoralias).
#[doc(alias = "getRoomSummary")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRoomSummary {
    /// The room, by its ID or by an alias.
    #[serde(rename = "roomIdOrAlias")]
    pub room_id_or_alias: RoomOrAliasId,
    /// Servers to ask about the room if the user's own does not know it.
    #[serde(default)]
    pub via: Vec<ServerName>,
}

impl GetRoomSummary {
    /// A request with the required fields.
    pub fn new(room_id_or_alias: RoomOrAliasId) -> Self {
        Self {
            room_id_or_alias,
            via: Default::default(),
        }
    }
}

impl Endpoint for GetRoomSummary {
    const OPERATION: Operation = Operation::get(
        "getRoomSummary",
        "/_matrix/client/v1/room_summary/{roomIdOrAlias}",
    )
    .auth(Auth::Optional)
    .query(&["via"])
    .may_be_unadvertised()
    .since(SpecVersion::v1(15));
    type Response = GetRoomSummaryResponse;
}

/// What a room is.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetRoomSummaryResponse {
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
    /// The type of the room, if it has one: a space.
    pub room_type: Option<RoomType>,
    /// The rooms whose members may join, if the join rule restricts it to them.
    #[serde(default)]
    pub allowed_room_ids: Vec<RoomId>,
    /// The algorithm that messages are encrypted with: `m.megolm.v1.aes-sha2`. Missing if they are not.
    /// [`encrypted_with`](Self::encrypted_with) knows the older name too.
    pub encryption: Option<String>,
    /// The same under its unstable name.
    #[serde(rename = "im.nheko.summary.encryption")]
    pub nheko_encryption: Option<String>,
    /// The version of the room. A server that does not know it cannot join.
    /// [`version`](Self::version) knows the older name too.
    pub room_version: Option<RoomVersionId>,
    /// The same under its unstable name.
    #[serde(rename = "im.nheko.summary.room_version")]
    pub nheko_room_version: Option<RoomVersionId>,
    /// The user's own membership. Missing without an access token, or if they never had any.
    pub membership: Option<Membership>,
}

impl GetRoomSummaryResponse {
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
            nheko_encryption: None,
            room_version: None,
            nheko_room_version: None,
            membership: None,
        }
    }

    /// The algorithm that messages are encrypted with, under either name.
    pub fn encrypted_with(&self) -> Option<&str> {
        let stable = self.encryption.as_deref();
        stable.or(self.nheko_encryption.as_deref())
    }

    /// The version of the room, under either name.
    pub fn version(&self) -> Option<&RoomVersionId> {
        let stable = self.room_version.as_ref();
        stable.or(self.nheko_room_version.as_ref())
    }
}
