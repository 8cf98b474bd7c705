use hardline_derive::Wire;

use crate::types::ClientId;

/// What a session of an authorization server needs as long as it lives: the client that it was granted to, and where its
/// tokens are refreshed and revoked. It holds no secret.
///
/// ```
/// use hardline::flow::{OAuthSession, SessionTokens};
/// use hardline::types::{AccessToken, ClientId, RefreshToken};
///
/// let token_endpoint = "https://account.example.org/oauth2/token".to_owned();
/// let mut session = OAuthSession::new(ClientId::parse("s6BhdRkqt3")?, token_endpoint);
/// session.revocation_endpoint = Some("https://account.example.org/oauth2/revoke".to_owned());
/// let tokens = SessionTokens::new(AccessToken::from("mat_secret"))
///     .refreshed_with(RefreshToken::from("mar_secret"))
///     .granted_by(session);
/// assert!(tokens.oauth.is_some());
/// # Ok::<(), hardline::types::InvalidText>(())
/// ```
///
/// Specification: [OAuth 2.0 API](https://spec.matrix.org/v1.19/client-server-api/#oauth-20-api).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct OAuthSession {
    /// The client that the session was granted to. It alone can refresh and revoke the tokens.
    pub client_id: ClientId,
    /// Where the tokens are refreshed: the metadata's `token_endpoint`.
    pub token_endpoint: String,
    /// Where they are revoked: the metadata's `revocation_endpoint`. `None`: the server revokes none.
    pub revocation_endpoint: Option<String>,
}

impl OAuthSession {
    /// A session whose tokens cannot be revoked.
    pub fn new(client_id: ClientId, token_endpoint: String) -> Self {
        Self {
            client_id,
            token_endpoint,
            revocation_endpoint: None,
        }
    }
}
