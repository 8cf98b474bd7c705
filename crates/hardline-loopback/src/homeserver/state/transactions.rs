use std::collections::{BTreeMap, VecDeque};

use hardline::types::{DeviceId, TransactionId, UserId};
use serde::{Deserialize, Serialize};

/// How many transactions of a device are remembered: a client repeats only the latest ones.
const KEPT: usize = 1_000;

/// What was made of requests with transaction IDs, so that a request that is repeated makes nothing twice.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Transactions(BTreeMap<UserId, BTreeMap<DeviceId, VecDeque<Transaction>>>);

#[derive(Serialize, Deserialize)]
struct Transaction {
    /// What is done, and in which room: two kinds of requests may have the same ID.
    scope: String,
    txn_id: TransactionId,
    made: String,
}

impl Transactions {
    /// What the device's request with this ID made before.
    pub(crate) fn find(
        &self,
        (user_id, device_id): (&UserId, &DeviceId),
        scope: &str,
        txn_id: &TransactionId,
    ) -> Option<&str> {
        let of_device = self.0.get(user_id)?.get(device_id)?;
        let found = of_device
            .iter()
            .find(|known| known.txn_id == *txn_id && known.scope == scope)?;
        Some(&found.made)
    }

    pub(crate) fn add(
        &mut self,
        (user_id, device_id): (&UserId, &DeviceId),
        scope: String,
        txn_id: TransactionId,
        made: String,
    ) {
        let of_user = self.0.entry(user_id.clone()).or_default();
        let of_device = of_user.entry(device_id.clone()).or_default();
        if of_device.len() == KEPT {
            of_device.pop_front();
        }
        of_device.push_back(Transaction {
            scope,
            txn_id,
            made,
        });
    }

    /// Forgets those of a device: a transaction ID belongs to one login.
    pub(crate) fn forget(&mut self, user_id: &UserId, device_id: &DeviceId) {
        if let Some(of_user) = self.0.get_mut(user_id) {
            of_user.remove(device_id);
        }
    }
}
