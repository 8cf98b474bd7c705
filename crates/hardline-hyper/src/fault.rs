use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use hardline_transport_options::Proxy;
use rustls::AlertDescription;

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;
pub(crate) type BoxFuture<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// There was no connection within the limit.
#[derive(Debug)]
pub(crate) struct ConnectTimedOut(pub(crate) Duration);

impl fmt::Display for ConnectTimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no connection within {:?}", self.0)
    }
}

impl Error for ConnectTimedOut {}

/// A proxy could not be used.
#[derive(Debug)]
pub(crate) struct ProxyFailed {
    /// Says which, without its password.
    pub(crate) proxy: String,
    pub(crate) cause: BoxError,
}

impl ProxyFailed {
    pub(crate) fn new(proxy: &Proxy, cause: impl Into<BoxError>) -> Self {
        Self {
            proxy: proxy.to_string(),
            cause: cause.into(),
        }
    }
}

impl fmt::Display for ProxyFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.proxy)
    }
}

impl Error for ProxyFailed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.cause)
    }
}

/// The server ended the TLS session because it wants another certificate of the client, or one at all. With TLS 1.3 it
/// says so when the client already believes that the session stands, but it has not read any request.
#[derive(Debug)]
pub(crate) struct ClientRejected(AlertDescription);

impl ClientRejected {
    /// If this is what the alert says.
    pub(crate) fn of(error: &rustls::Error) -> Option<Self> {
        use AlertDescription::*;
        match error {
            rustls::Error::AlertReceived(
                alert @ (NoCertificate
                | BadCertificate
                | UnsupportedCertificate
                | CertificateRevoked
                | CertificateExpired
                | CertificateUnknown
                | UnknownCA
                | AccessDenied
                | DecryptError
                | HandshakeFailure
                | CertificateRequired),
            ) => Some(Self(*alert)),
            _ => None,
        }
    }
}

impl fmt::Display for ClientRejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the server did not accept the client's certificate, or wants one: {:?}",
            self.0
        )
    }
}

impl Error for ClientRejected {}

/// Bytes have arrived that belong to no response, so that the connection was not used for a request.
#[derive(Debug)]
pub(crate) struct Unread;

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server sent something that belongs to no request")
    }
}

impl Error for Unread {}
