//! The terms that users must accept before an identity server does anything for them.
//!
//! Specification: [terms of service](https://spec.matrix.org/v1.19/identity-service-api/#terms-of-service).

use std::fmt;

use hardline_derive::{Request, Response};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
#[cfg(feature = "server")]
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::json::lenient::{member_seed, optional, read_member};
use crate::json::{Empty, JsonMap, ReadEntries};
#[cfg(any(feature = "by-name", feature = "proptest"))]
use crate::json::{FieldShape, OpenShape, Presence, Shape, Shaped, TextShape};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

crate::wire::operations![GetTerms, AgreeToTerms,];

/// Requests the terms of an identity server, in all languages.
///
/// ```
/// use hardline::identity_api::terms::GetTerms;
/// use hardline::wire;
///
/// let body = r#"{"policies": {"privacy_policy": {
///     "version": "1.2",
///     "en": {"name": "Privacy Policy", "url": "https://example.org/privacy-1.2-en.html"}
/// }}}"#;
/// let terms = wire::decode::<GetTerms>(http::Response::new(body))?;
/// let policy = &terms.policies["privacy_policy"];
/// assert_eq!(policy.translations["en"].name.as_deref(), Some("Privacy Policy"));
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /terms`](https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2terms).
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetTerms {}

impl GetTerms {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetTerms {
    const OPERATION: Operation =
        Operation::get("getTerms", "/_matrix/identity/v2/terms").since(SpecVersion::r0(3));
    type Response = GetTermsResponse;
}

/// The terms of an identity server. If there are none, there is nothing to accept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetTermsResponse {
    /// The policies by ID, such as `terms_of_service` and `privacy_policy`.
    #[serde(default)]
    pub policies: JsonMap<String, Policy>,
}

/// A policy in all its languages. Accepting one translation accepts the policy.
///
/// In JSON it is one object: `version`, and a member for each language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// The version, to compare with the one that was accepted before. Some servers leave it out.
    pub version: Option<String>,
    /// The translations by language: `en`, `pt-BR`.
    pub translations: JsonMap<String, PolicyTranslation>,
}

/// A policy in one language.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct PolicyTranslation {
    /// The name of the policy in that language. Some servers leave it out: show the policy's ID.
    pub name: Option<String>,
    /// The URL of the text. [`AgreeToTerms`] takes this.
    pub url: String,
}

impl PolicyTranslation {
    /// A translation.
    pub fn new(name: String, url: String) -> Self {
        Self {
            name: Some(name),
            url,
        }
    }
}

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

#[cfg(any(feature = "by-name", feature = "proptest"))]
impl Shaped for Policy {
    const SHAPE: &'static Shape = &Shape::Open(&OpenShape {
        expected: "a policy",
        known: &[FieldShape {
            name: "version",
            shape: Option::<String>::SHAPE,
            presence: Presence::Optional,
        }],
        aliases: &[],
        others: Some((LANGUAGE, PolicyTranslation::SHAPE)),
    });
}

#[cfg(any(feature = "by-name", feature = "proptest"))]
const LANGUAGE: &Shape = &Shape::Text(&TextShape::like("[a-z]{2}(-[A-Z]{2})?"));

#[cfg(feature = "proptest")]
crate::json::strategy_of_shape!(Policy);

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Policy;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a policy")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Policy, A::Error> {
        let mut version = None;
        let mut translations = ReadEntries::default();
        while let Some(name) = members.next_key::<String>()? {
            if name == "version" {
                read_member(&mut members, &mut version)?;
            } else {
                let translation = members.next_value_seed(member_seed::<PolicyTranslation>())?;
                translations.push(name, translation);
            }
        }
        Ok(Policy {
            version: optional(version),
            translations: translations.into_map(),
        })
    }
}

#[cfg(feature = "server")]
impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        if let Some(version) = &self.version {
            members.serialize_entry("version", version)?;
        }
        for (language, translation) in &self.translations {
            members.serialize_entry(language, translation)?;
        }
        members.end()
    }
}

/// Accepts policies of the identity server on behalf of the user. Policies that were accepted before stay accepted.
///
/// Errors worth handling: `M_UNKNOWN` (one of the URLs is not the server's: request the terms again). An operation that
/// still fails with `M_TERMS_NOT_SIGNED` afterwards requires a policy that is not among the URLs.
///
/// ```
/// use hardline::identity_api::terms::AgreeToTerms;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, BaseUrl, Credentials, Target};
///
/// let operation = AgreeToTerms::new(vec!["https://example.org/privacy-1.2-en.html".to_owned()]);
/// let target = Target::IdentityServer(BaseUrl::parse("https://is.example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("is_secret"));
/// let request = wire::encode(&operation, &target, &credentials)?;
/// assert_eq!(request.body(), br#"{"user_accepts":["https://example.org/privacy-1.2-en.html"]}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /terms`](https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2terms).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct AgreeToTerms {
    /// The [`url`](PolicyTranslation::url) of one translation of each policy that the user accepted.
    pub user_accepts: Vec<String>,
}

impl AgreeToTerms {
    /// A request with the required fields.
    pub fn new(user_accepts: Vec<String>) -> Self {
        Self { user_accepts }
    }
}

impl Endpoint for AgreeToTerms {
    const OPERATION: Operation = Operation::post("agreeToTerms", "/_matrix/identity/v2/terms")
        .auth(Auth::Identity)
        .since(SpecVersion::r0(3));
    type Response = Empty;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    #[test]
    fn a_policy_has_a_version_and_languages() {
        let body = r#"{"policies": {"privacy_policy": {"version": "1.2",
            "en": {"name": "Privacy Policy", "url": "https://lab.test/privacy-1.2-en.html"},
            "fr": {"name": "Politique de confidentialite", "url": "https://lab.test/privacy-1.2-fr.html"}}}}"#;
        let answer = wire::decode_response::<GetTerms>(http::Response::new(body)).unwrap();
        assert!(answer.warnings.is_empty());
        let policy = &answer.value.policies["privacy_policy"];
        assert_eq!(policy.version.as_deref(), Some("1.2"));
        let languages: Vec<_> = policy.translations.keys().collect();
        assert_eq!(languages, ["en", "fr"]);
        assert_eq!(
            policy.translations["fr"].url,
            "https://lab.test/privacy-1.2-fr.html"
        );
    }

    #[test]
    fn only_malformed_translations_are_skipped() {
        let body = r#"{"policies": {
            "a": {"version": 2, "en": {"name": "A", "url": "u"}, "org.example.since": "2020", "de": {"name": "A"}},
            "b": 5,
            "c": {"en": {"name": "C", "url": "v"}}}}"#;
        let answer = wire::decode_response::<GetTerms>(http::Response::new(body)).unwrap();
        let policies = &answer.value.policies;
        assert_eq!(policies.keys().collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(policies["a"].version, None);
        assert_eq!(
            policies["a"].translations.keys().collect::<Vec<_>>(),
            ["en"]
        );
        assert_eq!(answer.warnings.count(), 4);
    }
}
