//! Keys of devices and users, backups of room keys, and what devices send each other.

mod backed_up_keys;
mod backups;
mod cross_signing;
mod dehydrated;
mod publishing;
mod querying;
mod rendezvous;
mod rendezvous_urls;
mod signatures;
mod to_device;
mod verification;

use hardline::types::{DeviceId, UserId};
use hardline::wire::server::ErrorResponse;

use super::data::HomeserverData;
use super::errors::bad_json;
use super::request_context::RequestContext;
use super::state::Object;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    publishing::install(handlers);
    querying::install(handlers);
    cross_signing::install(handlers);
    signatures::install(handlers);
    backups::install(handlers);
    backed_up_keys::install(handlers);
    to_device::install(handlers);
    dehydrated::install(handlers);
    rendezvous::install(handlers);
    rendezvous_urls::install(handlers);
}

impl RequestContext<'_> {
    /// The members of the request's body as they came: what is signed has to stay as it is.
    fn members(&self) -> Result<Object, ErrorResponse> {
        let body = self.request.body().trim_ascii();
        if body.is_empty() {
            return Ok(Object::new());
        }
        let members = serde_json::from_slice(body);
        members.map_err(|_| bad_json("the body is no object, or nested too deep"))
    }

    /// The user and the device whose token came with the request.
    fn own_login(&self) -> Result<(UserId, DeviceId), ErrorResponse> {
        let (user_id, device_id) = self.login()?;
        Ok((user_id.clone(), device_id.clone()))
    }
}
