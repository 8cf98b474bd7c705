use std::collections::BTreeSet;

use hardline::types::{EventId, RoomId, Timestamp, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;
use serde::{Deserialize, Serialize};

/// How many reports are kept.
const MOST_REPORTS: usize = 10_000;

/// Who watches over the server, what was reported to them, and what they did about it.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Moderation {
    pub(crate) administrators: BTreeSet<UserId>,
    /// The users who may only read.
    pub(crate) suspended: BTreeSet<UserId>,
    /// The users who may only log out.
    pub(crate) locked: BTreeSet<UserId>,
    reports: Vec<Report>,
}

/// What a user reported to the administrators of a [`Homeserver`](crate::Homeserver).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// The user who reported it.
    pub reporter: UserId,
    /// What is reported.
    pub subject: ReportSubject,
    /// Why, as the user said.
    pub reason: Option<String>,
    /// When.
    pub reported_at: Timestamp,
}

/// What a [`Report`] is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ReportSubject {
    /// An event of a room.
    Event(RoomId, EventId),
    /// A room.
    Room(RoomId),
    /// A user.
    User(UserId),
}

impl Moderation {
    pub(crate) fn reports(&self) -> &[Report] {
        &self.reports
    }

    /// # Errors
    /// `M_RESOURCE_LIMIT_EXCEEDED`: there are too many.
    pub(crate) fn report(&mut self, report: Report) -> Result<(), ErrorResponse> {
        if self.reports.len() >= MOST_REPORTS {
            return Err(ErrorResponse::new(
                StatusCode::FORBIDDEN,
                ErrorCode::ResourceLimitExceeded,
                "the administrators have too many reports to read",
            ));
        }
        self.reports.push(report);
        Ok(())
    }
}
