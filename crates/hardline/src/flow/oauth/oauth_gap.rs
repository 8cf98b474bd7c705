use std::fmt;

/// What a server lacks for logging in or out by OAuth 2.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OAuthGap {
    /// It has no authorization server.
    Metadata,
    /// Its authorization server registers no clients by itself.
    Registration,
    /// Its authorization server has no page to log in with a browser.
    Authorization,
    /// Its authorization server has no page for devices without a browser.
    DeviceAuthorization,
    /// Its authorization server takes no code challenge by `S256`, so that others could use the code that comes back.
    CodeChallenge,
    /// Its authorization server does not send the response in the way that was asked for.
    ResponseMode,
    /// Its authorization server revokes no tokens.
    Revocation,
    /// Its authorization server granted a token of another type than `Bearer`.
    TokenType,
    /// Its authorization server granted a token that is not for the Matrix API.
    Scope,
}

impl fmt::Display for OAuthGap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Metadata => {
                "the server does not log in by OAuth 2.0: log in with a password or by single sign-on"
            }
            Self::Registration => {
                "the authorization server registers no clients by itself: ask its administrator"
            }
            Self::Authorization => {
                "the authorization server does not log in with a browser: log in with a device code"
            }
            Self::DeviceAuthorization => {
                "the authorization server knows no device codes: log in with a browser"
            }
            Self::CodeChallenge => {
                "the authorization server takes no code challenge by S256, without which others could use the code: log in with a device code"
            }
            Self::ResponseMode => {
                "the authorization server does not send its response in the wanted way: choose another response mode"
            }
            Self::Revocation => {
                "the authorization server revokes no tokens: end the session on the account's page"
            }
            Self::TokenType => {
                "the authorization server granted a token that is not of the type Bearer: tell its administrator"
            }
            Self::Scope => {
                "the authorization server granted a token that is not for the Matrix API: tell its administrator"
            }
        })
    }
}
