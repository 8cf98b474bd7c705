use std::collections::BTreeMap;
use std::time::Duration;

use hardline::types::{ClientSecret, SessionId, Timestamp, ValidationToken};
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
    msisdn: String,
    send_attempt: u64,
    token: ValidationToken,
    sent_at: Timestamp,
    wrong_codes: u8,
    validated_at: Option<Timestamp>,
}

/// A session, and the code to text, unless it was texted for this attempt already.
pub(super) struct Begun {
    pub(super) sid: SessionId,
    pub(super) text: Option<ValidationToken>,
}

/// A phone number that is somebody's, and since when that is known.
pub(super) struct Validated {
    pub(super) msisdn: String,
    pub(super) at: Timestamp,
}

impl Validations {
    /// Begins the session of a secret and a number, or goes on with it. The code stays the same within a session, so that
    /// a text that comes late is still good.
    pub(super) fn begin(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        client_secret: &ClientSecret,
        msisdn: &str,
        send_attempt: u64,
    ) -> Begun {
        // What is over makes room for a session with a code of its own; spent codes only for a new attempt, since the
        // old one is not to send a second text.
        self.0.retain(|_, session| {
            (&session.client_secret, &*session.msisdn) != (client_secret, msisdn)
                || !(session.is_expired(now)
                    || session.is_spent() && session.send_attempt < send_attempt)
        });
        let mut known = self.0.iter_mut();
        let known = known.find(|(_, session)| {
            (&session.client_secret, &*session.msisdn) == (client_secret, msisdn)
        });
        let (sid, text) = match known {
            Some((sid, session)) if session.send_attempt < send_attempt => {
                session.send_attempt = send_attempt;
                session.sent_at = now;
                (sid.clone(), Some(session.token.clone()))
            }
            Some((sid, _)) => (sid.clone(), None),
            None => {
                let sid = entropy.letters(16);
                let token = ValidationToken::from(entropy.code());
                let session = Validation {
                    client_secret: client_secret.clone(),
                    msisdn: msisdn.to_owned(),
                    send_attempt,
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
        Begun { sid, text }
    }

    /// Takes a code. The right one may come twice.
    pub(super) fn submit(
        &mut self,
        now: Timestamp,
        sid: &SessionId,
        client_secret: &ClientSecret,
        token: &ValidationToken,
    ) -> Result<(), Refusal> {
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
        Ok(())
    }

    /// The number that a session has validated.
    pub(super) fn validated(
        &self,
        now: Timestamp,
        sid: &SessionId,
        client_secret: &ClientSecret,
    ) -> Option<Validated> {
        let session = self.0.get(sid.as_str())?;
        let at = session.validated_at?;
        (session.client_secret == *client_secret && !session.is_expired(now)).then(|| Validated {
            msisdn: session.msisdn.clone(),
            at,
        })
    }
}

impl Validation {
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
