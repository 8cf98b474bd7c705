//! Operations by their names, with JSON for their fields: what scripting languages, bindings and tools use.
//!
//! The constant of an operation says where each field goes, by its name alone. So a JSON object of the fields is as good
//! as the struct: it is read into that struct, strictly, and from there on everything is as with the types. A name is
//! `cs:login` or `is:logout`; where only one of the APIs has the operation, `login` will do.
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
//! let answer = by_name::decode_json("cs:login", http::Response::new(body))?;
//! assert_eq!(answer.value.as_str(), r#"{"user_id":"@a:example.org","access_token":"s","device_id":"D"}"#);
//! assert_eq!(answer.warnings.iter().next().unwrap().pointer, "/expires_in_ms");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Arguments
//!
//! - `null` is the same as leaving the member out.
//! - A member that the operation does not know is refused, for a name that is misspelt would otherwise be passed over by
//!   the server. Not so one whose name has a dot, as names outside the specification do (`org.example.thing`): it is
//!   added to the body where that is an object or a form, and to the query elsewhere.
//! - Bytes, as those of a file, are base64: in arguments with padding or without, in answers with it.
//! - Identifiers and secrets are sent as they are given. That they follow their grammar is checked where the types are
//!   made by hand, and by the server.

mod named_operation;
mod operations;

use bytes::Bytes;
use http::{Request, Response};

use crate::json::{JsonObject, RawJson};
use crate::wire::{ApiResponse, Credentials, EncodeError, Error, Target};

pub use crate::wire::ByNameError;
pub use named_operation::NamedOperation;
pub use operations::Operations;

/// Builds the HTTP request of the operation of this name; its fields are the members of `arguments`.
///
/// # Errors
/// [`EncodeError::ByName`] where there is no such operation or the arguments do not fit it, and otherwise as
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

/// Reads the response to the operation of this name. The value is the typed answer, as JSON: see
/// [`NamedOperation::decode`].
///
/// # Errors
/// [`Error`], by who is at fault; [`EncodeError::ByName`] in it where there is no such operation.
pub fn decode_json(
    name: &str,
    response: Response<impl Into<Bytes>>,
) -> Result<ApiResponse<RawJson>, Error> {
    Operations::all().find(name)?.decode(response)
}
