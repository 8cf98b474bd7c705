use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::wire::Endpoint;

/// An operation that can be answered: its requests are decoded and its responses encoded. Whatever has both of serde's
/// traits on both sides is one.
pub trait ServerEndpoint: Endpoint<Response: Serialize> + DeserializeOwned + 'static {}

impl<E> ServerEndpoint for E where E: Endpoint<Response: Serialize> + DeserializeOwned + 'static {}
