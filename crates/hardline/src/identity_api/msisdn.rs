//! Proving that a phone number belongs to the user.
//!
//! Specification: [phone number associations](https://spec.matrix.org/v1.19/identity-service-api/#phone-number-associations).

use super::validation::FOLLOWED;
use super::{FollowedLink, TokenAccepted, ValidationSession};
use crate::types::{ClientSecret, CountryCode, ValidationSessionId, ValidationToken};
use crate::wire::{Auth, Endpoint, Operation, ResponseBody, SpecVersion};
use hardline_derive::Request;

crate::wire::operations![
    MsisdnRequestTokenV2,
    MsisdnSubmitTokenPostV2,
    MsisdnSubmitTokenGetV2,
];

/// Asks the identity server to text a validation token to a phone number.
///
/// It is safe to repeat with the same `client_secret` and `send_attempt`: a server sends only one text for each attempt
/// (except Sydent before 2.7).
///
/// Errors worth handling: `M_INVALID_ADDRESS` and `M_INVALID_PHONE_NUMBER` (not a number), `M_DESTINATION_REJECTED` (no
/// texts to that country), `M_SEND_ERROR`, `M_TERMS_NOT_SIGNED`. Sydent's limit on texts is a 429 with `M_UNKNOWN`.
///
/// ```
/// use hardline::identity_api::msisdn::MsisdnRequestTokenV2;
/// use hardline::types::{AccessToken, ClientSecret, CountryCode};
/// use hardline::wire::{self, BaseUrl, Credentials, Target};
///
/// let secret = ClientSecret::parse("monkeys_are_GREAT")?;
/// let operation = MsisdnRequestTokenV2::new(secret, CountryCode::parse("GB")?, "07700900001".to_owned(), 1);
/// let target = Target::IdentityServer(BaseUrl::parse("https://is.example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("is_secret"));
/// let request = wire::encode(&operation, &target, &credentials)?;
/// assert_eq!(request.uri(), "https://is.example.org/_matrix/identity/v2/validate/msisdn/requestToken");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /validate/msisdn/requestToken`](https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2validatemsisdnrequesttoken).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct MsisdnRequestTokenV2 {
    /// Ties the requests of one validation together.
    pub client_secret: ClientSecret,
    /// The country whose dialling rules the number follows. It does not matter if the number begins with `+`.
    pub country: CountryCode,
    /// The number, as people of that country write it or in its international form.
    pub phone_number: String,
    /// 1 at first, and one more each time the user asks for another text.
    pub send_attempt: u64,
    /// The URL to send the user's browser to after it followed a link. Servers that text a code do not use it.
    pub next_link: Option<String>,
}

impl MsisdnRequestTokenV2 {
    /// A request with the required fields.
    pub fn new(
        client_secret: ClientSecret,
        country: CountryCode,
        phone_number: String,
        send_attempt: u64,
    ) -> Self {
        Self {
            client_secret,
            country,
            phone_number,
            send_attempt,
            next_link: None,
        }
    }
}

impl Endpoint for MsisdnRequestTokenV2 {
    const OPERATION: Operation = Operation::post(
        "msisdnRequestTokenV2",
        "/_matrix/identity/v2/validate/msisdn/requestToken",
    )
    .auth(Auth::Identity)
    .repeatable()
    .since(SpecVersion::r0(3));
    type Response = ValidationSession;
}

/// Submits the token that the user received by text message. The right token may be submitted twice.
///
/// Errors worth handling: `M_TOKEN_INCORRECT`, `M_SESSION_EXPIRED`, `M_NO_VALID_SESSION` (which Sydent also sends for a
/// wrong token, with status 404), `M_INVALID_PARAM`, `M_TERMS_NOT_SIGNED`. An HTTP 200 with `success: false` is an
/// error too.
///
/// ```
/// use hardline::identity_api::msisdn::MsisdnSubmitTokenPostV2;
/// use hardline::wire;
///
/// let response = http::Response::new(r#"{"success": true}"#);
/// assert!(wire::decode::<MsisdnSubmitTokenPostV2>(response).is_ok());
/// ```
///
/// Specification: [`POST /validate/msisdn/submitToken`](https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2validatemsisdnsubmittoken).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct MsisdnSubmitTokenPostV2 {
    /// The session.
    pub sid: ValidationSessionId,
    /// The secret that the session was requested with.
    pub client_secret: ClientSecret,
    /// The token that the user received.
    pub token: ValidationToken,
}

impl MsisdnSubmitTokenPostV2 {
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

impl Endpoint for MsisdnSubmitTokenPostV2 {
    const OPERATION: Operation = Operation::post(
        "msisdnSubmitTokenPostV2",
        "/_matrix/identity/v2/validate/msisdn/submitToken",
    )
    .auth(Auth::Identity)
    .repeatable()
    .success_member()
    .since(SpecVersion::r0(3));
    type Response = TokenAccepted;
}

/// Follows a link in a text message, as the user's browser does. The response is a page, or a redirect to the
/// session's `next_link`.
///
/// The specification requires an access token here too; servers don't, since browsers have none. Errors worth
/// handling: any status from 400 on, usually with a page instead of an errcode (Sydent responds 500 even to the right
/// token); `M_TERMS_NOT_SIGNED`.
///
/// ```
/// use hardline::identity_api::msisdn::MsisdnSubmitTokenGetV2;
/// use hardline::wire;
///
/// let followed = wire::decode::<MsisdnSubmitTokenGetV2>(http::Response::new("<p>Welcome back</p>"))?;
/// assert_eq!(followed.location, None);
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /validate/msisdn/submitToken`](https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2validatemsisdnsubmittoken).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct MsisdnSubmitTokenGetV2 {
    /// The session.
    pub sid: ValidationSessionId,
    /// The secret that the session was requested with.
    pub client_secret: ClientSecret,
    /// The token in the link.
    pub token: ValidationToken,
}

impl MsisdnSubmitTokenGetV2 {
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

impl Endpoint for MsisdnSubmitTokenGetV2 {
    const OPERATION: Operation = Operation::get(
        "msisdnSubmitTokenGetV2",
        "/_matrix/identity/v2/validate/msisdn/submitToken",
    )
    .auth(Auth::Identity)
    .query(&["sid", "client_secret", "token"])
    .statuses(FOLLOWED)
    .response_headers(&[("location", "location")])
    .response_body(ResponseBody::Ignored)
    .since(SpecVersion::r0(3));
    type Response = FollowedLink;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Timestamp;
    use crate::wire::{self, ErrorCode};

    fn response(status: u16, body: &'static str) -> http::Response<&'static str> {
        let mut response = http::Response::new(body);
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
        response
    }

    #[test]
    fn sydents_response_for_a_number_can_be_decoded() {
        let body = r#"{"success": true, "sid": "994080282", "msisdn": "447700900040", "intl_fmt": "+44 7700 900040"}"#;
        let answer = wire::decode_response::<MsisdnRequestTokenV2>(response(200, body)).unwrap();
        assert_eq!(answer.value.sid.as_str(), "994080282");
        assert_eq!(
            answer.field::<String>("msisdn").as_deref(),
            Some("447700900040")
        );
    }

    #[test]
    fn sydents_refusals_keep_their_codes() {
        let code = |status, body| {
            let error =
                wire::decode::<MsisdnSubmitTokenPostV2>(response(status, body)).unwrap_err();
            (
                error.status().unwrap().as_u16(),
                error.errcode().unwrap().clone(),
            )
        };
        let wrong_token = r#"{"success": false, "errcode": "M_NO_VALID_SESSION", "error": "No session could be found with this sid"}"#;
        assert_eq!(code(404, wrong_token), (404, ErrorCode::NoValidSession));
        let unknown_sid = r#"{"success": false, "errcode": "M_INVALID_PARAM", "error": "The token doesn't match"}"#;
        assert_eq!(code(400, unknown_sid), (400, ErrorCode::InvalidParam));
        let no_token = r#"{"errcode": "M_UNAUTHORIZED", "error": "Unauthorized"}"#;
        assert_eq!(code(401, no_token), (401, ErrorCode::Unauthorized));
        let missing = r#"{"errcode": "M_MISSING_PARAMS", "error": "Missing parameters: token,client_secret"}"#;
        assert_eq!(code(400, missing), (400, ErrorCode::MissingParams));
    }

    #[test]
    fn a_limit_without_its_own_errcode_is_a_limit() {
        let body = r#"{"errcode": "M_UNKNOWN", "error": "Limit exceeded for this number"}"#;
        let error = wire::decode::<MsisdnRequestTokenV2>(response(429, body)).unwrap_err();
        assert!(error.is_rate_limited());
        assert_eq!(error.retry_after(Timestamp::default()), None);
    }

    #[test]
    fn a_page_instead_of_an_error_keeps_its_status() {
        let body = "\n<html>\n  <head><title>405 - Method Not Allowed</title></head>\n</html>\n";
        let error = wire::decode::<MsisdnRequestTokenV2>(response(405, body)).unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), 405);
        assert_eq!(error.errcode(), None);
    }
}
