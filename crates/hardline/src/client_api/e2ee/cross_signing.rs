use hardline_derive::{Request, Response};

use crate::client_api::e2ee::CrossSigningKey;
use crate::json::{Empty, JsonMap, RawJson};
use crate::types::UserId;
use crate::wire::{Auth, AuthData, Body, Endpoint, ErrorCode, Operation, SpecVersion};

/// Publishes the user's cross-signing keys, after user-interactive authentication. Since v1.11 the first keys need
/// none, nor does publishing the same keys again.
///
/// Where accounts are managed by an authorization server, replacing keys asks for the stage `m.oauth`, in which the
/// user allows it on the account management page.
///
/// Errors worth handling: `M_INVALID_SIGNATURE` (a key is not signed by the master key), `M_MISSING_PARAM` (there is
/// no master key, nor was there one before), `M_FORBIDDEN` (a key is the same as another of the user's).
///
/// ```
/// use hardline::client_api::e2ee::UploadCrossSigningKeys;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = UploadCrossSigningKeys::new();
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/keys/device_signing/upload");
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /keys/device_signing/upload`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysdevice_signingupload).
#[doc(alias = "uploadCrossSigningKeys")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct UploadCrossSigningKeys {
    /// The master key. It may be signed by the device that made it.
    pub master_key: Option<CrossSigningKey>,
    /// The self-signing key, signed by the master key.
    pub self_signing_key: Option<CrossSigningKey>,
    /// The user-signing key, signed by the master key.
    pub user_signing_key: Option<CrossSigningKey>,
    /// A stage of user-interactive authentication.
    pub auth: Option<AuthData>,
}

impl UploadCrossSigningKeys {
    /// The request; no field is required.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for UploadCrossSigningKeys {
    const OPERATION: Operation = Operation::post(
        "uploadCrossSigningKeys",
        "/_matrix/client/v3/keys/device_signing/upload",
    )
    .auth(Auth::Required)
    .uia()
    .since(SpecVersion::v1(1));
    type Response = Empty;
}

/// Publishes signatures of devices and of cross-signing keys.
///
/// Give the signed object as it came from [`QueryKeys`](super::QueryKeys), with the new signature in place of the
/// others: a signature holds for every member. What the server does not take is told in the response:
/// [`failures`](UploadCrossSigningSignaturesResponse::failures).
///
/// ```
/// use hardline::client_api::e2ee::UploadCrossSigningSignatures;
/// use hardline::json::JsonMap;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = UploadCrossSigningSignatures::new(JsonMap::new());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/keys/signatures/upload");
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /keys/signatures/upload`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keyssignaturesupload).
#[doc(alias = "uploadCrossSigningSignatures")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct UploadCrossSigningSignatures {
    /// The signed objects of each user: a device's keys under its ID, a cross-signing key under the key itself in
    /// unpadded base64.
    pub content: JsonMap<UserId, JsonMap<String, RawJson>>,
}

impl UploadCrossSigningSignatures {
    /// A request with the required fields.
    pub fn new(content: JsonMap<UserId, JsonMap<String, RawJson>>) -> Self {
        Self { content }
    }
}

impl Endpoint for UploadCrossSigningSignatures {
    const OPERATION: Operation = Operation::post(
        "uploadCrossSigningSignatures",
        "/_matrix/client/v3/keys/signatures/upload",
    )
    .auth(Auth::Required)
    .body(Body::Whole("content"))
    .repeatable()
    .since(SpecVersion::v1(1));
    type Response = UploadCrossSigningSignaturesResponse;
}

/// What became of the signatures: whatever is not among the failures was published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct UploadCrossSigningSignaturesResponse {
    /// What was not taken, by user and by device or key.
    #[serde(default)]
    pub failures: JsonMap<UserId, JsonMap<String, SignatureFailure>>,
}

/// Why a signature was not published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct SignatureFailure {
    /// The error code: `M_INVALID_SIGNATURE`.
    pub errcode: Option<ErrorCode>,
    /// The message, for people to read.
    pub error: Option<String>,
    /// The same, as Synapse calls it.
    pub message: Option<String>,
    /// The HTTP status that the error would have, which Synapse adds.
    pub status: Option<u16>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    #[test]
    fn a_failure_need_not_be_a_standard_error() {
        let body = r#"{"failures": {"@a:b": {"D": {"status": 400, "errcode": "M_INVALID_SIGNATURE", "message": "bad"}}}}"#;
        let answer =
            wire::decode_response::<UploadCrossSigningSignatures>(http::Response::new(body))
                .unwrap();
        let failure = &answer.value.failures["@a:b"]["D"];
        assert_eq!(failure.errcode, Some(ErrorCode::InvalidSignature));
        assert_eq!(failure.message.as_deref(), Some("bad"));
        assert!(answer.warnings.is_empty());
    }
}
