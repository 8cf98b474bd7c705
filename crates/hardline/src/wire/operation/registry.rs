use std::fmt;

use crate::wire::Endpoint;
#[cfg(feature = "proptest")]
use crate::wire::server::ServerEndpoint;

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

/// An operation that can be made up and compared, and its response too: for property tests. Whatever has the traits is
/// one.
#[cfg(feature = "proptest")]
pub trait ArbitraryEndpoint:
    RegisteredEndpoint
    + ServerEndpoint<Response: PartialEq + proptest::arbitrary::Arbitrary>
    + PartialEq
    + proptest::arbitrary::Arbitrary
{
}

#[cfg(feature = "proptest")]
impl<E> ArbitraryEndpoint for E where
    E: RegisteredEndpoint
        + ServerEndpoint<Response: PartialEq + proptest::arbitrary::Arbitrary>
        + PartialEq
        + proptest::arbitrary::Arbitrary
{
}

/// Is shown the operations of a registry, one after the other, to hold a property to each.
///
/// ```
/// use hardline::client_api;
/// use hardline::wire::server::encode_response;
/// use hardline::wire::{ArbitraryEndpoint, ArbitraryEndpointVisitor, decode};
/// use proptest::arbitrary::any;
/// use proptest::strategy::{Strategy, ValueTree};
/// use proptest::test_runner::TestRunner;
///
/// struct RoundTrip(TestRunner);
///
/// impl ArbitraryEndpointVisitor for RoundTrip {
///     fn visit<E: ArbitraryEndpoint>(&mut self) {
///         let answer = any::<E::Response>().new_tree(&mut self.0).unwrap().current();
///         let response = encode_response::<E>(&answer).unwrap();
///         assert_eq!(decode::<E>(response).unwrap(), answer);
///     }
/// }
///
/// client_api::visit_arbitrary(&mut RoundTrip(TestRunner::deterministic()));
/// ```
#[cfg(feature = "proptest")]
pub trait ArbitraryEndpointVisitor {
    /// Sees one operation.
    fn visit<E: ArbitraryEndpoint>(&mut self);
}

/// Lists operations once, for all visitors: a function for each kind of them.
#[allow(unused_macros, reason = "without a section there is nothing to list")]
macro_rules! operations {
    ($($operation:ty),+ $(,)?) => {
        pub(crate) fn visit(visitor: &mut impl $crate::wire::EndpointVisitor) {
            $(visitor.visit::<$operation>();)+
        }

        #[cfg(feature = "server")]
        pub(crate) fn visit_server(
            visitor: &mut impl $crate::wire::server::ServerEndpointVisitor,
        ) {
            $(visitor.visit::<$operation>();)+
        }

        #[cfg(feature = "proptest")]
        pub(crate) fn visit_arbitrary(visitor: &mut impl $crate::wire::ArbitraryEndpointVisitor) {
            $(visitor.visit::<$operation>();)+
        }
    };
}
#[allow(unused_imports, reason = "the same")]
pub(crate) use operations;
