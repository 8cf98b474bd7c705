use std::fmt;

use crate::wire::Endpoint;

/// What every operation of a registry can do, whatever features there are. Operations of your own need not be
/// `RegisteredEndpoint`; this says what a [`EndpointVisitor`] may rely on.
pub trait RegisteredEndpoint:
    Endpoint<Response: fmt::Debug> + Clone + fmt::Debug + 'static
{
}

impl<E> RegisteredEndpoint for E where
    E: Endpoint<Response: fmt::Debug> + Clone + fmt::Debug + 'static
{
}

/// Is shown the operations of a registry, one after the other.
///
/// With feature `server` a [`ServerEndpointVisitor`](crate::wire::server::ServerEndpointVisitor) is shown the same as
/// operations that can be answered, with feature `proptest` an `ArbitraryEndpointVisitor` as such that can be made up.
pub trait EndpointVisitor {
    /// Sees one operation.
    fn visit<E: RegisteredEndpoint>(&mut self);
}
