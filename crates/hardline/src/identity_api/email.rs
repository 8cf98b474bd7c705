//! Proving that an e-mail address belongs to the user.
//!
//! Specification: [email associations](https://spec.matrix.org/v1.19/identity-service-api/#email-associations).

use super::validation::FOLLOWED;
use super::{FollowedLink, TokenAccepted, ValidationSession};
use crate::types::{ClientSecret, ValidationSessionId, ValidationToken};
use crate::wire::{Auth, Endpoint, Operation, ResponseBody, SpecVersion};
use hardline_derive::Request;

crate::wire::operations![
    EmailRequestTokenV2,
    EmailSubmitTokenPostV2,
    EmailSubmitTokenGetV2,
];

/// Asks the identity server to send a validation token to an e-mail address.
///
/// It is safe to repeat with the same `client_secret` and `send_attempt`: a server sends only one message for each
/// attempt.
///
/// Errors worth handling: `M_INVALID_EMAIL` (not an address; Sydent accepts anything), `M_EMAIL_SEND_ERROR`,
/// `M_TERMS_NOT_SIGNED`.
///
/// ```
/// use hardline::identity_api::email::EmailRequestTokenV2;
/// use hardline::types::{AccessToken, ClientSecret};
/// use hardline::wire::{self, BaseUrl, Credentials, Target};
///
/// let secret = ClientSecret::parse("monkeys_are_GREAT")?;
/// let operation = EmailRequestTokenV2::new(secret, "alice@example.org".to_owned(), 1);
/// let target = Target::IdentityServer(BaseUrl::parse("https://is.example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("is_secret"));
/// let request = wire::encode(&operation, &target, &credentials)?;
/// assert_eq!(
///     request.body(),
///     br#"{"client_secret":"monkeys_are_GREAT","email":"alice@example.org","send_attempt":1}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /validate/email/requestToken`](https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2validateemailrequesttoken).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct EmailRequestTokenV2 {
    /// Ties the requests of one validation together.
    pub client_secret: ClientSecret,
    /// The address.
    pub email: String,
    /// 1 at first, and one more each time the user asks for another message.
    pub send_attempt: u64,
    /// The URL to send the user's browser to after it followed the link in the message.
    pub next_link: Option<String>,
}

impl EmailRequestTokenV2 {
    /// A request with the required fields.
    pub fn new(client_secret: ClientSecret, email: String, send_attempt: u64) -> Self {
        Self {
            client_secret,
            email,
            send_attempt,
            next_link: None,
        }
    }
}

impl Endpoint for EmailRequestTokenV2 {
    const OPERATION: Operation = Operation::post(
        "emailRequestTokenV2",
        "/_matrix/identity/v2/validate/email/requestToken",
    )
    .auth(Auth::Identity)
    .repeatable()
    .since(SpecVersion::r0(3));
    type Response = ValidationSession;
}

/// Submits the token that the user received by e-mail. The right token may be submitted twice.
///
/// Errors worth handling: `M_TOKEN_INCORRECT`, `M_SESSION_EXPIRED`, `M_NO_VALID_SESSION`, `M_INVALID_PARAM`,
/// `M_TERMS_NOT_SIGNED`. Sydent fails with HTTP 200 and `success: false`, which decodes to an error as well.
///
/// ```
/// use hardline::identity_api::email::EmailSubmitTokenPostV2;
/// use hardline::wire::{self, ErrorCode};
///
/// let body = r#"{"success": false, "errcode": "M_NO_VALID_SESSION", "error": "No session could be found with this sid"}"#;
/// let error = wire::decode::<EmailSubmitTokenPostV2>(http::Response::new(body)).unwrap_err();
/// assert_eq!(error.errcode(), Some(&ErrorCode::NoValidSession));
/// ```
///
/// Specification: [`POST /validate/email/submitToken`](https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2validateemailsubmittoken).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct EmailSubmitTokenPostV2 {
    /// The session.
    pub sid: ValidationSessionId,
    /// The secret that the session was requested with.
    pub client_secret: ClientSecret,
    /// The token that the user received.
    pub token: ValidationToken,
}

impl EmailSubmitTokenPostV2 {
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

impl Endpoint for EmailSubmitTokenPostV2 {
    const OPERATION: Operation = Operation::post(
        "emailSubmitTokenPostV2",
        "/_matrix/identity/v2/validate/email/submitToken",
    )
    .auth(Auth::Identity)
    .repeatable()
    .success_member()
    .since(SpecVersion::r0(3));
    type Response = TokenAccepted;
}

/// Follows the link in the e-mail, as the user's browser does. The response is a page, or a redirect to the
/// session's `next_link`.
///
/// The specification requires an access token here too; servers don't, since browsers have none. Errors worth
/// handling: any status from 400 on, usually with a page instead of an errcode; `M_TERMS_NOT_SIGNED`.
///
/// ```
/// use hardline::identity_api::email::EmailSubmitTokenGetV2;
/// use hardline::wire;
///
/// let response = http::Response::builder().status(302).header("location", "https://example.org/n?sid=1").body("")?;
/// let followed = wire::decode::<EmailSubmitTokenGetV2>(response)?;
/// assert_eq!(followed.location.as_deref(), Some("https://example.org/n?sid=1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /validate/email/submitToken`](https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2validateemailsubmittoken).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct EmailSubmitTokenGetV2 {
    /// The session.
    pub sid: ValidationSessionId,
    /// The secret that the session was requested with.
    pub client_secret: ClientSecret,
    /// The token in the link.
    pub token: ValidationToken,
}

impl EmailSubmitTokenGetV2 {
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

impl Endpoint for EmailSubmitTokenGetV2 {
    const OPERATION: Operation = Operation::get(
        "emailSubmitTokenGetV2",
        "/_matrix/identity/v2/validate/email/submitToken",
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
    use crate::types::AccessToken;
    use crate::wire::{self, BaseUrl, Credentials, ErrorCode, ErrorKind, Target};

    fn response(status: u16, body: &'static str) -> http::Response<&'static str> {
        let mut response = http::Response::new(body);
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
        response
    }

    #[test]
    fn a_followed_link_is_a_whole_request() {
        let operation = EmailSubmitTokenGetV2::new(
            ValidationSessionId::parse("1234").unwrap(),
            ClientSecret::parse("monkeys_are_GREAT").unwrap(),
            ValidationToken::from("a token"),
        );
        let target = Target::IdentityServer(BaseUrl::parse("https://is.example.org").unwrap());
        let credentials = Credentials::Token(AccessToken::from("is"));
        let request = wire::encode(&operation, &target, &credentials).unwrap();
        assert_eq!(request.method(), http::Method::GET);
        assert_eq!(
            request.uri(),
            "https://is.example.org/_matrix/identity/v2/validate/email/submitToken\
             ?sid=1234&client_secret=monkeys_are_GREAT&token=a%20token"
        );
        assert!(request.body().is_empty());
    }

    #[test]
    fn a_page_and_a_redirect_are_responses_to_a_link() {
        let page =
            "<!DOCTYPE html>\n<html>\n<body>\n<p>Verification successful!</p>\n</body>\n</html>\n";
        let answer = wire::decode::<EmailSubmitTokenGetV2>(response(200, page)).unwrap();
        assert_eq!(answer, FollowedLink::new());
        for status in [301, 302, 303, 307, 308] {
            let mut response = response(status, page);
            response
                .headers_mut()
                .insert("location", "https://example.org/n".parse().unwrap());
            let answer = wire::decode::<EmailSubmitTokenGetV2>(response).unwrap();
            assert_eq!(answer.location.as_deref(), Some("https://example.org/n"));
        }
    }

    #[test]
    fn a_broken_link_is_an_error_with_or_without_an_errcode() {
        let error = wire::decode::<EmailSubmitTokenGetV2>(response(400, "<html>")).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::UnexpectedResponse(_)));
        let body = r#"{"errcode": "M_TERMS_NOT_SIGNED", "error": "Please accept our updated terms of service before continuing"}"#;
        let error = wire::decode::<EmailSubmitTokenGetV2>(response(403, body)).unwrap_err();
        assert_eq!(error.errcode(), Some(&ErrorCode::TermsNotSigned));
    }

    #[test]
    fn a_200_with_success_false_is_an_error() {
        let wrong = r#"{"success": false, "errcode": "M_NO_VALID_SESSION", "error": "No session could be found with this sid"}"#;
        let error = wire::decode::<EmailSubmitTokenPostV2>(response(200, wrong)).unwrap_err();
        assert_eq!(error.errcode(), Some(&ErrorCode::NoValidSession));
        let right = response(200, r#"{"success": true}"#);
        let answer = wire::decode::<EmailSubmitTokenPostV2>(right).unwrap();
        assert_eq!(answer, TokenAccepted::new());
    }

    #[test]
    fn validation_secrets_are_not_shown() {
        let sid = ValidationSessionId::parse("1").unwrap();
        let secret = ClientSecret::parse("monkeys").unwrap();
        let token = ValidationToken::from("314159");
        let shown = format!(
            "{:?}{:?}",
            EmailSubmitTokenPostV2::new(sid.clone(), secret.clone(), token.clone()),
            EmailSubmitTokenGetV2::new(sid, secret, token)
        );
        assert!(
            !shown.contains("monkeys") && !shown.contains("314159"),
            "{shown}"
        );
    }
}
