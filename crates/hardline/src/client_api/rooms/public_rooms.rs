use hardline_derive::{Request, Response, Wire};

use crate::types::{JoinRule, MxcUri, RoomAliasId, RoomId, RoomType, ServerName};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Lists the public rooms of a server, page by page, the largest first. It needs no access token, but is sent
/// with one if there is one, since some servers want it all the same. [`QueryPublicRooms`] can search too.
///
/// ```
/// use hardline::client_api::rooms::GetPublicRooms;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetPublicRooms::new();
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/publicRooms");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /publicRooms`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3publicrooms).
#[doc(alias = "getPublicRooms")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetPublicRooms {
    /// The maximum number of rooms; the server may return fewer.
    pub limit: Option<u64>,
    /// Where the page begins: the token of an earlier response.
    pub since: Option<String>,
    /// The server whose rooms are listed; by default the user's own.
    pub server: Option<ServerName>,
}

impl GetPublicRooms {
    /// The request; no field is required.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetPublicRooms {
    const OPERATION: Operation = Operation::get("getPublicRooms", "/_matrix/client/v3/publicRooms")
        .auth(Auth::Optional)
        .query(&["limit", "since", "server"])
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/publicRooms")]);
    type Response = PublicRooms;
}

/// A page of a server's public rooms.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct PublicRooms {
    /// The rooms of this page.
    pub chunk: Vec<PublicRoom>,
    /// Where the next page begins. Missing on the last one; some servers send an empty string there.
    pub next_batch: Option<String>,
    /// Where the page before begins. Missing on the first one.
    pub prev_batch: Option<String>,
    /// About how many rooms there are in all.
    pub total_room_count_estimate: Option<u64>,
}

impl PublicRooms {
    /// The last page.
    pub fn new(chunk: Vec<PublicRoom>) -> Self {
        Self {
            chunk,
            next_batch: None,
            prev_batch: None,
            total_room_count_estimate: None,
        }
    }
}

/// A room in a directory.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct PublicRoom {
    /// The room.
    pub room_id: RoomId,
    /// The room's main alias.
    pub canonical_alias: Option<RoomAliasId>,
    /// What the room is called.
    pub name: Option<String>,
    /// What the room is about, as plain text. It may be empty.
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
}

impl PublicRoom {
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
        }
    }
}

/// Searches the public rooms of a server, page by page.
///
/// Errors worth handling: `M_INVALID_PARAM` (the token of another search).
///
/// ```
/// use hardline::client_api::rooms::QueryPublicRooms;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = QueryPublicRooms::new();
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/publicRooms");
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /publicRooms`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3publicrooms).
#[doc(alias = "queryPublicRooms")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct QueryPublicRooms {
    /// The server whose rooms are listed; by default the user's own.
    pub server: Option<ServerName>,
    /// The maximum number of rooms; the server may return fewer.
    pub limit: Option<u64>,
    /// Where the page begins: the token of an earlier response.
    pub since: Option<String>,
    /// Which rooms are wanted.
    pub filter: Option<PublicRoomsFilter>,
    /// Whether rooms of all third-party networks are included too. Not together with one network.
    pub include_all_networks: Option<bool>,
    /// The third-party network whose rooms are wanted. Without it, those of Matrix.
    pub third_party_instance_id: Option<String>,
}

impl QueryPublicRooms {
    /// The request; no field is required.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for QueryPublicRooms {
    const OPERATION: Operation =
        Operation::post("queryPublicRooms", "/_matrix/client/v3/publicRooms")
            .auth(Auth::Required)
            .query(&["server"])
            .repeatable()
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/publicRooms")]);
    type Response = PublicRooms;
}

/// Which rooms a search is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct PublicRoomsFilter {
    /// A text that occurs in the name, the topic or the main alias.
    pub generic_search_term: Option<String>,
    /// The types that are wanted, of which `None` stands for rooms without a type. By default all. Since v1.4.
    pub room_types: Option<Vec<Option<RoomType>>>,
}

impl PublicRoomsFilter {
    /// All rooms.
    pub fn new() -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::JsonWriter;
    use crate::types::AccessToken;
    use crate::wire::{self, Credentials, Target};

    #[test]
    fn a_room_of_which_a_server_says_little_is_listed() {
        let body = r##"{"chunk": [{"room_id": "!a", "topic": "", "join_rule": "org.example.quiz", "name": null}, {"name": "?"}]}"##;
        let answer = wire::decode_response::<GetPublicRooms>(http::Response::new(body)).unwrap();
        let [room] = &answer.value.chunk[..] else {
            panic!("{:?}", answer.value)
        };
        assert_eq!(room.join_rule, Some(JoinRule::from("org.example.quiz")));
        assert_eq!(room.topic.as_deref(), Some(""));
        assert_eq!(answer.warnings.iter().count(), 1);
    }

    #[test]
    fn whoever_has_a_token_sends_it() {
        let target = Target::homeserver("https://example.org").unwrap();
        let token = Credentials::Token(AccessToken::from("syt_secret"));
        let request = wire::encode(&GetPublicRooms::new(), &target, &token).unwrap();
        assert_eq!(request.headers()["authorization"], "Bearer syt_secret");
        assert!(wire::encode(&GetPublicRooms::new(), &target, &Credentials::None).is_ok());
    }

    #[test]
    fn rooms_without_a_type_are_searched_for_with_null() {
        let filter = PublicRoomsFilter {
            room_types: Some(vec![Some(RoomType::Space), None]),
            ..PublicRoomsFilter::new()
        };
        let json = JsonWriter::text_of(&filter).unwrap();
        assert_eq!(json, br#"{"room_types":["m.space",null]}"#);
    }
}
