use http::header::AUTHORIZATION;
use http::{HeaderValue, Request};

use crate::types::AccessToken;
use crate::wire::{Auth, EncodeError, Operation};

/// What a request is authorised with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credentials {
    /// Nothing: operations that need a token are refused.
    None,
    /// The token of the server that the request is sent to: a homeserver's or an identity server's.
    Token(AccessToken),
    /// A token that is attached as the request goes out, with [`authorize`].
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

/// Attaches an access token to a request, in a header field that is marked as sensitive.
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
/// [`EncodeError::UnsendableToken`] where the token has characters that no header field can carry.
pub fn authorize<B>(request: &mut Request<B>, token: &AccessToken) -> Result<(), EncodeError> {
    let value = HeaderValue::try_from(format!("Bearer {}", token.reveal()));
    let mut value = value.map_err(|_| EncodeError::UnsendableToken)?;
    value.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(())
}
