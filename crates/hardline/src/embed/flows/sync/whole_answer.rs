use bytes::Bytes;
use http::{Response, StatusCode};

use crate::by_name::Operations;
use crate::embed::flows::call::CallDone;
use crate::embed::forms::shared::WarningForm;
use crate::json::{JsonObject, RawJson};
use crate::wire::Error;

/// An answer to this operation as JSON. The flow has read as much of it as it needs; what it kept undecoded is read here. Of
/// one that cannot be read there is the token: without it, the sync would not go on.
pub(super) fn whole_answer(
    operation: &str,
    status: StatusCode,
    body: Bytes,
    (name, token): (&str, &str),
) -> CallDone {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let read = || -> Result<CallDone, Error> {
        let operation = Operations::all().find(operation)?;
        operation.decode(response).map(CallDone::of)
    };
    read().unwrap_or_else(|error| {
        let value = JsonObject::new().with_text(name, token);
        let warning = WarningForm {
            pointer: String::new(),
            message: error.to_string(),
        };
        CallDone {
            value: RawJson::new(&value).expect("an object of texts has a JSON form"),
            status: status.as_u16(),
            warnings: Some(vec![warning]),
            more_warnings: None,
        }
    })
}
