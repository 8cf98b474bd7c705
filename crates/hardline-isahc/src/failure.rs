use std::error::Error as StdError;
use std::fmt;
use std::io;

use hardline::wire::{Failure, FailureClass};
use hardline_transport_options::Proxy;
use isahc::Error;
use isahc::error::ErrorKind;

/// curl's codes for a proxy that does not do what it should, and for a part of a response that is larger than curl
/// accepts. Its crate has no names for them.
const CURLE_PROXY: i64 = 97;
const CURLE_TOO_LARGE: i64 = 100;

/// The failure of an exchange without a response, which may have gone through a proxy.
pub(crate) fn of_request(error: Error, proxy: Option<&Proxy>) -> Failure {
    let class = class(&error);
    let Some(proxy) = proxy else {
        return Failure::new(class, Cause(error));
    };
    let has_failed = code(&error).is_some_and(|code| {
        code.is_couldnt_resolve_proxy()
            || code.is_couldnt_resolve_host()
            || code.is_couldnt_connect()
            || i64::from(code.code()) == CURLE_PROXY
    });
    // Who does not answer in time, and whose certificate is not trusted, matters less than that it was so.
    if has_failed {
        Failure::new(FailureClass::Proxy, format!("{proxy}: {}", Cause(error)))
    } else {
        Failure::new(class, Cause(error))
    }
}

/// True if the server broke off HTTP/2. A connection that breaks otherwise is not among them: curl has the same code for
/// streams that the server refuses, after six attempts.
pub(crate) fn broke_off_http2(error: &Error) -> bool {
    code(error).is_some_and(curl::Error::is_http2_error)
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

/// An error of the library in curl's words, which are more exact than isahc's. `Debug` shows both.
#[derive(Debug)]
struct Cause(Error);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match code(&self.0) {
            Some(code) => f.write_str(code.description()),
            None => self.0.fmt(f),
        }
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
        ErrorKind::ProtocolViolation | ErrorKind::InvalidContentEncoding => FailureClass::Malformed,
        ErrorKind::InvalidRequest | ErrorKind::ClientInitialization => FailureClass::Unsendable,
        _ if is(curl::Error::is_filesize_exceeded)
            || is(|code| i64::from(code.code()) == CURLE_TOO_LARGE) =>
        {
            FailureClass::TooLarge
        }
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
