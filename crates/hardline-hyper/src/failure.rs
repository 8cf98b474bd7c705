use std::error::Error;
use std::fmt;
use std::io;
use std::iter::successors;

use hardline::wire::{Failure, FailureClass};
use hyper_util::client::legacy;
use rustls::pki_types::InvalidDnsNameError;

use crate::connect::{BoxError, ConnectTimedOut, Unresolved};

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
                )
            } else {
                false
            }
        })
}

/// True if the server says that it did not act on the request, so that any request may be sent again.
pub(crate) fn was_not_acted_on(error: &legacy::Error) -> bool {
    chain(error).any(|cause| {
        cause.downcast_ref::<h2::Error>().is_some_and(|error| {
            error.is_remote()
                && error.is_reset()
                && error.reason() == Some(h2::Reason::REFUSED_STREAM)
        })
    })
}

/// Why there was no connection.
fn unconnected(error: &(dyn Error + 'static)) -> FailureClass {
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
                return error.is_parse().then_some(FailureClass::Malformed);
            }
            let error = cause.downcast_ref::<io::Error>()?;
            match error.kind() {
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

/// The error and all its causes. The `source` of an `io::Error` leaves out the error that it wraps.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| {
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
        match chain(&*self.0).last() {
            Some(root) => fmt::Display::fmt(root, f),
            None => fmt::Display::fmt(&self.0, f),
        }
    }
}

impl Error for Cause {}

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
}
