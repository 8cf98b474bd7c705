use hardline::client_api::unstable::msc3814::{
    DehydratedDeviceEvents, DehydratedDeviceId, DeleteDehydratedDevice, GetDehydratedDevice,
    GetDehydratedDeviceEvents, GetDehydratedDeviceResponse, PostDehydratedDeviceEvents,
    PutDehydratedDevice,
};
use hardline::json::RawJson;
use hardline::types::DeviceId;
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;
use serde_json::Value;

use super::super::data::HomeserverData;
use super::super::errors::{bad_json, invalid, not_found};
use super::super::request_context::RequestContext;
use super::super::state::DehydratedDevice;
use super::publishing::publish;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(put);
    handlers.answer_with(device);
    handlers.answer_with(delete);
    handlers.answer_with::<GetDehydratedDeviceEvents>(|context, asked| {
        let (mut page, is_last) = events(context, &asked.device_id, asked.from.as_deref())?;
        page.next_batch = page.next_batch.filter(|_| !is_last);
        Ok(page)
    });
    handlers.answer_with::<PostDehydratedDeviceEvents>(|context, asked| {
        let (page, _) = events(context, &asked.device_id, asked.next_batch.as_deref())?;
        Ok(page)
    });
}

fn put(
    context: &mut RequestContext<'_>,
    put: PutDehydratedDevice,
) -> Result<DehydratedDeviceId, ErrorResponse> {
    let user_id = context.user_id()?;
    let device_id = put.device_id;
    let mut members = context.members()?;
    if !members.get("device_keys").is_some_and(Value::is_object) {
        return Err(ErrorResponse::bad_request(
            ErrorCode::MissingParam,
            "device_keys are required but missing",
        ));
    }
    let data = match members.remove("device_data") {
        Some(Value::Object(data)) => data,
        _ => return Err(bad_json("device_data is an object")),
    };
    let of_user = context.state.devices_of(&user_id);
    let dehydrated = context.state.dehydrated.of(&user_id);
    let is_dehydrated = dehydrated.is_some_and(|known| known.device_id == device_id);
    let is_taken = of_user.iter().any(|device| device.device_id == device_id);
    if is_taken && !is_dehydrated {
        return Err(invalid("a device of this ID is logged in"));
    }
    let device = DehydratedDevice {
        device_id: device_id.clone(),
        data,
        display_name: put.initial_device_display_name,
    };
    context.state.dehydrate(&user_id, device);
    let published = publish(context, &user_id, &device_id, &mut members);
    if published.is_err() {
        context.state.rehydrate(&user_id);
    }
    published.map(|()| DehydratedDeviceId::new(device_id))
}

fn device(
    context: &mut RequestContext<'_>,
    _: GetDehydratedDevice,
) -> Result<GetDehydratedDeviceResponse, ErrorResponse> {
    let device = context.state.dehydrated.of(&context.user_id()?);
    let device = device.ok_or_else(no_device)?;
    let data = device.data.iter();
    let data = data.filter_map(|(name, value)| Some((name.clone(), RawJson::new(value).ok()?)));
    Ok(GetDehydratedDeviceResponse::new(
        device.device_id.clone(),
        data.collect(),
    ))
}

fn delete(
    context: &mut RequestContext<'_>,
    _: DeleteDehydratedDevice,
) -> Result<DehydratedDeviceId, ErrorResponse> {
    let user_id = context.user_id()?;
    let device = context.state.dehydrated.of(&user_id);
    let device_id = device.map(|device| device.device_id.clone());
    let device_id = device_id.ok_or_else(no_device)?;
    context.state.rehydrate(&user_id);
    Ok(DehydratedDeviceId::new(device_id))
}

/// A page of what was sent to the dehydrated device, and whether it is the last one.
fn events(
    context: &RequestContext<'_>,
    device_id: &DeviceId,
    from: Option<&str>,
) -> Result<(DehydratedDeviceEvents, bool), ErrorResponse> {
    let user_id = context.user_id()?;
    let device = context.state.dehydrated.of(&user_id);
    if device.is_none_or(|device| device.device_id != *device_id) {
        return Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "that is not the user's dehydrated device",
        ));
    }
    let after = match from {
        None => 0,
        Some(token) => token
            .strip_prefix('d')
            .and_then(|position| position.parse().ok())
            .ok_or_else(|| invalid("the token is none of this server's"))?,
    };
    let to_device = &context.state.to_device;
    let (messages, last) = to_device.page(&user_id, device_id, after);
    let end = last.unwrap_or(after);
    let is_last = to_device.page(&user_id, device_id, end).0.is_empty();
    let messages = messages.into_iter();
    let events = messages.filter_map(|message| RawJson::new(message).ok());
    let mut page = DehydratedDeviceEvents::new(events.collect());
    page.next_batch = Some(format!("d{end}"));
    Ok((page, is_last))
}

fn no_device() -> ErrorResponse {
    not_found("the user has no dehydrated device")
}
