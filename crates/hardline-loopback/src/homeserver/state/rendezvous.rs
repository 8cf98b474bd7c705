use std::collections::BTreeMap;
use std::time::Duration;

use hardline::types::Timestamp;
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::entropy::Entropy;

/// How many sessions there may be at once.
const MOST_SESSIONS: usize = 200;
/// How many bytes a text may have.
const LARGEST: usize = 4_096;

/// The places where two devices of a user, one of which is not logged in yet, leave each other texts.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct RendezvousSessions(BTreeMap<String, RendezvousSession>);

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct RendezvousSession {
    pub(crate) text: String,
    /// Stands for the text: each time that it is written it gets another.
    pub(crate) version: String,
    pub(crate) written_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

impl RendezvousSessions {
    /// Opens a session. Returns its ID.
    ///
    /// # Errors
    /// - `M_TOO_LARGE`: the text is.
    /// - `M_LIMIT_EXCEEDED`: there are too many sessions now.
    pub(crate) fn open(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        lifetime: Duration,
        text: String,
    ) -> Result<(String, &RendezvousSession), ErrorResponse> {
        check(&text)?;
        self.0.retain(|_, session| now < session.expires_at);
        if self.0.len() >= MOST_SESSIONS {
            return Err(ErrorResponse::new(
                StatusCode::TOO_MANY_REQUESTS,
                ErrorCode::LimitExceeded,
                "there are too many sessions: try again later",
            )
            .with("retry_after_ms", &(lifetime.as_millis() as u64)));
        }
        let id = entropy.letters(24);
        let session = RendezvousSession {
            text,
            version: entropy.letters(16),
            written_at: now,
            expires_at: now + lifetime,
        };
        let session = self.0.entry(id.clone()).or_insert(session);
        Ok((id, session))
    }

    /// A session that has not ended.
    ///
    /// # Errors
    /// `M_NOT_FOUND`: there is none.
    pub(crate) fn get(
        &self,
        now: Timestamp,
        id: &str,
    ) -> Result<&RendezvousSession, ErrorResponse> {
        let session = self.0.get(id).filter(|session| now < session.expires_at);
        session.ok_or_else(|| {
            ErrorResponse::new(
                StatusCode::NOT_FOUND,
                ErrorCode::NotFound,
                "there is no such session, or it has ended",
            )
        })
    }

    /// Replaces the text of a session.
    ///
    /// # Errors
    /// - `M_NOT_FOUND`: there is no such session.
    /// - `M_TOO_LARGE`: the text is.
    pub(crate) fn write(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        id: &str,
        text: String,
    ) -> Result<&RendezvousSession, ErrorResponse> {
        check(&text)?;
        let mut session = self.get(now, id)?.clone();
        session.text = text;
        session.version = entropy.letters(16);
        session.written_at = now;
        let known = self.0.entry(id.to_owned()).or_insert(session.clone());
        *known = session;
        Ok(known)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// `M_NOT_FOUND`: there is none.
    pub(crate) fn close(&mut self, now: Timestamp, id: &str) -> Result<(), ErrorResponse> {
        self.get(now, id)?;
        self.0.remove(id);
        Ok(())
    }
}

fn check(text: &str) -> Result<(), ErrorResponse> {
    if text.len() <= LARGEST {
        return Ok(());
    }
    Err(ErrorResponse::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::TooLarge,
        "the text is larger than 4 KiB",
    ))
}
