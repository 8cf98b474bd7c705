use hardline_derive::{Request, Wire};
use serde::Serialize;

use crate::json::{Empty, JsonObject};
use crate::types::{MxcUri, UserId};
use crate::wire::{Auth, Body, Endpoint, Operation, SpecVersion};

/// Asks for a user's whole profile.
///
/// No access token is needed, but servers may require one, or that the users share a room; it is sent if there is one.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such user, or the profile is empty: Synapse makes no difference),
/// `M_FORBIDDEN` (the server does not show the profile).
///
/// ```
/// use hardline::client_api::user_data::GetUserProfile;
/// use hardline::wire;
///
/// let body = r#"{"displayname": "Alice", "m.tz": "Europe/London", "org.example.pronouns": ["she"]}"#;
/// let profile = wire::decode::<GetUserProfile>(http::Response::new(body))?;
/// assert_eq!(profile.display_name().as_deref(), Some("Alice"));
/// assert_eq!(profile.avatar_url(), None);
/// assert_eq!(profile.members().field::<Vec<String>>("org.example.pronouns").unwrap(), ["she"]);
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /profile/{userId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3profileuserid).
#[doc(alias = "getUserProfile")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetUserProfile {
    /// The user.
    #[serde(rename = "userId")]
    pub user_id: UserId,
}

impl GetUserProfile {
    /// A request with the required fields.
    pub fn new(user_id: UserId) -> Self {
        Self { user_id }
    }
}

impl Endpoint for GetUserProfile {
    const OPERATION: Operation =
        Operation::get("getUserProfile", "/_matrix/client/v3/profile/{userId}")
            .auth(Auth::Optional)
            .open_response()
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/profile/{userId}")]);
    type Response = Profile;
}

/// A user's profile, or one field of it: all fields by their names. A field with another type than is expected counts as
/// missing.
///
/// Specification: [profiles](https://spec.matrix.org/v1.19/client-server-api/#profiles).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
pub struct Profile(JsonObject);

impl Profile {
    /// A profile with these fields.
    pub fn new(fields: JsonObject) -> Self {
        Self(fields)
    }

    /// `displayname`: what the user is called.
    pub fn display_name(&self) -> Option<String> {
        self.0.field("displayname")
    }

    /// `avatar_url`: the user's picture.
    pub fn avatar_url(&self) -> Option<MxcUri> {
        self.0.field("avatar_url")
    }

    /// `m.tz`: the name of the user's time zone, as in `Europe/London`. Since v1.16.
    pub fn time_zone(&self) -> Option<String> {
        self.0.field("m.tz")
    }

    /// All fields, undecoded.
    pub fn members(&self) -> &JsonObject {
        &self.0
    }
}

/// Asks for one field of a user's profile.
///
/// No access token is needed, but servers may require one, or that the users share a room; it is sent if there is one.
///
/// The response is empty if a user has no display name or no avatar. Servers before v1.16 have these two alone.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such user or field), `M_FORBIDDEN` (the server does not show the
/// profile).
///
/// ```
/// use hardline::client_api::user_data::GetProfileField;
/// use hardline::types::UserId;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetProfileField::new(UserId::parse("@alice:example.org")?, "displayname".to_owned());
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/profile/%40alice%3Aexample.org/displayname");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /profile/{userId}/{keyName}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3profileuseridkeyname).
#[doc(alias = "getProfileField")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetProfileField {
    /// The user.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// The name of the field: `displayname`, `avatar_url`, `m.tz`, or one of your own, at most 255 bytes.
    #[serde(rename = "keyName")]
    pub key_name: String,
}

impl GetProfileField {
    /// A request with the required fields.
    pub fn new(user_id: UserId, key_name: String) -> Self {
        Self { user_id, key_name }
    }
}

impl Endpoint for GetProfileField {
    const OPERATION: Operation = Operation::get(
        "getProfileField",
        "/_matrix/client/v3/profile/{userId}/{keyName}",
    )
    .auth(Auth::Optional)
    .open_response()
    .may_be_unadvertised()
    .since(SpecVersion::v1(16))
    .unstable(&[
        (
            "uk.tcpip.msc4133",
            "/_matrix/client/unstable/uk.tcpip.msc4133/profile/{userId}/{keyName}",
        ),
        (
            "uk.tcpip.msc4133.stable",
            "/_matrix/client/v3/profile/{userId}/{keyName}",
        ),
    ]);
    type Response = Profile;
}

/// Sets one field of the user's own profile. Servers before v1.16 have the display name and the avatar alone.
///
/// The content is an object with one member, whose name is that of the field: [`field`](Self::field) makes it.
///
/// Errors worth handling: `M_FORBIDDEN` (the server does not let users change the field: the capability
/// `m.profile_fields` says which), `M_INVALID_PARAM` (the name is not valid), `M_MISSING_PARAM` (the content has no
/// member of that name), `M_KEY_TOO_LARGE` (the name is longer than 255 bytes), `M_PROFILE_TOO_LARGE` (the whole
/// profile would be larger than 64 KiB), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::user_data::SetProfileField;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = SetProfileField::field(UserId::parse("@alice:example.org")?, "displayname", "Alice")?;
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/profile/%40alice%3Aexample.org/displayname");
/// assert_eq!(request.body(), br#"{"displayname":"Alice"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /profile/{userId}/{keyName}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3profileuseridkeyname).
#[doc(alias = "setProfileField")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SetProfileField {
    /// The user: that of the access token.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// The name of the field: `displayname`, `avatar_url`, `m.tz`, or one of your own, at most 255 bytes.
    #[serde(rename = "keyName")]
    pub key_name: String,
    /// The field as a member of an object.
    pub content: JsonObject,
}

impl SetProfileField {
    /// A request with the required fields.
    pub fn new(user_id: UserId, key_name: String, content: JsonObject) -> Self {
        Self {
            user_id,
            key_name,
            content,
        }
    }

    /// Sets a field to this value.
    ///
    /// # Errors
    /// The value has no JSON form.
    pub fn field<T: Serialize + ?Sized>(
        user_id: UserId,
        key_name: &str,
        value: &T,
    ) -> Result<Self, serde_json::Error> {
        let mut content = JsonObject::new();
        content.insert(key_name, value)?;
        Ok(Self::new(user_id, key_name.to_owned(), content))
    }
}

impl Endpoint for SetProfileField {
    const OPERATION: Operation = Operation::put(
        "setProfileField",
        "/_matrix/client/v3/profile/{userId}/{keyName}",
    )
    .auth(Auth::Required)
    .body(Body::Whole("content"))
    .repeatable()
    .may_be_unadvertised()
    .since(SpecVersion::v1(16))
    .unstable(&[
        (
            "uk.tcpip.msc4133",
            "/_matrix/client/unstable/uk.tcpip.msc4133/profile/{userId}/{keyName}",
        ),
        (
            "uk.tcpip.msc4133.stable",
            "/_matrix/client/v3/profile/{userId}/{keyName}",
        ),
    ]);
    type Response = Empty;
}

/// Removes one field of the user's own profile. Removing one that is not there succeeds.
///
/// Servers before v1.16 cannot do it: set the display name to the empty string.
///
/// Errors worth handling: `M_FORBIDDEN` (the server does not let users change the field), `M_INVALID_PARAM` (the name
/// is not valid), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::user_data::DeleteProfileField;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = DeleteProfileField::new(UserId::parse("@alice:example.org")?, "displayname".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/profile/%40alice%3Aexample.org/displayname");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`DELETE /profile/{userId}/{keyName}`](https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3profileuseridkeyname).
#[doc(alias = "deleteProfileField")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct DeleteProfileField {
    /// The user: that of the access token.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// The name of the field: `displayname`, `avatar_url`, `m.tz`, or one of your own, at most 255 bytes.
    #[serde(rename = "keyName")]
    pub key_name: String,
}

impl DeleteProfileField {
    /// A request with the required fields.
    pub fn new(user_id: UserId, key_name: String) -> Self {
        Self { user_id, key_name }
    }
}

impl Endpoint for DeleteProfileField {
    const OPERATION: Operation = Operation::delete(
        "deleteProfileField",
        "/_matrix/client/v3/profile/{userId}/{keyName}",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(16))
    .unstable(&[
        (
            "uk.tcpip.msc4133",
            "/_matrix/client/unstable/uk.tcpip.msc4133/profile/{userId}/{keyName}",
        ),
        (
            "uk.tcpip.msc4133.stable",
            "/_matrix/client/v3/profile/{userId}/{keyName}",
        ),
    ]);
    type Response = Empty;
}
