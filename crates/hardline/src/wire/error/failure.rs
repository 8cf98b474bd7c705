use std::error::Error;
use std::fmt;
use std::str::FromStr;

use crate::json::Printable;
#[cfg(feature = "flow")]
use crate::wire::OperationName;

/// Why a request got no response, as far as the transport can tell.
///
/// The retry policy decides by [`class`](Failure::class) alone, so a transport that cannot tell two classes apart
/// reports the more conservative one: [`FailureClass::Interrupted`] rather than [`FailureClass::Connect`].
///
/// ```
/// use hardline::wire::{Failure, FailureClass};
///
/// let failure = Failure::new(FailureClass::Refused, "connection refused (os error 111)");
/// assert!(failure.class().never_sent());
/// assert_eq!(failure.to_string(), "the server refused the connection: connection refused (os error 111)");
/// ```
#[derive(Debug)]
pub struct Failure {
    class: FailureClass,
    source: Box<dyn Error + Send + Sync>,
}

impl Failure {
    /// A failure of this class, with the HTTP library's error.
    pub fn new(class: FailureClass, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            class,
            source: source.into(),
        }
    }

    /// The failure of a request that waited in vain for another access token.
    #[cfg(feature = "flow")]
    pub(crate) fn not_admitted() -> Self {
        Self::new(
            FailureClass::NotAdmitted,
            "the access token could not be renewed for now",
        )
    }

    /// The failure of a request that needs an access token, while nobody is logged in.
    #[cfg(feature = "flow")]
    pub(crate) fn not_logged_in(operation: OperationName) -> Self {
        Self::new(FailureClass::Unsendable, NotLoggedIn(operation))
    }

    /// Whether the request was not sent because nobody is logged in.
    #[cfg(all(feature = "flow", feature = "room_events"))]
    pub(crate) fn is_not_logged_in(&self) -> bool {
        self.source.is::<NotLoggedIn>()
    }

    /// What kind of failure it was.
    pub fn class(&self) -> FailureClass {
        self.class
    }

    /// The HTTP library's error, which is part of what this one displays.
    pub fn cause(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.source
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cause = self.source.to_string();
        write!(f, "{}: {}", self.class, Printable(&cause))
    }
}

impl Error for Failure {
    /// What is behind the [`cause`](Failure::cause): that one is displayed already.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.source()
    }
}

/// The operation needs an access token, and there is none.
#[cfg(feature = "flow")]
#[derive(Debug)]
struct NotLoggedIn(OperationName);

#[cfg(feature = "flow")]
impl fmt::Display for NotLoggedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} needs an access token: log in first", self.0)
    }
}

#[cfg(feature = "flow")]
impl Error for NotLoggedIn {}

/// The kinds of [`Failure`]: one list for every transport.
///
/// Each has a [name](FailureClass::as_str) that later versions keep, for logs, recordings and other languages.
///
/// | name | class |
/// |---|---|
/// | `connect` | [`Connect`](FailureClass::Connect) |
/// | `dns` | [`Dns`](FailureClass::Dns) |
/// | `refused` | [`Refused`](FailureClass::Refused) |
/// | `tls` | [`Tls`](FailureClass::Tls) |
/// | `timed_out_before_send` | [`TimedOutBeforeSend`](FailureClass::TimedOutBeforeSend) |
/// | `timed_out_after_send` | [`TimedOutAfterSend`](FailureClass::TimedOutAfterSend) |
/// | `interrupted` | [`Interrupted`](FailureClass::Interrupted) |
/// | `too_large` | [`TooLarge`](FailureClass::TooLarge) |
/// | `malformed` | [`Malformed`](FailureClass::Malformed) |
/// | `unsendable` | [`Unsendable`](FailureClass::Unsendable) |
/// | `not_admitted` | [`NotAdmitted`](FailureClass::NotAdmitted) |
/// | `network_error` | [`NetworkError`](FailureClass::NetworkError) |
/// | `proxy` | [`Proxy`](FailureClass::Proxy) |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureClass {
    /// The connection could not be made, for a reason other than the more exact ones below.
    Connect,
    /// The host name could not be resolved.
    Dns,
    /// The server refused the connection.
    Refused,
    /// The TLS session could not be made: the certificate was not accepted or the handshake failed.
    Tls,
    /// The request timed out before it was sent.
    TimedOutBeforeSend,
    /// The request timed out after it, or a part of it, was sent.
    TimedOutAfterSend,
    /// The connection broke after the request, or a part of it, may have been sent.
    Interrupted,
    /// The response is larger than the transport's cap.
    TooLarge,
    /// The response is not HTTP.
    Malformed,
    /// The request was not sent because the access token was no longer valid and could not be renewed for now.
    NotAdmitted,
    /// The request was not sent because the transport refuses it (an unknown scheme, for example): a mistake of the
    /// caller.
    Unsendable,
    /// A browser's network error, for which `fetch` throws a `TypeError`: the name, the connection, the certificate,
    /// CORS or being offline, which a page must not learn. The server may have seen the request.
    NetworkError,
    /// The proxy is at fault: it cannot be resolved or reached, speaks something else, wants a password, or cannot open
    /// a tunnel. The server has not seen the request.
    Proxy,
}

impl FailureClass {
    /// All classes, for tables and tests. Later versions may append more.
    ///
    /// ```
    /// use hardline::wire::FailureClass;
    ///
    /// let repeatable = FailureClass::ALL.iter().filter(|class| class.never_sent());
    /// assert_eq!(repeatable.count(), 8);
    /// ```
    pub const ALL: &[Self] = &[
        Self::Connect,
        Self::Dns,
        Self::Refused,
        Self::Tls,
        Self::TimedOutBeforeSend,
        Self::TimedOutAfterSend,
        Self::Interrupted,
        Self::TooLarge,
        Self::Malformed,
        Self::Unsendable,
        Self::NotAdmitted,
        Self::NetworkError,
        Self::Proxy,
    ];

    /// Its name: what it is called here, in snake case. Names never change.
    ///
    /// ```
    /// use hardline::wire::FailureClass;
    ///
    /// assert_eq!(FailureClass::TimedOutAfterSend.as_str(), "timed_out_after_send");
    /// assert_eq!("refused".parse(), Ok(FailureClass::Refused));
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Dns => "dns",
            Self::Refused => "refused",
            Self::Tls => "tls",
            Self::TimedOutBeforeSend => "timed_out_before_send",
            Self::TimedOutAfterSend => "timed_out_after_send",
            Self::Interrupted => "interrupted",
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed",
            Self::Unsendable => "unsendable",
            Self::NotAdmitted => "not_admitted",
            Self::NetworkError => "network_error",
            Self::Proxy => "proxy",
        }
    }

    /// True if it is certain that the server did not see the request, so that repeating it is always safe.
    pub const fn never_sent(self) -> bool {
        matches!(
            self,
            Self::Connect
                | Self::Dns
                | Self::Refused
                | Self::Tls
                | Self::TimedOutBeforeSend
                | Self::NotAdmitted
                | Self::Unsendable
                | Self::Proxy
        )
    }

    /// True if a later attempt may succeed. A rejected certificate, a cap and a refused request do not change by
    /// themselves.
    pub const fn is_transient(self) -> bool {
        !matches!(
            self,
            Self::Tls | Self::TooLarge | Self::Malformed | Self::Unsendable
        )
    }
}

impl fmt::Display for FailureClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "the server could not be reached",
            Self::Dns => "the server's name could not be resolved",
            Self::Refused => "the server refused the connection",
            Self::Tls => "no trusted TLS connection could be made",
            Self::TimedOutBeforeSend => "the connection took too long",
            Self::TimedOutAfterSend => "the server took too long to respond",
            Self::Interrupted => "the connection broke before the response was complete",
            Self::TooLarge => "the response is larger than this transport accepts",
            Self::Malformed => "the response is not HTTP",
            Self::NotAdmitted => "the request was held back",
            Self::Unsendable => "the request cannot be sent",
            Self::NetworkError => "the browser could not get a response",
            Self::Proxy => "the proxy could not be used",
        })
    }
}

/// Reads the [name](FailureClass::as_str) of a class.
impl FromStr for FailureClass {
    type Err = UnknownFailureClass;

    fn from_str(name: &str) -> Result<Self, UnknownFailureClass> {
        let class = Self::ALL.iter().find(|class| class.as_str() == name);
        class.copied().ok_or(UnknownFailureClass(()))
    }
}

/// Text that names no [`FailureClass`] that this version has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownFailureClass(());

impl fmt::Display for UnknownFailureClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the name of a class of failure: use one that `FailureClass::as_str` gives")
    }
}

impl Error for UnknownFailureClass {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_keeps_its_name() {
        let names: Vec<_> = FailureClass::ALL
            .iter()
            .map(|class| class.as_str())
            .collect();
        assert_eq!(
            names,
            [
                "connect",
                "dns",
                "refused",
                "tls",
                "timed_out_before_send",
                "timed_out_after_send",
                "interrupted",
                "too_large",
                "malformed",
                "unsendable",
                "not_admitted",
                "network_error",
                "proxy",
            ]
        );
        for class in FailureClass::ALL {
            assert_eq!(class.as_str().parse(), Ok(*class));
        }
        assert_eq!(
            "Refused".parse::<FailureClass>(),
            Err(UnknownFailureClass(()))
        );
        assert_eq!("".parse::<FailureClass>(), Err(UnknownFailureClass(())));
    }

    #[test]
    fn what_a_browser_reports_may_have_arrived_and_may_pass() {
        assert!(!FailureClass::NetworkError.never_sent());
        assert!(FailureClass::NetworkError.is_transient());
    }
}
