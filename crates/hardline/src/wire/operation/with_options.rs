use std::time::Duration;

use http::{HeaderName, HeaderValue};
use serde::{Serialize, Serializer};

use crate::types::{DeviceId, UserId};
use crate::wire::{EncodeError, Endpoint, ExtraParams, Operation};

/// An operation with options for one call. It can be used wherever an operation can.
///
/// ```
/// use std::time::Duration;
/// use hardline::client_api::account::GetTokenOwner;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, WithOptions, Credentials, Target};
///
/// let call = WithOptions::new(GetTokenOwner::new())
///     .timeout(Duration::from_secs(5))
///     .acting_as(&UserId::parse("@_bridge_alice:example.org")?, None)
///     .header("x-request-id", "17")?;
/// let credentials = Credentials::Token(AccessToken::from("as_secret"));
/// let request = wire::encode(&call, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().query(), Some("user_id=%40_bridge_alice%3Aexample.org"));
/// assert_eq!(request.headers()["x-request-id"], "17");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct WithOptions<E> {
    operation: E,
    extra_params: ExtraParams,
}

impl<E> WithOptions<E> {
    /// A call without options yet.
    pub fn new(operation: E) -> Self {
        Self {
            operation,
            extra_params: ExtraParams::default(),
        }
    }

    /// Waits this long for the response, whatever the policy says: for a long poll, for example.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.extra_params.timeout = Some(timeout);
        self
    }

    /// Takes no more than so many bytes of the response's body, whatever the cap of the transport is: a larger one fails as
    /// [`TooLarge`](crate::wire::FailureClass::TooLarge).
    #[must_use]
    pub fn max_response_bytes(mut self, most: u64) -> Self {
        self.extra_params.max_response_bytes = Some(most);
        self
    }

    /// Adds or replaces a header field. The access token cannot be set this way.
    ///
    /// # Errors
    /// [`EncodeError::Unencodable`] if the name or the value cannot be sent in a header.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, EncodeError> {
        let name = HeaderName::try_from(name).map_err(EncodeError::unencodable)?;
        let value = HeaderValue::try_from(value).map_err(EncodeError::unencodable)?;
        self.extra_params.headers.insert(name, value);
        Ok(self)
    }

    /// Adds a pair to the query. Encoding refuses one whose name is that of a field which is in the query.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.extra_params
            .query
            .push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a member to the JSON body, or a pair to the form, that the operation does not know yet.
    ///
    /// # Errors
    /// [`EncodeError::Unencodable`] if the value has no JSON form.
    pub fn member<T: Serialize + ?Sized>(
        mut self,
        name: &str,
        value: &T,
    ) -> Result<Self, EncodeError> {
        self.extra_params
            .members
            .insert(name, value)
            .map_err(EncodeError::unencodable)?;
        Ok(self)
    }

    /// For application services: acts as one of their users and, optionally, as one of that user's devices.
    ///
    /// [`GET /mutual_rooms`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mutual_rooms) has a parameter of
    /// that name itself, which leaves no way to say who asks: encoding refuses it.
    ///
    /// Specification: [identity assertion](https://spec.matrix.org/v1.19/application-service-api/#identity-assertion).
    #[must_use]
    pub fn acting_as(self, user_id: &UserId, device_id: Option<&DeviceId>) -> Self {
        let call = self.query("user_id", user_id.as_str());
        match device_id {
            Some(device_id) => call.query("device_id", device_id.as_str()),
            None => call,
        }
    }
}

impl<E: Serialize> Serialize for WithOptions<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.operation.serialize(serializer)
    }
}

impl<E: Endpoint> Endpoint for WithOptions<E> {
    const OPERATION: Operation = E::OPERATION;
    type Response = E::Response;

    fn check(&self) -> Result<(), EncodeError> {
        self.operation.check()
    }

    fn extra_params(&self) -> Option<&ExtraParams> {
        Some(&self.extra_params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{self, Credentials, Target};

    #[derive(Debug, Serialize)]
    struct Ask {
        known: u8,
    }

    impl Endpoint for Ask {
        const OPERATION: Operation = Operation::post("ask", "/_matrix/client/v3/ask");
        type Response = ();
    }

    #[derive(Debug, Serialize)]
    struct Search {
        limit: u8,
    }

    impl Endpoint for Search {
        const OPERATION: Operation =
            Operation::get("search", "/_matrix/client/v3/search").query(&["limit"]);
        type Response = ();
    }

    #[test]
    fn options_go_where_they_belong() {
        let call = WithOptions::new(Ask { known: 1 })
            .query("org.example.a", "b c")
            .member("org.example.d", &[1, 2])
            .unwrap()
            .header("x-secret", "not to be shown")
            .unwrap();
        let target = Target::homeserver("https://example.org").unwrap();
        let request = wire::encode(&call, &target, &Credentials::None).unwrap();
        assert_eq!(
            request.uri(),
            "https://example.org/_matrix/client/v3/ask?org.example.a=b%20c"
        );
        assert_eq!(request.body(), br#"{"known":1,"org.example.d":[1,2]}"#);
        assert_eq!(request.headers()["x-secret"], "not to be shown");
        assert!(!format!("{call:?}").contains("not to be shown"));
        let twice = WithOptions::new(Search { limit: 1 }).query("limit", "2");
        assert_eq!(
            wire::encode(&twice, &target, &Credentials::None)
                .unwrap_err()
                .to_string(),
            "the request cannot be encoded: limit is a parameter of cs:search itself: set its field"
        );
        assert!(
            WithOptions::new(Ask { known: 1 })
                .header("a b", "c")
                .is_err()
        );
        assert!(
            WithOptions::new(Ask { known: 1 })
                .header("a", "b\r\nc: d")
                .is_err()
        );
    }
}
