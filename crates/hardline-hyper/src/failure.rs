use std::error::Error;
use std::fmt;
use std::io;
use std::iter::successors;

use hardline::wire::{Failure, FailureClass};
use hyper_util::client::legacy;
use rustls::pki_types::InvalidDnsNameError;

use crate::connect::CLIENT_REJECTED;
use crate::dial::Unresolved;
use crate::fault::{BoxError, ConnectTimedOut, ProxyFailed, Unread};

/// hyper's text for a head with too many fields or too many bytes.
const HEAD_TOO_LARGE: &str = "message head is too large";

/// The failure of an exchange without the head of a response.
pub(crate) fn of_request(error: legacy::Error) -> Failure {
    let class = if error.is_connect() {
        unconnected(&error)
    } else {
        broken(&error)
    };
    Failure::new(class, Cause(error.into()))
}

/// The failure of an exchange whose response broke off in the body.
pub(crate) fn of_body(error: hyper::Error) -> Failure {
    Failure::new(broken(&error), Cause(error.into()))
}

/// True if the server had given up the connection while it was in the pool.
pub(crate) fn is_stale(error: &legacy::Error) -> bool {
    !error.is_connect()
        && chain(error).any(|cause| {
            if let Some(error) = cause.downcast_ref::<hyper::Error>() {
                error.is_incomplete_message() || error.is_canceled() || error.is_closed()
            } else if let Some(error) = cause.downcast_ref::<h2::Error>() {
                error.is_io() || error.is_go_away()
            } else if let Some(error) = cause.downcast_ref::<io::Error>() {
                matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionReset
                        | io::ErrorKind::ConnectionAborted
                        | io::ErrorKind::BrokenPipe
                        // An end of TLS that is not announced.
                        | io::ErrorKind::UnexpectedEof
                )
            } else {
                false
            }
        })
}

/// Why a server did not act on a request, so that any request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotActedOn {
    /// It refused the stream.
    Refused,
    /// It leaves the connection, or the connection could not be used.
    GoneAway,
    /// The server wants HTTP/1.1 for it.
    WantsHttp1,
}

/// Why the server did not act on a request, if it says so, or if the request was not sent.
///
/// Of a GOAWAY h2 gives the error to the streams above its last one and to none below: those go on, and fail with an
/// error of the connection if it ends before they do.
pub(crate) fn not_acted_on(error: &legacy::Error) -> Option<NotActedOn> {
    chain(error).find_map(|cause| {
        if cause.is::<Unread>() {
            return Some(NotActedOn::GoneAway);
        }
        let error = cause.downcast_ref::<h2::Error>()?;
        if !error.is_remote() {
            return None;
        }
        match error.reason() {
            Some(h2::Reason::HTTP_1_1_REQUIRED) => Some(NotActedOn::WantsHttp1),
            _ if error.is_go_away() => Some(NotActedOn::GoneAway),
            Some(h2::Reason::REFUSED_STREAM) if error.is_reset() => Some(NotActedOn::Refused),
            _ => None,
        }
    })
}

/// Why there was no connection.
fn unconnected(error: &(dyn Error + 'static)) -> FailureClass {
    let class = no_connection(error);
    let is_proxys = chain(error).any(|cause| cause.is::<ProxyFailed>());
    // Who does not answer in time, and whose certificate is not trusted, matters less than that it was so.
    match class {
        FailureClass::TimedOutBeforeSend | FailureClass::Tls => class,
        _ if is_proxys => FailureClass::Proxy,
        class => class,
    }
}

fn no_connection(error: &(dyn Error + 'static)) -> FailureClass {
    chain(error)
        .find_map(|cause| {
            if cause.is::<Unresolved>() {
                Some(FailureClass::Dns)
            } else if cause.is::<ConnectTimedOut>() {
                Some(FailureClass::TimedOutBeforeSend)
            } else if cause.is::<rustls::Error>() {
                Some(FailureClass::Tls)
            } else if cause.is::<InvalidDnsNameError>() {
                Some(FailureClass::Unsendable)
            } else {
                match cause.downcast_ref::<io::Error>()?.kind() {
                    io::ErrorKind::ConnectionRefused => Some(FailureClass::Refused),
                    io::ErrorKind::TimedOut => Some(FailureClass::TimedOutBeforeSend),
                    _ => None,
                }
            }
        })
        .unwrap_or(FailureClass::Connect)
}

/// Why an exchange failed although there was a connection.
fn broken(error: &(dyn Error + 'static)) -> FailureClass {
    chain(error)
        .find_map(|cause| {
            if let Some(error) = cause.downcast_ref::<hyper::Error>() {
                let parsing = error.is_parse();
                return parsing.then(|| match error.to_string().as_str() {
                    // hyper has a method for it that only servers may call.
                    HEAD_TOO_LARGE => FailureClass::TooLarge,
                    _ => FailureClass::Malformed,
                });
            }
            let error = cause.downcast_ref::<io::Error>()?;
            match error.kind() {
                CLIENT_REJECTED => Some(FailureClass::Tls),
                // Errors of TLS have this kind too, but say nothing about the HTTP of the server.
                _ if error
                    .get_ref()
                    .is_some_and(|inner| inner.is::<rustls::Error>()) =>
                {
                    Some(FailureClass::Interrupted)
                }
                // hyper's kinds for a body with badly framed chunks.
                io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                    Some(FailureClass::Malformed)
                }
                _ => None,
            }
        })
        .unwrap_or(FailureClass::Interrupted)
}

/// The error and all its causes. The `source` of an `io::Error` leaves out the error that it wraps, and that of an
/// `h2::Error` the one of the connection.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| {
        if let Some(error) = error.downcast_ref::<h2::Error>() {
            return error.get_io().map(|error| error as _);
        }
        match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

/// An error of the library that displays its root cause: "client error (Connect)" helps nobody. It has no source, since
/// all sources end in the same root. `Debug` shows all of them.
#[derive(Debug)]
struct Cause(BoxError);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for proxy in chain(&*self.0).filter_map(|cause| cause.downcast_ref::<ProxyFailed>()) {
            write!(f, "{proxy}: ")?;
        }
        let root = match chain(&*self.0).last() {
            Some(root) => root.to_string(),
            None => self.0.to_string(),
        };
        f.write_str(without_link(&root))
    }
}

impl Error for Cause {}

/// rustls ends some of its texts with a link to its documentation, which is for programmers.
fn without_link(text: &str) -> &str {
    match text.split_once("https://docs.rs/") {
        Some((text, _)) => text.trim_end_matches([' ', ':', '(', '.', ',', ';', '<']),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls_fault() -> io::Error {
        io::Error::new(
            io::ErrorKind::InvalidData,
            rustls::Error::HandshakeNotComplete,
        )
    }

    #[test]
    fn a_tls_fault_while_connecting_is_tls() {
        assert_eq!(
            unconnected(&io::Error::other(tls_fault())),
            FailureClass::Tls
        );
    }

    #[test]
    fn a_tls_fault_after_the_request_went_out_is_an_interruption() {
        assert_eq!(broken(&tls_fault()), FailureClass::Interrupted);
    }

    #[test]
    fn an_error_reads_as_its_root() {
        let cause = Cause(io::Error::other(io::Error::other("the root")).into());
        assert_eq!(cause.to_string(), "the root");
    }

    #[test]
    fn no_text_ends_in_a_link_for_programmers() {
        let cause = Cause(
            "peer closed connection without sending TLS close_notify: https://docs.rs/rustls/x#y"
                .into(),
        );
        let text = "peer closed connection without sending TLS close_notify";
        assert_eq!(cause.to_string(), text);
    }

    #[test]
    fn what_a_proxy_does_is_the_proxys() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let failed = ProxyFailed {
            proxy: "the proxy p".to_owned(),
            cause: refused.into(),
        };
        assert_eq!(unconnected(&failed), FailureClass::Proxy);
        let text = Cause(failed.into()).to_string();
        assert_eq!(text, "the proxy p: connection refused");
    }
}
