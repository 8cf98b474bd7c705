use hardline_derive::Wire;

use crate::embed::dialogue::NamedFlow;
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::EmbedError;

use crate::embed::forms::shared::{ThreepidForm, UiaCapabilitiesForm};
use crate::embed::json_flow::Effect;
use crate::embed::opening::Opening;
use crate::flow::ResetPassword;
use crate::json::Empty;
use crate::types::{Password, Timestamp};

pub(in crate::embed) const KIND: FlowKind = FlowKind::of::<ResetPassword>();

/// What `reset_password` takes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct ResetPasswordArguments {
    /// A number or an address of the account.
    pub threepid: ThreepidForm,
    /// The new password, so that it need not be asked for.
    pub new_password: Option<Password>,
    /// Whether the devices stay logged in.
    pub keep_devices: Option<bool>,
    /// Which stages of authentication the program can complete.
    pub uia_capabilities: Option<UiaCapabilitiesForm>,
}

impl NamedFlow for ResetPassword {
    const NAME: &'static str = "reset_password";
    const SAVED_AS: &'static str = "ResetPassword";

    type Arguments = ResetPasswordArguments;
    type Done = Empty;

    fn open(opening: &mut Opening<'_>, arguments: Self::Arguments) -> Result<Self, EmbedError> {
        let threepid = arguments.threepid.into_input()?;
        let homeserver = opening.homeserver()?;
        let mut flow = Self::new(opening.now, homeserver, threepid, opening.client_secret());
        if let Some(password) = arguments.new_password {
            flow = flow.with_new_password(password);
        }
        if arguments.keep_devices == Some(true) {
            flow = flow.keeping_devices();
        }
        Ok(flow.with_uia_capabilities(UiaCapabilitiesForm::read(arguments.uia_capabilities)))
    }

    fn done(_: Timestamp, (): ()) -> (Empty, Effect) {
        (Empty {}, Effect::Nothing)
    }
}
