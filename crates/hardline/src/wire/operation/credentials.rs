use http::header::AUTHORIZATION;
use http::{HeaderValue, Request};

use crate::types::AccessToken;
use crate::wire::{Auth, EncodeError, Operation};

/// The credentials of a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credentials {
    /// No token: operations that need one are refused.
    None,
    /// The token for the server that the request is sent to: a homeserver or an identity server.
    Token(AccessToken),
    /// A token that is attached later, with [`authorize`], when the request is sent.
    Deferred,
}

impl Credentials {
    pub(crate) fn apply<B>(
        &self,
        operation: &Operation,
        request: &mut Request<B>,
    ) -> Result<(), EncodeError> {
        match (operation.auth, self) {
            (Auth::None, _) | (Auth::Optional, Self::None) | (_, Self::Deferred) => Ok(()),
            (_, Self::Token(token)) => authorize(request, token),
            (_, Self::None) => Err(EncodeError::MissingToken {
                operation: operation.name(),
            }),
        }
    }
}

/// Attaches an access token to a request in a header field that is marked as sensitive.
///
/// ```
/// use hardline::types::AccessToken;
/// use hardline::wire::authorize;
///
/// let mut request = http::Request::new(Vec::<u8>::new());
/// authorize(&mut request, &AccessToken::from("syt_secret"))?;
/// assert!(request.headers()["authorization"].is_sensitive());
/// # Ok::<(), hardline::wire::EncodeError>(())
/// ```
///
/// # Errors
/// [`EncodeError::UnsendableToken`] if the token is blank or has characters that no header field can carry.
pub fn authorize<B>(request: &mut Request<B>, token: &AccessToken) -> Result<(), EncodeError> {
    if token.reveal().trim_ascii().is_empty() {
        return Err(EncodeError::UnsendableToken);
    }
    let value = HeaderValue::try_from(["Bearer ", token.reveal()].concat());
    let mut value = value.map_err(|_| EncodeError::UnsendableToken)?;
    value.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(())
}
