use hardline_derive::Wire;

use crate::embed::dialogue::NamedFlow;
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::EmbedError;

use crate::embed::forms::config::ConfigForm;
use crate::embed::json_flow::Effect;
use crate::embed::opening::Opening;
use crate::flow::{Discovered, Discovery, HomeserverAddress};
use crate::json::JsonMap;
use crate::types::Timestamp;

pub(in crate::embed) const KIND: FlowKind = FlowKind::of::<Discovery>();

/// What `discovery` takes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct DiscoveryArguments {
    /// What the user entered: a user ID, a server name or a URL.
    pub address: String,
}

/// What `discovery` brings. A core that has no session goes on at this homeserver.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct DiscoveryDone {
    /// The homeserver's base URL.
    pub homeserver: String,
    /// The newest version that it supports.
    pub versions: Vec<String>,
    /// The unstable features that it has.
    pub unstable_features: JsonMap<String, bool>,
    /// The identity server that the site suggests.
    pub identity_server: Option<String>,
}

impl NamedFlow for Discovery {
    const NAME: &'static str = "discovery";
    const SAVED_AS: &'static str = "Discovery";

    type Arguments = DiscoveryArguments;
    type Done = DiscoveryDone;

    fn open(opening: &mut Opening<'_>, arguments: Self::Arguments) -> Result<Self, EmbedError> {
        let address = HomeserverAddress::parse(&arguments.address).map_err(EmbedError::usage)?;
        Ok(Self::new(opening.now, address, opening.seed()))
    }

    fn done(_: Timestamp, found: Discovered) -> (DiscoveryDone, Effect) {
        let mut config = ConfigForm::default();
        config.set_homeserver(&found.homeserver);
        let done = DiscoveryDone {
            homeserver: found.homeserver.base_url.to_string(),
            versions: config.versions.unwrap_or_default(),
            unstable_features: config.unstable_features.unwrap_or_default(),
            identity_server: found.identity_server.as_ref().map(ToString::to_string),
        };
        let effect = Effect::Found(found.homeserver, found.identity_server);
        (done, effect)
    }
}
