use serde::{Deserialize, Serialize};

use crate::client_api::UserIdentifier;
use crate::types::{ClientSecret, JsonObject, Password, SessionId};
use crate::wire::AuthType;

/// One stage of user-interactive authentication, as it is submitted. `Debug` shows the names of its members only.
///
/// ```
/// use hardline::client_api::{AuthData, UserIdentifier};
/// use hardline::types::Password;
///
/// let auth = AuthData::password(&UserIdentifier::user("alice"), &Password::from("secret"));
/// let auth = auth.in_session(Some("xyz"));
/// assert_eq!(auth.session().as_deref(), Some("xyz"));
/// assert!(!format!("{auth:?}").contains("secret"));
/// ```
///
/// Specification: [user-interactive API](https://spec.matrix.org/v1.19/client-server-api/#user-interactive-authentication-api).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(transparent)]
pub struct AuthData(JsonObject);

impl AuthData {
    /// `m.login.password`
    pub fn password(identifier: &UserIdentifier, password: &Password) -> Self {
        let mut members = Self::of_type(&AuthType::Password)
            .0
            .with_text("password", password.reveal());
        members
            .insert("identifier", identifier)
            .expect("an identifier has a JSON form");
        Self(members)
    }

    /// `m.login.dummy`
    pub fn dummy() -> Self {
        Self::of_type(&AuthType::Dummy)
    }

    /// `m.login.terms`: the documents that the challenge named are agreed to.
    pub fn terms() -> Self {
        Self::of_type(&AuthType::Terms)
    }

    /// `m.login.registration_token`
    pub fn registration_token(token: &str) -> Self {
        Self(
            Self::of_type(&AuthType::RegistrationToken)
                .0
                .with_text("token", token),
        )
    }

    /// `m.login.recaptcha`: what the captcha gave for its solution.
    pub fn recaptcha(response: &str) -> Self {
        Self(
            Self::of_type(&AuthType::Recaptcha)
                .0
                .with_text("response", response),
        )
    }

    /// `m.login.email.identity`: the session in which the homeserver validated an e-mail address.
    pub fn email_identity(sid: &SessionId, client_secret: &ClientSecret) -> Self {
        Self::validated(&AuthType::EmailIdentity, sid, client_secret)
    }

    /// `m.login.msisdn`: the session in which the homeserver validated a phone number.
    pub fn msisdn(sid: &SessionId, client_secret: &ClientSecret) -> Self {
        Self::validated(&AuthType::Msisdn, sid, client_secret)
    }

    /// A stage that was completed elsewhere (in a browser): the session alone.
    pub fn completed_elsewhere() -> Self {
        Self(JsonObject::new())
    }

    /// A stage that this library has no name for.
    pub fn other(members: JsonObject) -> Self {
        Self(members)
    }

    /// The same, for the session that the server's challenge named.
    #[must_use]
    pub fn in_session(self, session: Option<&str>) -> Self {
        match session {
            Some(session) => Self(self.0.with_text("session", session)),
            None => self,
        }
    }

    /// The stage: the member `type`.
    pub fn auth_type(&self) -> Option<AuthType> {
        self.0.field("type")
    }

    /// The session: the member `session`.
    pub fn session(&self) -> Option<String> {
        self.0.field("session")
    }

    /// All members.
    pub fn members(&self) -> &JsonObject {
        &self.0
    }

    fn validated(kind: &AuthType, sid: &SessionId, client_secret: &ClientSecret) -> Self {
        let creds = JsonObject::new()
            .with_text("sid", sid.as_str())
            .with_text("client_secret", client_secret.reveal());
        let mut members = Self::of_type(kind).0;
        members
            .insert("threepid_creds", &creds)
            .expect("strings have a JSON form");
        Self(members)
    }

    fn of_type(kind: &AuthType) -> Self {
        Self(JsonObject::new().with_text("type", kind.as_str()))
    }
}
