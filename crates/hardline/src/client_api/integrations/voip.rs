use hardline_derive::{Request, Response};

use crate::types::Password;
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Asks for TURN servers and credentials for them, for calls.
///
/// A server without TURN servers responds without any (Synapse), with an error `M_NOT_FOUND` (Conduit), or with empty
/// texts.
///
/// Errors worth handling: `M_NOT_FOUND` (there are none), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::integrations::GetTurnServer;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetTurnServer::new();
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/voip/turnServer");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /voip/turnServer`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3voipturnserver).
#[doc(alias = "getTurnServer")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetTurnServer {}

impl GetTurnServer {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetTurnServer {
    const OPERATION: Operation =
        Operation::get("getTurnServer", "/_matrix/client/v3/voip/turnServer")
            .auth(Auth::Required)
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/voip/turnServer")]);
    type Response = GetTurnServerResponse;
}

/// TURN servers and credentials for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetTurnServerResponse {
    /// The user name for the servers.
    pub username: Option<String>,
    /// The password for the servers.
    pub password: Option<Password>,
    /// The servers: `turn:turn.example.com:3478?transport=udp`. None if the homeserver has none.
    #[serde(default)]
    pub uris: Vec<String>,
    /// How long the credentials are valid, in seconds. Ask again before they expire.
    pub ttl: Option<u64>,
}

impl GetTurnServerResponse {
    /// Servers with credentials.
    pub fn new(username: String, password: Password, uris: Vec<String>, ttl: u64) -> Self {
        Self {
            username: Some(username),
            password: Some(password),
            uris,
            ttl: Some(ttl),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    #[test]
    fn a_server_need_not_have_any() {
        let answer = wire::decode_response::<GetTurnServer>(http::Response::new("{}")).unwrap();
        assert_eq!(answer.value, GetTurnServerResponse::default());
        assert!(answer.warnings.is_empty());
    }
}
