use std::collections::BTreeMap;
use std::time::Duration;

use hardline::identity_api::association::Threepid;
use hardline::types::{
    ClientSecret, InvalidText, Medium, Timestamp, ValidationSessionId, ValidationToken,
};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::Message;
use crate::entropy::Entropy;
use crate::server_info::ServerInfo;
use crate::web_url;

/// How long a token is valid, from the last message.
const TOKEN_LIFETIME: Duration = Duration::from_secs(60 * 60);
/// How long a validation is valid.
const VALIDATION_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// How many wrong tokens end a session, so that nobody can try all codes of six digits.
const WRONG_TOKENS: u8 = 5;

/// The validation sessions of a server, by ID.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Validations(BTreeMap<String, Validation>);

#[derive(Serialize, Deserialize)]
struct Validation {
    client_secret: ClientSecret,
    threepid: Threepid,
    next_link: Option<String>,
    send_attempt: u64,
    token: ValidationToken,
    sent_at: Timestamp,
    wrong_tokens: u8,
    validated_at: Option<Timestamp>,
}

/// The request for a session.
pub(crate) struct Asked {
    pub(crate) client_secret: ClientSecret,
    pub(crate) threepid: Threepid,
    pub(crate) send_attempt: u64,
    pub(crate) next_link: Option<String>,
}

impl Asked {
    /// Refuses an invalid request.
    pub(crate) fn check(&self) -> Result<(), ErrorResponse> {
        check_secret(&self.client_secret)?;
        match &self.next_link {
            Some(link) if !web_url::is_web(link) => Err(ErrorResponse::bad_request(
                ErrorCode::InvalidParam,
                "next_link is a URL of the web",
            )),
            _ => Ok(()),
        }
    }
}

/// A session, and what to send, unless it was sent for this attempt already.
pub(crate) struct Begun {
    pub(crate) sid: ValidationSessionId,
    pub(crate) to_send: Option<ToSend>,
}

/// The message to the owner of an address.
pub(crate) struct ToSend {
    threepid: Threepid,
    sid: ValidationSessionId,
    client_secret: ClientSecret,
    token: ValidationToken,
}

impl ToSend {
    /// A message with a code to type, or with a link to follow, to `path` at a homeserver's base URL. It says what it
    /// is for.
    pub(crate) fn message(self, server: &ServerInfo, path: &str, purpose: &str) -> Message {
        let server_name = server.server_name();
        // The grammars of the three allow nothing that a URL would have to escape.
        let link = (self.threepid.medium == Medium::Email).then(|| {
            format!(
                "{}{path}?sid={}&client_secret={}&token={}",
                server.base_url(),
                self.sid,
                self.client_secret.reveal(),
                self.token.reveal()
            )
        });
        let text = match &link {
            Some(link) => format!("Follow this link {purpose} on {server_name}: {link}"),
            None => format!(
                "{} is the code {purpose} on {server_name}",
                self.token.reveal()
            ),
        };
        Message {
            medium: self.threepid.medium,
            address: self.threepid.address,
            text,
            token: self.token,
            link,
        }
    }
}

/// A validated phone number or e-mail address, and since when.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Validated {
    pub(crate) threepid: Threepid,
    pub(crate) at: Timestamp,
}

impl Validations {
    /// Begins the session of a secret and an address, or continues it. The token stays the same within a session, so
    /// that a late message is still valid.
    pub(crate) fn begin(&mut self, now: Timestamp, entropy: &mut Entropy, asked: Asked) -> Begun {
        let is_asked_for = |session: &Validation| {
            session.client_secret == asked.client_secret && session.threepid == asked.threepid
        };
        // A new session with a token of its own replaces an expired one. It replaces a spent one only for a new
        // attempt, since the old attempt must not send a second message.
        self.0.retain(|_, session| {
            !is_asked_for(session)
                || !(session.is_expired(now)
                    || session.is_spent() && session.send_attempt < asked.send_attempt)
        });
        let (threepid, client_secret) = (asked.threepid.clone(), asked.client_secret.clone());
        let known = self.0.iter_mut().find(|(_, session)| is_asked_for(session));
        let (sid, token) = match known {
            Some((sid, session)) if session.send_attempt < asked.send_attempt => {
                session.send_attempt = asked.send_attempt;
                session.sent_at = now;
                session.next_link = asked.next_link;
                (sid.clone(), Some(session.token.clone()))
            }
            Some((sid, _)) => (sid.clone(), None),
            None => {
                let sid = entropy.letters(16);
                let token = ValidationToken::from(match asked.threepid.medium {
                    Medium::Email => entropy.letters(32),
                    _ => entropy.code(),
                });
                let session = Validation {
                    client_secret: asked.client_secret,
                    threepid: asked.threepid,
                    next_link: asked.next_link,
                    send_attempt: asked.send_attempt,
                    token: token.clone(),
                    sent_at: now,
                    wrong_tokens: 0,
                    validated_at: None,
                };
                self.0.insert(sid.clone(), session);
                (sid, Some(token))
            }
        };
        let sid = ValidationSessionId::parse(sid).expect("16 letters follow the grammar");
        let to_send = token.map(|token| ToSend {
            threepid,
            sid: sid.clone(),
            client_secret,
            token,
        });
        Begun { sid, to_send }
    }

    /// Accepts a token, and says where the user's browser goes next. The right token may come twice.
    pub(crate) fn submit(
        &mut self,
        now: Timestamp,
        sid: &ValidationSessionId,
        client_secret: &ClientSecret,
        token: &ValidationToken,
    ) -> Result<Option<String>, ErrorResponse> {
        let session = self.0.get_mut(sid.as_str());
        let session = session
            .filter(|session| session.client_secret == *client_secret && !session.is_spent())
            .ok_or_else(no_session)?;
        if session.is_expired(now) {
            return Err(expired());
        }
        if session.token != *token {
            if session.validated_at.is_none() {
                session.wrong_tokens += 1;
            }
            return Err(ErrorResponse::bad_request(
                ErrorCode::TokenIncorrect,
                "the code is not the one that was sent",
            ));
        }
        session.validated_at.get_or_insert(now);
        Ok(session.next_link.clone())
    }

    /// The address that a session has validated.
    pub(crate) fn validated(
        &self,
        now: Timestamp,
        sid: &ValidationSessionId,
        client_secret: &ClientSecret,
    ) -> Result<Validated, ErrorResponse> {
        let session = self.0.get(sid.as_str());
        let session = session
            .filter(|session| session.client_secret == *client_secret)
            .ok_or_else(no_session)?;
        if session.is_expired(now) {
            return Err(expired());
        }
        let at = session.validated_at.ok_or_else(|| {
            ErrorResponse::bad_request(
                ErrorCode::SessionNotValidated,
                "the code of this session was not handed in yet",
            )
        })?;
        let threepid = session.threepid.clone();
        Ok(Validated { threepid, at })
    }
}

impl Validation {
    fn is_expired(&self, now: Timestamp) -> bool {
        match self.validated_at {
            Some(validated_at) => now - validated_at >= VALIDATION_LIFETIME,
            None => now - self.sent_at >= TOKEN_LIFETIME,
        }
    }

    fn is_spent(&self) -> bool {
        self.wrong_tokens >= WRONG_TOKENS
    }
}

/// Refuses a secret that the grammar does not allow.
pub(crate) fn check_secret(secret: &ClientSecret) -> Result<(), ErrorResponse> {
    ClientSecret::parse(secret.reveal())
        .map(drop)
        .map_err(invalid)
}

/// Refuses a session ID that the grammar does not allow.
pub(crate) fn check_sid(sid: &ValidationSessionId) -> Result<(), ErrorResponse> {
    ValidationSessionId::parse(sid.as_str())
        .map(drop)
        .map_err(invalid)
}

pub(crate) fn invalid(error: InvalidText) -> ErrorResponse {
    ErrorResponse::bad_request(ErrorCode::InvalidParam, &error.to_string())
}

fn no_session() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::NOT_FOUND,
        ErrorCode::NoValidSession,
        "no validation session has this sid and client_secret: ask for a new code",
    )
}

fn expired() -> ErrorResponse {
    ErrorResponse::bad_request(
        ErrorCode::SessionExpired,
        "the session is too old: ask for a new code",
    )
}
