use hardline_derive::Wire;

use crate::embed::dialogue::NamedFlow;
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::EmbedError;

use crate::embed::forms::shared::UiaCapabilitiesForm;
use crate::embed::json_flow::Effect;
use crate::embed::opening::Opening;
use crate::flow::ChangePassword;
use crate::json::Empty;
use crate::types::{Password, Timestamp};

pub(in crate::embed) const KIND: FlowKind = FlowKind::of::<ChangePassword>();

/// What `change_password` takes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct ChangePasswordArguments {
    /// The account's password, so that it need not be asked for.
    pub password: Option<Password>,
    /// The new one, for the same reason.
    pub new_password: Option<Password>,
    /// Whether the other devices stay logged in.
    pub keep_devices: Option<bool>,
    /// Which stages of authentication the program can complete.
    pub uia_capabilities: Option<UiaCapabilitiesForm>,
}

impl NamedFlow for ChangePassword {
    const NAME: &'static str = "change_password";
    const SAVED_AS: &'static str = "ChangePassword";

    type Arguments = ChangePasswordArguments;
    type Done = Empty;

    fn open(opening: &mut Opening<'_>, arguments: Self::Arguments) -> Result<Self, EmbedError> {
        let (homeserver, user) = (opening.homeserver()?, opening.user()?);
        let mut flow = Self::new(opening.now, homeserver, user, opening.seed());
        if let Some(password) = arguments.password {
            flow = flow.with_password(password);
        }
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
