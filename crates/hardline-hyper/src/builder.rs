use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hardline_transport_options::{
    BuildError, LONGEST, Proxies, SHORTEST, TransportOptions, builder_methods,
};

use crate::clients::{Clients, Pings};
use crate::origin::Origins;
use crate::transport::{HyperTransport, Inner};

/// The `User-Agent` of requests that have none.
pub const DEFAULT_USER_AGENT: &str = concat!("hardline-hyper/", env!("CARGO_PKG_VERSION"));

/// How often an HTTP/2 connection with an exchange under way is pinged, and how long the reply may take.
const PINGS: Pings = Pings {
    interval: Some(Duration::from_secs(20)),
    timeout: Duration::from_secs(10),
};

/// Builds a [`HyperTransport`].
///
/// ```
/// use std::time::Duration;
/// use hardline_hyper::HyperTransport;
///
/// let transport = HyperTransport::builder()
///     .connect_timeout(Duration::from_secs(5))
///     .read_idle_timeout(Duration::from_secs(30))
///     .timeout(Duration::from_secs(120))
///     .max_response_bytes(16 * 1024 * 1024)
///     .user_agent("my-bridge/2.1")
///     .build()?;
/// # Ok::<(), hardline_hyper::BuildError>(())
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct HyperBuilder {
    options: TransportOptions,
    max_concurrent_per_origin: Option<usize>,
    pings: Pings,
    /// Takes effect if both providers of cryptography are compiled in.
    aws_lc_rs: bool,
}

impl HyperTransport {
    /// A transport with the default limits that trusts what the operating system trusts.
    ///
    /// ```
    /// let transport = hardline_hyper::HyperTransport::new()?;
    /// # Ok::<(), hardline_hyper::BuildError>(())
    /// ```
    ///
    /// # Errors
    /// If the operating system's certificates cannot be read.
    pub fn new() -> Result<Self, BuildError> {
        Self::builder().build()
    }

    /// A builder with the default limits.
    ///
    /// ```
    /// use std::time::Duration;
    /// use hardline_hyper::HyperTransport;
    ///
    /// let transport = HyperTransport::builder().connect_timeout(Duration::from_secs(3)).build()?;
    /// # Ok::<(), hardline_hyper::BuildError>(())
    /// ```
    pub fn builder() -> HyperBuilder {
        HyperBuilder::default()
    }
}

builder_methods!(HyperBuilder);

impl HyperBuilder {
    /// How many exchanges with one origin (scheme, host and port) may be under way at once, over HTTP/1.1 and HTTP/2
    /// alike; no limit by default. The others wait, and the wait counts towards their time limits. 0 means 1.
    ///
    /// ```
    /// let transport = hardline_hyper::HyperTransport::builder().max_concurrent_per_origin(8).build()?;
    /// # Ok::<(), hardline_hyper::BuildError>(())
    /// ```
    pub fn max_concurrent_per_origin(mut self, most: usize) -> Self {
        self.max_concurrent_per_origin = Some(most.clamp(1, tokio::sync::Semaphore::MAX_PERMITS));
        self
    }

    /// How often an HTTP/2 connection with an exchange under way is pinged, 20 seconds by default, and how long the reply
    /// may take, 10 seconds by default; `None` for no pings. A connection that does not reply is closed.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let builder = hardline_hyper::HyperTransport::builder();
    /// let transport = builder.http2_pings(Duration::from_secs(5), Duration::from_secs(2)).build()?;
    /// # Ok::<(), hardline_hyper::BuildError>(())
    /// ```
    pub fn http2_pings(mut self, interval: impl Into<Option<Duration>>, timeout: Duration) -> Self {
        let interval = interval.into();
        self.pings = Pings {
            interval: interval.map(|it| it.clamp(SHORTEST, LONGEST)),
            timeout: timeout.clamp(SHORTEST, LONGEST),
        };
        self
    }

    /// Trusts Mozilla's root certificates, as they were when this was compiled, instead of the operating system's.
    ///
    /// ```
    /// let transport = hardline_hyper::HyperTransport::builder().webpki_roots().build()?;
    /// # Ok::<(), hardline_hyper::BuildError>(())
    /// ```
    #[cfg(feature = "webpki-roots")]
    #[cfg_attr(docsrs, doc(cfg(feature = "webpki-roots")))]
    pub fn webpki_roots(mut self) -> Self {
        self.options.webpki_roots = true;
        self
    }

    /// Uses the cryptography of AWS-LC although ring is compiled in too. Without ring it is used anyway.
    ///
    /// ```
    /// let transport = hardline_hyper::HyperTransport::builder().aws_lc_rs().build()?;
    /// # Ok::<(), hardline_hyper::BuildError>(())
    /// ```
    #[cfg(feature = "aws-lc-rs")]
    #[cfg_attr(docsrs, doc(cfg(feature = "aws-lc-rs")))]
    pub fn aws_lc_rs(mut self) -> Self {
        self.aws_lc_rs = true;
        self
    }

    /// Builds the transport.
    ///
    /// # Errors
    /// If the user agent, a certificate or a proxy is not valid, or if there are no trusted roots, usually because the
    /// operating system has none.
    pub fn build(self) -> Result<HyperTransport, BuildError> {
        let options = Arc::new(self.options);
        let headers = options.headers()?;
        let proxies = Arc::new(Proxies::new(&options.proxy)?);
        let origins = Arc::new(Origins::new(self.max_concurrent_per_origin));
        let clients = Clients::new(&options, self.aws_lc_rs, self.pings, &proxies, &origins)?;
        Ok(HyperTransport::from_inner(Inner {
            clients,
            proxies,
            origins,
            headers,
            options,
        }))
    }
}

impl Default for HyperBuilder {
    fn default() -> Self {
        Self {
            options: TransportOptions::new(DEFAULT_USER_AGENT),
            max_concurrent_per_origin: None,
            pings: PINGS,
            aws_lc_rs: false,
        }
    }
}

impl fmt::Debug for HyperBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperBuilder")
            .field("options", &self.options)
            .field("max_concurrent_per_origin", &self.max_concurrent_per_origin)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_limits_are_accepted() {
        let built = HyperBuilder::default()
            .connect_timeout(Duration::MAX)
            .read_idle_timeout(Duration::MAX)
            .timeout(Duration::MAX)
            .build();
        assert!(built.is_ok());
    }
}
