use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use http::header::{ACCEPT_ENCODING, InvalidHeaderName, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::{ACCEPTED_ENCODINGS, BuildError, ClientCertificate, ProxyChoice};

/// How long opening a connection may take, from the resolution of the name to the end of the TLS handshake.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a response may pause once it has begun.
pub const DEFAULT_READ_IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// How long an exchange may take altogether: longer than a homeserver takes over a large account's first `/sync`.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(600);

/// How large a response may be: 256 MiB, more than a large account's first `/sync`.
pub const DEFAULT_MAX_RESPONSE_BYTES: usize = 256 * 1024 * 1024;

/// How long a connection is silent before TCP asks whether the other side is still there, and how long it waits between
/// two questions: a long poll that has no answer yet looks like a server that is gone.
pub const DEFAULT_TCP_KEEPALIVE: Duration = Duration::from_secs(30);

/// How long a connection that nobody uses is kept.
pub const DEFAULT_POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(90);

/// The longest time that an option may have (24 days); longer ones are cut to it. curl counts milliseconds in 32 bits.
pub const LONGEST: Duration = Duration::from_secs(24 * 24 * 60 * 60);

/// The shortest time that connecting may have: to curl, none at all is its own default.
pub const SHORTEST: Duration = Duration::from_millis(1);

/// The options of every transport, whatever library it uses.
#[derive(Clone)]
#[non_exhaustive]
pub struct TransportOptions {
    /// How long opening a connection may take, TLS included.
    pub connect_timeout: Duration,
    /// How long a response may pause once it has begun.
    pub read_idle_timeout: Duration,
    /// How long an exchange may take altogether.
    pub timeout: Duration,
    /// How large the body of a response may be, in bytes.
    pub max_response_bytes: usize,
    /// The `User-Agent` of requests that have none.
    pub user_agent: String,
    /// Which proxies to use.
    pub proxy: ProxyChoice,
    /// Additional certificates to trust, in PEM.
    pub root_certificates: Vec<Vec<u8>>,
    /// Whether to trust Mozilla's root certificates instead of the operating system's.
    pub webpki_roots: bool,
    /// Whether to accept any certificate.
    pub accepts_any_certificate: bool,
    /// The certificate that the client shows to servers that ask for one.
    pub client_certificate: Option<ClientCertificate>,
    /// Headers of requests that do not have them, as the program gave them.
    pub default_headers: Vec<(String, String)>,
    /// Where hosts are, whatever the resolver says. Hosts are in lower case; port 0 means the URL's.
    pub resolved: HashMap<String, SocketAddr>,
    /// The Unix socket to which all connections go.
    pub unix_socket: Option<PathBuf>,
    /// How long a connection is silent before TCP asks whether the other side is still there.
    pub tcp_keepalive: Option<Duration>,
    /// How long a connection that nobody uses is kept.
    pub pool_idle_timeout: Duration,
    /// How many connections that nobody uses are kept.
    pub pool_max_idle: Option<usize>,
    /// Whether to ask for compressed responses and to unpack them.
    pub decompresses: bool,
}

impl TransportOptions {
    /// The defaults, with this user agent.
    ///
    /// ```
    /// use hardline_transport_options::{DEFAULT_TIMEOUT, TransportOptions};
    ///
    /// assert_eq!(TransportOptions::new("my-transport/1.0").timeout, DEFAULT_TIMEOUT);
    /// ```
    pub fn new(user_agent: &str) -> Self {
        Self {
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            read_idle_timeout: DEFAULT_READ_IDLE_TIMEOUT,
            timeout: DEFAULT_TIMEOUT,
            max_response_bytes: DEFAULT_MAX_RESPONSE_BYTES,
            user_agent: user_agent.to_owned(),
            proxy: ProxyChoice::default(),
            root_certificates: Vec::new(),
            webpki_roots: false,
            accepts_any_certificate: false,
            client_certificate: None,
            default_headers: Vec::new(),
            resolved: HashMap::new(),
            unix_socket: None,
            tcp_keepalive: Some(DEFAULT_TCP_KEEPALIVE),
            pool_idle_timeout: DEFAULT_POOL_IDLE_TIMEOUT,
            pool_max_idle: None,
            decompresses: false,
        }
    }

    /// The headers of requests that do not have them: the default headers, the user agent, and the encodings that are
    /// unpacked, if any are.
    ///
    /// ```
    /// use hardline_transport_options::TransportOptions;
    ///
    /// let mut options = TransportOptions::new("my-transport/1.0");
    /// options.default_headers.push(("X-Tenant".to_owned(), "a".to_owned()));
    /// let headers = options.headers()?;
    /// assert_eq!((&headers["x-tenant"], &headers["user-agent"]), (&"a".parse()?, &"my-transport/1.0".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If one of them is not a header.
    pub fn headers(&self) -> Result<HeaderMap, BuildError> {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, self.user_agent()?);
        if self.decompresses {
            let accepted = HeaderValue::from_static(ACCEPTED_ENCODINGS);
            headers.insert(ACCEPT_ENCODING, accepted);
        }
        for (name, value) in &self.default_headers {
            let name: HeaderName = name
                .parse()
                .map_err(|error: InvalidHeaderName| BuildError::Header(error.into()))?;
            let value =
                HeaderValue::from_str(value).map_err(|error| BuildError::Header(error.into()))?;
            headers.insert(name, value);
        }
        Ok(headers)
    }

    /// Where this host is, if the program has said so: the address, with the URL's port if it has none of its own.
    pub fn place_of(&self, uri: &Uri) -> Option<SocketAddr> {
        if self.resolved.is_empty() {
            return None;
        }
        let mut place = *self.resolved.get(&uri.host()?.to_ascii_lowercase())?;
        if place.port() == 0 {
            let is_tls = uri.scheme_str() == Some("https");
            place.set_port(uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 }));
        }
        Some(place)
    }

    /// The user agent as a header value.
    ///
    /// # Errors
    /// If it is not a valid one.
    pub fn user_agent(&self) -> Result<HeaderValue, BuildError> {
        HeaderValue::from_str(&self.user_agent).map_err(|_| BuildError::UserAgent)
    }

    /// The additional certificates to trust.
    ///
    /// # Errors
    /// If one is not PEM or contains no certificate.
    pub fn root_certificates(&self) -> Result<Vec<CertificateDer<'static>>, BuildError> {
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

impl fmt::Debug for TransportOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportOptions")
            .field("connect_timeout", &self.connect_timeout)
            .field("read_idle_timeout", &self.read_idle_timeout)
            .field("timeout", &self.timeout)
            .field("max_response_bytes", &self.max_response_bytes)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_agent_with_a_line_break_is_refused() {
        let options = TransportOptions::new("a\r\nb: c");
        assert!(matches!(options.user_agent(), Err(BuildError::UserAgent)));
    }

    #[test]
    fn what_is_not_a_header_is_refused_and_its_value_not_shown() {
        for (name, value) in [("a b", "secret"), ("", "secret"), ("x", "secret\r\ny: z")] {
            let mut options = TransportOptions::new("");
            let header = (name.to_owned(), value.to_owned());
            options.default_headers.push(header);
            let error = options.headers().unwrap_err();
            assert!(matches!(error, BuildError::Header(_)), "{name}");
            assert!(!format!("{error} {error:?} {options:?}").contains("secret"));
        }
    }

    #[test]
    fn pem_without_a_certificate_is_refused() {
        for pem in ["", "not PEM"] {
            let mut options = TransportOptions::new("");
            options.root_certificates.push(pem.into());
            let roots = options.root_certificates();
            assert!(matches!(roots, Err(BuildError::Certificate(_))), "{pem:?}");
        }
    }
}
