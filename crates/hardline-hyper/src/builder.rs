use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::connect::Connector;
use crate::origin::Origins;
use crate::proxy::{self, Proxies};
use crate::tls::Tls;
use crate::transport::{HyperTransport, Inner};

/// How long opening a connection may take, from the resolution of the name to the end of the TLS handshake.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a response that has begun may pause.
pub const DEFAULT_READ_IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// How long an exchange may take altogether: longer than a homeserver takes over a large account's first `/sync`.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(300);

/// How large a response may be: 256 MiB, more than a large account's first `/sync`.
pub const DEFAULT_MAX_RESPONSE_BYTES: usize = 256 * 1024 * 1024;

/// The `User-Agent` of requests that bring none.
pub const DEFAULT_USER_AGENT: &str = concat!("hardline-hyper/", env!("CARGO_PKG_VERSION"));

/// The longest limit that is kept to; longer ones are taken as this (three years).
const LONGEST: Duration = Duration::from_secs(3 * 365 * 24 * 60 * 60);

/// How often, and for how long, an HTTP/2 connection with an exchange under way is asked whether it is still alive.
const PING_INTERVAL: Duration = Duration::from_secs(20);
const PING_TIMEOUT: Duration = Duration::from_secs(10);

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
    connect_timeout: Duration,
    read_idle_timeout: Duration,
    timeout: Duration,
    max_response_bytes: usize,
    user_agent: String,
    max_concurrent_per_origin: Option<usize>,
    proxy: proxy::Choice,
    tls: Tls,
}

impl HyperBuilder {
    /// How long opening a connection may take, TLS included; [`DEFAULT_CONNECT_TIMEOUT`] where it is not set.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit.min(LONGEST);
        self
    }

    /// How long a response that has begun may pause; [`DEFAULT_READ_IDLE_TIMEOUT`] where it is not set. It does not
    /// apply while the server has not answered yet: a long poll is silent for as long as it likes.
    pub fn read_idle_timeout(mut self, limit: Duration) -> Self {
        self.read_idle_timeout = limit.min(LONGEST);
        self
    }

    /// How long an exchange may take altogether, where its [`RequestMeta`](hardline::wire::RequestMeta) does not say less;
    /// [`DEFAULT_TIMEOUT`] where it is not set.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit.min(LONGEST);
        self
    }

    /// How large the body of a response may be, in bytes; [`DEFAULT_MAX_RESPONSE_BYTES`] where it is not set.
    pub fn max_response_bytes(mut self, cap: usize) -> Self {
        self.max_response_bytes = cap;
        self
    }

    /// The `User-Agent` of requests that bring none; [`DEFAULT_USER_AGENT`] where it is not set.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// How many exchanges with one origin (scheme, host and port) may be under way at once, over HTTP/1.1 and HTTP/2 alike;
    /// no limit where it is not set. The others wait, and the wait counts towards their time limits. 0 is taken as 1.
    ///
    /// ```
    /// let transport = hardline_hyper::HyperTransport::builder().max_concurrent_per_origin(8).build()?;
    /// # Ok::<(), hardline_hyper::BuildError>(())
    /// ```
    pub fn max_concurrent_per_origin(mut self, most: usize) -> Self {
        self.max_concurrent_per_origin = Some(most.clamp(1, tokio::sync::Semaphore::MAX_PERMITS));
        self
    }

    /// Goes through this HTTP proxy: `http://` or `https://`, perhaps with `user:password@` before the host. For `https`
    /// URLs it is asked for a tunnel (`CONNECT`) and sees nothing of the exchange; what goes to `http` URLs it reads,
    /// access tokens included. No proxy where it is not set.
    ///
    /// ```
    /// let transport = hardline_hyper::HyperTransport::builder().proxy("http://proxy.example:3128").build()?;
    /// # Ok::<(), hardline_hyper::BuildError>(())
    /// ```
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = proxy::Choice::All(url.into());
        self
    }

    /// Goes through the proxies that `http_proxy`, `https_proxy` and `all_proxy` name, save to what `no_proxy` names and to
    /// this machine ([`is_loopback`](hardline::wire::is_loopback)). They are read when the transport is built, in lower case
    /// before upper case; `HTTP_PROXY` is not read in a CGI program. Where this is not called, the environment is not read.
    ///
    /// ```no_run
    /// let transport = hardline_hyper::HyperTransport::builder().proxy_from_environment().build()?;
    /// # Ok::<(), hardline_hyper::BuildError>(())
    /// ```
    pub fn proxy_from_environment(mut self) -> Self {
        self.proxy = proxy::Choice::Environment;
        self
    }

    /// Trusts these certificates, in PEM, as well: a private authority, or a server's own self-signed certificate.
    ///
    /// ```
    /// use hardline_hyper::{BuildError, HyperTransport};
    ///
    /// let built = HyperTransport::builder().add_root_certificate("not PEM").build();
    /// assert!(matches!(built, Err(BuildError::Certificate(_))));
    /// ```
    pub fn add_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.tls.root_certificates.push(pem.into());
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
        self.tls.webpki_roots = true;
        self
    }

    /// Takes the cryptography of AWS-LC where ring is compiled in as well. Without ring it is taken anyway.
    ///
    /// ```
    /// let transport = hardline_hyper::HyperTransport::builder().aws_lc_rs().build()?;
    /// # Ok::<(), hardline_hyper::BuildError>(())
    /// ```
    #[cfg(feature = "aws-lc-rs")]
    #[cfg_attr(docsrs, doc(cfg(feature = "aws-lc-rs")))]
    pub fn aws_lc_rs(mut self) -> Self {
        self.tls.aws_lc_rs = true;
        self
    }

    /// Takes any server, and any proxy, for the right one, whatever its certificate says. **Whoever sits between can then read and change
    /// everything, access tokens and passwords included.** For experiments on one's own machine; to trust one certificate
    /// there is [`add_root_certificate`](HyperBuilder::add_root_certificate).
    ///
    /// ```
    /// let transport = hardline_hyper::HyperTransport::builder().danger_accept_invalid_certificates().build()?;
    /// # Ok::<(), hardline_hyper::BuildError>(())
    /// ```
    pub fn danger_accept_invalid_certificates(mut self) -> Self {
        self.tls.accepts_any_certificate = true;
        self
    }

    /// The transport.
    ///
    /// # Errors
    /// Where the user agent, a certificate or a proxy is not one, or nobody can be trusted: as a rule because the operating
    /// system has no certificates.
    pub fn build(self) -> Result<HyperTransport, BuildError> {
        let user_agent =
            HeaderValue::from_str(&self.user_agent).map_err(|_| BuildError::UserAgent)?;
        let proxies = Arc::new(Proxies::new(&self.proxy)?);
        let origins = Arc::new(Origins::new(self.max_concurrent_per_origin));
        let connector = Connector::new(
            self.tls.config()?,
            self.connect_timeout,
            Arc::clone(&proxies),
            Arc::clone(&origins),
        );
        let client = Client::builder(TokioExecutor::new())
            // Without the first, connections that are no longer used stay open; without the second, a ping panics.
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .http2_keep_alive_interval(PING_INTERVAL)
            .http2_keep_alive_timeout(PING_TIMEOUT)
            .build(connector);
        Ok(HyperTransport::from_inner(Inner {
            client,
            proxies,
            origins,
            read_idle_timeout: self.read_idle_timeout,
            timeout: self.timeout,
            max_response_bytes: self.max_response_bytes,
            user_agent,
        }))
    }
}

impl Default for HyperBuilder {
    fn default() -> Self {
        Self {
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            read_idle_timeout: DEFAULT_READ_IDLE_TIMEOUT,
            timeout: DEFAULT_TIMEOUT,
            max_response_bytes: DEFAULT_MAX_RESPONSE_BYTES,
            user_agent: DEFAULT_USER_AGENT.to_owned(),
            max_concurrent_per_origin: None,
            proxy: proxy::Choice::default(),
            tls: Tls::default(),
        }
    }
}

impl fmt::Debug for HyperBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("read_idle_timeout", &self.read_idle_timeout)
            .field("timeout", &self.timeout)
            .field("max_response_bytes", &self.max_response_bytes)
            .field("max_concurrent_per_origin", &self.max_concurrent_per_origin)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

/// Why a transport could not be built.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// The user agent is not the value of a header.
    UserAgent,
    /// A root certificate is not one.
    Certificate(Box<dyn Error + Send + Sync>),
    /// The proxy is not one that can be used.
    Proxy(Box<dyn Error + Send + Sync>),
    /// TLS cannot be set up: as a rule because the operating system has no root certificates.
    Tls(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserAgent => f.write_str("the user agent must be visible ascii"),
            Self::Certificate(error) => write!(f, "a root certificate must be pem: {error}"),
            Self::Proxy(error) => write!(
                f,
                "a proxy must be an http or https url, or host:port: {error}"
            ),
            Self::Tls(error) => write!(
                f,
                "tls cannot be set up; are the operating system's root certificates installed? {error}"
            ),
        }
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::UserAgent => None,
            Self::Certificate(error) | Self::Proxy(error) | Self::Tls(error) => Some(&**error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_agent_with_a_line_break_is_refused() {
        let built = HyperBuilder::default().user_agent("a\r\nb: c").build();
        assert!(matches!(built, Err(BuildError::UserAgent)));
    }

    #[test]
    fn pem_without_a_certificate_is_refused() {
        let built = HyperBuilder::default().add_root_certificate("").build();
        assert!(matches!(built, Err(BuildError::Certificate(_))));
    }

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
