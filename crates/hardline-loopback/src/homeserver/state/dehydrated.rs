use std::collections::BTreeMap;

use hardline::types::{DeviceId, UserId};
use serde::{Deserialize, Serialize};

use super::rooms::Object;

/// The devices that receive keys while their users have no other.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct DehydratedDevices(BTreeMap<UserId, DehydratedDevice>);

#[derive(Serialize, Deserialize)]
pub(crate) struct DehydratedDevice {
    pub(crate) device_id: DeviceId,
    /// The device itself, encrypted.
    pub(crate) data: Object,
    pub(crate) display_name: Option<String>,
}

impl DehydratedDevices {
    /// The device of a user.
    pub(crate) fn of(&self, user_id: &UserId) -> Option<&DehydratedDevice> {
        self.0.get(user_id)
    }

    /// Sets the device of a user, in place of the one that is there.
    pub(super) fn set(&mut self, user_id: &UserId, device: DehydratedDevice) {
        self.0.insert(user_id.clone(), device);
    }

    /// The name of a user's device, if it is this one.
    pub(super) fn name_of(
        &mut self,
        user_id: &UserId,
        device_id: &DeviceId,
    ) -> Option<&mut Option<String>> {
        let device = self.0.get_mut(user_id)?;
        (device.device_id == *device_id).then_some(&mut device.display_name)
    }

    /// Removes the device of a user unless this is to stay.
    pub(super) fn remove(&mut self, user_id: &UserId, stays: impl Fn(&DeviceId) -> bool) {
        if self
            .of(user_id)
            .is_some_and(|device| !stays(&device.device_id))
        {
            self.0.remove(user_id);
        }
    }
}
