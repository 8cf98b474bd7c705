use hardline::client_api::devices::{
    DeleteDevice, DeleteDevices, Device, GetDevice, GetDevices, GetDevicesResponse, UpdateDevice,
};
use hardline::json::Empty;
use hardline::types::DeviceId;
use hardline::wire::server::ErrorResponse;
use hardline::wire::{AuthData, AuthType, ErrorCode};
use http::StatusCode;

use super::data::HomeserverData;
use super::request_context::RequestContext;
use super::uia;
use crate::handlers::Handlers;

/// The longest name of a device, in characters: as long as Synapse has it.
const LONGEST_NAME: usize = 100;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(devices);
    handlers.answer_with(device);
    handlers.answer_with(rename);
    handlers.answer_with(delete);
    handlers.answer_with(delete_many);
}

fn devices(
    context: &mut RequestContext<'_>,
    _: GetDevices,
) -> Result<GetDevicesResponse, ErrorResponse> {
    let mut answer = GetDevicesResponse::default();
    answer.devices = context.state.devices_of(&context.user_id()?);
    Ok(answer)
}

fn device(context: &mut RequestContext<'_>, asked: GetDevice) -> Result<Device, ErrorResponse> {
    let devices = context.state.devices_of(&context.user_id()?);
    let mut devices = devices.into_iter();
    devices
        .find(|device| device.device_id == asked.device_id)
        .ok_or_else(no_such_device)
}

fn rename(context: &mut RequestContext<'_>, update: UpdateDevice) -> Result<Empty, ErrorResponse> {
    let user_id = context.user_id()?;
    let name = context.state.device_name(&user_id, &update.device_id);
    let name = name.ok_or_else(no_such_device)?;
    if let Some(new) = update.display_name {
        if new.chars().count() > LONGEST_NAME {
            return Err(ErrorResponse::bad_request(
                ErrorCode::TooLarge,
                "the name is longer than 100 characters",
            ));
        }
        *name = Some(new);
        context.state.devices_changed(&user_id);
    }
    Ok(Empty {})
}

fn delete(context: &mut RequestContext<'_>, delete: DeleteDevice) -> Result<Empty, ErrorResponse> {
    log_out(context, delete.auth.as_ref(), &[delete.device_id])
}

fn delete_many(
    context: &mut RequestContext<'_>,
    delete: DeleteDevices,
) -> Result<Empty, ErrorResponse> {
    log_out(context, delete.auth.as_ref(), &delete.devices)
}

/// Logs devices out, for a user who knows the password. Those that the user does not have are gone already.
fn log_out(
    context: &mut RequestContext<'_>,
    auth: Option<&AuthData>,
    devices: &[DeviceId],
) -> Result<Empty, ErrorResponse> {
    uia::authenticate(context, auth, &[vec![AuthType::Password]])?;
    let user_id = context.user_id()?;
    for device_id in devices {
        context.state.log_out_device(&user_id, device_id);
    }
    Ok(Empty {})
}

fn no_such_device() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::NOT_FOUND,
        ErrorCode::NotFound,
        "the account has no such device",
    )
}
