use std::fmt;

use bytes::Bytes;
use http::{Request, Response};

use crate::flow::SessionTokens;
use crate::types::{RefreshToken, Timestamp};
use crate::wire::{EncodeError, Error, Operation, Target};

/// How a session gets new tokens for its refresh token. [`LegacyRefresh`](crate::flow::LegacyRefresh) is the homeserver's
/// own `POST /refresh`, and `OAuthRefresh` (feature `oauth`) that of an authorization server.
///
/// The [`TokenManager`](crate::flow::TokenManager) chooses between the two by the tokens, and decides when to refresh, how
/// often to retry, and what follows. One of your own is for tokens that come from elsewhere, a company's gateway perhaps:
///
/// ```
/// # use bytes::Bytes;
/// # use http::{Request, Response};
/// use hardline::flow::{RefreshMethod, SessionTokens, TokenManager};
/// use hardline::types::{AccessToken, RefreshToken, Timestamp};
/// use hardline::wire::{self, Body, Credentials, EncodeError, Endpoint, Error, Operation, Target};
///
/// #[derive(serde::Serialize)]
/// struct GrantToken { grant_type: &'static str, refresh_token: RefreshToken, client_id: String }
///
/// #[derive(serde::Deserialize)]
/// struct Granted { access_token: AccessToken, refresh_token: Option<RefreshToken>, expires_in: Option<u64> }
///
/// impl Endpoint for GrantToken {
///     const OPERATION: Operation = Operation::post("grantToken", "").body(Body::Form).repeatable();
///     type Response = Granted;
/// }
///
/// #[derive(Debug)]
/// struct GatewayRefresh { gateway: Target, client_id: String }
///
/// impl RefreshMethod for GatewayRefresh {
///     fn operation(&self) -> &'static Operation {
///         const { &GrantToken::OPERATION }
///     }
///
///     fn encode(&self, _: &Target, refresh_token: &RefreshToken) -> Result<Request<Vec<u8>>, EncodeError> {
///         let grant = GrantToken {
///             grant_type: "refresh_token",
///             refresh_token: refresh_token.clone(),
///             client_id: self.client_id.clone(),
///         };
///         wire::encode(&grant, &self.gateway, &Credentials::None)
///     }
///
///     fn decode(&mut self, now: Timestamp, response: Response<Bytes>) -> Result<SessionTokens, Error> {
///         let granted = wire::decode::<GrantToken>(response)?;
///         let mut tokens = SessionTokens::new(granted.access_token);
///         tokens.refresh_token = granted.refresh_token;
///         Ok(match granted.expires_in {
///             Some(seconds) => tokens.expiring_in(now, std::time::Duration::from_secs(seconds)),
///             None => tokens,
///         })
///     }
///
///     fn is_final(&self, error: &Error) -> bool {
///         # error.status() == Some(http::StatusCode::BAD_REQUEST)
///         // ... whether the body's `error` is `invalid_grant`.
///     }
/// }
/// # fn session(tokens: SessionTokens, method: GatewayRefresh) -> Result<(), wire::InvalidUrl> {
///
/// let manager = TokenManager::new(Target::homeserver("https://example.org")?, Some(tokens), 1).with_refresh_method(method);
/// # Ok(())
/// # }
/// ```
pub trait RefreshMethod: fmt::Debug + Send + Sync {
    /// The operation: its name is for logs, and it says whether the request may be repeated.
    fn operation(&self) -> &'static Operation;

    /// Encodes the request. `target` is the session's server.
    ///
    /// # Errors
    /// [`EncodeError`] if it cannot be encoded; the refresh then counts as failed for now.
    fn encode(
        &self,
        target: &Target,
        refresh_token: &RefreshToken,
    ) -> Result<Request<Vec<u8>>, EncodeError>;

    /// Reads the response to a request that was sent at the time `sent`: lifetimes count from then on, since the response may
    /// have been on its way for a while. Without a new refresh token the old one stays in use.
    ///
    /// # Errors
    /// The server's refusal, or what is wrong with the response.
    fn decode(
        &mut self,
        sent: Timestamp,
        response: Response<Bytes>,
    ) -> Result<SessionTokens, Error>;

    /// Whether an error of [`decode`](RefreshMethod::decode) means that this refresh token will never work again.
    fn is_final(&self, error: &Error) -> bool;

    /// After an error of [`decode`](RefreshMethod::decode): whether to ask again at once, at another address. `tried` is
    /// how many addresses this refresh has tried.
    fn has_another_address(&mut self, _target: &Target, _error: &Error, _tried: u32) -> bool {
        false
    }
}
