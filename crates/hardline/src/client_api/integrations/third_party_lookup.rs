use hardline_derive::{Request, Response};

use crate::json::{JsonMap, JsonObject};
use crate::types::RoomAliasId;
use crate::wire::{Auth, Endpoint, Operation, ResponseBody, SpecVersion};

/// Finds Matrix rooms that stand for places of a third-party network.
///
/// Errors worth handling: `M_NOT_FOUND` (nothing was found). Synapse responds with an empty list, also for a protocol
/// that it does not know.
///
/// ```
/// use hardline::client_api::integrations::QueryLocationByProtocol;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let mut operation = QueryLocationByProtocol::new("irc".to_owned());
/// operation.fields.insert("channel".to_owned(), "#matrix".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/thirdparty/location/irc");
/// assert_eq!(request.uri().query(), Some("channel=%23matrix"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /thirdparty/location/{protocol}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartylocationprotocol).
#[doc(alias = "queryLocationByProtocol")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct QueryLocationByProtocol {
    /// The name of the protocol: `irc`.
    pub protocol: String,
    /// What is looked for: values of the fields that [`Protocol`](super::Protocol) lists.
    #[serde(default)]
    pub fields: JsonMap<String, String>,
}

impl QueryLocationByProtocol {
    /// A request with the required fields.
    pub fn new(protocol: String) -> Self {
        Self {
            protocol,
            fields: JsonMap::new(),
        }
    }
}

impl Endpoint for QueryLocationByProtocol {
    const OPERATION: Operation = Operation::get(
        "queryLocationByProtocol",
        "/_matrix/client/v3/thirdparty/location/{protocol}",
    )
    .auth(Auth::Required)
    .query(&["fields"])
    .open_query("fields")
    .response_body(ResponseBody::List)
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/thirdparty/location/{protocol}",
    )]);
    type Response = Vec<ThirdPartyLocation>;
}

/// A Matrix room that stands for a place of a third-party network.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct ThirdPartyLocation {
    /// An alias of the Matrix room.
    pub alias: RoomAliasId,
    /// The name of the protocol.
    pub protocol: String,
    /// What identifies the place, by the fields of the protocol.
    #[serde(default)]
    pub fields: JsonObject,
}

impl ThirdPartyLocation {
    /// A room.
    pub fn new(alias: RoomAliasId, protocol: String, fields: JsonObject) -> Self {
        Self {
            alias,
            protocol,
            fields,
        }
    }
}

/// Finds Matrix users who stand for users of a third-party network.
///
/// Errors worth handling: `M_NOT_FOUND` (nobody was found). Synapse responds with an empty list, also for a protocol
/// that it does not know.
///
/// ```
/// use hardline::client_api::integrations::QueryUserByProtocol;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = QueryUserByProtocol::new("irc".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/thirdparty/user/irc");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /thirdparty/user/{protocol}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyuserprotocol).
#[doc(alias = "queryUserByProtocol")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct QueryUserByProtocol {
    /// The name of the protocol: `irc`.
    pub protocol: String,
    /// What is looked for: values of the fields that [`Protocol`](super::Protocol) lists.
    #[serde(default)]
    pub fields: JsonMap<String, String>,
}

impl QueryUserByProtocol {
    /// A request with the required fields.
    pub fn new(protocol: String) -> Self {
        Self {
            protocol,
            fields: JsonMap::new(),
        }
    }
}

impl Endpoint for QueryUserByProtocol {
    const OPERATION: Operation = Operation::get(
        "queryUserByProtocol",
        "/_matrix/client/v3/thirdparty/user/{protocol}",
    )
    .auth(Auth::Required)
    .query(&["fields"])
    .open_query("fields")
    .response_body(ResponseBody::List)
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/thirdparty/user/{protocol}",
    )]);
    type Response = Vec<ThirdPartyUser>;
}

/// A Matrix user who stands for a user of a third-party network.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct ThirdPartyUser {
    /// The user.
    pub userid: String,
    /// The name of the protocol.
    pub protocol: String,
    /// What identifies the user, by the fields of the protocol.
    #[serde(default)]
    pub fields: JsonObject,
}

impl ThirdPartyUser {
    /// A user.
    pub fn new(userid: String, protocol: String, fields: JsonObject) -> Self {
        Self {
            userid,
            protocol,
            fields,
        }
    }
}

/// Finds the places of third-party networks that a room alias stands for.
///
/// Errors worth handling: `M_NOT_FOUND` (nothing was found). Synapse does not know how to answer: it responds with an
/// empty list.
///
/// ```
/// use hardline::client_api::integrations::QueryLocationByAlias;
/// use hardline::types::{AccessToken, RoomAliasId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = QueryLocationByAlias::new(RoomAliasId::parse("#room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/thirdparty/location");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /thirdparty/location`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartylocation).
#[doc(alias = "queryLocationByAlias")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct QueryLocationByAlias {
    /// The room.
    pub alias: RoomAliasId,
}

impl QueryLocationByAlias {
    /// A request with the required fields.
    pub fn new(alias: RoomAliasId) -> Self {
        Self { alias }
    }
}

impl Endpoint for QueryLocationByAlias {
    const OPERATION: Operation = Operation::get(
        "queryLocationByAlias",
        "/_matrix/client/v3/thirdparty/location",
    )
    .auth(Auth::Required)
    .query(&["alias"])
    .response_body(ResponseBody::List)
    .since(SpecVersion::v1(1))
    .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/thirdparty/location")]);
    type Response = Vec<ThirdPartyLocation>;
}

/// Finds the users of third-party networks whom a Matrix user stands for.
///
/// Errors worth handling: `M_NOT_FOUND` (nobody was found). Synapse does not know how to answer: it responds with an
/// empty list.
///
/// ```
/// use hardline::client_api::integrations::QueryUserById;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = QueryUserById::new("text".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/thirdparty/user");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /thirdparty/user`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyuser).
#[doc(alias = "queryUserByID")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct QueryUserById {
    /// The user.
    pub userid: String,
}

impl QueryUserById {
    /// A request with the required fields.
    pub fn new(userid: String) -> Self {
        Self { userid }
    }
}

impl Endpoint for QueryUserById {
    const OPERATION: Operation =
        Operation::get("queryUserByID", "/_matrix/client/v3/thirdparty/user")
            .auth(Auth::Required)
            .query(&["userid"])
            .response_body(ResponseBody::List)
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/thirdparty/user")]);
    type Response = Vec<ThirdPartyUser>;
}
