use hardline_derive::Wire;

use crate::embed::dialogue::NamedFlow;
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::EmbedError;

use crate::embed::forms::shared::{ThreepidForm, UiaCapabilitiesForm};
use crate::embed::json_flow::Effect;
use crate::embed::opening::Opening;
use crate::flow::AddThreepid;
use crate::json::Empty;
use crate::types::{Password, Timestamp};

pub(in crate::embed) const KIND: FlowKind = FlowKind::of::<AddThreepid>();

/// What `add_threepid` takes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct AddThreepidArguments {
    /// What to add.
    pub threepid: ThreepidForm,
    /// The account's password, so that it need not be asked for.
    pub password: Option<Password>,
    /// Which stages of authentication the program can complete.
    pub uia_capabilities: Option<UiaCapabilitiesForm>,
}

impl NamedFlow for AddThreepid {
    const NAME: &'static str = "add_threepid";
    const SAVED_AS: &'static str = "AddThreepid";

    type Arguments = AddThreepidArguments;
    type Done = Empty;

    fn open(opening: &mut Opening<'_>, arguments: Self::Arguments) -> Result<Self, EmbedError> {
        let mut flow = Self::new(
            opening.now,
            opening.homeserver()?,
            opening.user()?,
            arguments.threepid.into_input()?,
            opening.client_secret(),
        );
        if let Some(password) = arguments.password {
            flow = flow.with_password(password);
        }
        Ok(flow.with_uia_capabilities(UiaCapabilitiesForm::read(arguments.uia_capabilities)))
    }

    fn done(_: Timestamp, (): ()) -> (Empty, Effect) {
        (Empty {}, Effect::Nothing)
    }
}
