use hardline_derive::Wire;

use crate::embed::dialogue::NamedFlow;
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::EmbedError;

use crate::embed::json_flow::Effect;
use crate::embed::opening::Opening;
use crate::flow::Lookup;
use crate::identity_api::association::Threepid;
use crate::types::{AccessToken, Medium, Timestamp, UserId};

pub(in crate::embed) const KIND: FlowKind = FlowKind::of::<Lookup>();

/// What `lookup` takes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct LookupArguments {
    /// Whom to look up.
    pub threepids: Vec<Threepid>,
    /// The identity server's base URL, if it is not the core's.
    pub identity_server: Option<String>,
    /// A token of that server, from `identity_session`.
    pub identity_token: Option<AccessToken>,
}

/// What `lookup` brings.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct LookupDone {
    /// Those that have an account.
    pub found: Vec<FoundForm>,
}

/// A number or an address with its user.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct FoundForm {
    /// `email` or `msisdn`.
    pub medium: Medium,
    /// The number or the address.
    pub address: String,
    /// Whose it is.
    pub user_id: UserId,
}

impl NamedFlow for Lookup {
    const NAME: &'static str = "lookup";
    const SAVED_AS: &'static str = "Lookup";

    type Arguments = LookupArguments;
    type Done = LookupDone;

    fn open(opening: &mut Opening<'_>, arguments: Self::Arguments) -> Result<Self, EmbedError> {
        let flow = Self::new(
            opening.now,
            opening.homeserver()?,
            opening.user()?,
            opening.identity_server(arguments.identity_server.as_deref())?,
            arguments.threepids,
            opening.seed(),
        );
        Ok(match arguments.identity_token {
            Some(token) => flow.with_identity_token(token),
            None => flow,
        })
    }

    fn done(_: Timestamp, found: Self::Success) -> (LookupDone, Effect) {
        let one = |(threepid, user_id): (Threepid, UserId)| FoundForm {
            medium: threepid.medium,
            address: threepid.address,
            user_id,
        };
        let found = found.into_iter().map(one).collect();
        (LookupDone { found }, Effect::Nothing)
    }
}
