use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::wire::{Endpoint, RegisteredEndpoint};

/// An operation that a server can answer: its requests can be decoded and its responses encoded. Implemented for every
/// operation with both of serde's traits on both sides.
pub trait ServerEndpoint: Endpoint<Response: Serialize> + DeserializeOwned + 'static {}

impl<E> ServerEndpoint for E where E: Endpoint<Response: Serialize> + DeserializeOwned + 'static {}

/// Visits the operations of a registry, one after the other, as operations that a server can answer.
///
/// ```
/// use hardline::client_api;
/// use hardline::wire::RegisteredEndpoint;
/// use hardline::wire::server::{Route, ServerEndpoint, ServerEndpointVisitor, decode_request};
///
/// /// One function for each operation, which reads its requests.
/// struct Readers(Vec<fn(&Route, &http::Request<Vec<u8>>) -> bool>);
///
/// impl ServerEndpointVisitor for Readers {
///     fn visit<E: RegisteredEndpoint + ServerEndpoint>(&mut self) {
///         self.0.push(|route, request| decode_request::<E>(route, request).is_ok());
///     }
/// }
///
/// let mut readers = Readers(Vec::new());
/// client_api::visit_server(&mut readers);
/// assert!(!readers.0.is_empty());
/// ```
pub trait ServerEndpointVisitor {
    /// Visits one operation.
    fn visit<E: RegisteredEndpoint + ServerEndpoint>(&mut self);
}
