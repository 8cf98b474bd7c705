use super::ServerEndpoint;
use crate::wire::RegisteredEndpoint;

/// An operation that can be made up and compared, and its response too: for property tests. Whatever has the traits is
/// one.
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

/// Is shown the operations of a registry, one after the other, to hold a property to each.
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
///         let answer = any::<E::Response>().new_tree(&mut self.0).unwrap().current();
///         let response = encode_response::<E>(&answer).unwrap();
///         assert_eq!(decode::<E>(response).unwrap(), answer);
///     }
/// }
///
/// client_api::visit_arbitrary(&mut RoundTrip(TestRunner::deterministic()));
/// ```
pub trait ArbitraryEndpointVisitor {
    /// Sees one operation.
    fn visit<E: ArbitraryEndpoint>(&mut self);
}
