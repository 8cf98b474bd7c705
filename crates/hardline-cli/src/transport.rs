use clap::ValueEnum;
use hardline::client::{Blocking, Client};
use hardline_hyper::{BuildError, HyperTransport, TokioClock};
use hardline_isahc::{IsahcBlocking, IsahcTransport};

use crate::any_transport::AnyTransport;

/// A client over any transport, so that the commands are written once. Its clock is always tokio's: that is the runtime
/// of this command, whatever a transport runs on.
pub(crate) type AnyClient = Client<AnyTransport, TokioClock>;

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

/// What every transport is told.
pub(crate) struct Settings<'s> {
    /// The proxy for all requests; without one, those of the environment.
    pub(crate) proxy: Option<&'s str>,
    /// Certificates to trust too, in PEM.
    pub(crate) certificates: Option<Vec<u8>>,
}

/// The builders of all transports have these methods.
macro_rules! told {
    ($builder:expr, $settings:expr) => {{
        let builder = $builder.user_agent(USER_AGENT);
        let builder = match $settings.proxy {
            Some(proxy) => builder.proxy(proxy),
            None => builder.proxy_from_environment(),
        };
        match $settings.certificates {
            Some(pem) => builder.add_root_certificate(pem),
            None => builder,
        }
    }};
}

impl Choice {
    pub(crate) fn build(self, settings: Settings<'_>) -> Result<AnyTransport, BuildError> {
        match self {
            Self::Hyper => told!(HyperTransport::builder(), settings)
                .build()
                .map(AnyTransport::new),
            Self::Isahc => told!(IsahcTransport::builder(), settings)
                .build()
                .map(AnyTransport::new),
            Self::IsahcBlocking => told!(IsahcBlocking::builder(), settings)
                .build_blocking()
                .map(|transport| AnyTransport::new(Blocking(transport))),
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
