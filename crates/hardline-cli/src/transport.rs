use clap::ValueEnum;
use hardline::client::{Blocking, BoxTransport, Client};
use hardline_hyper::{HyperTransport, TokioClock};
use hardline_isahc::{IsahcBlocking, IsahcTransport};

use crate::cli_error::CliError;

/// A client over any transport, so that the commands are written once. Its clock is always tokio's: that is the runtime
/// of this command, whatever a transport runs on.
pub(crate) type AnyClient = Client<BoxTransport, TokioClock>;

const USER_AGENT: &str = concat!("hardline/", env!("CARGO_PKG_VERSION"));

/// What carries the requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Choice {
    /// hyper and rustls
    #[default]
    Hyper,
    /// isahc and curl
    Isahc,
    /// isahc and curl, blocking on each request
    IsahcBlocking,
}

impl Choice {
    pub(crate) fn build(self) -> Result<BoxTransport, CliError> {
        let failed = |error: &dyn std::error::Error| {
            CliError::local("could not set up the transport", error)
        };
        match self {
            Self::Hyper => HyperTransport::builder()
                .user_agent(USER_AGENT)
                .proxy_from_environment()
                .build()
                .map(BoxTransport::new)
                .map_err(|error| failed(&error)),
            Self::Isahc => IsahcTransport::builder()
                .user_agent(USER_AGENT)
                .proxy_from_environment()
                .build()
                .map(BoxTransport::new)
                .map_err(|error| failed(&error)),
            Self::IsahcBlocking => IsahcBlocking::builder()
                .user_agent(USER_AGENT)
                .proxy_from_environment()
                .build_blocking()
                .map(|transport| BoxTransport::new(Blocking(transport)))
                .map_err(|error| failed(&error)),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hyper => "hyper",
            Self::Isahc => "isahc",
            Self::IsahcBlocking => "isahc-blocking",
        }
    }
}
