use hardline_derive::Wire;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::json::JsonObject;
use crate::types::{
    AccessToken, ClientSecret, Password, RegistrationToken, ServerName, ValidationSessionId,
};
use crate::wire::{AuthType, UserIdentifier};

/// One stage of user-interactive authentication, as submitted. `Debug` shows only the names of its members.
///
/// ```
/// use hardline::wire::{AuthData, UserIdentifier};
/// use hardline::types::Password;
///
/// let auth = AuthData::password(&UserIdentifier::user("alice"), &Password::from("secret"));
/// let auth = auth.in_session(Some("xyz"));
/// assert_eq!(auth.session().as_deref(), Some("xyz"));
/// assert!(!format!("{auth:?}").contains("secret"));
/// ```
///
/// Specification: [user-interactive
/// API](https://spec.matrix.org/v1.19/client-server-api/#user-interactive-authentication-api).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
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

    /// `m.login.email.identity`: a validated session for an e-mail address.
    pub fn email_identity(credentials: &ValidationCredentials) -> Self {
        Self::validated(&AuthType::EmailIdentity, credentials)
    }

    /// `m.login.msisdn`: a validated session for a phone number.
    pub fn msisdn(credentials: &ValidationCredentials) -> Self {
        Self::validated(&AuthType::Msisdn, credentials)
    }

    /// `m.login.recaptcha`: the response token of the solved captcha.
    pub fn recaptcha(response: &str) -> Self {
        let stage = Self::of_type(&AuthType::Recaptcha);
        Self(stage.0.with_text("response", response))
    }

    /// `m.login.terms`: the user agrees to the policies that the challenge's parameters list.
    pub fn terms() -> Self {
        Self::of_type(&AuthType::Terms)
    }

    /// `m.login.registration_token`
    pub fn registration_token(token: &RegistrationToken) -> Self {
        let stage = Self::of_type(&AuthType::RegistrationToken);
        Self(stage.0.with_text("token", token.reveal()))
    }

    /// A stage that was completed in a browser (`m.login.sso`, `m.oauth`, the fallback of any stage): only the session
    /// is sent.
    pub fn completed_elsewhere() -> Self {
        Self(JsonObject::new())
    }

    /// A stage that this library does not know.
    pub fn other(members: JsonObject) -> Self {
        Self(members)
    }

    /// Sets the session that the server's challenge gave.
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

    fn of_type(kind: &AuthType) -> Self {
        Self(JsonObject::new().with_text("type", kind.as_str()))
    }

    fn validated(kind: &AuthType, credentials: &ValidationCredentials) -> Self {
        let mut members = Self::of_type(kind).0;
        members
            .insert("threepid_creds", &WithoutNull(credentials))
            .expect("an object of texts has a JSON form");
        Self(members)
    }
}

/// A validated session, as proof that an e-mail address or a phone number belongs to the user.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ValidationCredentials {
    /// The session.
    pub sid: ValidationSessionId,
    /// The secret with which the session was requested.
    pub client_secret: ClientSecret,
    /// Deprecated: the identity server that validated the session. Give it with
    /// [`id_access_token`](Self::id_access_token).
    pub id_server: Option<ServerName>,
    /// The identity server's access token. Give it with [`id_server`](Self::id_server).
    pub id_access_token: Option<AccessToken>,
}

/// A stage becomes JSON before the request's own serializer, which leaves `None` out, sees it.
struct WithoutNull<'a>(&'a ValidationCredentials);

impl Serialize for WithoutNull<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("sid", &self.0.sid)?;
        members.serialize_entry("client_secret", &self.0.client_secret)?;
        if let Some(server) = &self.0.id_server {
            members.serialize_entry("id_server", server)?;
        }
        if let Some(token) = &self.0.id_access_token {
            members.serialize_entry("id_access_token", token)?;
        }
        members.end()
    }
}

impl ValidationCredentials {
    /// A session that the homeserver validated.
    pub fn new(sid: ValidationSessionId, client_secret: ClientSecret) -> Self {
        Self {
            sid,
            client_secret,
            id_server: None,
            id_access_token: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(auth: &AuthData) -> String {
        serde_json::to_string(auth).unwrap()
    }

    #[test]
    fn each_stage_has_its_members() {
        let session = ValidationCredentials::new(
            ValidationSessionId::parse("1402430117").unwrap(),
            ClientSecret::parse("cs.1cfeb2d260d1232d").unwrap(),
        );
        let credentials = r#"{"sid":"1402430117","client_secret":"cs.1cfeb2d260d1232d"}"#;
        for (auth, expected) in [
            (AuthData::dummy(), r#"{"type":"m.login.dummy"}"#.to_owned()),
            (AuthData::terms(), r#"{"type":"m.login.terms"}"#.to_owned()),
            (AuthData::completed_elsewhere(), "{}".to_owned()),
            (
                AuthData::recaptcha("solved"),
                r#"{"type":"m.login.recaptcha","response":"solved"}"#.to_owned(),
            ),
            (
                AuthData::registration_token(&RegistrationToken::from("fBVFdqVE")),
                r#"{"type":"m.login.registration_token","token":"fBVFdqVE"}"#.to_owned(),
            ),
            (
                AuthData::email_identity(&session),
                format!(r#"{{"type":"m.login.email.identity","threepid_creds":{credentials}}}"#),
            ),
            (
                AuthData::msisdn(&session),
                format!(r#"{{"type":"m.login.msisdn","threepid_creds":{credentials}}}"#),
            ),
        ] {
            assert_eq!(json(&auth), expected);
            let with_session = auth.in_session(Some("xyz"));
            assert_eq!(with_session.session().as_deref(), Some("xyz"));
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let mut session = ValidationCredentials::new(
            ValidationSessionId::parse("1").unwrap(),
            ClientSecret::parse("monkeys").unwrap(),
        );
        session.id_access_token = Some(AccessToken::from("gorillas"));
        for auth in [
            AuthData::email_identity(&session),
            AuthData::recaptcha("gibbons"),
            AuthData::registration_token(&RegistrationToken::from("lemurs")),
        ] {
            let shown = format!("{session:?} {auth:?}");
            for secret in ["monkeys", "gorillas", "gibbons", "lemurs"] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
    }
}
