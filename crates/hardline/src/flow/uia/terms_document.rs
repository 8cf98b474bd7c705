use hardline_derive::{Persist, Wire};

#[cfg(feature = "identity")]
use crate::identity_api::terms::GetTermsResponse;
use crate::json::{JsonMap, JsonObject};

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
    pub languages: JsonMap<String, TermsTranslation>,
}

/// A document in one language.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct TermsTranslation {
    /// The title; the ID of the document if the server gives none.
    pub name: String,
    /// The URL of the text.
    pub url: String,
}

impl TermsDocument {
    /// The documents in a `policies` member, in the server's order. Members of another form are skipped.
    pub(crate) fn all_in(policies: &JsonObject) -> Vec<Self> {
        let one = |id: &str, policy: JsonObject| Self {
            id: id.to_owned(),
            version: policy.field("version").unwrap_or_default(),
            languages: policy
                .iter()
                .filter_map(|(language, text)| {
                    let text: JsonObject = text.deserialize().ok()?;
                    let text = TermsTranslation::new(id, text.field("name"), text.field("url")?);
                    Some((language.to_owned(), text))
                })
                .collect(),
        };
        policies
            .iter()
            .filter_map(|(id, policy)| Some(one(id, policy.deserialize().ok()?)))
            .collect()
    }

    /// The terms of an identity server. A document without a URL is left out, since it is accepted by its URL.
    #[cfg(feature = "identity")]
    pub(crate) fn of_identity_server(terms: GetTermsResponse) -> Vec<Self> {
        let policies = terms.policies.into_iter().map(|(id, policy)| {
            let translations = policy.translations.into_iter();
            let with_url = translations.filter(|(_, text)| !text.url.is_empty());
            let languages = with_url
                .map(|(language, text)| {
                    let text = TermsTranslation::new(&id, text.name, text.url);
                    (language, text)
                })
                .collect();
            Self {
                id,
                version: policy.version.unwrap_or_default(),
                languages,
            }
        });
        policies
            .filter(|document| !document.languages.is_empty())
            .collect()
    }
}

impl TermsTranslation {
    /// A translation of a document, whose ID is its title if it has none.
    fn new(id: &str, name: Option<String>, url: String) -> Self {
        let name = name.filter(|name| !name.is_empty());
        Self {
            name: name.unwrap_or_else(|| id.to_owned()),
            url,
        }
    }
}
