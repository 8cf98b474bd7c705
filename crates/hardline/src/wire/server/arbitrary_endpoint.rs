use super::ServerEndpoint;
use crate::wire::RegisteredEndpoint;

/// An operation that can be generated and compared, and so can its response: for property tests. Implemented for every
/// type that has the traits.
pub trait ArbitraryEndpoint:
    RegisteredEndpoint
    + ServerEndpoint<Response: PartialEq + proptest::arbitrary::Arbitrary>
    + PartialEq
    + proptest::arbitrary::Arbitrary
{
}

impl<E> ArbitraryEndpoint for E where
    E: RegisteredEndpoint
        + ServerEndpoint<Response: PartialEq + proptest::arbitrary::Arbitrary>
        + PartialEq
        + proptest::arbitrary::Arbitrary
{
}

/// Visits the operations of a registry, one after the other, to check a property of each.
///
/// ```
/// use hardline::client_api;
/// use hardline::wire::decode;
/// use hardline::wire::server::{ArbitraryEndpoint, ArbitraryEndpointVisitor, encode_response};
/// use proptest::arbitrary::any;
/// use proptest::strategy::{Strategy, ValueTree};
/// use proptest::test_runner::TestRunner;
///
/// struct RoundTrip(TestRunner);
///
/// impl ArbitraryEndpointVisitor for RoundTrip {
///     fn visit<E: ArbitraryEndpoint>(&mut self) {
///         let value = any::<E::Response>().new_tree(&mut self.0).unwrap().current();
///         let response = encode_response::<E>(&value).unwrap();
///         assert_eq!(decode::<E>(response).unwrap(), value);
///     }
/// }
///
/// client_api::visit_arbitrary(&mut RoundTrip(TestRunner::deterministic()));
/// ```
pub trait ArbitraryEndpointVisitor {
    /// Visits one operation.
    fn visit<E: ArbitraryEndpoint>(&mut self);
}
