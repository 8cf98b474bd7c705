use hardline_derive::Wire;

use crate::embed::dialogue::NamedFlow;
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::EmbedError;

use super::logged_in::LoggedInForm;
use crate::embed::json_flow::Effect;
use crate::embed::opening::Opening;
use crate::flow::{DeviceLogin, LoggedIn};
use crate::oauth_api::RegisterClient;
use crate::types::{DeviceId, Timestamp};

pub(in crate::embed) const KIND: FlowKind = FlowKind::of::<DeviceLogin>();

/// What `device_login` takes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct DeviceLoginArguments {
    /// The fields of the operation `oauth:registerClient`: what the program says of itself.
    pub client: RegisterClient,
    /// The device to log in again.
    pub device_id: Option<DeviceId>,
}

impl NamedFlow for DeviceLogin {
    const NAME: &'static str = "device_login";
    const SAVED_AS: &'static str = "DeviceLogin";

    type Arguments = DeviceLoginArguments;
    type Done = LoggedInForm;

    fn open(opening: &mut Opening<'_>, arguments: Self::Arguments) -> Result<Self, EmbedError> {
        let homeserver = opening.homeserver()?;
        let flow = Self::new(opening.now, homeserver, arguments.client, opening.entropy);
        Ok(match arguments.device_id {
            Some(device_id) => flow.with_device_id(device_id),
            None => flow,
        })
    }

    fn done(_: Timestamp, login: LoggedIn) -> (LoggedInForm, Effect) {
        LoggedInForm::of(login)
    }
}
