use std::fmt;

use crate::wire::Endpoint;

/// What every operation of a registry can do, with any set of features. Your own operations need not be
/// `RegisteredEndpoint`; it states what an [`EndpointVisitor`] may rely on.
pub trait RegisteredEndpoint:
    Endpoint<Response: fmt::Debug> + Clone + fmt::Debug + 'static
{
}

impl<E> RegisteredEndpoint for E where
    E: Endpoint<Response: fmt::Debug> + Clone + fmt::Debug + 'static
{
}

/// Visits the operations of a registry, one after the other.
///
/// With the feature `server`, a `wire::server::ServerEndpointVisitor` visits them as
/// operations that a server can answer; with the feature `proptest`, an `ArbitraryEndpointVisitor` visits them as
/// operations that can be generated.
pub trait EndpointVisitor {
    /// Visits one operation.
    fn visit<E: RegisteredEndpoint>(&mut self);
}
