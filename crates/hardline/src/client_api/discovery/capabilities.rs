use hardline_derive::{Request, Response, Wire};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::json::{JsonMap, JsonObject};
use crate::types::text::text_enum;
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Asks what the user may do on this homeserver.
///
/// Errors worth handling: `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::discovery::GetCapabilities;
/// use hardline::wire;
///
/// let body = r#"{"capabilities": {
///     "m.change_password": {"enabled": false},
///     "com.example.custom.ratelimit": {"max_requests_per_hour": 600}
/// }}"#;
/// let capabilities = wire::decode::<GetCapabilities>(http::Response::new(body))?.capabilities;
/// assert!(!capabilities.can_change_password());
/// assert!(capabilities.can_change_threepids());
/// assert!(!capabilities.can_get_login_token());
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /capabilities`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3capabilities).
#[doc(alias = "getCapabilities")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetCapabilities {}

impl GetCapabilities {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetCapabilities {
    const OPERATION: Operation =
        Operation::get("getCapabilities", "/_matrix/client/v3/capabilities")
            .auth(Auth::Required)
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(5), "/_matrix/client/r0/capabilities")]);
    type Response = GetCapabilitiesResponse;
}

/// What the user may do.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetCapabilitiesResponse {
    /// The capabilities, by name.
    #[serde(default)]
    pub capabilities: Capabilities,
}

impl GetCapabilitiesResponse {
    /// A response with these capabilities.
    pub fn new(capabilities: Capabilities) -> Self {
        Self { capabilities }
    }
}

/// Capabilities by name. A capability that is missing or malformed has the specification's default.
///
/// ```
/// use hardline::client_api::discovery::Capabilities;
///
/// let mut capabilities = Capabilities::default();
/// assert!(capabilities.can_change_password());
/// capabilities.insert("m.change_password", &serde_json::json!({"enabled": false}))?;
/// assert!(!capabilities.can_change_password());
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Specification: [capabilities negotiation](https://spec.matrix.org/v1.19/client-server-api/#capabilities-negotiation).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
pub struct Capabilities(JsonObject);

impl Capabilities {
    /// `m.change_password`: whether the user can change the password. Default: yes.
    pub fn can_change_password(&self) -> bool {
        self.is_enabled("m.change_password").unwrap_or(true)
    }

    /// `m.3pid_changes`: whether the user can add, remove and bind phone numbers and e-mail addresses. Default: yes.
    pub fn can_change_threepids(&self) -> bool {
        self.is_enabled("m.3pid_changes").unwrap_or(true)
    }

    /// `m.get_login_token`: whether the user can get a token to log in another device. Default: no.
    pub fn can_get_login_token(&self) -> bool {
        self.is_enabled("m.get_login_token").unwrap_or(false)
    }

    /// `m.set_displayname`, deprecated: whether the user can change the display name. Default: yes.
    /// [`profile_fields`](Self::profile_fields) takes precedence.
    pub fn can_set_displayname(&self) -> bool {
        self.is_enabled("m.set_displayname").unwrap_or(true)
    }

    /// `m.set_avatar_url`, deprecated: whether the user can change the avatar. Default: yes.
    /// [`profile_fields`](Self::profile_fields) takes precedence.
    pub fn can_set_avatar_url(&self) -> bool {
        self.is_enabled("m.set_avatar_url").unwrap_or(true)
    }

    /// `m.forget_forced_upon_leave`: whether the server forgets a room for a user who leaves it. Default: no. Since
    /// v1.18.
    pub fn is_forget_forced_upon_leave(&self) -> bool {
        self.is_enabled("m.forget_forced_upon_leave")
            .unwrap_or(false)
    }

    /// `m.profile_fields`: which profile fields the user can change. Since v1.16.
    pub fn profile_fields(&self) -> Option<ProfileFieldsCapability> {
        self.field("m.profile_fields")
    }

    /// `m.room_versions`: which room versions the server supports.
    pub fn room_versions(&self) -> Option<RoomVersionsCapability> {
        self.field("m.room_versions")
    }

    /// `m.account_moderation`: what the user can do to other accounts on the server. Since v1.18.
    pub fn account_moderation(&self) -> AccountModerationCapability {
        self.field("m.account_moderation").unwrap_or_default()
    }

    /// A capability by its name, if present and of this type.
    pub fn field<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.0.field(name)
    }

    /// Adds or replaces a capability.
    ///
    /// # Errors
    /// If the value cannot be serialized as JSON; the capabilities are then unchanged.
    pub fn insert<T: Serialize + ?Sized>(
        &mut self,
        name: &str,
        value: &T,
    ) -> Result<(), serde_json::Error> {
        self.0.insert(name, value)
    }

    /// All of them, undecoded.
    pub fn members(&self) -> &JsonObject {
        &self.0
    }

    /// The value of a capability that is only enabled or disabled.
    fn is_enabled(&self, name: &str) -> Option<bool> {
        self.field::<JsonObject>(name)?.field("enabled")
    }
}

/// The room versions that a server supports.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomVersionsCapability {
    /// The version of a new room if none is requested. `None`: the server does not say.
    pub default: Option<String>,
    /// The supported versions, each with its stability.
    #[serde(default)]
    pub available: JsonMap<String, RoomVersionStability>,
}

text_enum! {
    /// How stable a room version is.
    RoomVersionStability {
        /// It is part of the specification.
        Stable = "stable",
        /// It may change or disappear.
        Unstable = "unstable",
    }
}

/// Which profile fields a user can change.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ProfileFieldsCapability {
    /// Whether any field can be changed.
    pub enabled: bool,
    /// The fields that can be changed; takes precedence over [`disallowed`](Self::disallowed).
    pub allowed: Option<Vec<String>>,
    /// The fields that cannot be changed.
    pub disallowed: Option<Vec<String>>,
}

impl ProfileFieldsCapability {
    /// Whether this field can be changed.
    pub fn can_set(&self, field: &str) -> bool {
        let has = |fields: &Vec<String>| fields.iter().any(|known| known == field);
        self.enabled
            && match (&self.allowed, &self.disallowed) {
                (Some(allowed), _) => has(allowed),
                (None, Some(disallowed)) => !has(disallowed),
                (None, None) => true,
            }
    }
}

/// What a user can do to other accounts on the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct AccountModerationCapability {
    /// Whether the user can suspend them.
    #[serde(default)]
    pub suspend: bool,
    /// Whether the user can lock them.
    #[serde(default)]
    pub lock: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_capability_counts_as_missing() {
        let capabilities: Capabilities = serde_json::from_str(
            r#"{"m.change_password": {"enabled": "no"}, "m.get_login_token": true, "m.profile_fields": {}}"#,
        )
        .unwrap();
        assert!(capabilities.can_change_password());
        assert!(!capabilities.can_get_login_token());
        assert_eq!(capabilities.profile_fields(), None);
        assert_eq!(
            capabilities.account_moderation(),
            AccountModerationCapability::default()
        );
    }

    #[test]
    fn allowed_fields_take_precedence_over_disallowed_ones() {
        let can_set = |json: &str, field| {
            let capability: ProfileFieldsCapability = serde_json::from_str(json).unwrap();
            capability.can_set(field)
        };
        assert!(can_set(r#"{"enabled": true}"#, "m.tz"));
        assert!(!can_set(
            r#"{"enabled": false, "allowed": ["m.tz"]}"#,
            "m.tz"
        ));
        assert!(!can_set(
            r#"{"enabled": true, "disallowed": ["m.tz"]}"#,
            "m.tz"
        ));
        let both = r#"{"enabled": true, "allowed": ["m.tz"], "disallowed": ["m.tz"]}"#;
        assert!(can_set(both, "m.tz"));
        assert!(!can_set(both, "displayname"));
    }

    #[test]
    fn unknown_capabilities_survive() {
        let json = r#"{"m.room_versions":{"available":{"1":"stable","x":"odd"},"default":"1"},"org.example":{"a":[1]}}"#;
        let capabilities: Capabilities = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&capabilities).unwrap(), json);
        let versions = capabilities.room_versions().unwrap();
        assert_eq!(
            versions.available["x"],
            RoomVersionStability::Other("odd".to_owned())
        );
    }
}
