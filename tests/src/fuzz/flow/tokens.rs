use std::time::Duration;

use hardline::flow::{OAuthSession, SessionTokens};
use hardline::types::{AccessToken, ClientId, RefreshToken, Timestamp};

/// The prefix of every token of the session that is not in the script itself.
pub(super) const SESSION_TOKEN: &str = "not-to-be-shown-session-token";

/// Where an authorization server refreshes them.
pub(super) const TOKEN_ENDPOINT: &str = "https://account.example.org/oauth2/token";

/// The tokens of a session, as a script describes them: none, an access token `alone`, or one that can be `refreshed`
/// by the homeserver, or by an authorization server (`oauth`), with its lifetime in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tokens {
    Missing,
    Alone(Option<Duration>),
    Refreshed(Option<Duration>),
    OAuth(Option<Duration>),
}

impl Tokens {
    pub(super) fn read(words: &[u8]) -> Self {
        let text = String::from_utf8_lossy(words);
        let mut words = text.split_ascii_whitespace();
        let word = words.next();
        let millis = words.next().and_then(|millis| millis.parse().ok());
        let lifetime = millis.map(Duration::from_millis);
        match word {
            Some("alone") => Self::Alone(lifetime),
            Some("refreshed") => Self::Refreshed(lifetime),
            Some("oauth") => Self::OAuth(lifetime),
            _ => Self::Missing,
        }
    }

    pub(super) fn at(self, now: Timestamp) -> Option<SessionTokens> {
        let tokens = SessionTokens::new(AccessToken::from(SESSION_TOKEN));
        let (tokens, lifetime) = match self {
            Self::Missing => return None,
            Self::Alone(lifetime) => (tokens, lifetime),
            Self::Refreshed(lifetime) => {
                let refreshed = tokens.refreshed_with(RefreshToken::from(SESSION_TOKEN));
                (refreshed, lifetime)
            }
            Self::OAuth(lifetime) => {
                let refreshed = tokens.refreshed_with(RefreshToken::from(SESSION_TOKEN));
                let client_id = ClientId::parse("c").unwrap();
                let session = OAuthSession::new(client_id, TOKEN_ENDPOINT.to_owned());
                (refreshed.granted_by(session), lifetime)
            }
        };
        Some(match lifetime {
            Some(lifetime) => tokens.expiring_in(now, lifetime),
            None => tokens,
        })
    }
}
