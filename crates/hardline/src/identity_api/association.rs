//! Binding validated phone numbers and e-mail addresses to a Matrix user, so that others can find the user by them.
//!
//! Specification: [establishing associations](https://spec.matrix.org/v1.19/identity-service-api/#establishing-associations).

use super::Signatures;
use crate::json::Empty;
use crate::types::{ClientSecret, Medium, Timestamp, UserId, ValidationSessionId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};
use hardline_derive::{Request, Response, Wire};

crate::wire::operations![GetValidated3pidV2, BindV2, UnbindV2,];

/// Asks which phone number or e-mail address a session has validated.
///
/// Errors worth handling: `M_SESSION_NOT_VALIDATED` (the token was not submitted yet), `M_SESSION_EXPIRED`,
/// `M_NO_VALID_SESSION` (404), `M_TERMS_NOT_SIGNED`.
///
/// ```
/// use hardline::identity_api::association::GetValidated3pidV2;
/// use hardline::types::Medium;
/// use hardline::wire;
///
/// let body = r#"{"medium": "msisdn", "address": "447700900001", "validated_at": 1795422468365}"#;
/// let validated = wire::decode::<GetValidated3pidV2>(http::Response::new(body))?;
/// assert_eq!(validated.medium, Medium::Msisdn);
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /3pid/getValidated3pid`](https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv23pidgetvalidated3pid).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetValidated3pidV2 {
    /// The session.
    pub sid: ValidationSessionId,
    /// The secret that the session was requested with.
    pub client_secret: ClientSecret,
}

impl GetValidated3pidV2 {
    /// A request with the required fields.
    pub fn new(sid: ValidationSessionId, client_secret: ClientSecret) -> Self {
        Self { sid, client_secret }
    }
}

impl Endpoint for GetValidated3pidV2 {
    const OPERATION: Operation = Operation::get(
        "getValidated3pidV2",
        "/_matrix/identity/v2/3pid/getValidated3pid",
    )
    .auth(Auth::Identity)
    .query(&["sid", "client_secret"])
    .since(SpecVersion::r0(3));
    type Response = GetValidated3pidV2Response;
}

/// The address that a session has validated.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetValidated3pidV2Response {
    /// Whether it is a phone number or an e-mail address.
    pub medium: Medium,
    /// The e-mail address, or the digits of the phone number's international form.
    pub address: String,
    /// When it was validated, in Unix milliseconds.
    pub validated_at: Option<Timestamp>,
}

impl GetValidated3pidV2Response {
    /// A validated address.
    pub fn new(medium: Medium, address: String) -> Self {
        Self {
            medium,
            address,
            validated_at: None,
        }
    }
}

/// Binds the address that a session has validated to a Matrix user, and signs the association.
///
/// Errors worth handling: `M_SESSION_NOT_VALIDATED`, `M_SESSION_EXPIRED`, `M_NO_VALID_SESSION` (404), `M_UNAUTHORIZED`
/// (the user is not the one who is logged in), `M_TERMS_NOT_SIGNED`.
///
/// ```
/// use hardline::identity_api::association::BindV2;
/// use hardline::types::{AccessToken, ClientSecret, ValidationSessionId, UserId};
/// use hardline::wire::{self, BaseUrl, Credentials, Target};
///
/// let operation = BindV2::new(
///     ValidationSessionId::parse("1234")?,
///     ClientSecret::parse("monkeys_are_GREAT")?,
///     UserId::parse("@alice:example.org")?,
/// );
/// let target = Target::IdentityServer(BaseUrl::parse("https://is.example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("is_secret"));
/// let request = wire::encode(&operation, &target, &credentials)?;
/// assert_eq!(
///     request.body(),
///     br#"{"sid":"1234","client_secret":"monkeys_are_GREAT","mxid":"@alice:example.org"}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /3pid/bind`](https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv23pidbind).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct BindV2 {
    /// The session.
    pub sid: ValidationSessionId,
    /// The secret that the session was requested with.
    pub client_secret: ClientSecret,
    /// The user to bind it to.
    pub mxid: UserId,
}

impl BindV2 {
    /// A request with the required fields.
    pub fn new(sid: ValidationSessionId, client_secret: ClientSecret, mxid: UserId) -> Self {
        Self {
            sid,
            client_secret,
            mxid,
        }
    }
}

impl Endpoint for BindV2 {
    const OPERATION: Operation = Operation::post("bindV2", "/_matrix/identity/v2/3pid/bind")
        .auth(Auth::Identity)
        .since(SpecVersion::r0(3));
    type Response = BindV2Response;
}

/// A signed association: the identity server confirms that the address belongs to the user.
///
/// The address is bound whatever the response says, so every part of it may be missing.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct BindV2Response {
    /// The e-mail address, or the digits of the phone number's international form.
    pub address: Option<String>,
    /// Whether it is a phone number or an e-mail address.
    pub medium: Option<Medium>,
    /// The user.
    pub mxid: Option<UserId>,
    /// The start of the association, in Unix milliseconds.
    pub not_before: Option<Timestamp>,
    /// The end of the association, in Unix milliseconds.
    pub not_after: Option<Timestamp>,
    /// When the address was validated, in Unix milliseconds.
    pub ts: Option<Timestamp>,
    /// The identity server's signatures of all of this.
    #[serde(default)]
    pub signatures: Signatures,
}

impl BindV2Response {
    /// An association without dates and signatures.
    pub fn new(medium: Medium, address: String, mxid: UserId) -> Self {
        Self {
            address: Some(address),
            medium: Some(medium),
            mxid: Some(mxid),
            not_before: None,
            not_after: None,
            ts: None,
            signatures: Signatures::new(),
        }
    }
}

/// Removes an association. Clients prove who they are by the session that validated the address; homeservers sign the
/// request instead.
///
/// Errors worth handling: `M_FORBIDDEN` (neither is sufficient proof), `M_NO_VALID_SESSION`, `M_TERMS_NOT_SIGNED`. A
/// server that does not unbind responds 400, 404 or 501, with no errcode to rely on.
///
/// ```
/// use hardline::identity_api::association::{Threepid, UnbindV2};
/// use hardline::types::{AccessToken, Medium, UserId};
/// use hardline::wire::{self, BaseUrl, Credentials, Target};
///
/// let threepid = Threepid::new(Medium::Msisdn, "447700900001".to_owned());
/// let operation = UnbindV2::new(UserId::parse("@alice:example.org")?, threepid);
/// let target = Target::IdentityServer(BaseUrl::parse("https://is.example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("is_secret"));
/// let request = wire::encode(&operation, &target, &credentials)?;
/// assert_eq!(
///     request.body(),
///     br#"{"mxid":"@alice:example.org","threepid":{"medium":"msisdn","address":"447700900001"}}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /3pid/unbind`](https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv23pidunbind).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct UnbindV2 {
    /// The session that validated the address. Needs [`client_secret`](Self::client_secret).
    pub sid: Option<ValidationSessionId>,
    /// The secret that the session was requested with. Needs [`sid`](Self::sid).
    pub client_secret: Option<ClientSecret>,
    /// The user that it is bound to.
    pub mxid: UserId,
    /// The address to unbind.
    pub threepid: Threepid,
}

impl UnbindV2 {
    /// A request with the required fields.
    pub fn new(mxid: UserId, threepid: Threepid) -> Self {
        Self {
            sid: None,
            client_secret: None,
            mxid,
            threepid,
        }
    }
}

impl Endpoint for UnbindV2 {
    const OPERATION: Operation = Operation::post("unbindV2", "/_matrix/identity/v2/3pid/unbind")
        .auth(Auth::Identity)
        .since(SpecVersion::r0(3));
    type Response = Empty;
}

/// A phone number or an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Wire)]
#[non_exhaustive]
pub struct Threepid {
    /// Whether it is a phone number or an e-mail address.
    pub medium: Medium,
    /// The e-mail address, or the digits of the phone number's international form. What takes one to look it up or to
    /// unbind it puts it in that form.
    pub address: String,
}

impl Threepid {
    /// An address.
    pub fn new(medium: Medium, address: String) -> Self {
        Self { medium, address }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{ServerName, SigningKeyId};
    use crate::wire::{self, ErrorCode};

    #[test]
    fn an_association_comes_with_its_signatures() {
        let body = r#"{"medium": "msisdn", "address": "447700900040", "mxid": "@alice22467:localhost:18448",
            "ts": 1795422474376, "not_before": 1795422474376, "not_after": 4949022474376,
            "signatures": {"localhost:18093": {"ed25519:0": "+UPsjuCjv+VHVGfaK4YGC", "ed25519:1": 5}}}"#;
        let answer = wire::decode_response::<BindV2>(http::Response::new(body)).unwrap();
        let server = ServerName::parse("localhost:18093").unwrap();
        let key = SigningKeyId::parse("ed25519:0").unwrap();
        assert_eq!(
            answer.value.signatures[&server][&key],
            "+UPsjuCjv+VHVGfaK4YGC"
        );
        assert_eq!(
            answer.value.not_after,
            Some(Timestamp::from_millis(4_949_022_474_376))
        );
        // The one invalid signature.
        assert_eq!(answer.warnings.count(), 1);
        assert_eq!(answer.value.signatures[&server].len(), 1);
    }

    #[test]
    fn json_with_a_page_content_type_is_json() {
        let body = r#"{"errcode": "M_FORBIDDEN", "error": "Provided session information does not match medium/address combo"}"#;
        let response = |status: u16, body: &'static str| {
            http::Response::builder()
                .status(status)
                .header("content-type", "text/html")
                .body(body)
                .unwrap()
        };
        let error = wire::decode::<UnbindV2>(response(403, body)).unwrap_err();
        assert_eq!(error.errcode(), Some(&ErrorCode::Forbidden));
        assert_eq!(
            wire::decode::<UnbindV2>(response(200, "{}")).unwrap(),
            Empty {}
        );
    }

    #[test]
    fn a_session_that_is_not_validated_yet_is_an_error() {
        let body = r#"{"errcode": "M_SESSION_NOT_VALIDATED", "error": "This validation session has not yet been completed"}"#;
        let mut response = http::Response::new(body);
        *response.status_mut() = http::StatusCode::BAD_REQUEST;
        let error = wire::decode::<GetValidated3pidV2>(response).unwrap_err();
        assert_eq!(error.errcode(), Some(&ErrorCode::SessionNotValidated));
    }
}
