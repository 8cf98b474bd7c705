use bytes::Bytes;
use hardline::types::Timestamp;
use hardline::wire::server::{ArbitraryEndpoint, ErrorResponse, encode_response};
use hardline::wire::{
    self, ApiResponse, AuthType, Endpoint, Error, ErrorCode, ErrorKind, OAuthErrorCode,
    ResponseBody, ServerError, UiaChallenge,
};
use http::Response;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::Row;
use super::compare::lost;

/// Decodes the response of the row and encodes it again: nothing in the example may be lost.
pub(super) fn check<E: ArbitraryEndpoint>(row: &Row) -> Result<(), String> {
    let status = row.status_code().ok_or("the row has no status")?;
    let response = response_of(row, status)?;
    let decoded = wire::decode_response::<E>(response);
    if E::OPERATION.accepts(status) && !says_it_failed::<E>(&row.body) {
        let answer =
            decoded.map_err(|error| format!("it does not decode as a response: {error}"))?;
        return answered::<E>(row, &answer);
    }
    match decoded {
        Ok(_) => Err("an error is read as an answer".to_owned()),
        Err(error) => declined::<E>(status, &row.body, &error),
    }
}

fn response_of(row: &Row, status: u16) -> Result<Response<Bytes>, String> {
    let mut response = Response::builder().status(status);
    if let Some(content_type) = &row.content_type {
        response = response.header(CONTENT_TYPE, content_type);
    }
    for (name, value) in &row.headers {
        response = response.header(name, value);
    }
    response
        .body(row.body_text().into())
        .map_err(|error| format!("the row makes no response: {error}"))
}

/// An operation whose 200 may be an error, with a body that is one.
pub(super) fn says_it_failed<E: Endpoint>(body: &Value) -> bool {
    E::OPERATION.success_member && body["success"] == json!(false)
        || !E::OPERATION.open_response && body["errcode"].is_string()
        || says_oauth_error::<E>(body)
}

/// An authorization server's error.
pub(super) fn says_oauth_error<E: Endpoint>(body: &Value) -> bool {
    E::OPERATION.oauth
        && body["error"]
            .as_str()
            .is_some_and(|error| !error.is_empty())
}

fn answered<E: ArbitraryEndpoint>(
    row: &Row,
    answer: &ApiResponse<E::Response>,
) -> Result<(), String> {
    let again = encode_response::<E>(&answer.value)
        .map_err(|error| format!("the response cannot be encoded: {error}"))?;
    for (header, _) in E::OPERATION.response_headers {
        if answer.headers.get(*header) != again.headers().get(*header) {
            return Err(format!("the header field {header} is lost, or changed"));
        }
    }
    if let ResponseBody::Bytes(_) = E::OPERATION.response_body {
        let is_same = again.body()[..] == row.body_text()[..];
        return is_same
            .then_some(())
            .ok_or("its bytes are changed".to_owned());
    }
    // Text for people is not checked.
    if E::OPERATION.response_body == ResponseBody::Ignored || row.body.is_null() {
        return Ok(());
    }
    let body: Value = serde_json::from_slice(again.body())
        .map_err(|error| format!("the response is not encoded as JSON: {error}"))?;
    lost(&row.body, &body).map_or(Ok(()), |why| {
        let warnings: Vec<_> = answer
            .warnings
            .iter()
            .map(|warning| format!(" ({warning})"))
            .collect();
        Err(format!("{why}{}", warnings.concat()))
    })
}

/// An error must keep everything that it says; what says none is an unexpected response.
pub(super) fn declined<E: Endpoint>(
    status: u16,
    body: &Value,
    error: &Error,
) -> Result<(), String> {
    if error.status().map(|status| status.as_u16()) != Some(status) {
        return Err(format!("its status became {:?}", error.status()));
    }
    let is_challenge =
        !E::OPERATION.oauth && matches!(status, 401 | 403) && body["flows"].is_array();
    let errcode = body["errcode"].as_str();
    if error.errcode().map(ErrorCode::as_str) != errcode {
        return Err(format!(
            "the errcode is {:?}, not {errcode:?}",
            error.errcode().map(ErrorCode::as_str)
        ));
    }
    let says_oauth_error = errcode.is_none() && says_oauth_error::<E>(body);
    let oauth_error = says_oauth_error.then(|| body["error"].as_str()).flatten();
    if error.oauth_error().map(OAuthErrorCode::as_str) != oauth_error {
        return Err(format!(
            "the error is {:?}, not {oauth_error:?}",
            error.oauth_error().map(OAuthErrorCode::as_str)
        ));
    }
    match error.kind() {
        ErrorKind::Uia(challenge) if is_challenge => challenged(body, challenge),
        ErrorKind::Server(error) if !is_challenge => refused(body, error),
        ErrorKind::UnexpectedResponse(_)
            if !is_challenge && errcode.is_none() && oauth_error.is_none() =>
        {
            Ok(())
        }
        _ => Err(format!("it is read as something else: {error}")),
    }
}

fn refused(body: &Value, error: &ServerError) -> Result<(), String> {
    let message = match error.oauth_error {
        Some(_) => &body["error_description"],
        None => &body["error"],
    };
    if error.message.as_deref() != message.as_str() {
        return Err("the message is lost, or changed".to_owned());
    }
    let wait = error.retry_after(Timestamp::default());
    if let (Some(millis), Some(wait)) = (body["retry_after_ms"].as_u64(), wait)
        && !error.headers.contains_key("retry-after")
        && wait.as_millis() != u128::from(millis)
    {
        return Err(format!("the wait became {wait:?}"));
    }
    let message = error.message.as_deref().unwrap_or_default();
    let mut refusal = match &error.oauth_error {
        Some(code) => ErrorResponse::oauth(error.status, code.clone(), message),
        None => {
            let errcode = error.errcode.clone().unwrap_or(ErrorCode::Unknown);
            ErrorResponse::new(error.status, errcode, message)
        }
    };
    for (name, value) in error.members().iter() {
        refusal = refusal.with(name, value);
    }
    survives(body, refusal)
}

fn challenged(body: &Value, challenge: &UiaChallenge) -> Result<(), String> {
    let flows: Vec<&[AuthType]> = challenge
        .flows
        .iter()
        .map(|flow| flow.stages.as_slice())
        .collect();
    let session = challenge.session.as_deref().unwrap_or_default();
    let mut refusal =
        ErrorResponse::uia(session, &flows, &challenge.completed).with("params", &challenge.params);
    if let Some(errcode) = &challenge.errcode {
        refusal = refusal.with("errcode", errcode);
    }
    if let Some(message) = &challenge.message {
        let name = if body["error"].is_string() {
            "error"
        } else {
            "msg"
        };
        refusal = refusal.with(name, message);
    }
    survives(body, refusal)
}

fn survives(body: &Value, refusal: ErrorResponse) -> Result<(), String> {
    let response = refusal.into_response();
    let again: Value = serde_json::from_slice(response.body())
        .map_err(|error| format!("the error is not encoded as JSON: {error}"))?;
    lost(body, &again).map_or(Ok(()), Err)
}
