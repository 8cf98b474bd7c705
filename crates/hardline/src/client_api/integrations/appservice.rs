use hardline_derive::{Request, Response};

use crate::json::Empty;
use crate::types::{RoomId, RoomVisibility};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Has the homeserver ping the application service that asks, to see whether it is reached. Only application services
/// can ask, with their own token.
///
/// Errors worth handling: `M_FORBIDDEN` (the token is not that application service's), `M_URL_NOT_SET` (it has no
/// URL), `M_CONNECTION_FAILED` (status 502: the homeserver does not reach it), `M_CONNECTION_TIMEOUT` (status 504),
/// `M_BAD_STATUS` (status 502: it responded with an error, which `status` and `body` of the error have).
///
/// ```
/// use hardline::client_api::integrations::PingAppservice;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = PingAppservice::new("irc".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v1/appservice/irc/ping");
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /appservice/{appserviceId}/ping`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv1appserviceappserviceidping).
#[doc(alias = "pingAppservice")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct PingAppservice {
    /// The ID of the application service, from its registration.
    #[serde(rename = "appserviceId")]
    pub appservice_id: String,
    /// Is passed on to the application service, which tells its own pings apart by it.
    pub transaction_id: Option<String>,
}

impl PingAppservice {
    /// A request with the required fields.
    pub fn new(appservice_id: String) -> Self {
        Self {
            appservice_id,
            transaction_id: None,
        }
    }
}

impl Endpoint for PingAppservice {
    const OPERATION: Operation = Operation::post(
        "pingAppservice",
        "/_matrix/client/v1/appservice/{appserviceId}/ping",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(7));
    type Response = PingAppserviceResponse;
}

/// The application service was reached.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct PingAppserviceResponse {
    /// How long the application service took to respond, in milliseconds.
    pub duration_ms: u64,
}

impl PingAppserviceResponse {
    /// A response.
    pub fn new(duration_ms: u64) -> Self {
        Self { duration_ms }
    }
}

/// Puts a room into an application service's directory, or takes it out. Only application services can do it, with
/// their own token.
///
/// ```
/// use hardline::client_api::integrations::UpdateAppserviceRoomDirectoryVisibility;
/// use hardline::types::{AccessToken, RoomId, RoomVisibility};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = UpdateAppserviceRoomDirectoryVisibility::new(
///     "text".to_owned(),
///     RoomId::parse("!room:example.org")?,
///     RoomVisibility::Public,
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/directory/list/appservice/text/%21room%3Aexample.org");
/// assert_eq!(request.body(), br#"{"visibility":"public"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /directory/list/appservice/{networkId}/{roomId}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3directorylistappservicenetworkidroomid).
#[doc(alias = "updateAppserviceRoomDirectoryVisibility")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct UpdateAppserviceRoomDirectoryVisibility {
    /// The network, from the [protocol's instances](super::ProtocolInstance::network_id).
    #[serde(rename = "networkId")]
    pub network_id: String,
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// Whether the directory lists the room.
    pub visibility: RoomVisibility,
}

impl UpdateAppserviceRoomDirectoryVisibility {
    /// A request with the required fields.
    pub fn new(network_id: String, room_id: RoomId, visibility: RoomVisibility) -> Self {
        Self {
            network_id,
            room_id,
            visibility,
        }
    }
}

impl Endpoint for UpdateAppserviceRoomDirectoryVisibility {
    const OPERATION: Operation = Operation::put(
        "updateAppserviceRoomDirectoryVisibility",
        "/_matrix/client/v3/directory/list/appservice/{networkId}/{roomId}",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/directory/list/appservice/{networkId}/{roomId}",
    )]);
    type Response = Empty;
}
