use hardline_derive::{Request, Response};

use crate::json::Empty;
use crate::types::{PresenceState, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Asks whether a user is there.
///
/// Errors worth handling: `M_FORBIDDEN` (the user shares no room with them; some servers say `M_NOT_FOUND`),
/// `M_UNKNOWN` with the status 404 (nothing is known of them). A server without presence responds that everybody is
/// offline.
///
/// ```
/// use hardline::client_api::ephemeral::GetPresence;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetPresence::new(UserId::parse("@alice:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/presence/%40alice%3Aexample.org/status");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /presence/{userId}/status`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3presenceuseridstatus).
#[doc(alias = "getPresence")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetPresence {
    /// Who is asked about.
    #[serde(rename = "userId")]
    pub user_id: UserId,
}

impl GetPresence {
    /// A request with the required fields.
    pub fn new(user_id: UserId) -> Self {
        Self { user_id }
    }
}

impl Endpoint for GetPresence {
    const OPERATION: Operation =
        Operation::get("getPresence", "/_matrix/client/v3/presence/{userId}/status")
            .auth(Auth::Required)
            .since(SpecVersion::v1(1))
            .older(&[(
                SpecVersion::r0(4),
                "/_matrix/client/r0/presence/{userId}/status",
            )]);
    type Response = GetPresenceResponse;
}

/// Whether a user is there.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetPresenceResponse {
    /// Whether they are there.
    pub presence: PresenceState,
    /// How long ago they last did something, in milliseconds.
    pub last_active_ago: Option<u64>,
    /// What they say of it, for people to read.
    pub status_msg: Option<String>,
    /// Whether they are doing something now.
    pub currently_active: Option<bool>,
}

impl GetPresenceResponse {
    /// A user of whom nothing else is known.
    pub fn new(presence: PresenceState) -> Self {
        Self {
            presence,
            last_active_ago: None,
            status_msg: None,
            currently_active: None,
        }
    }
}

/// Says whether the user is there, and what they say of it. A sync says so too:
/// [`Sync::set_presence`](crate::client_api::sync::Sync::set_presence).
///
/// Errors worth handling: `M_FORBIDDEN` (it is another user, or the server has no presence), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::ephemeral::SetPresence;
/// use hardline::types::{AccessToken, PresenceState, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = SetPresence::new(UserId::parse("@alice:example.org")?, PresenceState::Offline);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/presence/%40alice%3Aexample.org/status");
/// assert_eq!(request.body(), br#"{"presence":"offline"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /presence/{userId}/status`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3presenceuseridstatus).
#[doc(alias = "setPresence")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SetPresence {
    /// The user: that of the access token.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// Whether they are there.
    pub presence: PresenceState,
    /// What they say of it, for people to read. Without it, what was there is removed.
    pub status_msg: Option<String>,
}

impl SetPresence {
    /// A request with the required fields.
    pub fn new(user_id: UserId, presence: PresenceState) -> Self {
        Self {
            user_id,
            presence,
            status_msg: None,
        }
    }
}

impl Endpoint for SetPresence {
    const OPERATION: Operation =
        Operation::put("setPresence", "/_matrix/client/v3/presence/{userId}/status")
            .auth(Auth::Required)
            .repeatable()
            .since(SpecVersion::v1(1))
            .older(&[(
                SpecVersion::r0(4),
                "/_matrix/client/r0/presence/{userId}/status",
            )]);
    type Response = Empty;
}
