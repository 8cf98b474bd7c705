use std::collections::{BTreeMap, VecDeque};

use hardline::types::{DeviceId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many messages may wait for a device.
pub(crate) const MOST_WAITING: usize = 10_000;
/// How many of them one response has.
const PAGE: usize = 100;
/// How many responses that had not all of them are remembered.
const MOST_PAGES: usize = 100;

/// What was sent to devices, past all rooms, and waits for them.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct ToDevice(BTreeMap<UserId, BTreeMap<DeviceId, Inbox>>);

#[derive(Default, Serialize, Deserialize)]
struct Inbox {
    /// The oldest first.
    messages: VecDeque<Waiting>,
    /// Up to which position messages were handed out in responses that had not all of them, by the tokens that those
    /// gave.
    pages: BTreeMap<u64, u64>,
}

#[derive(Serialize, Deserialize)]
struct Waiting {
    position: u64,
    message: Value,
}

impl ToDevice {
    /// How many messages wait for a device.
    pub(crate) fn len(&self, user_id: &UserId, device_id: &DeviceId) -> usize {
        let inbox = self.of(user_id, device_id);
        inbox.map_or(0, |inbox| inbox.messages.len())
    }

    pub(crate) fn add(
        &mut self,
        user_id: &UserId,
        device_id: &DeviceId,
        position: u64,
        message: Value,
    ) {
        let devices = self.0.entry(user_id.clone()).or_default();
        let inbox = devices.entry(device_id.clone()).or_default();
        inbox.messages.push_back(Waiting { position, message });
    }

    /// The messages for a device after a position, as many as fit into a page, with the position of the last one.
    pub(crate) fn page(
        &self,
        user_id: &UserId,
        device_id: &DeviceId,
        after: u64,
    ) -> (Vec<&Value>, Option<u64>) {
        let inbox = self.of(user_id, device_id);
        let messages = inbox.into_iter().flat_map(|inbox| &inbox.messages);
        let page = messages
            .filter(|waiting| waiting.position > after)
            .take(PAGE);
        let page: Vec<&Waiting> = page.collect();
        let last = page.last().map(|waiting| waiting.position);
        (
            page.into_iter().map(|waiting| &waiting.message).collect(),
            last,
        )
    }

    /// Forgets what a device has received, as the token says that it now uses. Returns whether the next response needs a
    /// token that was never given: this one was given when not all were handed out, or not all will be.
    pub(crate) fn acknowledge(
        &mut self,
        user_id: &UserId,
        device_id: &DeviceId,
        token: Option<u64>,
    ) -> bool {
        let devices = self.0.get_mut(user_id);
        let Some(inbox) = devices.and_then(|devices| devices.get_mut(device_id)) else {
            return false;
        };
        let mut has_more = inbox.messages.len() > PAGE;
        if let Some(token) = token {
            let received = inbox.pages.get(&token).copied().unwrap_or(token);
            inbox.messages.retain(|waiting| waiting.position > received);
            inbox.pages = inbox.pages.split_off(&token);
            let first = inbox.messages.front();
            has_more =
                inbox.messages.len() > PAGE || first.is_some_and(|first| first.position <= token);
        }
        has_more
    }

    /// Notes that the response with this token has only the first page, if there are more.
    pub(crate) fn hand_out(&mut self, user_id: &UserId, device_id: &DeviceId, token: u64) {
        let devices = self.0.get_mut(user_id);
        let Some(inbox) = devices.and_then(|devices| devices.get_mut(device_id)) else {
            return;
        };
        if let Some(last) = inbox.messages.get(PAGE - 1)
            && inbox.messages.len() > PAGE
        {
            inbox.pages.insert(token, last.position);
            if inbox.pages.len() > MOST_PAGES {
                inbox.pages.pop_first();
            }
        }
    }

    /// Forgets what waits for a device.
    pub(super) fn forget(&mut self, user_id: &UserId, device_id: &DeviceId) {
        if let Some(devices) = self.0.get_mut(user_id) {
            devices.remove(device_id);
        }
    }

    fn of(&self, user_id: &UserId, device_id: &DeviceId) -> Option<&Inbox> {
        self.0.get(user_id)?.get(device_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login() -> (UserId, DeviceId) {
        let user_id = UserId::parse("@alice:example.org").unwrap();
        (user_id, DeviceId::parse("PHONE").unwrap())
    }

    fn with_messages(count: u64) -> ToDevice {
        let (user_id, device_id) = login();
        let mut to_device = ToDevice::default();
        for position in 1..=count {
            to_device.add(&user_id, &device_id, position, position.into());
        }
        to_device
    }

    fn handed(to_device: &ToDevice) -> Vec<u64> {
        let (user_id, device_id) = login();
        let (page, _) = to_device.page(&user_id, &device_id, 0);
        page.into_iter().filter_map(Value::as_u64).collect()
    }

    #[test]
    fn messages_stay_until_the_next_token_is_used() {
        let (user_id, device_id) = login();
        let mut to_device = with_messages(2);
        for token in [None, Some(0)] {
            assert!(!to_device.acknowledge(&user_id, &device_id, token));
            assert_eq!(handed(&to_device), [1, 2]);
        }
        assert!(!to_device.acknowledge(&user_id, &device_id, Some(1)));
        assert_eq!(handed(&to_device), [2]);
        assert!(!to_device.acknowledge(&user_id, &device_id, Some(2)));
        assert!(handed(&to_device).is_empty());
    }

    #[test]
    fn a_page_is_handed_out_again_until_its_own_token_is_used() {
        let (user_id, device_id) = login();
        let mut to_device = with_messages(150);
        assert!(to_device.acknowledge(&user_id, &device_id, Some(0)));
        to_device.hand_out(&user_id, &device_id, 151);
        assert_eq!(handed(&to_device), (1..=100).collect::<Vec<_>>());
        // The response got lost, and came again.
        assert!(to_device.acknowledge(&user_id, &device_id, Some(0)));
        to_device.hand_out(&user_id, &device_id, 152);
        assert_eq!(handed(&to_device), (1..=100).collect::<Vec<_>>());
        for token in [153, 154] {
            // So did the next one, whose token has to be another.
            assert!(to_device.acknowledge(&user_id, &device_id, Some(152)));
            to_device.hand_out(&user_id, &device_id, token);
            assert_eq!(handed(&to_device), (101..=150).collect::<Vec<_>>());
        }
        assert!(!to_device.acknowledge(&user_id, &device_id, Some(154)));
        assert!(handed(&to_device).is_empty());
    }
}
