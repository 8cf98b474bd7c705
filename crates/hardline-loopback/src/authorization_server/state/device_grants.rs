use std::collections::BTreeMap;
use std::time::Duration;

use hardline::oauth_api::{AuthorizeDeviceResponse, DeviceCode, Scopes, UserCode};
use hardline::types::{ClientId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::lifetimes::Lifetimes;
use crate::entropy::Entropy;

/// By how much a device may ask too early without being told: clocks and networks are not exact.
const TOLERANCE: Duration = Duration::from_millis(250);

/// The devices that wait for their users, by device code.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct DeviceGrants(BTreeMap<String, DeviceGrant>);

/// What a device has asked for, and what the user has said.
#[derive(Serialize, Deserialize)]
pub(crate) struct DeviceGrant {
    pub(crate) client_id: ClientId,
    pub(crate) client_name: String,
    pub(crate) scope: Scopes,
    pub(crate) user_code: UserCode,
    /// What the form of the page carries.
    pub(crate) form_token: String,
    decision: DeviceDecision,
    expires_at: Timestamp,
    interval: Duration,
    last_poll: Option<Timestamp>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum DeviceDecision {
    Pending,
    Approved(UserId),
    Denied,
    /// The tokens were given.
    Used,
}

/// The state of a device grant, as the device is told.
pub(crate) enum Poll {
    Pending,
    SlowDown,
    Expired,
    Denied,
    Approved(UserId, Scopes),
    Unknown,
}

impl DeviceGrants {
    /// Begins to wait for a user.
    pub(crate) fn begin(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        lifetimes: &Lifetimes,
        (client_id, client_name): (ClientId, String),
        scope: Scopes,
    ) -> (DeviceCode, UserCode) {
        let device_code = format!("loopback_device_{}", entropy.letters(32));
        // A code that another device has would log that one in.
        let user_code = loop {
            let code = UserCode::parse(entropy.user_code()).expect("eight letters are no nothing");
            if self.waiting(now, &code).is_none() {
                break code;
            }
        };
        let grant = DeviceGrant {
            client_id,
            client_name,
            scope,
            user_code: user_code.clone(),
            form_token: entropy.letters(32),
            decision: DeviceDecision::Pending,
            expires_at: now + lifetimes.device_code,
            interval: lifetimes.interval,
            last_poll: None,
        };
        self.0.insert(device_code.clone(), grant);
        (DeviceCode::from(device_code), user_code)
    }

    /// The device that waits with this code, however it is typed.
    pub(crate) fn waiting(&self, now: Timestamp, user_code: &UserCode) -> Option<&DeviceGrant> {
        let typed = letters(user_code);
        let mut waiting = self.0.values().filter(|grant| grant.waits(now));
        waiting.find(|grant| letters(&grant.user_code) == typed)
    }

    /// The user decides, on the page with this form token. `false` if no device waits for that.
    pub(crate) fn decide(
        &mut self,
        now: Timestamp,
        form_token: &str,
        decision: DeviceDecision,
    ) -> bool {
        let mut waiting = self.0.values_mut().filter(|grant| grant.waits(now));
        let Some(grant) = waiting.find(|grant| grant.form_token == form_token) else {
            return false;
        };
        grant.decision = decision;
        true
    }

    /// The device that waits for the page with this form token.
    pub(crate) fn by_form_token(&self, now: Timestamp, form_token: &str) -> Option<&DeviceGrant> {
        let mut waiting = self.0.values().filter(|grant| grant.waits(now));
        waiting.find(|grant| grant.form_token == form_token)
    }

    /// The device asks.
    pub(crate) fn poll(
        &mut self,
        now: Timestamp,
        client_id: &ClientId,
        device_code: &DeviceCode,
    ) -> Poll {
        let Some(grant) = self.0.get_mut(device_code.reveal()) else {
            return Poll::Unknown;
        };
        if grant.client_id != *client_id {
            return Poll::Unknown;
        }
        match &grant.decision {
            DeviceDecision::Used => Poll::Unknown,
            _ if grant.expires_at <= now => Poll::Expired,
            DeviceDecision::Denied => Poll::Denied,
            DeviceDecision::Approved(user_id) => {
                let approved = Poll::Approved(user_id.clone(), grant.scope.clone());
                grant.decision = DeviceDecision::Used;
                approved
            }
            DeviceDecision::Pending => {
                let earliest = grant.last_poll.map(|last| last + grant.interval);
                grant.last_poll = Some(now);
                if earliest.is_none_or(|earliest| earliest <= now + TOLERANCE) {
                    return Poll::Pending;
                }
                grant.interval += AuthorizeDeviceResponse::SLOW_DOWN;
                Poll::SlowDown
            }
        }
    }
}

impl DeviceGrant {
    fn waits(&self, now: Timestamp) -> bool {
        now < self.expires_at && matches!(self.decision, DeviceDecision::Pending)
    }
}

/// A code without what people leave out or add when they type it.
fn letters(user_code: &UserCode) -> String {
    let letters = user_code.as_str().chars();
    letters
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}
