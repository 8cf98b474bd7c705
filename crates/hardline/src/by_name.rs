//! Operations by name, with their fields as JSON: for scripting languages, bindings and tools.
//!
//! The constant of an operation says by name where each field goes, and its shapes say what each field is. So a JSON object
//! of the fields is as good as the struct: it is held to the shape, strictly, and sent as the struct would be. Nothing is
//! compiled for each operation. A name looks like `cs:login` or `is:logout`; if only one of the APIs has the operation, `login` will do.
//!
//! ```
//! use hardline::by_name;
//! use hardline::json::JsonObject;
//! use hardline::wire::{Credentials, Target};
//!
//! let target = Target::homeserver("https://example.org")?;
//! let arguments: JsonObject = serde_json::from_str(r#"{"type": "m.login.token", "token": "t"}"#)?;
//! let request = by_name::encode_json("cs:login", &arguments, &target, &Credentials::None)?;
//! assert_eq!(request.uri(), "https://example.org/_matrix/client/v3/login");
//! assert_eq!(request.body(), br#"{"type":"m.login.token","token":"t"}"#);
//!
//! let body = r#"{"user_id": "@a:example.org", "access_token": "s", "device_id": "D", "expires_in_ms": "soon"}"#;
//! let response = by_name::decode_json("cs:login", http::Response::new(body))?;
//! assert_eq!(response.value.as_str(), r#"{"user_id":"@a:example.org","access_token":"s","device_id":"D"}"#);
//! assert_eq!(response.warnings.iter().next().unwrap().pointer, "/expires_in_ms");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Arguments
//!
//! - `null` means the same as leaving the member out.
//! - A member that the operation does not know is refused, since the server would ignore a misspelt name. Names with a
//!   dot are the exception, as names outside the specification have one (`org.example.thing`): such a member is added
//!   to the body if that is an object or a form, and to the query otherwise.
//! - Bytes, such as those of a file, are base64: with or without padding in arguments, with padding in responses.
//! - Identifiers and secrets are sent as given. Only the types' constructors and the server check their grammar.

#[cfg(feature = "flow")]
mod named_call;
mod named_operation;
mod operations;
mod shaped_value;

use bytes::Bytes;
use http::{Request, Response};

use crate::json::{JsonObject, RawJson};
use crate::wire::{ApiResponse, Credentials, EncodeError, Error, Target};

pub use crate::wire::ByNameError;
#[cfg(feature = "flow")]
pub use named_call::NamedCall;
pub use named_operation::NamedOperation;
pub use operations::Operations;

/// Builds the HTTP request of the operation with this name; its fields are the members of `arguments`.
///
/// # Errors
/// [`EncodeError::ByName`] if there is no such operation or the arguments do not fit it; otherwise the errors of
/// [`encode`](crate::wire::encode).
pub fn encode_json(
    name: &str,
    arguments: &JsonObject,
    target: &Target,
    credentials: &Credentials,
) -> Result<Request<Vec<u8>>, EncodeError> {
    Operations::all()
        .find(name)?
        .encode(arguments, target, credentials)
}

/// Reads the response to the operation with this name. The value is the typed response as JSON: see
/// [`NamedOperation::decode`].
///
/// # Errors
/// [`Error`], by who is at fault; it holds [`EncodeError::ByName`] if there is no such operation.
pub fn decode_json(
    name: &str,
    response: Response<impl Into<Bytes>>,
) -> Result<ApiResponse<RawJson>, Error> {
    Operations::all().find(name)?.decode(response)
}
