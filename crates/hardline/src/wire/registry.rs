use std::fmt;

#[cfg(not(feature = "server"))]
use crate::wire::Endpoint;
#[cfg(feature = "server")]
use crate::wire::server::ServerEndpoint;

/// What every operation of a registry can do: with feature `server` both directions, with feature `proptest` making
/// itself up. Operations of your own need not be `RegisteredEndpoint`; this says what a [`EndpointVisitor`] may rely on.
#[cfg(not(feature = "server"))]
pub trait RegisteredEndpoint:
    Endpoint<Response: fmt::Debug> + Clone + fmt::Debug + 'static
{
}

#[cfg(not(feature = "server"))]
impl<E> RegisteredEndpoint for E where
    E: Endpoint<Response: fmt::Debug> + Clone + fmt::Debug + 'static
{
}

/// What every operation of a registry can do: with feature `server` both directions, with feature `proptest` making
/// itself up. Operations of your own need not be `RegisteredEndpoint`; this says what a [`EndpointVisitor`] may rely on.
#[cfg(all(feature = "server", not(feature = "proptest")))]
pub trait RegisteredEndpoint: ServerEndpoint<Response: fmt::Debug> + Clone + fmt::Debug {}

#[cfg(all(feature = "server", not(feature = "proptest")))]
impl<E> RegisteredEndpoint for E where E: ServerEndpoint<Response: fmt::Debug> + Clone + fmt::Debug {}

/// What every operation of a registry can do: with feature `server` both directions, with feature `proptest` making
/// itself up. Operations of your own need not be `RegisteredEndpoint`; this says what a [`EndpointVisitor`] may rely on.
#[cfg(feature = "proptest")]
pub trait RegisteredEndpoint:
    ServerEndpoint<Response: fmt::Debug + PartialEq + proptest::arbitrary::Arbitrary>
    + Clone
    + fmt::Debug
    + PartialEq
    + proptest::arbitrary::Arbitrary
{
}

#[cfg(feature = "proptest")]
impl<E> RegisteredEndpoint for E where
    E: ServerEndpoint<Response: fmt::Debug + PartialEq + proptest::arbitrary::Arbitrary>
        + Clone
        + fmt::Debug
        + PartialEq
        + proptest::arbitrary::Arbitrary
{
}

/// Is shown the operations of a registry, one after the other.
pub trait EndpointVisitor {
    /// Sees one operation.
    fn visit<E: RegisteredEndpoint>(&mut self);
}
