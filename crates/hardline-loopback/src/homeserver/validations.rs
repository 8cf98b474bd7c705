use std::collections::BTreeMap;
use std::time::Duration;

use hardline::types::{ClientSecret, Medium, SessionId, Timestamp, ValidationToken};
use hardline::wire::ErrorCode;
use hardline::wire::server::Refusal;
use http::StatusCode;

use crate::entropy::Entropy;

/// How long a code is good, from the last text.
const CODE_LIFETIME: Duration = Duration::from_secs(60 * 60);
/// How long a validation is good.
const VALIDATION_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// How many wrong codes end a session, so that six digits cannot be tried out.
const WRONG_CODES: u8 = 5;

/// The validation sessions, by ID.
#[derive(Default)]
pub(super) struct Validations(BTreeMap<String, Validation>);

struct Validation {
    client_secret: ClientSecret,
    medium: Medium,
    address: String,
    next_link: Option<String>,
    send_attempt: u64,
    token: ValidationToken,
    sent_at: Timestamp,
    wrong_codes: u8,
    validated_at: Option<Timestamp>,
}

/// What a session is asked for with.
pub(super) struct Asked<'a> {
    pub(super) client_secret: &'a ClientSecret,
    pub(super) medium: Medium,
    pub(super) address: String,
    pub(super) send_attempt: u64,
    pub(super) next_link: Option<&'a str>,
}

/// A session, and the token to send, unless it was sent for this attempt already.
pub(super) struct Begun {
    pub(super) sid: SessionId,
    pub(super) to_send: Option<ValidationToken>,
}

/// A phone number or e-mail address that is somebody's, and since when that is known.
#[derive(Clone)]
pub(super) struct Validated {
    pub(super) medium: Medium,
    pub(super) address: String,
    pub(super) at: Timestamp,
}

impl Validations {
    /// Begins the session of a secret and an address, or goes on with it. The token stays the same within a session, so
    /// that a message that comes late is still good.
    pub(super) fn begin(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        asked: Asked<'_>,
    ) -> Begun {
        // What is over makes room for a session with a token of its own; spent codes only for a new attempt, since the
        // old one is not to send a second message.
        self.0.retain(|_, session| {
            !session.is_for(&asked)
                || !(session.is_expired(now)
                    || session.is_spent() && session.send_attempt < asked.send_attempt)
        });
        let mut known = self.0.iter_mut();
        let (sid, to_send) = match known.find(|(_, session)| session.is_for(&asked)) {
            Some((sid, session)) if session.send_attempt < asked.send_attempt => {
                session.send_attempt = asked.send_attempt;
                session.sent_at = now;
                session.next_link = asked.next_link.map(ToOwned::to_owned);
                (sid.clone(), Some(session.token.clone()))
            }
            Some((sid, _)) => (sid.clone(), None),
            None => {
                let sid = entropy.letters(16);
                // A code is typed, a link is followed.
                let token = match asked.medium {
                    Medium::Email => entropy.letters(32),
                    _ => entropy.code(),
                };
                let token = ValidationToken::from(token);
                let session = Validation {
                    client_secret: asked.client_secret.clone(),
                    medium: asked.medium,
                    address: asked.address,
                    next_link: asked.next_link.map(ToOwned::to_owned),
                    send_attempt: asked.send_attempt,
                    token: token.clone(),
                    sent_at: now,
                    wrong_codes: 0,
                    validated_at: None,
                };
                self.0.insert(sid.clone(), session);
                (sid, Some(token))
            }
        };
        let sid = SessionId::parse(sid).expect("16 letters follow the grammar");
        Begun { sid, to_send }
    }

    /// Takes a token, and tells where the person's browser goes then. The right one may come twice.
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
            .ok_or_else(|| {
                Refusal::new(
                    StatusCode::NOT_FOUND,
                    ErrorCode::NoValidSession,
                    "no validation session has this sid and client_secret: ask for a new code",
                )
            })?;
        if session.is_expired(now) {
            return Err(Refusal::bad_request(
                ErrorCode::SessionExpired,
                "the code is too old: ask for a new one",
            ));
        }
        if session.token != *token {
            if session.validated_at.is_none() {
                session.wrong_codes += 1;
            }
            return Err(Refusal::bad_request(
                ErrorCode::TokenIncorrect,
                "the code is not the one that was sent",
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
    ) -> Option<Validated> {
        let session = self.0.get(sid.as_str())?;
        let at = session.validated_at?;
        (session.client_secret == *client_secret && !session.is_expired(now)).then(|| Validated {
            medium: session.medium.clone(),
            address: session.address.clone(),
            at,
        })
    }
}

impl Validation {
    fn is_for(&self, asked: &Asked<'_>) -> bool {
        self.client_secret == *asked.client_secret
            && self.medium == asked.medium
            && self.address == asked.address
    }

    fn is_expired(&self, now: Timestamp) -> bool {
        match self.validated_at {
            Some(validated_at) => now - validated_at >= VALIDATION_LIFETIME,
            None => now - self.sent_at >= CODE_LIFETIME,
        }
    }

    fn is_spent(&self) -> bool {
        self.wrong_codes >= WRONG_CODES
    }
}
