use super::core_input::response;
use super::core_output::CoreOutput;
use super::flows::call::{CallDone, named, target_at};
use super::forms::error::{EmbedError, ErrorForm};
use super::forms::json;
use crate::json::JsonObject;
use crate::types::{AccessToken, Timestamp};
use crate::wire::Credentials;

/// Builds the request of the operation with this name: the output has its method, URL, header fields and body.
///
/// ```
/// let arguments = r#"{"client_secret": "s", "country": "GB", "phone_number": "07700900001", "send_attempt": 1}"#;
/// let operation = "cs:requestTokenTo3PIDMSISDN";
/// let request = hardline::embed::encode(operation, arguments, "https://example.org", None)?;
/// assert_eq!(request.method, "POST");
/// assert_eq!(request.url, "https://example.org/_matrix/client/v3/account/3pid/msisdn/requestToken");
/// # Ok::<(), hardline::embed::EmbedError>(())
/// ```
///
/// # Errors
/// [`EmbedError`] if there is no such operation, if its arguments do not fit, or if it needs a token.
pub fn encode(
    operation: &str,
    arguments: &str,
    base_url: &str,
    token: Option<&str>,
) -> Result<CoreOutput, EmbedError> {
    let operation = named(operation)?;
    let text = if arguments.trim().is_empty() {
        "{}"
    } else {
        arguments
    };
    let arguments: JsonObject = serde_json::from_str(text).map_err(|error| {
        EmbedError::usage(format_args!("the arguments are no object of JSON: {error}"))
    })?;
    let target = target_at(operation.operation().target_kind(), base_url)?;
    let credentials = match token {
        Some(token) => Credentials::Token(AccessToken::from(token)),
        None => Credentials::None,
    };
    let request = operation.encode(&arguments, &target, &credentials)?;
    Ok(CoreOutput::send(0, 0, request))
}

/// Reads the response to the operation with this name: the JSON of a [`CallDone`].
///
/// ```
/// let body = br#"{"user_id": "@alice:example.org"}"#.to_vec();
/// let done = hardline::embed::decode(0, "cs:getTokenOwner", 200, vec![], body)?;
/// assert_eq!(done, r#"{"value":{"user_id":"@alice:example.org"},"status":200}"#);
/// # Ok::<(), hardline::embed::EmbedError>(())
/// ```
///
/// # Errors
/// [`EmbedError`], by who is at fault: the server's, with its `errcode`, if it declined. `now` in Unix milliseconds says
/// from when on the server asks to wait.
pub fn decode(
    now: u64,
    operation: &str,
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
) -> Result<String, EmbedError> {
    let operation = named(operation)?;
    let response = response(status, headers)?.map(|()| body);
    let now = Timestamp::from_millis(now);
    match operation.decode(response) {
        Ok(response) => Ok(json(&CallDone::of(response))),
        Err(error) => Err(ErrorForm::of_error(now, &error).into()),
    }
}
