//! Finding Matrix users by their phone numbers and e-mail addresses.
//!
//! The identity server sees only hashes: [`GetHashDetails`] says how it wants them, an [`AddressLookup`] creates them
//! and maps the hashes in the response back to addresses.
//!
//! ```
//! use hardline::identity_api::association::Threepid;
//! use hardline::identity_api::lookup::{AddressLookup, GetHashDetails, LookupUsersV2};
//! use hardline::types::Medium;
//! use hardline::wire;
//!
//! let details = r#"{"lookup_pepper": "matrixrocks", "algorithms": ["none", "sha256"]}"#;
//! let details = wire::decode::<GetHashDetails>(http::Response::new(details))?;
//! let addresses = [
//!     Threepid::new(Medium::Email, "Alice@example.com".to_owned()),
//!     Threepid::new(Medium::Msisdn, "12345678910".to_owned()),
//! ];
//! let lookup = AddressLookup::new(addresses, &details)?;
//! assert_eq!(lookup.request().addresses[0], "4kenr7N9drpCJ4AfalmlGQVsOn3o2RHjkADUpXJWZUc");
//!
//! let body = r#"{"mappings": {"4kenr7N9drpCJ4AfalmlGQVsOn3o2RHjkADUpXJWZUc": "@alice:example.org"}}"#;
//! let response = wire::decode::<LookupUsersV2>(http::Response::new(body))?;
//! let (address, user) = lookup.found(&response).next().unwrap();
//! assert_eq!((address.address.as_str(), user.as_str()), ("Alice@example.com", "@alice:example.org"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Specification: [association lookup](https://spec.matrix.org/v1.19/identity-service-api/#association-lookup).

mod address_lookup;
mod canonical_address;
mod fold_email;
mod hash;

use hardline_derive::{Request, Response};

use crate::json::JsonMap;
use crate::types::text::{text_enum, text_type};
use crate::types::{InvalidText, UserId};
use crate::wire::{Auth, Endpoint, Error, ErrorCode, ErrorKind, Operation, SpecVersion};

pub use address_lookup::{AddressLookup, AddressLookupError};
pub use canonical_address::canonical_address;
pub use fold_email::fold_email;
pub use hash::hash_address;

crate::wire::operations![GetHashDetails, LookupUsersV2,];

/// Asks how an identity server wants addresses to be hashed.
///
/// Errors worth handling: `M_UNAUTHORIZED`, `M_TERMS_NOT_SIGNED`.
///
/// ```
/// use hardline::identity_api::lookup::{GetHashDetails, HashAlgorithm};
/// use hardline::wire;
///
/// let body = r#"{"lookup_pepper": "matrixrocks", "algorithms": ["none", "sha256", "sha512"]}"#;
/// let details = wire::decode::<GetHashDetails>(http::Response::new(body))?;
/// assert_eq!(details.best_algorithm(), Some(HashAlgorithm::Sha256));
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /hash_details`](https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2hash_details).
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetHashDetails {}

impl GetHashDetails {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetHashDetails {
    const OPERATION: Operation =
        Operation::get("getHashDetails", "/_matrix/identity/v2/hash_details")
            .auth(Auth::Identity)
            .since(SpecVersion::r0(3));
    type Response = GetHashDetailsResponse;
}

text_enum! {
    /// How a lookup hides addresses.
    HashAlgorithm {
        /// SHA-256 of address, medium and pepper, in URL-safe unpadded base64. Every server supports it.
        Sha256 = "sha256",
        /// Not at all: the server sees the addresses.
        None = "none",
    }
}

text_type! {
    /// A part of every hash of a lookup, so that nobody can precompute hashes: letters and digits, chosen by the server
    /// and changed whenever it likes.
    Pepper, grammar: |text| {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(())
        } else {
            Err(InvalidText::new("pepper", "it must consist of 0-9, a-z and A-Z"))
        }
    }, examples: "[0-9a-zA-Z]{1,20}"
}

/// How an identity server wants addresses to be hashed.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetHashDetailsResponse {
    /// The current pepper. A lookup includes it even if the algorithm does not use it.
    pub lookup_pepper: Pepper,
    /// The algorithms that the server supports, in no particular order. Empty if it does not say.
    #[serde(default)]
    pub algorithms: Vec<HashAlgorithm>,
}

impl GetHashDetailsResponse {
    /// A pepper and algorithms.
    pub fn new(lookup_pepper: Pepper, algorithms: Vec<HashAlgorithm>) -> Self {
        Self {
            lookup_pepper,
            algorithms,
        }
    }

    /// The algorithm to use: `sha256` if the server supports it or names no algorithm at all, since every client has to
    /// support that one; or `none` if it supports only that. Returns `None` if it supports neither.
    ///
    /// With [`HashAlgorithm::None`] the identity server sees every address. A client may prefer to give up or to ask
    /// the user.
    pub fn best_algorithm(&self) -> Option<HashAlgorithm> {
        if self.algorithms.is_empty() {
            return Some(HashAlgorithm::Sha256);
        }
        [HashAlgorithm::Sha256, HashAlgorithm::None]
            .into_iter()
            .find(|known| self.algorithms.contains(known))
    }

    /// The details to use after a lookup failed with `M_INVALID_PEPPER`, taken from that error. Returns `None` if it is
    /// another error, or if the server did not say which pepper it wants; then use [`GetHashDetails`].
    ///
    /// The algorithms stay the same, so that no error can trick a client into sending plain addresses. Repeat the
    /// lookup only once with the result: a server that wants another pepper every time would go on forever.
    ///
    /// ```
    /// use hardline::identity_api::lookup::{GetHashDetailsResponse, HashAlgorithm, LookupUsersV2, Pepper};
    /// use hardline::wire;
    ///
    /// let before = GetHashDetailsResponse::new(Pepper::parse("matrixrocks")?, vec![HashAlgorithm::Sha256]);
    /// let body = r#"{"errcode": "M_INVALID_PEPPER", "error": "it was rotated", "algorithm": "sha256", "lookup_pepper": "new"}"#;
    /// let response = http::Response::builder().status(400).body(body)?;
    /// let error = wire::decode::<LookupUsersV2>(response).unwrap_err();
    /// assert_eq!(before.after(&error).unwrap().lookup_pepper.as_str(), "new");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn after(&self, error: &Error) -> Option<Self> {
        let ErrorKind::Server(error) = error.kind() else {
            return None;
        };
        if error.errcode != Some(ErrorCode::InvalidPepper) {
            return None;
        }
        let lookup_pepper = error.field("lookup_pepper")?;
        Some(Self::new(lookup_pepper, self.algorithms.clone()))
    }
}

/// Asks which Matrix users addresses are bound to. An [`AddressLookup`] builds this from plain addresses.
///
/// Errors worth handling: `M_INVALID_PEPPER` (the pepper was rotated: [`GetHashDetailsResponse::after`]),
/// `M_INVALID_PARAM` (the server does not support the algorithm), `M_UNAUTHORIZED`, `M_TERMS_NOT_SIGNED`.
///
/// ```
/// use hardline::identity_api::lookup::{HashAlgorithm, LookupUsersV2, Pepper};
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, BaseUrl, Credentials, Target};
///
/// let addresses = vec!["4kenr7N9drpCJ4AfalmlGQVsOn3o2RHjkADUpXJWZUc".to_owned()];
/// let operation = LookupUsersV2::new(HashAlgorithm::Sha256, Pepper::parse("matrixrocks")?, addresses);
/// let target = Target::IdentityServer(BaseUrl::parse("https://is.example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("is_secret"));
/// let request = wire::encode(&operation, &target, &credentials)?;
/// assert_eq!(request.uri(), "https://is.example.org/_matrix/identity/v2/lookup");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /lookup`](https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2lookup).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct LookupUsersV2 {
    /// The hash algorithm: one of the server's [`algorithms`](GetHashDetailsResponse::algorithms).
    pub algorithm: HashAlgorithm,
    /// The server's [`lookup_pepper`](GetHashDetailsResponse::lookup_pepper).
    pub pepper: Pepper,
    /// The addresses as [`hash_address`] returns them.
    pub addresses: Vec<String>,
}

impl LookupUsersV2 {
    /// A request with the required fields.
    pub fn new(algorithm: HashAlgorithm, pepper: Pepper, addresses: Vec<String>) -> Self {
        Self {
            algorithm,
            pepper,
            addresses,
        }
    }
}

impl Endpoint for LookupUsersV2 {
    const OPERATION: Operation = Operation::post("lookupUsersV2", "/_matrix/identity/v2/lookup")
        .auth(Auth::Identity)
        .repeatable()
        .since(SpecVersion::r0(3));
    type Response = LookupUsersV2Response;
}

/// The users that addresses are bound to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct LookupUsersV2Response {
    /// The users by address, exactly as in the request. Addresses that are not bound are missing.
    #[serde(default)]
    pub mappings: JsonMap<String, UserId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    fn refused(body: &'static str) -> Error {
        let mut response = http::Response::new(body);
        *response.status_mut() = http::StatusCode::BAD_REQUEST;
        wire::decode::<LookupUsersV2>(response).unwrap_err()
    }

    #[test]
    fn a_rotated_pepper_is_taken_from_the_error_and_the_algorithms_stay() {
        let pepper = Pepper::parse("old").unwrap();
        let before = GetHashDetailsResponse::new(pepper, vec![HashAlgorithm::Sha256]);
        let error = refused(
            r#"{"errcode": "M_INVALID_PEPPER", "algorithm": "none", "lookup_pepper": "new"}"#,
        );
        let new = Pepper::parse("new").unwrap();
        assert_eq!(
            before.after(&error),
            Some(GetHashDetailsResponse::new(
                new,
                vec![HashAlgorithm::Sha256]
            ))
        );
    }

    #[test]
    fn an_error_without_a_pepper_gives_no_details() {
        let pepper = Pepper::parse("old").unwrap();
        let before = GetHashDetailsResponse::new(pepper, vec![HashAlgorithm::Sha256]);
        for body in [
            r#"{"errcode": "M_INVALID_PEPPER", "error": "Unknown or invalid pepper - has it been rotated?"}"#,
            r#"{"errcode": "M_INVALID_PEPPER", "lookup_pepper": 5}"#,
            r#"{"errcode": "M_INVALID_PARAM", "lookup_pepper": "new"}"#,
            "<html>",
        ] {
            assert_eq!(before.after(&refused(body)), None, "{body}");
        }
    }

    #[test]
    fn new_peppers_consist_of_letters_and_digits() {
        assert!(Pepper::parse("Jh3kh").is_ok());
        for bad in ["", "a b", "ü", "a-b"] {
            assert!(Pepper::parse(bad).is_err(), "{bad}");
        }
        let sent: Pepper = serde_json::from_str("\"a b\"").unwrap();
        assert_eq!(sent.as_str(), "a b");
    }

    #[test]
    fn only_a_bad_mapping_is_skipped() {
        let body =
            r#"{"mappings": {"447700900040 msisdn": "@alice22467:localhost:18448", "x": null}}"#;
        let answer = wire::decode_response::<LookupUsersV2>(http::Response::new(body)).unwrap();
        assert_eq!(answer.value.mappings.len(), 1);
        assert_eq!(answer.warnings.count(), 1);
    }
}
