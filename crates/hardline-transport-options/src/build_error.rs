use std::error::Error;
use std::fmt;

/// Why a transport could not be built.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// The user agent is not a valid header value.
    UserAgent,
    /// A root certificate cannot be read.
    Certificate(Box<dyn Error + Send + Sync>),
    /// The client's certificate or its key cannot be read.
    ClientCertificate(Box<dyn Error + Send + Sync>),
    /// A default header is not one.
    Header(Box<dyn Error + Send + Sync>),
    /// The proxy cannot be used.
    Proxy(Box<dyn Error + Send + Sync>),
    /// TLS cannot be set up, usually because the operating system has no root certificates.
    Tls(Box<dyn Error + Send + Sync>),
    /// The HTTP library could not be started.
    Client(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserAgent => f.write_str("the user agent must be visible ascii"),
            Self::Certificate(error) => write!(f, "a root certificate must be pem: {error}"),
            Self::ClientCertificate(error) => write!(
                f,
                "a client certificate must be pem, with its private key: {error}"
            ),
            Self::Header(error) => write!(f, "a default header must be visible ascii: {error}"),
            Self::Proxy(error) => write!(
                f,
                "a proxy must be an http, https or socks5 url, or host:port: {error}"
            ),
            Self::Tls(error) => write!(
                f,
                "tls cannot be set up; are the operating system's root certificates installed? {error}"
            ),
            Self::Client(error) => write!(
                f,
                "the http library cannot be started; are there threads and file descriptors left? {error}"
            ),
        }
    }
}

impl Error for BuildError {
    /// What is behind the error that is displayed already.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::UserAgent => None,
            Self::Certificate(error)
            | Self::ClientCertificate(error)
            | Self::Header(error)
            | Self::Proxy(error)
            | Self::Tls(error)
            | Self::Client(error) => error.source(),
        }
    }
}
