use std::fmt;

#[cfg(feature = "by-name")]
use crate::json::Shaped;
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
/// With the feature `by-name`, a `ShapedEndpointVisitor` visits them as operations whose JSON is known as data; with the
/// feature `server`, a `wire::server::ServerEndpointVisitor` visits them as
/// operations that a server can answer; with the feature `proptest`, an `ArbitraryEndpointVisitor` visits them as
/// operations that can be generated.
pub trait EndpointVisitor {
    /// Visits one operation.
    fn visit<E: RegisteredEndpoint>(&mut self);
}

/// An operation of a registry that says what its JSON looks like, and what its response's does. Implemented for every type
/// that has the traits.
#[cfg(feature = "by-name")]
pub trait ShapedEndpoint: RegisteredEndpoint + Endpoint<Response: Shaped> + Shaped {}

#[cfg(feature = "by-name")]
impl<E: RegisteredEndpoint + Endpoint<Response: Shaped> + Shaped> ShapedEndpoint for E {}

/// Visits the operations of a registry, one after the other, with their shapes.
///
/// ```
/// use hardline::client_api;
/// use hardline::json::{Shape, Shaped};
/// use hardline::wire::{ShapedEndpoint, ShapedEndpointVisitor};
///
/// struct Fields(usize);
///
/// impl ShapedEndpointVisitor for Fields {
///     fn visit<E: ShapedEndpoint>(&mut self) {
///         let Shape::Struct(request) = E::SHAPE else { unreachable!("a request is a struct") };
///         self.0 += request.fields.len();
///     }
/// }
///
/// let mut fields = Fields(0);
/// client_api::visit_shaped(&mut fields);
/// # #[cfg(feature = "session")]
/// assert!(fields.0 > 10);
/// ```
#[cfg(feature = "by-name")]
pub trait ShapedEndpointVisitor {
    /// Visits one operation.
    fn visit<E: ShapedEndpoint>(&mut self);
}
