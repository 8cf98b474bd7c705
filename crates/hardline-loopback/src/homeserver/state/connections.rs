use std::collections::BTreeMap;
use std::net::IpAddr;

use hardline::types::{DeviceId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// How many connections of a device are kept.
const KEPT: usize = 20;

/// Where users were when they last sent something, by their devices.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Connections(BTreeMap<UserId, BTreeMap<DeviceId, Vec<Connection>>>);

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Connection {
    /// `None` if the request came through no socket.
    pub(crate) address: Option<IpAddr>,
    pub(crate) user_agent: Option<String>,
    pub(crate) last_seen: Timestamp,
}

impl Connections {
    pub(crate) fn of(&self, user_id: &UserId) -> impl Iterator<Item = (&DeviceId, &[Connection])> {
        let devices = self.0.get(user_id).into_iter().flatten();
        devices.map(|(device_id, connections)| (device_id, connections.as_slice()))
    }

    /// The newest connection of a device.
    pub(crate) fn last(&self, user_id: &UserId, device_id: &DeviceId) -> Option<&Connection> {
        let connections = self.0.get(user_id)?.get(device_id)?;
        connections.iter().max_by_key(|known| known.last_seen)
    }

    pub(crate) fn note(&mut self, user_id: &UserId, device_id: &DeviceId, connection: Connection) {
        let devices = self.0.entry(user_id.clone()).or_default();
        let connections = devices.entry(device_id.clone()).or_default();
        let known = connections.iter_mut().find(|known| {
            known.address == connection.address && known.user_agent == connection.user_agent
        });
        if let Some(known) = known {
            known.last_seen = connection.last_seen;
            return;
        }
        if connections.len() == KEPT {
            connections.remove(0);
        }
        connections.push(connection);
    }

    /// Forgets the devices that have logged out.
    pub(crate) fn retain(&mut self, user_id: &UserId, stays: impl Fn(&DeviceId) -> bool) {
        if let Some(devices) = self.0.get_mut(user_id) {
            devices.retain(|device_id, _| stays(device_id));
        }
    }
}
