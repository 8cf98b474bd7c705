use hardline_derive::{Request, Response, Wire};

use crate::json::{JsonObject, RawJson};
use crate::types::text::text_enum;
use crate::types::{
    AccessToken, Medium, RoomId, RoomVersionId, RoomVisibility, ServerName, UserId,
};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Creates a room. The user is in it, and may do everything there.
///
/// Errors worth handling: `M_ROOM_IN_USE` (the alias is taken), `M_UNSUPPORTED_ROOM_VERSION`, `M_INVALID_ROOM_STATE`
/// (the initial state contradicts itself), `M_BAD_JSON`, `M_INVITE_BLOCKED` (somebody takes no invitations),
/// `M_LIMIT_EXCEEDED`. If the answer gets lost, the room may be there: look at a sync before you try again.
///
/// ```
/// use hardline::client_api::rooms::CreateRoom;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = CreateRoom::new();
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/createRoom");
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /createRoom`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom).
#[doc(alias = "createRoom")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct CreateRoom {
    /// Whether the server's directory lists the room. By default it does not.
    pub visibility: Option<RoomVisibility>,
    /// The local part of an alias to create with it: `lounge` for `#lounge:example.org`.
    pub room_alias_name: Option<String>,
    /// What the room is called.
    pub name: Option<String>,
    /// What the room is about.
    pub topic: Option<String>,
    /// Who is invited.
    pub invite: Option<Vec<UserId>>,
    /// Who is invited by an e-mail address or a phone number.
    pub invite_3pid: Option<Vec<Invite3pid>>,
    /// The room version; by default the server chooses. The capability `m.room_versions` lists those that it has.
    pub room_version: Option<RoomVersionId>,
    /// Further members of the content of `m.room.create`: `type` for the type of the room, `m.federate`, and from room
    /// version 12 on `additional_creators`.
    pub creation_content: Option<JsonObject>,
    /// State that the room begins with. It takes precedence over what the preset says, and `name` and `topic` over it.
    pub initial_state: Option<Vec<InitialStateEvent>>,
    /// A choice of defaults for who may join and see what. By default it depends on the visibility.
    pub preset: Option<RoomPreset>,
    /// Whether the invitations say that the room is for a direct chat.
    pub is_direct: Option<bool>,
    /// Members of the content of `m.room.power_levels` that replace the server's defaults.
    pub power_level_content_override: Option<JsonObject>,
}

impl CreateRoom {
    /// The request; no field is required.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for CreateRoom {
    const OPERATION: Operation = Operation::post("createRoom", "/_matrix/client/v3/createRoom")
        .auth(Auth::Required)
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/createRoom")]);
    type Response = CreateRoomResponse;
}

/// The room that was created.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct CreateRoomResponse {
    /// The room.
    pub room_id: RoomId,
}

impl CreateRoomResponse {
    /// The room that was created.
    pub fn new(room_id: RoomId) -> Self {
        Self { room_id }
    }
}

/// An invitation of whoever an e-mail address or a phone number belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct Invite3pid {
    /// The identity server that is asked who that is, and that stores the invitation if nobody is.
    pub id_server: ServerName,
    /// The access token of that identity server.
    pub id_access_token: AccessToken,
    /// What kind of address it is.
    pub medium: Medium,
    /// The e-mail address, or the phone number: country code and digits without a `+`.
    pub address: String,
}

impl Invite3pid {
    /// One with the required fields.
    pub fn new(
        id_server: ServerName,
        id_access_token: AccessToken,
        medium: Medium,
        address: String,
    ) -> Self {
        Self {
            id_server,
            id_access_token,
            medium,
            address,
        }
    }
}

/// A piece of state that a room begins with.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct InitialStateEvent {
    /// The type of the event.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The state key; empty by default.
    pub state_key: Option<String>,
    /// The content.
    pub content: RawJson,
}

impl InitialStateEvent {
    /// A piece of state with an empty state key.
    pub fn new(event_type: String, content: RawJson) -> Self {
        Self {
            event_type,
            state_key: None,
            content,
        }
    }
}

text_enum! {
    /// A choice of defaults for a new room.
    RoomPreset {
        /// By invitation; all members see the whole history.
        PrivateChat = "private_chat",
        /// The same, and those who are invited may do as much as who created it.
        TrustedPrivateChat = "trusted_private_chat",
        /// Everybody can join; guests cannot.
        PublicChat = "public_chat",
    }
}
