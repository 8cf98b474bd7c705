use std::collections::BTreeMap;

#[cfg(feature = "identity")]
use hardline_derive::{Persist, Wire};

use crate::identity_api::terms::GetTermsResponse;
use crate::json::JsonObject;

/// A document that a server requires consent to, such as its terms of service.
///
/// Specification: [terms of service at registration](https://spec.matrix.org/v1.19/client-server-api/#terms-of-service-at-registration).
#[derive(Clone, Debug, PartialEq, Eq, Persist)]
#[non_exhaustive]
pub struct TermsDocument {
    /// The ID of the document, for programs: `privacy_policy`.
    pub id: String,
    /// Its version.
    pub version: String,
    /// The translations, by language: `en`.
    pub languages: BTreeMap<String, TermsTranslation>,
}

/// A document in one language.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct TermsTranslation {
    /// The title.
    pub name: String,
    /// The URL of the text.
    pub url: String,
}

impl TermsDocument {
    /// The documents in a `policies` member, in the order of their names. Members of another form are skipped.
    pub(crate) fn all_in(policies: &JsonObject) -> Vec<Self> {
        let one = |id: &str, policy: JsonObject| Self {
            id: id.to_owned(),
            version: policy.field("version").unwrap_or_default(),
            languages: policy
                .iter()
                .filter_map(|(language, text)| {
                    Some((language.to_owned(), text.deserialize().ok()?))
                })
                .collect(),
        };
        policies
            .iter()
            .filter_map(|(id, policy)| Some(one(id, policy.deserialize().ok()?)))
            .collect()
    }

    /// The terms of an identity server.
    #[cfg(feature = "identity")]
    pub(crate) fn of_identity_server(terms: GetTermsResponse) -> Vec<Self> {
        let policies = terms.policies.into_iter().map(|(id, policy)| {
            let languages = policy.translations.into_iter().map(|(language, text)| {
                let (name, url) = (text.name, text.url);
                (language, TermsTranslation { name, url })
            });
            Self {
                id,
                version: policy.version.unwrap_or_default(),
                languages: languages.collect(),
            }
        });
        policies.collect()
    }
}
