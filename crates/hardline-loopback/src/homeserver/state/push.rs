mod default_rules;
mod notifications;
mod notifying;
mod pushers;
mod rules;

use std::collections::VecDeque;

use hardline::types::{DeviceId, UserId};
use serde::{Deserialize, Serialize};

pub(crate) use notifications::Counts;
use notifications::Notifications;
use pushers::Pushers;
pub(crate) use pushers::{OutgoingPush, PusherId, PusherOfDevice};
use rules::Rules;
pub(crate) use rules::{Beside, RuleError};

/// What users are notified of, and how.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Push {
    pub(crate) rules: Rules,
    pub(crate) notifications: Notifications,
    pub(crate) pushers: Pushers,
    /// What is to be sent to push gateways.
    #[serde(skip)]
    pub(crate) outgoing: VecDeque<OutgoingPush>,
}

impl Push {
    /// Forgets where a device's notifications go.
    pub(crate) fn forget_device(&mut self, user_id: &UserId, device_id: &DeviceId) {
        self.pushers
            .retain(user_id, |pusher| pusher.device_id != *device_id);
    }

    pub(crate) fn forget(&mut self, user_id: &UserId) {
        self.rules.forget(user_id);
        self.notifications.forget(user_id);
        self.pushers.retain(user_id, |_| false);
    }
}
