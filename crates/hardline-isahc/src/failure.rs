use std::error::Error as StdError;
use std::fmt;
use std::io;

use hardline::wire::{Failure, FailureClass};
use isahc::Error;
use isahc::error::ErrorKind;

/// The failure of an exchange without a response.
pub(crate) fn of_request(error: Error) -> Failure {
    Failure::new(class(&error), Cause(error))
}

/// True if the connection broke while the request was written, or was reset before there was a response.
pub(crate) fn is_broken_connection(error: &Error) -> bool {
    code(error)
        .is_some_and(|code| code.is_send_error() || code.is_recv_error() || code.is_http2_error())
}

/// The failure of an exchange whose response broke off in the body.
pub(crate) fn of_body(error: io::Error) -> Failure {
    let error = Error::from(error);
    let class = match class(&error) {
        // The head of the response has been read.
        FailureClass::TimedOutBeforeSend => FailureClass::TimedOutAfterSend,
        class => class,
    };
    Failure::new(class, Cause(error))
}

/// An error of the library without its source, which is the same in curl's words. `Debug` shows both.
#[derive(Debug)]
struct Cause(Error);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Cause {}

fn code(error: &Error) -> Option<&curl::Error> {
    error.source()?.downcast_ref()
}

fn class(error: &Error) -> FailureClass {
    let is = |code_is: fn(&curl::Error) -> bool| code(error).is_some_and(code_is);
    match error.kind() {
        ErrorKind::NameResolution => FailureClass::Dns,
        ErrorKind::BadClientCertificate
        | ErrorKind::BadServerCertificate
        | ErrorKind::InvalidTlsConfiguration
        | ErrorKind::TlsEngine => FailureClass::Tls,
        ErrorKind::ConnectionFailed if is(curl::Error::is_ssl_connect_error) => FailureClass::Tls,
        // curl has one code for a port that refuses and a host that cannot be reached; the former is more common.
        ErrorKind::ConnectionFailed => FailureClass::Refused,
        // curl has one code for all timeouts, but knows no address before a connection is ready for a request.
        ErrorKind::Timeout if error.remote_addr().is_none() => FailureClass::TimedOutBeforeSend,
        ErrorKind::Timeout => FailureClass::TimedOutAfterSend,
        // To isahc these are violations of the protocol, but a broken connection looks the same.
        ErrorKind::ProtocolViolation
            if is(curl::Error::is_got_nothing)
                || is(curl::Error::is_http2_error)
                || is(curl::Error::is_http2_stream_error) =>
        {
            FailureClass::Interrupted
        }
        ErrorKind::ProtocolViolation => FailureClass::Malformed,
        ErrorKind::InvalidRequest | ErrorKind::ClientInitialization => FailureClass::Unsendable,
        _ if is(curl::Error::is_filesize_exceeded) => FailureClass::TooLarge,
        // If nobody reads the response any more, nobody sees this failure, so it is a header that isahc could not
        // parse.
        _ if is(curl::Error::is_write_error) => FailureClass::Malformed,
        _ => FailureClass::Interrupted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_takes_too_long_was_asked_for() {
        let failure = of_body(io::ErrorKind::TimedOut.into());
        assert_eq!(failure.class(), FailureClass::TimedOutAfterSend);
    }

    #[test]
    fn what_cannot_be_told_is_an_interruption() {
        let failure = of_body(io::ErrorKind::ConnectionAborted.into());
        assert_eq!(failure.class(), FailureClass::Interrupted);
    }
}
