use serde::{Serialize, Serializer};

use crate::wire::{EncodeError, Endpoint, ExtraParams, Operation};

/// An operation that a flow may repeat, since it knows what to make of what the server says then.
#[derive(Debug)]
pub(super) struct Repeated<E>(pub(super) E);

impl<E: Serialize> Serialize for Repeated<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<E: Endpoint> Endpoint for Repeated<E> {
    const OPERATION: Operation = E::OPERATION.repeatable();
    type Response = E::Response;

    fn check(&self) -> Result<(), EncodeError> {
        self.0.check()
    }

    fn extra_params(&self) -> Option<&ExtraParams> {
        self.0.extra_params()
    }
}
