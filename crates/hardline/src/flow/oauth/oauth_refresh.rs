use bytes::Bytes;
use http::{Request, Response, StatusCode};

use crate::flow::oauth::endpoint::endpoint;
use crate::flow::{OAuthSession, RefreshMethod, SessionTokens};
use crate::json::{DecodeWarning, JsonKind, WarningReason};
use crate::oauth_api::RefreshAccessToken;
use crate::types::{RefreshToken, Timestamp};
use crate::wire::{
    self, Credentials, DecodeError, EncodeError, Endpoint, Error, ErrorKind, OAuthErrorCode,
    Operation, Target, UnexpectedResponse,
};

/// The refresh of a session that an authorization server granted: at its token endpoint.
///
/// A [`TokenManager`](crate::flow::TokenManager) chooses it by itself for tokens that say so in
/// [`SessionTokens::oauth`]. Set it only if the session is to be refreshed elsewhere than its tokens say, or for tokens
/// that were stored without saying it:
///
/// ```
/// use hardline::flow::{OAuthRefresh, OAuthSession, SessionTokens, TokenManager};
/// use hardline::types::{AccessToken, ClientId, RefreshToken};
/// use hardline::wire::Target;
///
/// let tokens = SessionTokens::new(AccessToken::from("mat_secret")).refreshed_with(RefreshToken::from("mar_secret"));
/// let token_endpoint = "https://account.example.org/oauth2/token".to_owned();
/// let session = OAuthSession::new(ClientId::parse("s6BhdRkqt3")?, token_endpoint);
/// let manager = TokenManager::new(Target::homeserver("https://matrix.example.org")?, Some(tokens), 1)
///     .with_refresh_method(OAuthRefresh::new(session));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The refresh token is dead if the server says `invalid_grant`, with whatever status, and never otherwise: neither
/// `invalid_client` says it, nor status 429, nor an error of the server (5xx), nor anything that is not an error in OAuth's
/// terms, such as the page of a proxy.
///
/// Specification: [token refresh](https://spec.matrix.org/v1.19/client-server-api/#refresh-token-grant),
/// [RFC 6749, section 6](https://www.rfc-editor.org/rfc/rfc6749#section-6).
#[derive(Clone, Debug)]
pub struct OAuthRefresh {
    session: OAuthSession,
}

impl OAuthRefresh {
    /// Refreshes the tokens of this session.
    pub fn new(session: OAuthSession) -> Self {
        Self { session }
    }
}

impl RefreshMethod for OAuthRefresh {
    fn operation(&self) -> &'static Operation {
        const { &RefreshAccessToken::OPERATION }
    }

    fn encode(
        &self,
        target: &Target,
        refresh_token: &RefreshToken,
    ) -> Result<Request<Vec<u8>>, EncodeError> {
        let token_endpoint = endpoint(target, self.operation(), &self.session.token_endpoint)?;
        let client_id = self.session.client_id.clone();
        let operation = RefreshAccessToken::new(client_id, refresh_token.clone());
        wire::encode(&operation, &token_endpoint, &Credentials::None)
    }

    fn decode(
        &mut self,
        sent: Timestamp,
        response: Response<Bytes>,
    ) -> Result<SessionTokens, Error> {
        let response = wire::decode_response::<RefreshAccessToken>(response)?;
        if response.value.is_bearer() {
            return Ok(SessionTokens::of_grant(sent, &response.value));
        }
        Err(ErrorKind::UnexpectedResponse(UnexpectedResponse {
            status: response.status,
            error: DecodeError::Shape(DecodeWarning {
                pointer: "/token_type".to_owned(),
                reason: WarningReason::Expected("`Bearer`".to_owned()),
                kind: JsonKind::String,
            }),
            headers: response.headers,
            body: response.body,
        })
        .into())
    }

    fn is_final(&self, error: &Error) -> bool {
        error.oauth_error() == Some(&OAuthErrorCode::InvalidGrant)
            && error.status().is_some_and(is_verdict)
    }
}

/// Whether the server has judged what it was given. Servers use many statuses for that; these come from a server that
/// could not, or from what stands before it.
fn is_verdict(status: StatusCode) -> bool {
    let is_client_error = status.is_client_error()
        && !matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS
        );
    status.is_success() || is_client_error
}
