use hardline_derive::Wire;

use crate::embed::dialogue::NamedFlow;
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::EmbedError;

use crate::client_api::account::{Register, RegisterResponse};
use crate::embed::forms::shared::{ThreepidForm, UiaCapabilitiesForm};
use crate::embed::json_flow::{Effect, NewSession};
use crate::embed::opening::Opening;
use crate::flow::{RegisterAccount, SessionTokens};
use crate::types::Timestamp;

pub(in crate::embed) const KIND: FlowKind = FlowKind::of::<RegisterAccount>();

/// What `register` takes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct RegisterArguments {
    /// The fields of the operation `cs:register`. What is missing is asked for.
    pub register: Option<Register>,
    /// A number or an address for the account.
    pub threepid: Option<ThreepidForm>,
    /// Whether to ask first if the name is free.
    pub check_username: Option<bool>,
    /// Which stages of authentication the program can complete.
    pub uia_capabilities: Option<UiaCapabilitiesForm>,
}

impl NamedFlow for RegisterAccount {
    const NAME: &'static str = "register";
    const SAVED_AS: &'static str = "RegisterAccount";

    type Arguments = RegisterArguments;
    type Done = RegisterResponse;

    fn open(opening: &mut Opening<'_>, arguments: Self::Arguments) -> Result<Self, EmbedError> {
        let register = arguments.register.unwrap_or_default();
        let homeserver = opening.homeserver()?;
        let mut flow = Self::new(opening.now, homeserver, register, opening.client_secret());
        if let Some(threepid) = arguments.threepid {
            flow = flow.with_threepid(threepid.into_input()?);
        }
        if arguments.check_username == Some(true) {
            flow = flow.checking_username();
        }
        Ok(flow.with_uia_capabilities(UiaCapabilitiesForm::read(arguments.uia_capabilities)))
    }

    fn done(now: Timestamp, response: RegisterResponse) -> (RegisterResponse, Effect) {
        let session = SessionTokens::of_registration(now, &response).map(|tokens| NewSession {
            user_id: response.user_id.clone(),
            device_id: response.device_id.clone(),
            tokens,
            moved_to: None,
        });
        let effect = session.map_or(Effect::Nothing, |session| {
            Effect::LoggedIn(Box::new(session))
        });
        (response, effect)
    }
}
