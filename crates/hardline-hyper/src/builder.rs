use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hardline_transport_options::{BuildError, Proxies, ProxyChoice, TransportOptions};

use crate::clients::{Clients, Pings};
use crate::origin::Origins;
use crate::transport::{HyperTransport, Inner};

/// The `User-Agent` of requests that have none.
pub const DEFAULT_USER_AGENT: &str = concat!("hardline-hyper/", env!("CARGO_PKG_VERSION"));

/// The longest limit (three years); longer ones are cut to it.
const LONGEST: Duration = Duration::from_secs(3 * 365 * 24 * 60 * 60);

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

impl HyperBuilder {
    /// How long opening a connection may take, TLS included;
    /// [`DEFAULT_CONNECT_TIMEOUT`](crate::DEFAULT_CONNECT_TIMEOUT) by default.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.options.connect_timeout = limit.min(LONGEST);
        self
    }

    /// How long a response may pause once it has begun; [`DEFAULT_READ_IDLE_TIMEOUT`](crate::DEFAULT_READ_IDLE_TIMEOUT)
    /// by default. It does not apply before the response begins: a long poll may be silent for as long as it likes.
    pub fn read_idle_timeout(mut self, limit: Duration) -> Self {
        self.options.read_idle_timeout = limit.min(LONGEST);
        self
    }

    /// How long an exchange may take altogether, unless its [`RequestMeta`](hardline::wire::RequestMeta) says less;
    /// [`DEFAULT_TIMEOUT`](crate::DEFAULT_TIMEOUT) by default.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.options.timeout = limit.min(LONGEST);
        self
    }

    /// How large the body of a response may be, in bytes;
    /// [`DEFAULT_MAX_RESPONSE_BYTES`](crate::DEFAULT_MAX_RESPONSE_BYTES) by default.
    pub fn max_response_bytes(mut self, cap: usize) -> Self {
        self.options.max_response_bytes = cap;
        self
    }

    /// The `User-Agent` of requests that have none; [`DEFAULT_USER_AGENT`] by default.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.options.user_agent = user_agent.into();
        self
    }

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

    /// Uses this HTTP proxy: `http://` or `https://`, optionally with `user:password@` before the host. For `https`
    /// URLs it opens a tunnel (`CONNECT`) and sees nothing of the exchange; it can read everything that goes to `http`
    /// URLs, access tokens included. By default there is no proxy.
    ///
    /// ```
    /// let transport = hardline_hyper::HyperTransport::builder().proxy("http://proxy.example:3128").build()?;
    /// # Ok::<(), hardline_hyper::BuildError>(())
    /// ```
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.options.proxy = ProxyChoice::All(url.into());
        self
    }

    /// Uses the proxies in `http_proxy`, `https_proxy` and `all_proxy`, except for hosts in `no_proxy` and for this
    /// machine ([`is_loopback`](hardline::wire::is_loopback)). The variables are read when the transport is built,
    /// lower case before upper case; `HTTP_PROXY` is not read in a CGI program. Without this call the environment is
    /// not read.
    ///
    /// ```no_run
    /// let transport = hardline_hyper::HyperTransport::builder().proxy_from_environment().build()?;
    /// # Ok::<(), hardline_hyper::BuildError>(())
    /// ```
    pub fn proxy_from_environment(mut self) -> Self {
        self.options.proxy = ProxyChoice::Environment;
        self
    }

    /// Also trusts these certificates, in PEM: a private authority, or a server's own self-signed certificate.
    ///
    /// ```
    /// use hardline_hyper::{BuildError, HyperTransport};
    ///
    /// let built = HyperTransport::builder().add_root_certificate("not PEM").build();
    /// assert!(matches!(built, Err(BuildError::Certificate(_))));
    /// ```
    pub fn add_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.options.root_certificates.push(pem.into());
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

    /// Accepts any certificate, of servers and of proxies. **Anyone in between can then read and change everything,
    /// access tokens and passwords included.** For experiments on your own machine; to trust one certificate, use
    /// [`add_root_certificate`](HyperBuilder::add_root_certificate).
    ///
    /// ```
    /// let transport = hardline_hyper::HyperTransport::builder().danger_accept_invalid_certificates().build()?;
    /// # Ok::<(), hardline_hyper::BuildError>(())
    /// ```
    pub fn danger_accept_invalid_certificates(mut self) -> Self {
        self.options.accepts_any_certificate = true;
        self
    }

    /// Builds the transport.
    ///
    /// # Errors
    /// If the user agent, a certificate or a proxy is not valid, or if there are no trusted roots, usually because the
    /// operating system has none.
    pub fn build(self) -> Result<HyperTransport, BuildError> {
        let options = Arc::new(self.options);
        let user_agent = options.user_agent()?;
        let proxies = Arc::new(Proxies::new(&options.proxy)?);
        let origins = Arc::new(Origins::new(self.max_concurrent_per_origin));
        let clients = Clients::new(&options, self.aws_lc_rs, self.pings, &proxies, &origins)?;
        Ok(HyperTransport::from_inner(Inner {
            clients,
            proxies,
            origins,
            user_agent,
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
