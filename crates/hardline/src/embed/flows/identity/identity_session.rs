use hardline_derive::Wire;

use crate::embed::dialogue::NamedFlow;
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::EmbedError;

use crate::embed::json_flow::Effect;
use crate::embed::opening::Opening;
use crate::flow::IdentitySession;
use crate::types::{AccessToken, Timestamp};

pub(in crate::embed) const KIND: FlowKind = FlowKind::of::<IdentitySession>();

/// What `identity_session` takes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct IdentitySessionArguments {
    /// The identity server's base URL, if it is not the core's.
    pub identity_server: Option<String>,
}

/// What `identity_session` brings.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct IdentitySessionDone {
    /// The identity server's access token.
    pub token: AccessToken,
}

impl NamedFlow for IdentitySession {
    const NAME: &'static str = "identity_session";
    const SAVED_AS: &'static str = "IdentitySession";

    type Arguments = IdentitySessionArguments;
    type Done = IdentitySessionDone;

    fn open(opening: &mut Opening<'_>, arguments: Self::Arguments) -> Result<Self, EmbedError> {
        Ok(Self::new(
            opening.now,
            opening.homeserver()?,
            opening.user()?,
            opening.identity_server(arguments.identity_server.as_deref())?,
            opening.seed(),
        ))
    }

    fn done(_: Timestamp, token: AccessToken) -> (IdentitySessionDone, Effect) {
        (IdentitySessionDone { token }, Effect::Nothing)
    }
}
