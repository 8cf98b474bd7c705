use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::{HeaderValue, Uri};
use isahc::HttpClient;
use isahc::config::{Configurable, RedirectPolicy, VersionNegotiation};
use isahc::tls::{TlsConfig, TrustStore};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::blocking::IsahcBlocking;
use crate::transport::{Inner, IsahcTransport};

/// How long opening a connection may take, from the resolution of the name to the end of the TLS handshake.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an exchange may take altogether: longer than a homeserver takes over a large account's first `/sync`.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(300);

/// How large a response may be: 256 MiB, more than a large account's first `/sync`.
pub const DEFAULT_MAX_RESPONSE_BYTES: usize = 256 * 1024 * 1024;

/// The `User-Agent` of requests that bring none.
pub const DEFAULT_USER_AGENT: &str = concat!("hardline-isahc/", env!("CARGO_PKG_VERSION"));

/// The longest limit that is kept to; longer ones are taken as this. curl counts milliseconds in 32 bits.
const LONGEST: Duration = Duration::from_secs(24 * 24 * 60 * 60);

/// Builds an [`IsahcTransport`] or an [`IsahcBlocking`].
///
/// There is no limit on how long a response may pause: curl's would end long polls as well.
///
/// ```
/// use std::time::Duration;
/// use hardline_isahc::IsahcTransport;
///
/// let transport = IsahcTransport::builder()
///     .connect_timeout(Duration::from_secs(5))
///     .timeout(Duration::from_secs(120))
///     .max_response_bytes(16 * 1024 * 1024)
///     .user_agent("my-bridge/2.1")
///     .build()?;
/// # Ok::<(), hardline_isahc::BuildError>(())
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct IsahcBuilder {
    connect_timeout: Duration,
    timeout: Duration,
    max_response_bytes: usize,
    user_agent: String,
    root_certificates: Vec<Vec<u8>>,
    proxy_from_environment: bool,
}

impl IsahcBuilder {
    /// How long opening a connection may take, TLS included; [`DEFAULT_CONNECT_TIMEOUT`] where it is not set.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        // curl takes 0 for its own default.
        self.connect_timeout = limit.clamp(Duration::from_millis(1), LONGEST);
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
    /// use hardline_isahc::{BuildError, IsahcTransport};
    ///
    /// let built = IsahcTransport::builder().add_root_certificate("not PEM").build();
    /// assert!(matches!(built, Err(BuildError::Certificate(_))));
    /// ```
    pub fn add_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Goes through the proxy that `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` name, as curl reads them.
    /// Where it is not set, no proxy is used, whatever the environment says.
    ///
    /// ```
    /// let transport = hardline_isahc::IsahcTransport::builder().proxy_from_environment().build()?;
    /// # Ok::<(), hardline_isahc::BuildError>(())
    /// ```
    pub fn proxy_from_environment(mut self) -> Self {
        self.proxy_from_environment = true;
        self
    }

    /// The transport for any executor.
    ///
    /// # Errors
    /// Where the user agent or a certificate is not one, or isahc cannot start its threads.
    pub fn build(self) -> Result<IsahcTransport, BuildError> {
        let user_agent =
            HeaderValue::from_str(&self.user_agent).map_err(|_| BuildError::UserAgent)?;
        let tls = self.tls()?;
        let resending = self
            .client(tls.clone())
            .build()
            .map_err(|error| BuildError::Client(error.into()))?;
        let sending_once = self
            .client(tls)
            // curl closes a connection after its request, so that there is none to reuse...
            .connection_cache_size(0)
            // ...and over HTTP/1.1 cannot share one while it is in use either.
            .version_negotiation(VersionNegotiation::http11())
            .build()
            .map_err(|error| BuildError::Client(error.into()))?;
        Ok(IsahcTransport::from_inner(Inner {
            resending,
            sending_once,
            timeout: self.timeout,
            max_response_bytes: self.max_response_bytes,
            user_agent,
        }))
    }

    /// The transport that waits.
    ///
    /// ```
    /// let transport = hardline_isahc::IsahcBlocking::builder().build_blocking()?;
    /// # Ok::<(), hardline_isahc::BuildError>(())
    /// ```
    ///
    /// # Errors
    /// As [`build`](IsahcBuilder::build).
    pub fn build_blocking(self) -> Result<IsahcBlocking, BuildError> {
        self.build().map(IsahcBlocking::from)
    }

    fn client(&self, tls: TlsConfig) -> isahc::HttpClientBuilder {
        let client = HttpClient::builder()
            .connect_timeout(self.connect_timeout)
            .tls_config(tls)
            .redirect_policy(RedirectPolicy::None)
            .automatic_decompression(false)
            // It would cost a second where the server does not know of it.
            .expect_continue(false)
            .tcp_nodelay();
        if self.proxy_from_environment {
            client
        } else {
            client.proxy(None::<Uri>)
        }
    }

    fn tls(&self) -> Result<TlsConfig, BuildError> {
        let own = self.own_roots()?;
        if own.is_empty() {
            return Ok(TlsConfig::new());
        }
        // curl takes either the system's certificates or a list, and refuses a list with one that it cannot use.
        let system = rustls_native_certs::load_native_certs().certs;
        let usable = system
            .into_iter()
            .filter(|certificate| RootCertStore::empty().add(certificate.clone()).is_ok());
        let store = own
            .into_iter()
            .chain(usable)
            .fold(TrustStore::builder(), |store, certificate| {
                store.certificate_from_der(certificate)
            });
        Ok(TlsConfig::builder().trust_store(store.build()).build())
    }

    fn own_roots(&self) -> Result<Vec<CertificateDer<'static>>, BuildError> {
        let mut roots = Vec::new();
        for pem in &self.root_certificates {
            let before = roots.len();
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate =
                    certificate.map_err(|error| BuildError::Certificate(error.into()))?;
                RootCertStore::empty()
                    .add(certificate.clone())
                    .map_err(|error| BuildError::Certificate(error.into()))?;
                roots.push(certificate);
            }
            if roots.len() == before {
                return Err(BuildError::Certificate("no certificate in it".into()));
            }
        }
        Ok(roots)
    }
}

impl Default for IsahcBuilder {
    fn default() -> Self {
        Self {
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            timeout: DEFAULT_TIMEOUT,
            max_response_bytes: DEFAULT_MAX_RESPONSE_BYTES,
            user_agent: DEFAULT_USER_AGENT.to_owned(),
            root_certificates: Vec::new(),
            proxy_from_environment: false,
        }
    }
}

impl fmt::Debug for IsahcBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IsahcBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("timeout", &self.timeout)
            .field("max_response_bytes", &self.max_response_bytes)
            .field("proxy_from_environment", &self.proxy_from_environment)
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
    /// isahc could not be started.
    Client(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserAgent => f.write_str("the user agent must be visible ascii"),
            Self::Certificate(error) => write!(f, "a root certificate must be pem: {error}"),
            Self::Client(error) => write!(
                f,
                "isahc cannot be started; are there threads and file descriptors left? {error}"
            ),
        }
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::UserAgent => None,
            Self::Certificate(error) | Self::Client(error) => Some(&**error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_agent_with_a_line_break_is_refused() {
        let built = IsahcBuilder::default().user_agent("a\r\nb: c").build();
        assert!(matches!(built, Err(BuildError::UserAgent)));
    }

    #[test]
    fn pem_without_a_certificate_is_refused() {
        let built = IsahcBuilder::default().add_root_certificate("").build();
        assert!(matches!(built, Err(BuildError::Certificate(_))));
    }

    #[test]
    fn the_longest_limits_are_accepted() {
        let built = IsahcBuilder::default()
            .connect_timeout(Duration::MAX)
            .timeout(Duration::MAX)
            .build();
        assert!(built.is_ok());
    }
}
