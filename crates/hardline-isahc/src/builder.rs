use std::fmt;
use std::sync::RwLock;

use hardline_transport_options::{BuildError, Proxies, TransportOptions, builder_methods};
use isahc::config::{Configurable, RedirectPolicy};
use isahc::tls::{TlsConfig, TrustStore};
use isahc::{HttpClient, HttpClientBuilder};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;

use crate::blocking::IsahcBlocking;
use crate::certificate_files::CertificateFiles;
use crate::known_http2::KnownHttp2;
use crate::transport::{Inner, IsahcTransport, Renewable};

/// The `User-Agent` of requests that have none.
pub const DEFAULT_USER_AGENT: &str = concat!("hardline-isahc/", env!("CARGO_PKG_VERSION"));

/// Builds an [`IsahcTransport`] or an [`IsahcBlocking`].
///
/// ```
/// use std::time::Duration;
/// use hardline_isahc::IsahcTransport;
///
/// let transport = IsahcTransport::builder()
///     .connect_timeout(Duration::from_secs(5))
///     .read_idle_timeout(Duration::from_secs(30))
///     .timeout(Duration::from_secs(120))
///     .max_response_bytes(16 * 1024 * 1024)
///     .user_agent("my-bridge/2.1")
///     .build()?;
/// # Ok::<(), hardline_isahc::BuildError>(())
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct IsahcBuilder {
    options: TransportOptions,
}

impl IsahcTransport {
    /// A transport with the default limits that trusts what the operating system trusts.
    ///
    /// ```
    /// let transport = hardline_isahc::IsahcTransport::new()?;
    /// # Ok::<(), hardline_isahc::BuildError>(())
    /// ```
    ///
    /// # Errors
    /// If isahc cannot start its threads.
    pub fn new() -> Result<Self, BuildError> {
        Self::builder().build()
    }

    /// A builder with the default limits.
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use hardline_isahc::IsahcTransport;
    ///
    /// let transport = IsahcTransport::builder().connect_timeout(Duration::from_secs(3)).build()?;
    /// # Ok::<(), hardline_isahc::BuildError>(())
    /// ```
    pub fn builder() -> IsahcBuilder {
        IsahcBuilder::default()
    }
}

impl IsahcBlocking {
    /// A transport with the default limits that trusts what the operating system trusts.
    ///
    /// ```
    /// let transport = hardline_isahc::IsahcBlocking::new()?;
    /// # Ok::<(), hardline_isahc::BuildError>(())
    /// ```
    ///
    /// # Errors
    /// If isahc cannot start its threads.
    pub fn new() -> Result<Self, BuildError> {
        Self::builder().build_blocking()
    }

    /// A builder with the default limits; finish it with [`build_blocking`](IsahcBuilder::build_blocking).
    ///
    /// ```
    /// use std::time::Duration;
    /// use hardline_isahc::IsahcBlocking;
    ///
    /// let transport = IsahcBlocking::builder().connect_timeout(Duration::from_secs(3)).build_blocking()?;
    /// # Ok::<(), hardline_isahc::BuildError>(())
    /// ```
    pub fn builder() -> IsahcBuilder {
        IsahcBuilder::default()
    }
}

builder_methods!(IsahcBuilder);

impl IsahcBuilder {
    /// Trusts Mozilla's root certificates, as they were when this was compiled, instead of the operating system's.
    ///
    /// ```
    /// let transport = hardline_isahc::IsahcTransport::builder().webpki_roots().build()?;
    /// # Ok::<(), hardline_isahc::BuildError>(())
    /// ```
    #[cfg(feature = "webpki-roots")]
    #[cfg_attr(docsrs, doc(cfg(feature = "webpki-roots")))]
    pub fn webpki_roots(mut self) -> Self {
        self.options.webpki_roots = true;
        self
    }

    /// Builds the transport for any executor.
    ///
    /// # Errors
    /// If the user agent, a certificate or a proxy is not valid, or if isahc cannot start its threads.
    pub fn build(self) -> Result<IsahcTransport, BuildError> {
        let headers = self.options.headers()?;
        let proxies = Proxies::new(&self.options.proxy)?;
        let certificate = self.client_certificate_files()?;
        let tls = self.tls(certificate.as_ref())?;
        let failed = |error: isahc::Error| BuildError::Client(error.into());
        let once = client(&self.options, tls.clone())
            // curl closes each connection after its request, so that there is none to reuse.
            .connection_cache_size(0)
            .build()
            .map_err(failed)?;
        let options = self.options.clone();
        let keeping = move || {
            let client = client(&options, tls.clone());
            let client = client.connection_cache_ttl(options.pool_idle_timeout);
            match options.pool_max_idle {
                // To isahc, 0 means that none is used twice, even at once.
                Some(most) => client.connection_cache_size(most.max(1)).build(),
                None => client.build(),
            }
        };
        let keeping = Renewable {
            client: RwLock::new(keeping().map_err(failed)?),
            builder: Box::new(keeping),
        };
        Ok(IsahcTransport::from_inner(Inner {
            keeping,
            once,
            known_http2: KnownHttp2::default(),
            proxies,
            headers,
            _certificate: certificate,
            options: self.options,
        }))
    }

    /// Builds the blocking transport.
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

    /// The client's certificate and its key, in files that nobody else can read: curl with rustls takes no others.
    fn client_certificate_files(&self) -> Result<Option<CertificateFiles>, BuildError> {
        let Some(certificate) = &self.options.client_certificate else {
            return Ok(None);
        };
        certificate.read()?;
        CertificateFiles::new(certificate).map(Some)
    }

    fn tls(&self, certificate: Option<&CertificateFiles>) -> Result<TlsConfig, BuildError> {
        let own = self.own_roots()?;
        let tls = || match certificate {
            Some(files) => TlsConfig::builder().identity(files.identity()),
            None => TlsConfig::builder(),
        };
        if self.options.accepts_any_certificate {
            return Ok(tls()
                .danger_accept_invalid_certs(true)
                .danger_accept_invalid_hosts(true)
                .build());
        }
        #[cfg(feature = "webpki-roots")]
        if self.options.webpki_roots {
            let store = webpki_roots(own);
            return Ok(tls().trust_store(store).build());
        }
        if own.is_empty() {
            return Ok(tls().build());
        }
        // curl takes either the system's certificates or a list, and refuses a list with a certificate that it cannot
        // use.
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
        Ok(tls().trust_store(store.build()).build())
    }

    /// The additional certificates, checked one by one: curl refuses a list with one that it cannot use.
    fn own_roots(&self) -> Result<Vec<CertificateDer<'static>>, BuildError> {
        let roots = self.options.root_certificates()?;
        for certificate in &roots {
            RootCertStore::empty()
                .add(certificate.clone())
                .map_err(|error| BuildError::Certificate(error.into()))?;
        }
        Ok(roots)
    }
}

fn client(options: &TransportOptions, tls: TlsConfig) -> HttpClientBuilder {
    let client = HttpClient::builder()
        .connect_timeout(options.connect_timeout)
        .tls_config(tls)
        .redirect_policy(RedirectPolicy::None)
        .automatic_decompression(false)
        // It would cost a second if the server does not support it.
        .expect_continue(false)
        .tcp_nodelay()
        // Each request says which proxy it goes through. Without a list, curl would read `no_proxy`.
        .proxy(None)
        .proxy_blacklist([""; 0]);
    match options.tcp_keepalive {
        Some(interval) => client.tcp_keepalive(interval),
        None => client,
    }
}

/// Mozilla's root certificates and the additional ones.
#[cfg(feature = "webpki-roots")]
fn webpki_roots(own: Vec<CertificateDer<'static>>) -> TrustStore {
    if own.is_empty() {
        return TrustStore::webpki_roots();
    }
    let mozillas = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
    let all = own.iter().chain(mozillas);
    all.fold(TrustStore::builder(), |store, certificate| {
        store.certificate_from_der(certificate)
    })
    .build()
}

impl Default for IsahcBuilder {
    fn default() -> Self {
        Self {
            options: TransportOptions::new(DEFAULT_USER_AGENT),
        }
    }
}

impl fmt::Debug for IsahcBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IsahcBuilder")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_longest_limits_are_accepted() {
        let built = IsahcBuilder::default()
            .connect_timeout(Duration::MAX)
            .read_idle_timeout(Duration::MAX)
            .timeout(Duration::MAX)
            .build();
        assert!(built.is_ok());
    }
}
