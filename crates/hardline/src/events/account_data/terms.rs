use hardline_derive::Wire;

use crate::events::EventContent;
use crate::json::JsonObject;

/// `m.accepted_terms`: the documents that the user has accepted. Never drop one that is there.
///
/// ```
/// use hardline::events::{AcceptedTerms, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.accepted_terms",
///     "content": {"accepted": ["https://example.org/terms-1"]},
/// }))?;
/// let mut terms: AcceptedTerms = event.content_as()?;
/// terms.add("https://example.org/terms-2");
/// assert_eq!(terms.accepted.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.accepted_terms`](https://spec.matrix.org/v1.19/client-server-api/#maccepted_terms).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct AcceptedTerms {
    /// The documents' URLs.
    #[serde(default)]
    pub accepted: Vec<String>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl AcceptedTerms {
    /// These documents were accepted.
    pub fn new(accepted: Vec<String>) -> Self {
        Self {
            accepted,
            others: JsonObject::new(),
        }
    }

    /// The user has accepted a document.
    pub fn add(&mut self, url: &str) {
        if !self.accepted.iter().any(|accepted| accepted == url) {
            self.accepted.push(url.to_owned());
        }
    }
}

impl EventContent for AcceptedTerms {
    const TYPE: &'static str = "m.accepted_terms";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_accepted_once() {
        let mut terms = AcceptedTerms::default();
        terms.add("a");
        terms.add("a");
        assert_eq!(terms.accepted, ["a"]);
    }
}
