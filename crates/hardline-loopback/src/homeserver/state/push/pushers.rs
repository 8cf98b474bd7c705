use std::collections::BTreeMap;

use hardline::client_api::push::Pusher;
use hardline::types::{DeviceId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// How many pushers a user may have.
const MOST: usize = 100;

/// Where notifications are sent, of all users.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Pushers(BTreeMap<UserId, Vec<PusherOfDevice>>);

/// Where notifications of a user are sent, as one of the devices wanted it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PusherOfDevice {
    pub(crate) pusher: Pusher,
    pub(crate) device_id: DeviceId,
    pub(crate) set_at: Timestamp,
    /// The last number of unread rooms that was sent.
    pub(crate) badge: u64,
}

/// What a pusher is known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PusherId {
    pub(crate) user_id: UserId,
    pub(crate) app_id: String,
    pub(crate) pushkey: String,
}

/// What is to be sent to a push gateway.
#[derive(Clone, Debug)]
pub(crate) struct OutgoingPush {
    pub(crate) pusher: PusherId,
    pub(crate) url: String,
    pub(crate) body: Value,
}

impl Pushers {
    pub(crate) fn of(&self, user_id: &UserId) -> &[PusherOfDevice] {
        self.0.get(user_id).map_or(&[], Vec::as_slice)
    }

    pub(super) fn of_mut(&mut self, user_id: &UserId) -> &mut [PusherOfDevice] {
        self.0.get_mut(user_id).map_or(&mut [], Vec::as_mut_slice)
    }

    /// Sets a pusher. Unless it is only to be added, nobody else keeps one with its key. Returns whether there is a place.
    pub(crate) fn set(&mut self, user_id: &UserId, pusher: PusherOfDevice, append: bool) -> bool {
        let is_same = |known: &PusherOfDevice| {
            known.pusher.app_id == pusher.pusher.app_id
                && known.pusher.pushkey == pusher.pusher.pushkey
        };
        let others = self.0.iter_mut().filter(|(other, _)| *other != user_id);
        if !append {
            for (_, known) in others {
                known.retain(|known| !is_same(known));
            }
        }
        let known = self.0.entry(user_id.clone()).or_default();
        match known.iter().position(is_same) {
            Some(place) => known[place] = pusher,
            None if known.len() >= MOST => return false,
            None => known.push(pusher),
        }
        true
    }

    pub(crate) fn remove(&mut self, pusher: &PusherId) {
        self.retain(&pusher.user_id, |known| {
            known.pusher.app_id != pusher.app_id || known.pusher.pushkey != pusher.pushkey
        });
    }

    pub(super) fn retain(&mut self, user_id: &UserId, is_kept: impl Fn(&PusherOfDevice) -> bool) {
        if let Some(known) = self.0.get_mut(user_id) {
            known.retain(is_kept);
        }
    }
}

impl PusherOfDevice {
    /// Whether the gateway is told the event's ID alone.
    pub(super) fn is_event_id_only(&self) -> bool {
        self.pusher.data.format().as_deref() == Some("event_id_only")
    }

    /// A notification on its way to the pusher's gateway, if it has one.
    pub(super) fn outgoing(
        &self,
        user_id: &UserId,
        mut notification: Map<String, Value>,
        tweaks: Map<String, Value>,
    ) -> Option<OutgoingPush> {
        let pusher = &self.pusher;
        let mut data = json!(pusher.data);
        if let Some(data) = data.as_object_mut() {
            data.remove("url");
        }
        let mut device = json!({
            "app_id": pusher.app_id,
            "pushkey": pusher.pushkey,
            "pushkey_ts": self.set_at.as_millis() / 1_000,
            "data": data,
        });
        if !tweaks.is_empty() {
            device["tweaks"] = tweaks.into();
        }
        notification.insert("devices".to_owned(), json!([device]));
        Some(OutgoingPush {
            pusher: PusherId {
                user_id: user_id.clone(),
                app_id: pusher.app_id.clone(),
                pushkey: pusher.pushkey.clone(),
            },
            url: pusher.data.url()?,
            body: json!({"notification": notification}),
        })
    }
}
