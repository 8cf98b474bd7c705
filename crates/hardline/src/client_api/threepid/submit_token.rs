use hardline_derive::{Request, Response};

use crate::types::{ClientSecret, ValidationSessionId, ValidationToken};
use crate::wire::{Endpoint, Operation};

/// Sends the token that a user received to the session's `submit_url`: to exactly that URL, and without an access
/// token.
///
/// Errors worth handling: `M_TOKEN_INCORRECT`, `M_SESSION_EXPIRED`, `M_NO_VALID_SESSION`, `M_INVALID_PARAM`. Synapse
/// responds with `M_UNKNOWN` and status 400 in all these cases. An HTTP 200 with `success: false` is an error too.
///
/// ```
/// use hardline::client_api::threepid::SubmitToken;
/// use hardline::types::{ClientSecret, ValidationSessionId, ValidationToken};
/// use hardline::wire::{self, AbsoluteUrl, BaseUrl, Credentials, Target};
///
/// let homeserver = BaseUrl::parse("https://example.org")?;
/// let submit_url = AbsoluteUrl::given_by(&homeserver, "https://is.example.org/submit")?;
/// let operation = SubmitToken::new(
///     ValidationSessionId::parse("123")?,
///     ClientSecret::parse("monkeys_are_GREAT")?,
///     ValidationToken::from("000123"),
/// );
/// let request = wire::encode(&operation, &Target::Url(submit_url), &Credentials::None)?;
/// assert_eq!(request.uri(), "https://is.example.org/submit");
/// assert_eq!(request.body(), br#"{"sid":"123","client_secret":"monkeys_are_GREAT","token":"000123"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: the `submit_url` of [`POST /account/3pid/msisdn/requestToken`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidmsisdnrequesttoken).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SubmitToken {
    /// The session.
    pub sid: ValidationSessionId,
    /// The secret that the session was requested with.
    pub client_secret: ClientSecret,
    /// The token that the user received.
    pub token: ValidationToken,
}

impl SubmitToken {
    /// A request with the required fields.
    pub fn new(
        sid: ValidationSessionId,
        client_secret: ClientSecret,
        token: ValidationToken,
    ) -> Self {
        Self {
            sid,
            client_secret,
            token,
        }
    }
}

impl Endpoint for SubmitToken {
    const OPERATION: Operation = Operation::post_to_url("submitToken")
        .repeatable()
        .success_member();
    type Response = SubmitTokenResponse;
}

/// The token was right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct SubmitTokenResponse {
    /// `true`: decoding `false` is an error.
    #[hardline(only_true)]
    pub success: Option<bool>,
}

impl SubmitTokenResponse {
    /// The response to the right token.
    pub fn new() -> Self {
        Self {
            success: Some(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::AccessToken;
    use crate::wire::{self, AbsoluteUrl, BaseUrl, Credentials, EncodeError, ErrorCode, Target};

    #[test]
    fn a_submit_url_is_never_replaced() {
        let operation = SubmitToken::new(
            ValidationSessionId::parse("1").unwrap(),
            ClientSecret::parse("s").unwrap(),
            ValidationToken::from("0042"),
        );
        for target in ["https://example.org", "http://127.0.0.1:1"] {
            let target = Target::homeserver(target).unwrap();
            assert!(matches!(
                wire::encode(&operation, &target, &Credentials::None),
                Err(EncodeError::WrongTarget { .. })
            ));
        }
        let homeserver = BaseUrl::parse("http://127.0.0.1:1").unwrap();
        let url = AbsoluteUrl::given_by(&homeserver, "http://127.0.0.1:2/a%2Fb/../c?x=1").unwrap();
        let token = Credentials::Token(AccessToken::from("not to be sent"));
        let request = wire::encode(&operation, &Target::Url(url), &token).unwrap();
        assert_eq!(request.uri(), "http://127.0.0.1:2/a%2Fb/../c?x=1");
        assert!(request.headers().get("authorization").is_none());
    }

    #[test]
    fn a_wrong_code_reported_as_unknown_is_a_server_error() {
        // Synapse does not pass on the identity server's errcode.
        let response = http::Response::builder()
            .status(400)
            .body(r#"{"errcode":"M_UNKNOWN","error":"Error contacting the identity server"}"#)
            .unwrap();
        let error = wire::decode::<SubmitToken>(response).unwrap_err();
        assert_eq!(error.errcode(), Some(&ErrorCode::Unknown));
        assert_eq!(error.status(), Some(http::StatusCode::BAD_REQUEST));
    }

    #[test]
    fn success_false_is_an_error_with_its_code() {
        // Sydent sends this with status 200.
        let body = r#"{"success": false, "errcode": "M_NO_VALID_SESSION", "error": "No session could be found with this sid"}"#;
        let error = wire::decode::<SubmitToken>(http::Response::new(body)).unwrap_err();
        assert_eq!(error.errcode(), Some(&ErrorCode::NoValidSession));
    }
}
