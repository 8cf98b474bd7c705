use hardline_derive::Wire;

use crate::embed::dialogue::NamedFlow;
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::EmbedError;

use super::logged_in::LoggedInForm;
use crate::embed::json_flow::Effect;
use crate::embed::opening::Opening;
use crate::flow::{LoggedIn, OAuthLogin};
use crate::oauth_api::{RegisterClient, ResponseMode};
use crate::types::{DeviceId, Timestamp};

pub(in crate::embed) const KIND: FlowKind = FlowKind::of::<OAuthLogin>();

/// What `oauth_login` takes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct OAuthLoginArguments {
    /// The fields of the operation `oauth:registerClient`: what the program says of itself.
    pub client: RegisterClient,
    /// Where the browser is sent in the end, if it is not the client's first.
    pub redirect_uri: Option<String>,
    /// How: `fragment` or `query`.
    pub response_mode: Option<ResponseMode>,
    /// The device to log in again.
    pub device_id: Option<DeviceId>,
    /// Whether the user registers an account there.
    pub registering: Option<bool>,
}

impl NamedFlow for OAuthLogin {
    const NAME: &'static str = "oauth_login";
    const SAVED_AS: &'static str = "OAuthLogin";

    type Arguments = OAuthLoginArguments;
    type Done = LoggedInForm;

    fn open(opening: &mut Opening<'_>, arguments: Self::Arguments) -> Result<Self, EmbedError> {
        let homeserver = opening.homeserver()?;
        let mut flow = Self::new(opening.now, homeserver, arguments.client, opening.entropy);
        if let Some(uri) = arguments.redirect_uri {
            flow = flow.with_redirect_uri(uri);
        }
        if let Some(mode) = arguments.response_mode {
            flow = flow.with_response_mode(mode);
        }
        if let Some(device_id) = arguments.device_id {
            flow = flow.with_device_id(device_id);
        }
        if arguments.registering == Some(true) {
            flow = flow.registering();
        }
        Ok(flow)
    }

    fn done(_: Timestamp, login: LoggedIn) -> (LoggedInForm, Effect) {
        LoggedInForm::of(login)
    }
}
