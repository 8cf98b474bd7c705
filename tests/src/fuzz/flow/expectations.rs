//! What every flow is driven with, and what holds for all of them.

use std::fmt::Debug;
use std::time::Duration;

use hardline::flow::ThreepidInput;
use hardline::types::{CountryCode, Timestamp};

use super::tokens::SESSION_TOKEN;
use crate::simulation::{CLIENT_SECRET, PASSWORD, WRONG};

/// When they begin.
pub(super) const START: Timestamp = Timestamp::from_millis(1_795_422_468_726);

/// No flow, and no session, puts out more than this at once, whatever the input.
pub(super) const OUTPUTS: usize = 32;

/// What is never shown.
pub(super) const SECRETS: [&str; 4] = [PASSWORD, CLIENT_SECRET, WRONG, SESSION_TOKEN];

/// The longest wait: that for an answer.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Where the identity server is.
pub(super) const IDENTITY_URL: &str = "https://is.example.org";

pub(super) fn shows_no_secret(shown: &impl Debug) {
    let text = format!("{shown:?}");
    for secret in SECRETS {
        assert!(!text.contains(secret), "{text}");
    }
}

pub(super) fn phone() -> ThreepidInput {
    ThreepidInput::phone(CountryCode::parse("GB").unwrap(), "07700900001")
}
