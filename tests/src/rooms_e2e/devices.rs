//! The devices of a user: listed, named, and deleted with the password.

use hardline::client_api::account::GetTokenOwner;
use hardline::client_api::devices::{
    DeleteDevice, DeleteDevices, GetDevice, GetDevices, UpdateDevice,
};
use hardline::types::DeviceId;

use super::person::Person;
use super::trial::Trial;

pub(super) fn run(trial: &Trial<'_>) {
    // One whom no other section logs out.
    let owner = Person::register(trial, "erin");
    let second = owner.log_in_again();
    let third = owner.log_in_again();

    let mut rename = UpdateDevice::new(second.device_id.clone());
    rename.display_name = Some("Télé 📺".to_owned());
    owner.call(rename);
    let device = owner.call(GetDevice::new(second.device_id.clone()));
    assert_eq!(device.display_name.as_deref(), Some("Télé 📺"));

    let mut listed = devices(&owner);
    listed.sort();
    let mut expected = [&owner, &second, &third].map(|person| person.device_id.clone());
    expected.sort();
    assert_eq!(listed, expected);

    // Who has not typed the password is asked for it.
    let delete = DeleteDevice::new(second.device_id.clone());
    let asked = trial.runtime.block_on(owner.client.call(delete.clone()));
    let challenge = asked.unwrap_err();
    let flows = &challenge.uia().unwrap().flows;
    assert!(flows.iter().any(|flow| flow.stages == ["m.login.password"]));
    owner.call_with_password(delete);
    let refused = second.refused(GetTokenOwner::new());
    assert_eq!(refused, (401, "M_UNKNOWN_TOKEN".to_owned()));
    let gone = owner.refused(GetDevice::new(second.device_id.clone()));
    assert_eq!(gone, (404, "M_NOT_FOUND".to_owned()));

    owner.call_with_password(DeleteDevices::new(vec![third.device_id.clone()]));
    assert_eq!(devices(&owner), std::slice::from_ref(&owner.device_id));
}

fn devices(person: &Person<'_>) -> Vec<DeviceId> {
    let devices = person.call(GetDevices::new()).devices;
    devices.into_iter().map(|device| device.device_id).collect()
}
