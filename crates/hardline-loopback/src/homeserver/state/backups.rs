use std::collections::BTreeMap;

use hardline::client_api::e2ee::{BackupAlgorithm, KeyBackupData};
use hardline::json::RawJson;
use hardline::types::{RoomId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The backups of room keys, each encrypted by its user.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Backups(BTreeMap<UserId, BackupsOfUser>);

#[derive(Default, Serialize, Deserialize)]
pub(crate) struct BackupsOfUser {
    /// The version of the newest one that was ever made.
    last: u64,
    versions: BTreeMap<u64, Backup>,
}

/// A backup.
#[derive(Serialize, Deserialize)]
pub(crate) struct Backup {
    pub(crate) algorithm: BackupAlgorithm,
    pub(crate) auth_data: Value,
    /// How often its keys changed.
    pub(crate) etag: u64,
    /// By room and session.
    keys: BTreeMap<RoomId, BTreeMap<String, BackedUpKey>>,
}

/// The key of a session, as a client encrypted it.
#[derive(Serialize, Deserialize)]
struct BackedUpKey {
    first_message_index: u64,
    forwarded_count: u64,
    is_verified: bool,
    session_data: Value,
}

impl Backups {
    pub(crate) fn of(&self, user_id: &UserId) -> Option<&BackupsOfUser> {
        self.0.get(user_id)
    }

    pub(crate) fn of_mut(&mut self, user_id: &UserId) -> &mut BackupsOfUser {
        self.0.entry(user_id.clone()).or_default()
    }

    pub(super) fn forget(&mut self, user_id: &UserId) {
        self.0.remove(user_id);
    }
}

impl BackupsOfUser {
    /// Makes a backup, which is the newest then. Returns its version.
    pub(crate) fn add(&mut self, algorithm: BackupAlgorithm, auth_data: Value) -> u64 {
        self.last += 1;
        let backup = Backup {
            algorithm,
            auth_data,
            etag: 0,
            keys: BTreeMap::new(),
        };
        self.versions.insert(self.last, backup);
        self.last
    }

    /// The newest backup that is left, with its version.
    pub(crate) fn newest(&self) -> Option<(u64, &Backup)> {
        let (version, backup) = self.versions.last_key_value()?;
        Some((*version, backup))
    }

    pub(crate) fn get(&self, version: u64) -> Option<&Backup> {
        self.versions.get(&version)
    }

    pub(crate) fn get_mut(&mut self, version: u64) -> Option<&mut Backup> {
        self.versions.get_mut(&version)
    }

    /// How many backups there are.
    pub(crate) fn len(&self) -> usize {
        self.versions.len()
    }

    /// Deletes a backup. Returns whether there ever was one.
    pub(crate) fn remove(&mut self, version: u64) -> bool {
        self.versions.remove(&version);
        (1..=self.last).contains(&version)
    }
}

impl Backup {
    /// How many keys it has.
    pub(crate) fn count(&self) -> usize {
        self.keys.values().map(BTreeMap::len).sum()
    }

    /// The keys of each room.
    pub(crate) fn rooms(&self) -> impl Iterator<Item = (&RoomId, BTreeMap<String, KeyBackupData>)> {
        let rooms = self
            .keys
            .iter()
            .filter(|(_, sessions)| !sessions.is_empty());
        rooms.map(|(room_id, sessions)| (room_id, read(sessions)))
    }

    /// The keys of a room.
    pub(crate) fn room(&self, room_id: &RoomId) -> BTreeMap<String, KeyBackupData> {
        self.keys.get(room_id).map(read).unwrap_or_default()
    }

    /// Stores the key of a session, unless there is one that is not worse. Returns whether it did.
    pub(crate) fn put(&mut self, room_id: &RoomId, session_id: &str, key: &KeyBackupData) -> bool {
        let sessions = self.keys.entry(room_id.clone()).or_default();
        let new = BackedUpKey::new(key);
        let known = sessions.get(session_id);
        let is_better = known.is_none_or(|known| new.is_better_than(known));
        if is_better {
            sessions.insert(session_id.to_owned(), new);
        }
        is_better
    }

    /// Deletes the keys of a room, of one session if it is given; or all of them.
    pub(crate) fn delete(&mut self, room_id: Option<&RoomId>, session_id: Option<&str>) {
        match (room_id, session_id) {
            (Some(room_id), Some(session_id)) => {
                if let Some(sessions) = self.keys.get_mut(room_id) {
                    sessions.remove(session_id);
                }
            }
            (Some(room_id), None) => {
                self.keys.remove(room_id);
            }
            (None, _) => self.keys.clear(),
        }
        self.etag += 1;
    }
}

impl BackedUpKey {
    fn new(key: &KeyBackupData) -> Self {
        Self {
            first_message_index: key.first_message_index,
            forwarded_count: key.forwarded_count,
            is_verified: key.is_verified,
            session_data: key.session_data.deserialize().unwrap_or_default(),
        }
    }

    /// Whether it is to replace another of the same session.
    fn is_better_than(&self, known: &Self) -> bool {
        let rank = |key: &Self| {
            (
                !key.is_verified,
                key.first_message_index,
                key.forwarded_count,
            )
        };
        rank(self) < rank(known)
    }

    fn read(&self) -> Option<KeyBackupData> {
        Some(KeyBackupData::new(
            self.first_message_index,
            self.forwarded_count,
            self.is_verified,
            RawJson::new(&self.session_data).ok()?,
        ))
    }
}

fn read(sessions: &BTreeMap<String, BackedUpKey>) -> BTreeMap<String, KeyBackupData> {
    let read = |(id, key): (&String, &BackedUpKey)| Some((id.clone(), key.read()?));
    sessions.iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_replaces_a_worse_one_alone() {
        let key = |first_message_index, forwarded_count, is_verified| BackedUpKey {
            first_message_index,
            forwarded_count,
            is_verified,
            session_data: Value::Null,
        };
        for (new, known, expected) in [
            (key(5, 5, true), key(0, 0, false), true),
            (key(0, 0, false), key(5, 5, true), false),
            (key(1, 5, true), key(2, 0, true), true),
            (key(2, 0, true), key(1, 5, true), false),
            (key(1, 0, false), key(1, 1, false), true),
            (key(1, 1, false), key(1, 1, false), false),
        ] {
            assert_eq!(new.is_better_than(&known), expected);
        }
    }
}
