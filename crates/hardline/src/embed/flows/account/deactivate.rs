use hardline_derive::Wire;

use crate::embed::dialogue::NamedFlow;
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::EmbedError;

use crate::client_api::account::{DeactivateAccount, DeactivateAccountResponse};
use crate::embed::forms::shared::UiaCapabilitiesForm;
use crate::embed::json_flow::Effect;
use crate::embed::opening::Opening;
use crate::flow::Deactivate;
use crate::types::{Password, Timestamp};

pub(in crate::embed) const KIND: FlowKind = FlowKind::of::<Deactivate>();

/// What `deactivate` takes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct DeactivateArguments {
    /// The account's password, so that it need not be asked for.
    pub password: Option<Password>,
    /// Whether the server forgets what the user wrote, as far as it can.
    pub erase: Option<bool>,
    /// The program asked the user itself whether to go on.
    pub confirmed: Option<bool>,
    /// Which stages of authentication the program can complete.
    pub uia_capabilities: Option<UiaCapabilitiesForm>,
}

impl NamedFlow for Deactivate {
    const NAME: &'static str = "deactivate";
    const SAVED_AS: &'static str = "Deactivate";

    type Arguments = DeactivateArguments;
    type Done = DeactivateAccountResponse;

    fn open(opening: &mut Opening<'_>, arguments: Self::Arguments) -> Result<Self, EmbedError> {
        let mut operation = DeactivateAccount::new();
        operation.erase = arguments.erase;
        let (homeserver, user) = (opening.homeserver()?, opening.user()?);
        let mut flow = Self::new(opening.now, homeserver, user, operation, opening.seed());
        if let Some(password) = arguments.password {
            flow = flow.with_password(password);
        }
        if arguments.confirmed == Some(true) {
            flow = flow.confirmed();
        }
        Ok(flow.with_uia_capabilities(UiaCapabilitiesForm::read(arguments.uia_capabilities)))
    }

    fn done(_: Timestamp, response: Self::Done) -> (Self::Done, Effect) {
        (response, Effect::Nothing)
    }
}
