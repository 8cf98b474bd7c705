//! The constants for driving flows, and what holds for all flows.

use std::time::Duration;

use hardline::flow::{ThreepidInput, test_harness};
use hardline::types::{CountryCode, Timestamp};

use super::tokens::SESSION_TOKEN;
use crate::simulation::{CLIENT_SECRET, PASSWORD, WRONG};

/// The start time of all flows.
pub(super) const START: Timestamp = test_harness::START;

/// Secrets that must never show.
pub(super) const SECRETS: [&str; 4] = [PASSWORD, CLIENT_SECRET, WRONG, SESSION_TOKEN];

/// The longest wait: that for a response.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Where the authorization server is.
pub(super) const ACCOUNT_URL: &str = "https://account.example.org";

/// Where the identity server is.
pub(super) const IDENTITY_URL: &str = "https://is.example.org";

pub(super) fn phone() -> ThreepidInput {
    ThreepidInput::phone(CountryCode::parse("GB").unwrap(), "07700900001")
}
