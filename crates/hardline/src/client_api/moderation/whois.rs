use hardline_derive::{Request, Response};

use crate::json::JsonMap;
use crate::types::{Timestamp, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Asks where a user of this server is logged in and from where they connect. Users may ask for themselves; for
/// others, only administrators may.
///
/// Errors worth handling: `M_FORBIDDEN` (the user is no administrator).
///
/// ```
/// use hardline::client_api::moderation::GetWhoIs;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetWhoIs::new(UserId::parse("@alice:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/admin/whois/%40alice%3Aexample.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /admin/whois/{userId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3adminwhoisuserid).
#[doc(alias = "getWhoIs")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetWhoIs {
    /// The user.
    #[serde(rename = "userId")]
    pub user_id: UserId,
}

impl GetWhoIs {
    /// A request with the required fields.
    pub fn new(user_id: UserId) -> Self {
        Self { user_id }
    }
}

impl Endpoint for GetWhoIs {
    const OPERATION: Operation =
        Operation::get("getWhoIs", "/_matrix/client/v3/admin/whois/{userId}")
            .auth(Auth::Required)
            .since(SpecVersion::v1(1))
            .older(&[(
                SpecVersion::r0(4),
                "/_matrix/client/r0/admin/whois/{userId}",
            )]);
    type Response = GetWhoIsResponse;
}

/// Where a user is logged in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetWhoIsResponse {
    /// The user.
    pub user_id: Option<UserId>,
    /// The devices by their IDs. Synapse has all sessions under the empty ID, also for users that do not exist.
    #[serde(default)]
    pub devices: JsonMap<String, DeviceInfo>,
}

/// A connection that a user was seen with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct ConnectionInfo {
    /// The IP address.
    pub ip: Option<String>,
    /// When it was last seen, in Unix milliseconds.
    pub last_seen: Option<Timestamp>,
    /// How the client called itself.
    pub user_agent: Option<String>,
}

/// A session of a device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct SessionInfo {
    /// The connections of the session.
    #[serde(default)]
    pub connections: Vec<ConnectionInfo>,
}

/// A device that a user was seen with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct DeviceInfo {
    /// The sessions of the device.
    #[serde(default)]
    pub sessions: Vec<SessionInfo>,
}
