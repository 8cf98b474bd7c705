use std::collections::BTreeMap;
use std::time::Duration;

use hardline::identity_api::association::Threepid;
use hardline::types::{ClientSecret, SessionId, Timestamp, ValidationToken};
use hardline::wire::ErrorCode;
use hardline::wire::server::Refusal;
use http::StatusCode;

/// How long a token is good, from the last message.
const TOKEN_LIFETIME: Duration = Duration::from_secs(60 * 60);
/// How long a validation is good.
const VALIDATION_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// How many wrong tokens end a session, so that six digits cannot be tried out.
const WRONG_TOKENS: u8 = 5;

/// The validation sessions, by ID.
#[derive(Default)]
pub(super) struct Validations(BTreeMap<String, Validation>);

struct Validation {
    client_secret: ClientSecret,
    threepid: Threepid,
    send_attempt: u64,
    token: ValidationToken,
    next_link: Option<String>,
    sent_at: Timestamp,
    wrong_tokens: u8,
    validated_at: Option<Timestamp>,
}

/// What a client asks for.
pub(super) struct Asked {
    pub(super) client_secret: ClientSecret,
    pub(super) threepid: Threepid,
    pub(super) send_attempt: u64,
    pub(super) next_link: Option<String>,
}

/// A phone number or an e-mail address that is somebody's, and since when that is known.
pub(super) struct Validated {
    pub(super) threepid: Threepid,
    pub(super) at: Timestamp,
}

impl Validations {
    /// Begins a session under the ID and with the token that are given, unless there is one for that secret and that
    /// identifier. Returns the session's ID and, unless it was sent for this attempt already, the token to send.
    pub(super) fn begin(
        &mut self,
        now: Timestamp,
        asked: Asked,
        new: (SessionId, ValidationToken),
    ) -> (SessionId, Option<ValidationToken>) {
        let is_asked_for = |session: &Validation| {
            session.client_secret == asked.client_secret && session.threepid == asked.threepid
        };
        // What is over makes room for a session with a token of its own; spent tokens only for a new attempt, since the
        // old one is not to send a second message.
        self.0.retain(|_, session| {
            !is_asked_for(session)
                || !(session.is_expired(now)
                    || session.is_spent() && session.send_attempt < asked.send_attempt)
        });
        let known = self.0.iter_mut().find(|(_, session)| is_asked_for(session));
        if let Some((sid, session)) = known {
            let sid = SessionId::parse(sid.as_str()).expect("only such IDs are kept");
            if session.send_attempt >= asked.send_attempt {
                return (sid, None);
            }
            session.send_attempt = asked.send_attempt;
            session.next_link = asked.next_link;
            session.sent_at = now;
            return (sid, Some(session.token.clone()));
        }
        let (sid, token) = new;
        let session = Validation {
            client_secret: asked.client_secret,
            threepid: asked.threepid,
            send_attempt: asked.send_attempt,
            token: token.clone(),
            next_link: asked.next_link,
            sent_at: now,
            wrong_tokens: 0,
            validated_at: None,
        };
        self.0.insert(sid.as_str().to_owned(), session);
        (sid, Some(token))
    }

    /// Takes a token and returns the session's `next_link`. The right token may come twice.
    pub(super) fn submit(
        &mut self,
        now: Timestamp,
        sid: &SessionId,
        client_secret: &ClientSecret,
        token: &ValidationToken,
    ) -> Result<Option<String>, Refusal> {
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
            return Err(Refusal::bad_request(
                ErrorCode::TokenIncorrect,
                "the token is not the one that was sent",
            ));
        }
        session.validated_at.get_or_insert(now);
        Ok(session.next_link.clone())
    }

    /// What a session has validated.
    pub(super) fn validated(
        &self,
        now: Timestamp,
        sid: &SessionId,
        client_secret: &ClientSecret,
    ) -> Result<Validated, Refusal> {
        let session = self.0.get(sid.as_str());
        let session = session
            .filter(|session| session.client_secret == *client_secret)
            .ok_or_else(no_session)?;
        if session.is_expired(now) {
            return Err(expired());
        }
        let at = session.validated_at.ok_or_else(|| {
            Refusal::bad_request(
                ErrorCode::SessionNotValidated,
                "the token of this session was not handed in yet",
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

fn no_session() -> Refusal {
    Refusal::new(
        StatusCode::NOT_FOUND,
        ErrorCode::NoValidSession,
        "no validation session has this sid and client_secret: ask for a new token",
    )
}

fn expired() -> Refusal {
    Refusal::bad_request(
        ErrorCode::SessionExpired,
        "the session is too old: ask for a new token",
    )
}
