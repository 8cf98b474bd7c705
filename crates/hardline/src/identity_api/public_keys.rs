//! The keys that an identity server signs with.
//!
//! Specification: [key management](https://spec.matrix.org/v1.19/identity-service-api/#key-management).

use hardline_derive::{Request, Response};

use crate::types::SigningKeyId;
use crate::wire::{Endpoint, Operation, SpecVersion};

crate::wire::operations![GetPubKeyV2, IsPubKeyValidV2, IsEphemeralPubKeyValidV2,];

/// Requests a public key of the identity server.
///
/// Errors worth handling: `M_NOT_FOUND` (the server has no such key).
///
/// ```
/// use hardline::identity_api::public_keys::GetPubKeyV2;
/// use hardline::types::SigningKeyId;
/// use hardline::wire::{self, BaseUrl, Credentials, Target};
///
/// let operation = GetPubKeyV2::new(SigningKeyId::parse("ed25519:0")?);
/// let target = Target::IdentityServer(BaseUrl::parse("https://is.example.org")?);
/// let request = wire::encode(&operation, &target, &Credentials::None)?;
/// assert_eq!(request.uri(), "https://is.example.org/_matrix/identity/v2/pubkey/ed25519%3A0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /pubkey/{keyId}`](https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2pubkeykeyid).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetPubKeyV2 {
    /// The ID of the key, as in signatures.
    #[serde(rename = "keyId")]
    pub key_id: SigningKeyId,
}

impl GetPubKeyV2 {
    /// A request with the required fields.
    pub fn new(key_id: SigningKeyId) -> Self {
        Self { key_id }
    }
}

impl Endpoint for GetPubKeyV2 {
    const OPERATION: Operation =
        Operation::get("getPubKeyV2", "/_matrix/identity/v2/pubkey/{keyId}")
            .since(SpecVersion::r0(3));
    type Response = GetPubKeyV2Response;
}

/// A public key of an identity server.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetPubKeyV2Response {
    /// The key in unpadded base64.
    pub public_key: String,
}

impl GetPubKeyV2Response {
    /// A key.
    pub fn new(public_key: String) -> Self {
        Self { public_key }
    }
}

/// Asks whether a public key is one of the identity server's long-term keys and still valid.
///
/// ```
/// use hardline::identity_api::public_keys::IsPubKeyValidV2;
/// use hardline::wire::{self, BaseUrl, Credentials, Target};
///
/// let operation = IsPubKeyValidV2::new("VXuGitF39UH5iRfvbIknlvlAVKgD1BsLDMvBf0pmp7c".to_owned());
/// let target = Target::IdentityServer(BaseUrl::parse("https://is.example.org")?);
/// let request = wire::encode(&operation, &target, &Credentials::None)?;
/// assert_eq!(request.uri().query(), Some("public_key=VXuGitF39UH5iRfvbIknlvlAVKgD1BsLDMvBf0pmp7c"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /pubkey/isvalid`](https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2pubkeyisvalid).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct IsPubKeyValidV2 {
    /// The key in unpadded base64.
    pub public_key: String,
}

impl IsPubKeyValidV2 {
    /// A request with the required fields.
    pub fn new(public_key: String) -> Self {
        Self { public_key }
    }
}

impl Endpoint for IsPubKeyValidV2 {
    const OPERATION: Operation =
        Operation::get("isPubKeyValidV2", "/_matrix/identity/v2/pubkey/isvalid")
            .query(&["public_key"])
            .since(SpecVersion::r0(3));
    type Response = KeyValidity;
}

/// Asks whether a public key is one that the identity server created for an invitation and is still valid.
///
/// ```
/// use hardline::identity_api::public_keys::IsEphemeralPubKeyValidV2;
/// use hardline::wire;
///
/// let answer = wire::decode::<IsEphemeralPubKeyValidV2>(http::Response::new(r#"{"valid": false}"#))?;
/// assert!(!answer.valid);
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /pubkey/ephemeral/isvalid`](https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2pubkeyephemeralisvalid).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct IsEphemeralPubKeyValidV2 {
    /// The key in unpadded base64.
    pub public_key: String,
}

impl IsEphemeralPubKeyValidV2 {
    /// A request with the required fields.
    pub fn new(public_key: String) -> Self {
        Self { public_key }
    }
}

impl Endpoint for IsEphemeralPubKeyValidV2 {
    const OPERATION: Operation = Operation::get(
        "isEphemeralPubKeyValidV2",
        "/_matrix/identity/v2/pubkey/ephemeral/isvalid",
    )
    .query(&["public_key"])
    .since(SpecVersion::r0(3));
    type Response = KeyValidity;
}

/// Whether a key belongs to the identity server and is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct KeyValidity {
    /// Whether it is.
    pub valid: bool,
}

impl KeyValidity {
    /// A response that says so.
    pub fn new(valid: bool) -> Self {
        Self { valid }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    #[test]
    fn a_response_without_its_required_member_is_an_error() {
        assert!(wire::decode::<IsPubKeyValidV2>(http::Response::new("{}")).is_err());
        let body = r#"{"public_key": "YJkbh3QaMaeTZfJNThp/n9CEb8/hCO4W6xEasIy7vDk"}"#;
        let answer = wire::decode::<GetPubKeyV2>(http::Response::new(body)).unwrap();
        assert_eq!(
            answer,
            GetPubKeyV2Response::new("YJkbh3QaMaeTZfJNThp/n9CEb8/hCO4W6xEasIy7vDk".to_owned())
        );
    }
}
