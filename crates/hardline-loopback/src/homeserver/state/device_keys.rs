use std::collections::{BTreeMap, VecDeque};

use hardline::types::{DeviceId, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::rooms::Object;

/// How many one-time keys of an algorithm a device may have: as many as Synapse takes.
const MOST_ONE_TIME_KEYS: usize = 500;
/// How many algorithms its keys may be of.
const MOST_ALGORITHMS: usize = 20;

/// The keys that devices have published.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct DeviceKeys(BTreeMap<UserId, BTreeMap<DeviceId, KeysOfDevice>>);

#[derive(Default, Serialize, Deserialize)]
struct KeysOfDevice {
    /// Its identity keys, as they came: they are signed.
    identity: Option<Object>,
    /// Those that nobody has claimed yet, by algorithm, the oldest first.
    one_time: BTreeMap<String, VecDeque<ClaimableKey>>,
    /// By algorithm.
    fallback: BTreeMap<String, FallbackKey>,
}

/// A key that another device claims to begin a conversation.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ClaimableKey {
    /// The algorithm, a colon and a name.
    pub(crate) id: String,
    /// The key as it came.
    pub(crate) key: Value,
}

#[derive(Serialize, Deserialize)]
struct FallbackKey {
    key: ClaimableKey,
    is_used: bool,
}

impl ClaimableKey {
    fn algorithm(&self) -> &str {
        let parts = self.id.split_once(':');
        parts.map_or(&self.id, |(algorithm, _)| algorithm)
    }

    /// Whether both are the same key. Each upload of it may have a signature of its own.
    fn is_same(&self, other: &Self) -> bool {
        let unsigned = |key: &Value| {
            let mut key = key.clone();
            if let Value::Object(members) = &mut key {
                members.remove("signatures");
            }
            key
        };
        unsigned(&self.key) == unsigned(&other.key)
    }
}

impl DeviceKeys {
    /// The identity keys of a device.
    pub(crate) fn identity(&self, user_id: &UserId, device_id: &DeviceId) -> Option<&Object> {
        self.of(user_id, device_id)?.identity.as_ref()
    }

    /// The identity keys of all devices of a user.
    pub(crate) fn identities(
        &self,
        user_id: &UserId,
    ) -> impl Iterator<Item = (&DeviceId, &Object)> {
        let devices = self.0.get(user_id).into_iter().flatten();
        devices.filter_map(|(device_id, keys)| Some((device_id, keys.identity.as_ref()?)))
    }

    /// Sets the identity keys of a device. Returns whether they are others than before.
    pub(crate) fn set_identity(
        &mut self,
        user_id: &UserId,
        device_id: &DeviceId,
        keys: Object,
    ) -> bool {
        let of_device = self.of_mut(user_id, device_id);
        let is_new = of_device.identity.as_ref() != Some(&keys);
        of_device.identity = Some(keys);
        is_new
    }

    /// Adds one-time keys: all, or none of them.
    ///
    /// # Errors
    /// - `M_UNKNOWN`: there is another key of the same ID.
    /// - `M_TOO_LARGE`: the device would have too many.
    pub(crate) fn add_one_time(
        &mut self,
        user_id: &UserId,
        device_id: &DeviceId,
        keys: Vec<ClaimableKey>,
    ) -> Result<(), ErrorResponse> {
        let known = &self.of_mut(user_id, device_id).one_time;
        let mut all: BTreeMap<String, VecDeque<ClaimableKey>> = BTreeMap::new();
        for key in keys {
            let algorithm = key.algorithm().to_owned();
            let of_algorithm = all
                .entry(algorithm)
                .or_insert_with_key(|algorithm| known.get(algorithm).cloned().unwrap_or_default());
            match of_algorithm.iter().find(|known| known.id == key.id) {
                Some(known) if known.is_same(&key) => {}
                Some(_) => return Err(key_exists(&key.id)),
                None => of_algorithm.push_back(key),
            }
            if of_algorithm.len() > MOST_ONE_TIME_KEYS {
                return Err(too_many(
                    "the device would have more than 500 one-time keys",
                ));
            }
        }
        let algorithms = all.keys().filter(|name| !known.contains_key(*name));
        if known.len() + algorithms.count() > MOST_ALGORITHMS {
            return Err(too_many("the keys are of more than 20 algorithms"));
        }
        self.of_mut(user_id, device_id).one_time.extend(all);
        Ok(())
    }

    /// Replaces the fallback keys of the algorithms of these ones. One that is there already is not unused again.
    ///
    /// # Errors
    /// `M_TOO_LARGE`: the device would have too many.
    pub(crate) fn set_fallback(
        &mut self,
        user_id: &UserId,
        device_id: &DeviceId,
        keys: Vec<ClaimableKey>,
    ) -> Result<(), ErrorResponse> {
        let fallback = &mut self.of_mut(user_id, device_id).fallback;
        for key in keys {
            let algorithm = key.algorithm().to_owned();
            if fallback
                .get(&algorithm)
                .is_some_and(|known| known.key == key)
            {
                continue;
            }
            if fallback.len() >= MOST_ALGORITHMS && !fallback.contains_key(&algorithm) {
                return Err(too_many("the keys are of more than 20 algorithms"));
            }
            let is_used = false;
            fallback.insert(algorithm, FallbackKey { key, is_used });
        }
        Ok(())
    }

    /// Gives away a one-time key of a device; if none is left, the fallback key, as often as it is asked for.
    pub(crate) fn claim(
        &mut self,
        user_id: &UserId,
        device_id: &DeviceId,
        algorithm: &str,
    ) -> Option<ClaimableKey> {
        let keys = self.0.get_mut(user_id)?.get_mut(device_id)?;
        let one_time = keys.one_time.get_mut(algorithm);
        if let Some(key) = one_time.and_then(VecDeque::pop_front) {
            return Some(key);
        }
        let fallback = keys.fallback.get_mut(algorithm)?;
        fallback.is_used = true;
        Some(fallback.key.clone())
    }

    /// How many one-time keys a device has left, by algorithm.
    pub(crate) fn counts(&self, user_id: &UserId, device_id: &DeviceId) -> BTreeMap<String, u64> {
        let keys = self.of(user_id, device_id);
        let one_time = keys.into_iter().flat_map(|keys| &keys.one_time);
        let counts = one_time.map(|(algorithm, keys)| (algorithm.clone(), keys.len() as u64));
        // Clients take an algorithm that is missing for one that nothing is said of.
        let mut all = BTreeMap::from([("signed_curve25519".to_owned(), 0)]);
        all.extend(counts);
        all
    }

    /// The algorithms of the fallback keys that nobody has been given yet.
    pub(crate) fn unused_fallback(&self, user_id: &UserId, device_id: &DeviceId) -> Vec<String> {
        let keys = self.of(user_id, device_id);
        let fallback = keys.into_iter().flat_map(|keys| &keys.fallback);
        let unused = fallback.filter(|(_, key)| !key.is_used);
        unused.map(|(algorithm, _)| algorithm.clone()).collect()
    }

    /// Forgets the keys of a device.
    pub(super) fn forget(&mut self, user_id: &UserId, device_id: &DeviceId) {
        if let Some(devices) = self.0.get_mut(user_id) {
            devices.remove(device_id);
        }
    }

    fn of(&self, user_id: &UserId, device_id: &DeviceId) -> Option<&KeysOfDevice> {
        self.0.get(user_id)?.get(device_id)
    }

    fn of_mut(&mut self, user_id: &UserId, device_id: &DeviceId) -> &mut KeysOfDevice {
        let devices = self.0.entry(user_id.clone()).or_default();
        devices.entry(device_id.clone()).or_default()
    }
}

fn key_exists(id: &str) -> ErrorResponse {
    let message = format!("one-time key {id} already exists, and differs");
    ErrorResponse::bad_request(ErrorCode::Unknown, &message)
}

fn too_many(message: &str) -> ErrorResponse {
    ErrorResponse::bad_request(ErrorCode::TooLarge, message)
}
