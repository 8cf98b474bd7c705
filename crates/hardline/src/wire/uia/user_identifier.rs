use hardline_derive::Wire;

use crate::json::JsonObject;
use crate::types::{CountryCode, Medium};

/// Identifies a user by name, by phone number, or by another identifier that is bound to the account.
///
/// ```
/// use hardline::wire::UserIdentifier;
///
/// let alice = UserIdentifier::user("alice");
/// assert_eq!(serde_json::to_string(&alice)?, r#"{"type":"m.id.user","user":"alice"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Specification: [identifier types](https://spec.matrix.org/v1.19/client-server-api/#identifier-types).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct UserIdentifier(JsonObject);

impl UserIdentifier {
    /// `m.id.user`: a whole user ID or its local part.
    pub fn user(user: &str) -> Self {
        Self::of_type("m.id.user").with("user", user)
    }

    /// `m.id.phone`: a phone number as people in that country write it.
    ///
    /// The number is sent under two names: Synapse fails without `number`, the name it had before the specification's
    /// `phone`.
    pub fn phone(country: &CountryCode, phone: &str) -> Self {
        Self::of_type("m.id.phone")
            .with("country", country.as_str())
            .with("phone", phone)
            .with("number", phone)
    }

    /// `m.id.thirdparty`: an identifier that is bound to the account.
    pub fn third_party(medium: &Medium, address: &str) -> Self {
        Self::of_type("m.id.thirdparty")
            .with("medium", medium.as_str())
            .with("address", address)
    }

    /// An identifier of a type that this library does not know.
    pub fn other(members: JsonObject) -> Self {
        Self(members)
    }

    /// Its members, including `type`.
    pub fn members(&self) -> &JsonObject {
        &self.0
    }

    fn of_type(kind: &str) -> Self {
        Self(JsonObject::new().with_text("type", kind))
    }

    fn with(self, name: &str, text: &str) -> Self {
        Self(self.0.with_text(name, text))
    }
}
