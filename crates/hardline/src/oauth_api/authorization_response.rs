use std::error::Error;
use std::fmt;

use crate::client_api::discovery::AuthMetadata;
use crate::json::Printable;
use crate::oauth_api::{AuthorizationCode, AuthorizationState};
#[cfg(feature = "server")]
use crate::oauth_api::{RedirectedUrl, ResponseMode};
#[cfg(feature = "server")]
use crate::wire::percent_encode;
use crate::wire::{OAuthErrorCode, WithoutTokens, pairs};

/// What the browser brings back from an [authorization](crate::oauth_api::Authorize).
///
/// ```
/// use hardline::client_api::discovery::AuthMetadata;
/// use hardline::oauth_api::{AuthorizationResponse, AuthorizationState};
/// # let metadata = AuthMetadata::new("https://a.example/".into(), String::new(), String::new(), String::new(), String::new());
/// # let state = AuthorizationState::parse("def")?;
///
/// let response = AuthorizationResponse::parse("http://127.0.0.1:8080/?code=abc&state=def")?;
/// // Someone else may have sent the browser here.
/// response.check(&state, &metadata)?;
/// match response.result {
///     Ok(code) => assert_eq!(code.reveal(), "abc"),
///     Err(declined) => println!("not logged in: {declined}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [RFC 6749, section 4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthorizationResponse {
    /// The state of the request, if this responds to one.
    pub state: Option<AuthorizationState>,
    /// The code, or why there is none.
    pub result: Result<AuthorizationCode, AuthorizationError>,
    /// The issuer that responds, if it says so. RFC 9207.
    pub issuer: Option<String>,
}

impl AuthorizationResponse {
    /// A response that a server makes.
    pub fn new(
        state: AuthorizationState,
        result: Result<AuthorizationCode, AuthorizationError>,
    ) -> Self {
        Self {
            state: Some(state),
            result,
            issuer: None,
        }
    }

    /// Reads the URL that the browser was sent to, whichever way the response comes back: in the fragment or in the query.
    /// Parts of the URL will do: `/callback?code=...`, `?code=...`, `#code=...`, `code=...`.
    ///
    /// # Errors
    /// [`InvalidAuthorizationResponse`], without a word of the URL: it has neither a code nor an error, or one of its
    /// parameters twice.
    pub fn parse(url: &str) -> Result<Self, InvalidAuthorizationResponse> {
        let url = url.trim();
        let (before, fragment) = url.split_once('#').unwrap_or((url, ""));
        let query = match before.split_once('?') {
            Some((_, query)) => query,
            // Nothing but the parameters.
            None if !before.contains(['/', ':']) => before,
            None => "",
        };
        // A redirect URI has no fragment of its own, so what is there is the server's.
        for parameters in [fragment, query] {
            if let Some(response) = Self::of(parameters)? {
                return Ok(response);
            }
        }
        Err(InvalidAuthorizationResponse::Incomplete)
    }

    /// `None`: there is neither a code nor an error.
    fn of(parameters: &str) -> Result<Option<Self>, InvalidAuthorizationResponse> {
        let parameters: Vec<_> = pairs(parameters).collect();
        let one = |name: &'static str| {
            let mut values = parameters.iter().filter(|(known, _)| known == name);
            match (values.next(), values.next()) {
                (_, Some(_)) => Err(InvalidAuthorizationResponse::Repeated(name)),
                (Some((_, value)), None) if !value.is_empty() => Ok(Some(value.clone())),
                _ => Ok(None),
            }
        };
        let (code, error) = (one("code")?, one("error")?);
        let result = match (code, error) {
            (_, Some(error)) => Err(AuthorizationError {
                error: error.into(),
                error_description: one("error_description")?,
                error_uri: one("error_uri")?,
            }),
            (Some(code), None) => Ok(AuthorizationCode::from(code)),
            (None, None) => return Ok(None),
        };
        Ok(Some(Self {
            state: one("state")?.map(AuthorizationState::received),
            result,
            issuer: one("iss")?,
        }))
    }

    /// Checks that this responds to the request with this state, and that it comes from the server with this metadata.
    ///
    /// # Errors
    /// [`ForeignResponse`]: it does not. Another one may still come, so go on waiting; nothing is to be done with its code.
    pub fn check(
        &self,
        state: &AuthorizationState,
        metadata: &AuthMetadata,
    ) -> Result<(), ForeignResponse> {
        if self.state.as_ref() != Some(state) {
            return Err(ForeignResponse::State);
        }
        match &self.issuer {
            Some(issuer) if *issuer == metadata.issuer => Ok(()),
            None if metadata.authorization_response_iss_parameter_supported != Some(true) => Ok(()),
            _ => Err(ForeignResponse::Issuer),
        }
    }

    /// The URL to send the browser to, made of the client's redirect URI.
    ///
    /// ```
    /// use hardline::oauth_api::{AuthorizationCode, AuthorizationResponse, AuthorizationState, ResponseMode};
    ///
    /// let state = AuthorizationState::parse("d f")?;
    /// let response = AuthorizationResponse::new(state, Ok(AuthorizationCode::from("abc")));
    /// let url = response.url("https://app.example.com/?a=b", &ResponseMode::Query);
    /// assert_eq!(url.reveal(), "https://app.example.com/?a=b&code=abc&state=d%20f");
    /// assert_eq!(AuthorizationResponse::parse(url.reveal()), Ok(response));
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    #[cfg(feature = "server")]
    pub fn url(&self, redirect_uri: &str, response_mode: &ResponseMode) -> RedirectedUrl {
        let mut url = redirect_uri.to_owned();
        let mut separator = match response_mode {
            ResponseMode::Fragment => '#',
            _ if redirect_uri.contains('?') => '&',
            _ => '?',
        };
        let mut add = |name: &str, value: &str| {
            url.push(separator);
            url.push_str(name);
            url.push('=');
            percent_encode(value, &mut url);
            separator = '&';
        };
        match &self.result {
            Ok(code) => add("code", code.reveal()),
            Err(declined) => {
                add("error", declined.error.as_str());
                if let Some(description) = &declined.error_description {
                    add("error_description", description);
                }
                if let Some(page) = &declined.error_uri {
                    add("error_uri", page);
                }
            }
        }
        if let Some(state) = &self.state {
            add("state", state.reveal());
        }
        if let Some(issuer) = &self.issuer {
            add("iss", issuer);
        }
        RedirectedUrl::from(url)
    }
}

/// Why an authorization brought no code.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthorizationError {
    /// What went wrong, for programs: `access_denied` if the user refused.
    pub error: OAuthErrorCode,
    /// What went wrong, for people.
    pub error_description: Option<String>,
    /// A page about it, for people.
    pub error_uri: Option<String>,
}

impl AuthorizationError {
    /// An error without further details.
    pub fn new(error: OAuthErrorCode) -> Self {
        Self {
            error,
            error_description: None,
            error_uri: None,
        }
    }
}

impl fmt::Debug for AuthorizationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let description = self.error_description.as_deref().map(WithoutTokens);
        f.debug_struct("AuthorizationError")
            .field("error", &self.error)
            .field("error_description", &description)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for AuthorizationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = Printable(self.error.as_str());
        write!(f, "the authorization server declined: {error}")?;
        match &self.error_description {
            Some(description) => write!(f, ": {}", WithoutTokens(description)),
            None => Ok(()),
        }
    }
}

impl Error for AuthorizationError {}

/// A URL that is not the response to an authorization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidAuthorizationResponse {
    /// It has neither a `code` nor an `error`.
    Incomplete,
    /// It has this parameter twice.
    Repeated(&'static str),
}

impl fmt::Display for InvalidAuthorizationResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incomplete => f.write_str(
                "the URL has neither a code nor an error in its query or fragment: \
                 copy the whole address of the page that the browser ended on",
            ),
            Self::Repeated(name) => {
                write!(f, "the URL has the parameter {name} twice: log in again")
            }
        }
    }
}

impl Error for InvalidAuthorizationResponse {}

/// The response to another authorization, or one that somebody made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForeignResponse {
    /// Its `state` is not the request's, or is missing.
    State,
    /// Its `iss` is not the issuer, or is missing although the server always says it.
    Issuer,
}

impl fmt::Display for ForeignResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::State => {
                "the response belongs to another login: use the address of the page that this one ended on"
            }
            Self::Issuer => {
                "the response comes from another authorization server: log in again, and report it if it happens twice"
            }
        })
    }
}

impl Error for ForeignResponse {}

#[cfg(test)]
mod tests;
