use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use serde::{Serialize, Serializer};

#[cfg(feature = "by-name")]
use crate::by_name::NamedCall;
use crate::wire::{
    self, ApiResponse, AuthData, Credentials, EncodeError, Endpoint, Error, ExtraParams, Operation,
    Target,
};

/// An operation that a flow can call: every [`Endpoint`] is one, and with the feature `by-name` so is an operation that
/// is called by its name, with its arguments (`by_name::NamedCall`).
pub trait Callable {
    /// What the response holds.
    type Response;

    /// The constant that describes the operation.
    fn operation(&self) -> &'static Operation;

    /// How long to wait for its response, if the flow's policy does not decide that.
    fn timeout(&self) -> Option<Duration>;

    /// Builds the request, with a stage of user-interactive authentication if one is given.
    ///
    /// # Errors
    /// As [`wire::encode`].
    fn encode(
        &self,
        auth: Option<&AuthData>,
        target: &Target,
        credentials: &Credentials,
    ) -> Result<Request<Vec<u8>>, EncodeError>;

    /// Reads the response.
    ///
    /// # Errors
    /// As [`wire::decode`].
    fn decode(&self, response: Response<Bytes>) -> Result<ApiResponse<Self::Response>, Error>;
}

impl<E: Endpoint> Callable for E {
    type Response = E::Response;

    fn operation(&self) -> &'static Operation {
        const { &E::OPERATION }
    }

    fn timeout(&self) -> Option<Duration> {
        self.extra_params()?.timeout
    }

    fn encode(
        &self,
        auth: Option<&AuthData>,
        target: &Target,
        credentials: &Credentials,
    ) -> Result<Request<Vec<u8>>, EncodeError> {
        match auth {
            None => wire::encode(self, target, credentials),
            Some(auth) => wire::encode(&Authenticated::new(self, auth), target, credentials),
        }
    }

    fn decode(&self, response: Response<Bytes>) -> Result<ApiResponse<E::Response>, Error> {
        wire::decode_response::<E>(response)
    }
}

#[cfg(feature = "by-name")]
impl Callable for NamedCall {
    type Response = crate::json::RawJson;

    fn operation(&self) -> &'static Operation {
        self.named_operation().operation()
    }

    fn timeout(&self) -> Option<Duration> {
        None
    }

    fn encode(
        &self,
        auth: Option<&AuthData>,
        target: &Target,
        credentials: &Credentials,
    ) -> Result<Request<Vec<u8>>, EncodeError> {
        let operation = self.named_operation();
        match auth {
            None => operation.encode(self.arguments(), target, credentials),
            Some(auth) => {
                operation.encode_authenticated(self.arguments(), auth, target, credentials)
            }
        }
    }

    fn decode(&self, response: Response<Bytes>) -> Result<ApiResponse<Self::Response>, Error> {
        self.named_operation().decode(response)
    }
}

/// An operation with a stage. Only the stage changes from one call to the next, as servers demand.
struct Authenticated<'a, E> {
    operation: &'a E,
    extra_params: ExtraParams,
}

impl<'a, E: Endpoint> Authenticated<'a, E> {
    fn new(operation: &'a E, auth: &AuthData) -> Self {
        let mut extra_params = operation.extra_params().cloned().unwrap_or_default();
        extra_params
            .members
            .insert("auth", auth)
            .expect("an object has a JSON form");
        Self {
            operation,
            extra_params,
        }
    }
}

impl<E: Serialize> Serialize for Authenticated<'_, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.operation.serialize(serializer)
    }
}

impl<E: Endpoint> Endpoint for Authenticated<'_, E> {
    const OPERATION: Operation = E::OPERATION;
    type Response = E::Response;

    fn check(&self) -> Result<(), EncodeError> {
        self.operation.check()
    }

    fn extra_params(&self) -> Option<&ExtraParams> {
        Some(&self.extra_params)
    }
}
