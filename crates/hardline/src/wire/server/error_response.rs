use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;

use crate::json::JsonObject;
use crate::wire::{AuthType, ErrorCode, OAuthErrorCode, UiaFlow};

/// A server's error. [`decode`](crate::wire::decode) reads it as a [`ServerError`](crate::wire::ServerError), or as a
/// [`UiaChallenge`](crate::wire::UiaChallenge) if [`uia`](ErrorResponse::uia) made it.
///
/// ```
/// use http::StatusCode;
/// use hardline::wire::ErrorCode;
/// use hardline::wire::server::ErrorResponse;
///
/// let error = ErrorResponse::new(StatusCode::TOO_MANY_REQUESTS, ErrorCode::LimitExceeded, "too many requests")
///     .with("retry_after_ms", &2_000);
/// assert_eq!(
///     error.into_response().body(),
///     br#"{"errcode":"M_LIMIT_EXCEEDED","error":"too many requests","retry_after_ms":2000}"#,
/// );
/// ```
#[derive(Clone, Debug)]
pub struct ErrorResponse {
    status: StatusCode,
    members: JsonObject,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl ErrorResponse {
    /// An error with an errcode and a message for people.
    pub fn new(status: StatusCode, errcode: ErrorCode, message: &str) -> Self {
        let members = JsonObject::new()
            .with_text("errcode", errcode.as_str())
            .with_text("error", message);
        Self::of(status, members)
    }

    /// Status 400: the request itself is wrong.
    pub fn bad_request(errcode: ErrorCode, message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, errcode, message)
    }

    /// An authorization server's error, with a description for people: RFC 6749 has status 400 for all of them but
    /// `invalid_client`, which has 401.
    ///
    /// ```
    /// use http::StatusCode;
    /// use hardline::wire::OAuthErrorCode;
    /// use hardline::wire::server::ErrorResponse;
    ///
    /// let error = ErrorResponse::oauth(StatusCode::BAD_REQUEST, OAuthErrorCode::InvalidGrant, "it was revoked");
    /// assert_eq!(
    ///     error.into_response().body(),
    ///     br#"{"error":"invalid_grant","error_description":"it was revoked"}"#,
    /// );
    /// ```
    pub fn oauth(status: StatusCode, error: OAuthErrorCode, description: &str) -> Self {
        let members = JsonObject::new()
            .with_text("error", error.as_str())
            .with_text("error_description", description);
        Self::of(status, members)
    }

    fn of(status: StatusCode, members: JsonObject) -> Self {
        Self {
            status,
            members,
            headers: Vec::new(),
        }
    }

    /// Status 401 with the flows of user-interactive authentication: each is a list of stages.
    pub fn uia(session: &str, flows: &[&[AuthType]], completed: &[AuthType]) -> Self {
        let flows: Vec<_> = flows
            .iter()
            .map(|stages| UiaFlow {
                stages: stages.to_vec(),
            })
            .collect();
        let members = JsonObject::new().with_text("session", session);
        Self::of(StatusCode::UNAUTHORIZED, members)
            .with("flows", &flows)
            .with("completed", completed)
            .with("params", &JsonObject::new())
    }

    /// Adds a member. A value that has no JSON form is left out.
    #[must_use]
    pub fn with<T: Serialize + ?Sized>(mut self, name: &str, value: &T) -> Self {
        // An error about an error would hide the first.
        let _ = self.members.insert(name, value);
        self
    }

    /// Adds an errcode and a message for people: why a stage of authentication failed.
    #[must_use]
    pub fn because(self, errcode: ErrorCode, message: &str) -> Self {
        let members = self
            .members
            .with_text("errcode", errcode.as_str())
            .with_text("error", message);
        Self { members, ..self }
    }

    /// Adds a header field, as `Allow` and `Retry-After` are.
    ///
    /// ```
    /// use hardline::wire::ErrorCode;
    /// use hardline::wire::server::ErrorResponse;
    /// use http::{HeaderValue, StatusCode, header};
    ///
    /// let error = ErrorResponse::new(StatusCode::TOO_MANY_REQUESTS, ErrorCode::LimitExceeded, "too many requests")
    ///     .with_header(header::RETRY_AFTER, HeaderValue::from_static("2"));
    /// assert_eq!(error.into_response().headers()["retry-after"], "2");
    /// ```
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The response to send.
    pub fn into_response(self) -> Response<Vec<u8>> {
        let body = serde_json::to_vec(&self.members)
            .expect("members that are JSON make an object that is JSON");
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.headers_mut().extend(self.headers);
        response
    }
}
