use std::collections::BTreeMap;

use hardline::types::{DeviceId, RoomId, UserId};
use serde::{Deserialize, Serialize};

/// How many connections a device may have: a client that begins more loses the oldest.
const MOST: usize = 20;

/// The connections of sliding sync: what each was told already.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct SlidingConnections(BTreeMap<UserId, BTreeMap<DeviceId, Vec<Connection>>>);

#[derive(Serialize, Deserialize)]
struct Connection {
    conn_id: String,
    /// How many responses it has had.
    responses: u64,
    told: Vec<Told>,
}

/// What the client of a connection knows after a response.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Told {
    /// The number of the response.
    response: u64,
    /// The position up to which it knows what concerns no room.
    pub(crate) position: u64,
    pub(crate) rooms: BTreeMap<RoomId, ToldRoom>,
}

/// What the client knows of a room.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ToldRoom {
    /// The position up to which it knows the room's events.
    pub(crate) position: u64,
    /// The longest timeline that it has asked for.
    pub(crate) timeline_limit: usize,
    /// The state that it has asked for, by type and key.
    pub(crate) required_state: Vec<(String, String)>,
}

impl SlidingConnections {
    /// What a connection's client knows that has this token; `None` if the token is not one of its latest.
    pub(crate) fn told(
        &self,
        (user_id, device_id): (&UserId, &DeviceId),
        conn_id: &str,
        pos: &str,
    ) -> Option<&Told> {
        let response = number(pos)?;
        let of_device = self.0.get(user_id)?.get(device_id)?;
        let mut connections = of_device.iter();
        let connection = connections.find(|connection| connection.conn_id == conn_id)?;
        let mut told = connection.told.iter();
        told.find(|told| told.response == response)
    }

    /// Notes what a response tells, and gives its token. One that continues from no other begins the connection anew.
    ///
    /// The response that it continues from stays known: the new one may be lost on its way, and is asked again.
    pub(crate) fn tell(
        &mut self,
        (user_id, device_id): (&UserId, &DeviceId),
        conn_id: &str,
        from: Option<&str>,
        mut told: Told,
    ) -> String {
        let of_user = self.0.entry(user_id.clone()).or_default();
        let of_device = of_user.entry(device_id.clone()).or_default();
        let known = of_device
            .iter()
            .position(|connection| connection.conn_id == conn_id);
        // The one that was used last is at the end.
        let mut connection = match known {
            Some(place) => of_device.remove(place),
            None => Connection {
                conn_id: conn_id.to_owned(),
                responses: 0,
                told: Vec::new(),
            },
        };
        if of_device.len() == MOST {
            of_device.remove(0);
        }
        let from = from.and_then(number);
        connection.told.retain(|told| Some(told.response) == from);
        connection.responses += 1;
        told.response = connection.responses;
        let token = format!("{}/s{}", told.response, told.position);
        connection.told.push(told);
        of_device.push(connection);
        token
    }

    pub(crate) fn forget(&mut self, user_id: &UserId, device_id: &DeviceId) {
        if let Some(of_user) = self.0.get_mut(user_id) {
            of_user.remove(device_id);
        }
    }
}

/// The number of the response that a token came with.
fn number(token: &str) -> Option<u64> {
    token.split_once('/')?.0.parse().ok()
}
