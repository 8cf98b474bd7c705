use std::error::Error;
use std::fmt;
use std::io;
use std::iter::successors;

use hardline::wire::{Failure, FailureClass};
use hyper_util::client::legacy;
use rustls::pki_types::InvalidDnsNameError;

use crate::connect::{BoxError, ConnectTimedOut, Unresolved};

/// What became of an exchange that brought no head of a response.
pub(crate) fn of_request(error: legacy::Error) -> Failure {
    let class = if error.is_connect() {
        unconnected(&error)
    } else {
        broken(&error)
    };
    Failure::new(class, Cause(error.into()))
}

/// What became of an exchange whose response broke off in the body.
pub(crate) fn of_body(error: hyper::Error) -> Failure {
    Failure::new(broken(&error), Cause(error.into()))
}

/// True where the failure is that of a connection that the server had given up while it was in the pool.
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

/// True where the server says that it did not act on the request, so that sending it again is safe whatever it is.
pub(crate) fn was_not_acted_on(error: &legacy::Error) -> bool {
    chain(error).any(|cause| {
        cause.downcast_ref::<h2::Error>().is_some_and(|error| {
            error.is_remote()
                && error.is_reset()
                && error.reason() == Some(h2::Reason::REFUSED_STREAM)
        })
    })
}

/// Why no connection came about.
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

/// What broke an exchange for which there was a connection.
fn broken(error: &(dyn Error + 'static)) -> FailureClass {
    chain(error)
        .find_map(|cause| {
            if let Some(error) = cause.downcast_ref::<hyper::Error>() {
                return error.is_parse().then_some(FailureClass::Malformed);
            }
            let error = cause.downcast_ref::<io::Error>()?;
            match error.kind() {
                // A fault of TLS has this kind, too, but says nothing about what the server makes of HTTP.
                _ if error
                    .get_ref()
                    .is_some_and(|inner| inner.is::<rustls::Error>()) =>
                {
                    Some(FailureClass::Interrupted)
                }
                // hyper's kinds for a body whose chunks are not framed as they should be.
                io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                    Some(FailureClass::Malformed)
                }
                _ => None,
            }
        })
        .unwrap_or(FailureClass::Interrupted)
}

/// The error and all that it was caused by. An `io::Error` leaves out what it wraps when asked for its source.
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

/// An error of the library that reads as what lies at its root: "client error (Connect)" helps nobody.
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

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
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
}
