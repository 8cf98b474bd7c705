use super::*;

/// Who granted the tokens of a session, and refreshes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The homeserver.
    Legacy,
    /// An authorization server.
    #[cfg(feature = "oauth")]
    OAuth,
}

pub(super) const KINDS: &[Kind] = &[
    Kind::Legacy,
    #[cfg(feature = "oauth")]
    Kind::OAuth,
];

/// What an authorization server says of a refresh token that it does not know, or not any more.
#[cfg(feature = "oauth")]
pub(super) const INVALID_GRANT: &str =
    r#"{"error": "invalid_grant", "error_description": "grant request is invalid"}"#;

impl Kind {
    pub(super) fn tokens(self) -> SessionTokens {
        match self {
            Self::Legacy => tokens(),
            #[cfg(feature = "oauth")]
            Self::OAuth => tokens().granted_by(oauth_session()),
        }
    }

    pub(super) fn manager(self) -> TokenManager {
        manager(self.tokens())
    }

    /// The refresh with this refresh token, as [`drain`] shows it.
    pub(super) fn refresh(self, refresh_token: &str) -> String {
        match self {
            Self::Legacy => format!(
                r#"https://example.org/_matrix/client/v3/refresh {{"refresh_token":"{refresh_token}"}}"#
            ),
            #[cfg(feature = "oauth")]
            Self::OAuth => format!(
                "https://account.example.org/oauth2/token \
                 grant_type=refresh_token&client_id=s6BhdRkqt3&refresh_token={refresh_token}"
            ),
        }
    }

    /// The access token `second` for an hour, with the refresh token `next`.
    pub(super) fn second(self) -> &'static str {
        match self {
            Self::Legacy => SECOND_TOKENS,
            #[cfg(feature = "oauth")]
            Self::OAuth => {
                r#"{"access_token": "second", "refresh_token": "next", "token_type": "Bearer", "expires_in": 3600}"#
            }
        }
    }

    /// The access token `access-N` for an hour, with the refresh token `refresh-N`.
    #[cfg(feature = "proptest")]
    pub(super) fn pair(self, number: usize) -> String {
        let pair =
            format!(r#""access_token": "access-{number}", "refresh_token": "refresh-{number}""#);
        match self {
            Self::Legacy => format!(r#"{{{pair}, "expires_in_ms": 3600000}}"#),
            #[cfg(feature = "oauth")]
            Self::OAuth => format!(r#"{{{pair}, "token_type": "Bearer", "expires_in": 3600}}"#),
        }
    }

    /// The access token `second` with this lifetime, and no refresh token.
    pub(super) fn second_for(self, lifetime: &str) -> String {
        match self {
            Self::Legacy => format!(r#"{{"access_token": "second", "expires_in_ms": {lifetime}}}"#),
            #[cfg(feature = "oauth")]
            Self::OAuth => format!(
                r#"{{"access_token": "second", "token_type": "bearer", "expires_in": {lifetime}}}"#
            ),
        }
    }

    /// The milliseconds in which lifetimes are counted.
    pub(super) fn unit(self) -> u64 {
        match self {
            Self::Legacy => 1,
            #[cfg(feature = "oauth")]
            Self::OAuth => 1_000,
        }
    }

    /// The server says that the refresh token will never work again.
    pub(super) fn refusal(self) -> (u16, &'static str) {
        match self {
            Self::Legacy => (401, UNKNOWN_TOKEN),
            #[cfg(feature = "oauth")]
            Self::OAuth => (400, INVALID_GRANT),
        }
    }
}

pub(super) fn oauth_session() -> OAuthSession {
    let client_id = ClientId::parse("s6BhdRkqt3").unwrap();
    let token_endpoint = "https://account.example.org/oauth2/token".to_owned();
    OAuthSession::new(client_id, token_endpoint)
}
