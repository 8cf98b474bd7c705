use std::error::Error;
use std::fmt;
use std::io;

use hardline::wire::{Failure, FailureClass};

/// What the program gave did not do what it should.
#[derive(Debug)]
struct BodyFault {
    what: &'static str,
    cause: io::Error,
}

impl fmt::Display for BodyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.cause)
    }
}

impl Error for BodyFault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.source()
    }
}

/// The failure of an exchange whose source failed.
pub(super) fn of_source(cause: io::Error) -> Failure {
    let what = "the source of the body failed";
    Failure::new(FailureClass::Unsendable, BodyFault { what, cause })
}

/// The failure of an exchange whose sink failed.
pub(super) fn of_sink(cause: io::Error) -> Failure {
    let class = match cause.kind() {
        io::ErrorKind::FileTooLarge => FailureClass::TooLarge,
        _ => FailureClass::Unsendable,
    };
    let what = "the sink of the body failed";
    Failure::new(class, BodyFault { what, cause })
}

/// The failure of an exchange that the program gave nothing for.
pub(super) fn missing(what: &str) -> Failure {
    let why = format!("its body streams, and there is no {what} for it");
    Failure::new(FailureClass::Unsendable, why)
}
