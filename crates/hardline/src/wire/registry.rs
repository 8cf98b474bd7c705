use crate::wire::Endpoint;

/// What every operation of a registry can do: with feature `server`, both directions.
#[cfg(not(feature = "server"))]
pub trait Registered: Endpoint {}

#[cfg(not(feature = "server"))]
impl<E: Endpoint> Registered for E {}

/// What every operation of a registry can do: with feature `server`, both directions.
#[cfg(feature = "server")]
pub trait Registered:
    Endpoint<Response: serde::Serialize> + serde::de::DeserializeOwned + 'static
{
}

#[cfg(feature = "server")]
impl<E> Registered for E where
    E: Endpoint<Response: serde::Serialize> + serde::de::DeserializeOwned + 'static
{
}

/// Is shown the operations of a registry, one after the other.
pub trait Visit {
    /// Sees one operation.
    fn visit<E: Registered>(&mut self);
}
