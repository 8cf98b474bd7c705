use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::wire::{EncodeError, ExtraParams, Operation};

/// An operation of an API: a plain struct with the request's fields, and a constant that says where they go.
///
/// Your own operations work everywhere that the library's do:
///
/// ```
/// use hardline::wire::{self, Auth, Credentials, Endpoint, Operation, Target};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize)]
/// struct WhereIs {
///     user_id: String,
///     depth: Option<u64>,
/// }
///
/// #[derive(Deserialize)]
/// struct Place {
///     name: String,
/// }
///
/// impl Endpoint for WhereIs {
///     const OPERATION: Operation = Operation::get("whereIs", "/_matrix/client/v1/users/{user_id}/place")
///         .auth(Auth::None)
///         .query(&["depth"]);
///     type Response = Place;
/// }
///
/// let target = Target::homeserver("https://example.org")?;
/// let operation = WhereIs { user_id: "@a/b:example.org".into(), depth: Some(2) };
/// let request = wire::encode(&operation, &target, &Credentials::None)?;
/// assert_eq!(request.uri(), "https://example.org/_matrix/client/v1/users/%40a%2Fb%3Aexample.org/place?depth=2");
///
/// let place = wire::decode::<WhereIs>(http::Response::new(r#"{"name": "home"}"#))?;
/// assert_eq!(place.name, "home");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Endpoint: Serialize {
    /// Where the operation is, and where its fields go.
    const OPERATION: Operation;

    /// The type of the response.
    type Response: DeserializeOwned;

    /// Checks what the types of the fields cannot express. It is called before anything is encoded.
    ///
    /// # Errors
    /// [`EncodeError`]; nothing is sent.
    fn check(&self) -> Result<(), EncodeError> {
        Ok(())
    }

    /// Sets the fields that `new` does not take, in the expression that makes the operation.
    ///
    /// ```
    /// # #[cfg(feature = "session")] {
    /// use hardline::Endpoint;
    /// use hardline::client_api::session::Login;
    /// use hardline::wire::UserIdentifier;
    ///
    /// let login = Login::password(UserIdentifier::user("alice"), "wonderland".into())
    ///     .with(|login| login.initial_device_display_name = Some("my bot".to_owned()));
    /// assert_eq!(login.initial_device_display_name.as_deref(), Some("my bot"));
    /// # }
    /// ```
    #[must_use]
    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self
    where
        Self: Sized,
    {
        change(&mut self);
        self
    }

    /// What a [`WithOptions`](crate::wire::WithOptions) adds. Operations leave this alone.
    fn extra_params(&self) -> Option<&ExtraParams> {
        None
    }
}

/// An operation can be sent again and again: everything that takes an operation takes a reference to one too.
impl<E: Endpoint> Endpoint for &E {
    const OPERATION: Operation = E::OPERATION;
    type Response = E::Response;

    fn check(&self) -> Result<(), EncodeError> {
        (**self).check()
    }

    fn extra_params(&self) -> Option<&ExtraParams> {
        (**self).extra_params()
    }
}
