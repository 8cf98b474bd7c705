use hardline_derive::{Request, Response};

use crate::json::{JsonMap, JsonObject};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Lists the third-party networks that the homeserver's bridges reach.
///
/// The response has each [`Protocol`] under its name; it is empty if there is no bridge.
///
/// ```
/// use hardline::client_api::integrations::GetProtocols;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetProtocols::new();
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/thirdparty/protocols");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /thirdparty/protocols`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyprotocols).
#[doc(alias = "getProtocols")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetProtocols {}

impl GetProtocols {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetProtocols {
    const OPERATION: Operation =
        Operation::get("getProtocols", "/_matrix/client/v3/thirdparty/protocols")
            .auth(Auth::Required)
            .since(SpecVersion::v1(1))
            .older(&[(
                SpecVersion::r0(4),
                "/_matrix/client/r0/thirdparty/protocols",
            )]);
    type Response = JsonMap<String, Protocol>;
}

/// What a field of a protocol takes.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct FieldType {
    /// A regular expression for valid values. It is a hint for people who type; do not run it on what others send.
    #[serde(default)]
    pub regexp: String,
    /// An example, to show in an empty input.
    #[serde(default)]
    pub placeholder: String,
}

impl FieldType {
    /// A field.
    pub fn new(regexp: String, placeholder: String) -> Self {
        Self {
            regexp,
            placeholder,
        }
    }
}

/// A network that a bridge reaches.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct ProtocolInstance {
    /// What the network is called, for people to read.
    #[serde(default)]
    pub desc: String,
    /// The icon, if it is not that of the protocol: an `mxc://` URI.
    pub icon: Option<String>,
    /// The values of fields that are the same for everything in the network.
    #[serde(default)]
    pub fields: JsonObject,
    /// The ID of the network.
    pub network_id: String,
    /// The ID of the instance among all protocols. Servers add it.
    pub instance_id: Option<String>,
}

impl ProtocolInstance {
    /// A network.
    pub fn new(desc: String, fields: JsonObject, network_id: String) -> Self {
        Self {
            desc,
            icon: None,
            fields,
            network_id,
            instance_id: None,
        }
    }
}

/// A third-party protocol, such as IRC.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct Protocol {
    /// The fields that identify a user of the network, the most general first: `network`, `nickname`.
    #[serde(default)]
    pub user_fields: Vec<String>,
    /// The fields that identify a place of the network, the most general first: `network`, `channel`.
    #[serde(default)]
    pub location_fields: Vec<String>,
    /// The icon: an `mxc://` URI.
    pub icon: Option<String>,
    /// What the fields take, by their names.
    #[serde(default)]
    pub field_types: JsonMap<String, FieldType>,
    /// The networks that the bridge reaches.
    #[serde(default)]
    pub instances: Vec<ProtocolInstance>,
}

impl Protocol {
    /// A protocol without fields, for these networks.
    pub fn new(instances: Vec<ProtocolInstance>) -> Self {
        Self {
            user_fields: Vec::new(),
            location_fields: Vec::new(),
            icon: None,
            field_types: JsonMap::new(),
            instances,
        }
    }
}

/// Asks for one third-party network that the homeserver's bridges reach.
///
/// Errors worth handling: `M_NOT_FOUND` (no bridge has it). Synapse responds with 404 and without an errcode.
///
/// ```
/// use hardline::client_api::integrations::GetProtocolMetadata;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetProtocolMetadata::new("irc".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/thirdparty/protocol/irc");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /thirdparty/protocol/{protocol}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyprotocolprotocol).
#[doc(alias = "getProtocolMetadata")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetProtocolMetadata {
    /// The name of the protocol: `irc`.
    pub protocol: String,
}

impl GetProtocolMetadata {
    /// A request with the required fields.
    pub fn new(protocol: String) -> Self {
        Self { protocol }
    }
}

impl Endpoint for GetProtocolMetadata {
    const OPERATION: Operation = Operation::get(
        "getProtocolMetadata",
        "/_matrix/client/v3/thirdparty/protocol/{protocol}",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/thirdparty/protocol/{protocol}",
    )]);
    type Response = Protocol;
}
