use hardline_derive::Wire;

use crate::embed::dialogue::NamedFlow;
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::EmbedError;

use crate::embed::forms::shared::ThreepidForm;
use crate::embed::json_flow::Effect;
use crate::embed::opening::Opening;
use crate::flow::{BindThreepid, IdentityServer};
use crate::json::Empty;
use crate::types::{AccessToken, Timestamp};

pub(in crate::embed) const KIND: FlowKind = FlowKind::of::<BindThreepid>();

/// What `bind_threepid` takes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct BindThreepidArguments {
    /// What to bind.
    pub threepid: ThreepidForm,
    /// The identity server's base URL, if it is not the core's.
    pub identity_server: Option<String>,
    /// A token of that server, from `identity_session`.
    pub identity_token: Option<AccessToken>,
}

impl NamedFlow for BindThreepid {
    const NAME: &'static str = "bind_threepid";
    const SAVED_AS: &'static str = "BindThreepid";

    type Arguments = BindThreepidArguments;
    type Done = Empty;

    fn open(opening: &mut Opening<'_>, arguments: Self::Arguments) -> Result<Self, EmbedError> {
        let url = opening.identity_server(arguments.identity_server.as_deref())?;
        let flow = Self::new(
            opening.now,
            opening.homeserver()?,
            opening.user()?,
            IdentityServer::new(url).map_err(EmbedError::usage)?,
            arguments.threepid.into_input()?,
            opening.client_secret(),
        );
        Ok(match arguments.identity_token {
            Some(token) => flow.with_identity_token(token),
            None => flow,
        })
    }

    fn done(_: Timestamp, (): ()) -> (Empty, Effect) {
        (Empty {}, Effect::Nothing)
    }
}
