use hardline_derive::{Request, Response};

use crate::events::RawEvent;
use crate::json::RawList;
use crate::types::{RoomOrAliasId, ServerName};
use crate::wire::{Auth, Endpoint, Operation};

/// Fetches some state of a room that the user need not be in, stripped to type, state key, sender and content: flag
/// `org.continuwuity.msc4560`. It works without an access token for rooms that everybody may see.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such room, or the user may not see it), `M_INVALID_PARAM` (too
/// many servers), `M_UNRECOGNIZED`.
///
/// ```
/// use hardline::client_api::unstable::msc4560::GetStrippedState;
/// use hardline::wire;
///
/// let body = r#"{"state": [{"type": "m.room.name", "state_key": "", "content": {}}], "via": "example.org"}"#;
/// let answer = wire::decode::<GetStrippedState>(http::Response::new(body))?;
/// assert_eq!(answer.state.len(), 1);
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Proposal: [MSC4560](https://github.com/matrix-org/matrix-spec-proposals/pull/4560).
#[doc(alias = "msc4560GetStrippedState")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetStrippedState {
    /// The room, by its ID or by an alias.
    #[serde(rename = "roomIdOrAlias")]
    pub room_id_or_alias: RoomOrAliasId,
    /// Servers to ask about the room if the user's own does not know it: 32 at most.
    #[serde(default)]
    pub via: Vec<ServerName>,
    /// The types of the state that is wanted.
    pub state: Option<Vec<String>>,
    /// Whether the number of members is wanted.
    pub num_joined_members: Option<bool>,
}

impl GetStrippedState {
    /// A request with the required fields.
    pub fn new(room_id_or_alias: RoomOrAliasId) -> Self {
        Self {
            room_id_or_alias,
            via: Default::default(),
            state: None,
            num_joined_members: None,
        }
    }
}

impl Endpoint for GetStrippedState {
    const OPERATION: Operation = Operation::post(
        "msc4560GetStrippedState",
        "/_matrix/client/unstable/org.continuwuity.msc4560.stripped_state/{roomIdOrAlias}",
    )
    .auth(Auth::Optional)
    .query(&["via"])
    .repeatable();
    type Response = GetStrippedStateResponse;
}

/// Some state of a room.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetStrippedStateResponse {
    /// The state, stripped.
    pub state: RawList<RawEvent>,
    /// How many users are in the room.
    pub num_joined_members: Option<u64>,
    /// The server that told it.
    pub via: ServerName,
}

impl GetStrippedStateResponse {
    /// One with the required fields.
    pub fn new(state: RawList<RawEvent>, via: ServerName) -> Self {
        Self {
            state,
            num_joined_members: None,
            via,
        }
    }
}
