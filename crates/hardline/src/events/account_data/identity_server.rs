use hardline_derive::Wire;
use serde_json::Value;

use crate::events::EventContent;
use crate::json::JsonObject;

/// `m.identity_server`: the identity server that the user wants. Clients may store members of their own in it.
///
/// ```
/// use hardline::events::{IdentityServer, IdentityServerChoice, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.identity_server", "content": {"base_url": null}}))?;
/// assert_eq!(event.content_as::<IdentityServer>()?.choice(), IdentityServerChoice::NoServer);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.identity_server`](https://spec.matrix.org/v1.19/client-server-api/#midentity_server).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
pub struct IdentityServer(JsonObject);

impl IdentityServer {
    /// The user wants this.
    pub fn new(choice: IdentityServerChoice) -> Self {
        let mut members = JsonObject::new();
        let base_url = match choice {
            IdentityServerChoice::NoPreference => return Self(members),
            IdentityServerChoice::NoServer => Value::Null,
            IdentityServerChoice::Server(url) => Value::String(url),
        };
        members.insert(BASE_URL, &base_url).expect("it is JSON");
        Self(members)
    }

    /// What the user wants. A `base_url` that is no text is no preference.
    pub fn choice(&self) -> IdentityServerChoice {
        match self.0.field::<Option<String>>(BASE_URL) {
            None => IdentityServerChoice::NoPreference,
            Some(None) => IdentityServerChoice::NoServer,
            Some(Some(url)) => IdentityServerChoice::Server(url),
        }
    }

    /// All members.
    pub fn members(&self) -> &JsonObject {
        &self.0
    }
}

const BASE_URL: &str = "base_url";

impl EventContent for IdentityServer {
    const TYPE: &'static str = "m.identity_server";
}

/// The identity server that a user wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityServerChoice {
    /// Any: the client chooses.
    NoPreference,
    /// None.
    NoServer,
    /// The one at this URL. It was not checked.
    Server(String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawJson;

    #[test]
    fn no_server_and_no_preference_are_told_apart() {
        for (content, choice) in [
            ("{}", IdentityServerChoice::NoPreference),
            (r#"{"base_url":null}"#, IdentityServerChoice::NoServer),
            (
                r#"{"base_url":"https://is.org"}"#,
                IdentityServerChoice::Server("https://is.org".to_owned()),
            ),
        ] {
            let read: IdentityServer = serde_json::from_str(content).unwrap();
            assert_eq!(read.choice(), choice, "{content}");
            let written = RawJson::new(&IdentityServer::new(choice)).unwrap();
            assert_eq!(written.as_str(), content);
        }
        let wrong: IdentityServer = serde_json::from_str(r#"{"base_url": 5}"#).unwrap();
        assert_eq!(wrong.choice(), IdentityServerChoice::NoPreference);
    }
}
