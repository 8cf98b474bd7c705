use std::error::Error;
use std::fmt;
use std::io;
use std::iter::successors;
use std::sync::Arc;

use hardline::wire::{Failure, FailureClass};

/// The error of any service.
pub type BoxError = Box<dyn Error + Send + Sync>;

type Told = dyn Fn(&(dyn Error + 'static)) -> Option<FailureClass> + Send + Sync;

/// How the errors of a service become failures.
#[derive(Clone, Default)]
pub(crate) struct Classify(Option<Arc<Told>>);

impl Classify {
    pub(crate) fn by(
        told: impl Fn(&(dyn Error + 'static)) -> Option<FailureClass> + Send + Sync + 'static,
    ) -> Self {
        Self(Some(Arc::new(told)))
    }

    /// A [`Failure`] stays as it is, however many layers have boxed it. The caller gives the class of any other error,
    /// or else it is read off the error.
    pub(crate) fn failure(&self, error: BoxError) -> Failure {
        let error = match error.downcast::<Failure>() {
            Ok(failure) => return *failure,
            Err(error) => error,
        };
        let told = self.0.as_ref().and_then(|told| told(&*error));
        let class = told.unwrap_or_else(|| evident(&*error));
        Failure::new(class, error)
    }
}

/// The class if the cause is known, and otherwise the conservative one: sent, outcome unknown.
fn evident(error: &(dyn Error + 'static)) -> FailureClass {
    chain(error)
        .find_map(|cause| {
            if let Some(failure) = cause.downcast_ref::<Failure>() {
                return Some(failure.class());
            }
            // Other kinds do not say whether the request was sent.
            match cause.downcast_ref::<io::Error>()?.kind() {
                io::ErrorKind::ConnectionRefused => Some(FailureClass::Refused),
                _ => None,
            }
        })
        .unwrap_or(FailureClass::Interrupted)
}

fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    successors(Some(error), |error| (*error).source())
}

impl fmt::Debug for Classify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Some(_) => "Classify(by the caller)",
            None => "Classify(by the error)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Layered(BoxError);

    impl fmt::Display for Layered {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a layer's error")
        }
    }

    impl Error for Layered {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&*self.0)
        }
    }

    #[test]
    fn a_failure_is_not_wrapped_again() {
        let failure = Failure::new(FailureClass::Dns, "no such host");
        let failure = Classify::default().failure(failure.into());
        assert_eq!(
            failure.to_string(),
            "the server's name could not be resolved: no such host"
        );
    }

    #[test]
    fn the_class_is_read_off_the_causes() {
        let class = |error: BoxError| Classify::default().failure(error).class();
        let failure = Failure::new(FailureClass::Tls, "expired");
        assert_eq!(class(Layered(failure.into()).into()), FailureClass::Tls);
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(class(Layered(refused.into()).into()), FailureClass::Refused);
        let timed_out = io::Error::from(io::ErrorKind::TimedOut);
        assert_eq!(
            class(Layered(timed_out.into()).into()),
            FailureClass::Interrupted
        );
        assert_eq!(class("anything".into()), FailureClass::Interrupted);
    }

    #[test]
    fn the_caller_knows_better() {
        let classify = Classify::by(|error| {
            let is_mine = error.is::<Layered>();
            is_mine.then_some(FailureClass::TimedOutBeforeSend)
        });
        let mine = classify.failure(Layered("queue".into()).into());
        assert_eq!(mine.class(), FailureClass::TimedOutBeforeSend);
        let other = classify.failure(io::Error::from(io::ErrorKind::ConnectionRefused).into());
        assert_eq!(other.class(), FailureClass::Refused);
    }
}
