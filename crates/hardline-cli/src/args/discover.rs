use clap::Args;
use hardline::flow::HomeserverAddress;

use super::options::NetworkOptions;
use crate::international::homeserver;

#[derive(Debug, Args)]
pub(crate) struct Discover {
    /// A user (@alice:example.org), a server's name (example.org) or a URL (https://matrix.example.org)
    #[arg(value_name = "SERVER", value_parser = homeserver)]
    pub(crate) server: HomeserverAddress,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,
}
