use hardline::client_api::e2ee::{UploadKeys, UploadKeysResponse};
use hardline::json::JsonMap;
use hardline::types::{DeviceId, KeyAlgorithm, OneTimeKeyId, UserId};
use hardline::wire::server::ErrorResponse;
use serde_json::Value;

use super::super::data::HomeserverData;
use super::super::errors::{bad_json, invalid};
use super::super::request_context::RequestContext;
use super::super::state::{ClaimableKey, Object};
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(upload);
}

fn upload(
    context: &mut RequestContext<'_>,
    _: UploadKeys,
) -> Result<UploadKeysResponse, ErrorResponse> {
    let (user_id, device_id) = context.own_login()?;
    let mut members = context.members()?;
    if members.get("device_keys").is_some_and(Value::is_null) {
        return Err(invalid("device_keys is an object, or not there at all"));
    }
    publish(context, &user_id, &device_id, &mut members)?;
    let counts = context.state.device_keys.counts(&user_id, &device_id);
    let counts = counts.into_iter();
    let counts: JsonMap<KeyAlgorithm, u64> = counts
        .map(|(algorithm, count)| (KeyAlgorithm::from(algorithm.as_str()), count))
        .collect();
    Ok(UploadKeysResponse::new(counts))
}

/// Publishes the keys of a device, as the members of a request have them: all, or none of them.
///
/// # Errors
/// - `M_BAD_JSON`: they are no keys, or those of another device.
/// - `M_UNKNOWN`: there is another one-time key of the same ID.
/// - `M_TOO_LARGE`: there are too many.
pub(super) fn publish(
    context: &mut RequestContext<'_>,
    user_id: &UserId,
    device_id: &DeviceId,
    members: &mut Object,
) -> Result<(), ErrorResponse> {
    let identity = match members.remove("device_keys") {
        None | Some(Value::Null) => None,
        Some(Value::Object(keys)) => Some(identity_of(keys, user_id, device_id)?),
        Some(_) => return Err(bad_json("device_keys is an object")),
    };
    let one_time = claimable(members, "one_time_keys")?;
    let fallback = claimable(members, "fallback_keys")?;
    let keys = &mut context.state.device_keys;
    keys.add_one_time(user_id, device_id, one_time)?;
    keys.set_fallback(user_id, device_id, fallback)?;
    if let Some(identity) = identity
        && keys.set_identity(user_id, device_id, identity)
    {
        context.state.devices_changed(user_id);
    }
    Ok(())
}

/// The identity keys of this very device.
fn identity_of(
    mut keys: Object,
    user_id: &UserId,
    device_id: &DeviceId,
) -> Result<Object, ErrorResponse> {
    // The server says it, and nobody signed it.
    keys.remove("unsigned");
    for (name, own) in [
        ("user_id", user_id.as_str()),
        ("device_id", device_id.as_str()),
    ] {
        if keys.get(name).and_then(Value::as_str) != Some(own) {
            let message = format!("the {name} in device_keys is not that of the device");
            return Err(bad_json(&message));
        }
    }
    if !keys.get("keys").is_some_and(Value::is_object) {
        return Err(bad_json("the keys in device_keys are an object"));
    }
    Ok(keys)
}

/// The keys of one member, that other devices claim.
fn claimable(members: &mut Object, name: &str) -> Result<Vec<ClaimableKey>, ErrorResponse> {
    let keys = match members.remove(name) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(keys)) => keys,
        Some(_) => return Err(bad_json(&format!("{name} is an object"))),
    };
    keys.into_iter()
        .map(|(id, key)| {
            let is_id = id.split(':').count() == 2 && OneTimeKeyId::parse(&*id).is_ok();
            let is_key = match &key {
                Value::String(_) => true,
                Value::Object(members) => members.get("key").is_some_and(Value::is_string),
                _ => false,
            };
            match is_id && is_key {
                true => Ok(ClaimableKey { id, key }),
                false => Err(bad_json(&format!(
                    "{name} are text or objects with a key, under an algorithm, a colon and a name: {id} is not"
                ))),
            }
        })
        .collect()
}
