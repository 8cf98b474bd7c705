use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;

use crate::connect::Connector;
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
    root_certificates: Vec<Vec<u8>>,
    #[cfg(feature = "webpki-roots")]
    webpki_roots: bool,
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

    /// How long an exchange may take altogether, where its [`Dispatch`](hardline::wire::Dispatch) does not say less;
    /// [`DEFAULT_TIMEOUT`] where it is not set.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit.min(LONGEST);
        self
    }

    /// How large the body of a response may be; [`DEFAULT_MAX_RESPONSE_BYTES`] where it is not set.
    pub fn max_response_bytes(mut self, cap: usize) -> Self {
        self.max_response_bytes = cap;
        self
    }

    /// The `User-Agent` of requests that bring none; [`DEFAULT_USER_AGENT`] where it is not set.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
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
        self.root_certificates.push(pem.into());
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
        self.webpki_roots = true;
        self
    }

    /// The transport.
    ///
    /// # Errors
    /// Where the user agent or a certificate is not one, or the operating system's certificates cannot be read.
    pub fn build(self) -> Result<HyperTransport, BuildError> {
        let user_agent =
            HeaderValue::from_str(&self.user_agent).map_err(|_| BuildError::UserAgent)?;
        let connector = Connector::new(self.tls()?, self.connect_timeout);
        let client = Client::builder(TokioExecutor::new())
            // Without the first, connections that are no longer used stay open; without the second, a ping panics.
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .http2_keep_alive_interval(PING_INTERVAL)
            .http2_keep_alive_timeout(PING_TIMEOUT)
            .build(connector);
        Ok(HyperTransport::from_inner(Inner {
            client,
            read_idle_timeout: self.read_idle_timeout,
            timeout: self.timeout,
            max_response_bytes: self.max_response_bytes,
            user_agent,
        }))
    }

    fn tls(&self) -> Result<ClientConfig, BuildError> {
        // Named here, because there is no default where another crate of the program brings a second provider.
        let provider = Arc::new(ring::default_provider());
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| BuildError::Tls(error.into()))?;
        let own = self.own_roots()?;
        #[cfg(feature = "webpki-roots")]
        if self.webpki_roots {
            let mut roots =
                rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            for certificate in own {
                roots
                    .add(certificate)
                    .map_err(|error| BuildError::Certificate(error.into()))?;
            }
            return Ok(config.with_root_certificates(roots).with_no_client_auth());
        }
        Ok(config
            .dangerous() // which it is not: this is the operating system's own way to verify
            .with_custom_certificate_verifier(Arc::new(system_verifier(own, provider)?))
            .with_no_client_auth())
    }

    fn own_roots(&self) -> Result<Vec<CertificateDer<'static>>, BuildError> {
        let mut roots = Vec::new();
        for pem in &self.root_certificates {
            let before = roots.len();
            for certificate in CertificateDer::pem_slice_iter(pem) {
                roots.push(certificate.map_err(|error| BuildError::Certificate(error.into()))?);
            }
            if roots.len() == before {
                return Err(BuildError::Certificate("no certificate in it".into()));
            }
        }
        Ok(roots)
    }
}

fn system_verifier(
    own: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, BuildError> {
    Verifier::new_with_extra_roots(own, provider).map_err(|error| BuildError::Tls(error.into()))
}

impl Default for HyperBuilder {
    fn default() -> Self {
        Self {
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            read_idle_timeout: DEFAULT_READ_IDLE_TIMEOUT,
            timeout: DEFAULT_TIMEOUT,
            max_response_bytes: DEFAULT_MAX_RESPONSE_BYTES,
            user_agent: DEFAULT_USER_AGENT.to_owned(),
            root_certificates: Vec::new(),
            #[cfg(feature = "webpki-roots")]
            webpki_roots: false,
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
    /// TLS cannot be set up: as a rule because the operating system has no root certificates.
    Tls(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserAgent => f.write_str("the user agent must be visible ascii"),
            Self::Certificate(error) => write!(f, "a root certificate must be pem: {error}"),
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
            Self::Certificate(error) | Self::Tls(error) => Some(&**error),
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
