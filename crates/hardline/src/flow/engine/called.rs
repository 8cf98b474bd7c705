use super::CallError;
use crate::flow::FlowError;

/// How a call ended that other calls may have come before: to start a session, for example.
pub(crate) enum Called<T> {
    /// The server did it.
    Done(T),
    /// The server refused it, which the caller may have a way to deal with.
    Refused(CallError),
    /// It was not called: what had to come before failed, and so does the conversation.
    Failed(FlowError),
}

impl<T> Called<T> {
    pub(crate) fn map<U>(self, convert: impl FnOnce(T) -> U) -> Called<U> {
        match self {
            Self::Done(value) => Called::Done(convert(value)),
            Self::Refused(refusal) => Called::Refused(refusal),
            Self::Failed(error) => Called::Failed(error),
        }
    }

    /// For a caller who can do nothing about a refusal.
    pub(crate) fn into_result(self) -> Result<T, FlowError> {
        match self {
            Self::Done(value) => Ok(value),
            Self::Refused(refusal) => Err(refusal.into()),
            Self::Failed(error) => Err(error),
        }
    }
}

impl<T> From<Result<T, CallError>> for Called<T> {
    fn from(result: Result<T, CallError>) -> Self {
        match result {
            Ok(value) => Self::Done(value),
            Err(refusal) => Self::Refused(refusal),
        }
    }
}
