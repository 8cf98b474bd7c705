use hardline_derive::{Request, Response, Wire};
use serde::{Serialize, Serializer};

use crate::json::{Empty, JsonObject};
use crate::types::text::text_enum;
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Lists the pushers of the account: where notifications are sent.
///
/// ```
/// use hardline::client_api::push::GetPushers;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetPushers::new();
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/pushers");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /pushers`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushers).
#[doc(alias = "getPushers")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetPushers {}

impl GetPushers {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetPushers {
    const OPERATION: Operation = Operation::get("getPushers", "/_matrix/client/v3/pushers")
        .auth(Auth::Required)
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/pushers")]);
    type Response = GetPushersResponse;
}

/// The pushers of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetPushersResponse {
    /// All pushers, also those of other devices.
    #[serde(default)]
    pub pushers: Vec<Pusher>,
}

/// Where notifications are sent.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct Pusher {
    /// What tells it apart from others of the app: for `http` the token from the push service, for `email` the
    /// address.
    pub pushkey: String,
    /// How notifications are sent.
    pub kind: PusherKind,
    /// The app, in the form of a reversed domain: `com.example.app.ios`. With the push key it identifies the pusher.
    pub app_id: String,
    /// What the app is called, for the user.
    pub app_display_name: Option<String>,
    /// What the device is called, for the user.
    pub device_display_name: Option<String>,
    /// Which set of device-specific rules applies, if any.
    pub profile_tag: Option<String>,
    /// The language of the notifications: `en`, `en-US`.
    pub lang: Option<String>,
    /// Where notifications are sent, and in which form.
    #[serde(default)]
    pub data: PusherData,
}

impl Pusher {
    /// A pusher that nothing is known of for people to read.
    pub fn new(pushkey: String, kind: PusherKind, app_id: String, data: PusherData) -> Self {
        Self {
            pushkey,
            kind,
            app_id,
            app_display_name: None,
            device_display_name: None,
            profile_tag: None,
            lang: None,
            data,
        }
    }
}

text_enum! {
    /// How a pusher sends notifications.
    PusherKind {
        /// To a push gateway, over HTTP.
        Http = "http",
        /// To an e-mail address.
        Email = "email",
    }
}

/// Where a pusher sends notifications, and in which form. Clients of some push services add members of their own, such as
/// `default_payload`.
///
/// ```
/// use hardline::client_api::push::PusherData;
///
/// let data = PusherData::http("https://push.example.org/_matrix/push/v1/notify").event_id_only();
/// assert_eq!(data.format().as_deref(), Some("event_id_only"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
pub struct PusherData(JsonObject);

impl PusherData {
    /// Data without members, as for an e-mail address.
    pub fn new() -> Self {
        Self::default()
    }

    /// A push gateway: an `https` URL whose path is `/_matrix/push/v1/notify`.
    pub fn http(url: &str) -> Self {
        Self(JsonObject::new().with_text("url", url))
    }

    /// Data with these members.
    pub fn other(members: JsonObject) -> Self {
        Self(members)
    }

    /// Has the server tell the gateway only which event it is, not what it says.
    #[must_use]
    pub fn event_id_only(self) -> Self {
        Self(self.0.with_text("format", "event_id_only"))
    }

    /// The URL of the push gateway.
    pub fn url(&self) -> Option<String> {
        self.0.field("url")
    }

    /// The form of what is sent to the gateway: `event_id_only`, or all that the gateway may know.
    pub fn format(&self) -> Option<String> {
        self.0.field("format")
    }

    /// All members.
    pub fn members(&self) -> &JsonObject {
        &self.0
    }
}

/// Creates, changes or deletes a pusher of the account.
///
/// A pusher is changed if there is one with the same app and push key. Unless [`append`](Self::append) is true, one
/// with the same app and push key of *another* account is deleted, since the device belongs to somebody else now.
///
/// Errors worth handling: `M_MISSING_PARAM` (an app name, a device name, a language or data is missing, which a pusher
/// that is set needs), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::push::{PostPusher, PusherData};
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let data = PusherData::http("https://push.example.org/_matrix/push/v1/notify");
/// let mut operation = PostPusher::http("token".to_owned(), "org.example.app".to_owned(), data);
/// operation.app_display_name = Some("Example".to_owned());
/// operation.device_display_name = Some("Phone".to_owned());
/// operation.lang = Some("en".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let target = Target::homeserver("https://example.org")?;
/// assert!(wire::encode(&operation, &target, &credentials).is_ok());
///
/// let delete = PostPusher::delete("token".to_owned(), "org.example.app".to_owned());
/// let request = wire::encode(&delete, &target, &credentials)?;
/// assert_eq!(request.body(), br#"{"pushkey":"token","kind":null,"app_id":"org.example.app"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /pushers/set`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3pushersset).
#[doc(alias = "postPusher")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct PostPusher {
    /// What tells it apart from others of the app: for `http` the token from the push service, for `email` the
    /// address. At most 512 bytes.
    pub pushkey: String,
    /// How notifications are to be sent, or that the pusher is to be deleted.
    pub kind: PusherChange,
    /// The app, in the form of a reversed domain: `com.example.app.ios`. At most 64 characters.
    pub app_id: String,
    /// What the app is called, for the user. Required unless the pusher is deleted.
    pub app_display_name: Option<String>,
    /// What the device is called, for the user. Required unless the pusher is deleted.
    pub device_display_name: Option<String>,
    /// Which set of device-specific rules applies, if any.
    pub profile_tag: Option<String>,
    /// The language of the notifications: `en`, `en-US`. Required unless the pusher is deleted.
    pub lang: Option<String>,
    /// Where notifications are sent, and in which form. Required unless the pusher is deleted.
    pub data: Option<PusherData>,
    /// Whether pushers of other accounts with the same app and push key stay. Without it they are deleted.
    pub append: Option<bool>,
}

impl PostPusher {
    /// A request with the required fields.
    pub fn new(pushkey: String, kind: PusherChange, app_id: String) -> Self {
        Self {
            pushkey,
            kind,
            app_id,
            app_display_name: None,
            device_display_name: None,
            profile_tag: None,
            lang: None,
            data: None,
            append: None,
        }
    }

    /// Sets a pusher of a push gateway. Assign the names and the language too.
    pub fn http(pushkey: String, app_id: String, data: PusherData) -> Self {
        Self {
            data: Some(data),
            ..Self::new(pushkey, PusherChange::Set(PusherKind::Http), app_id)
        }
    }

    /// Deletes a pusher.
    pub fn delete(pushkey: String, app_id: String) -> Self {
        Self::new(pushkey, PusherChange::Delete, app_id)
    }
}

impl Endpoint for PostPusher {
    const OPERATION: Operation = Operation::post("postPusher", "/_matrix/client/v3/pushers/set")
        .auth(Auth::Required)
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/pushers/set")]);
    type Response = Empty;
}

/// What is to become of a pusher. In JSON: its kind, or `null`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PusherChange {
    /// It is created or changed.
    Set(PusherKind),
    /// It is deleted.
    Delete,
}

impl Serialize for PusherChange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Set(kind) => kind.serialize(serializer),
            // `None` would be left out.
            Self::Delete => serializer.serialize_unit(),
        }
    }
}

#[cfg(feature = "server")]
impl<'de> serde::Deserialize<'de> for PusherChange {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kind = Option::<PusherKind>::deserialize(deserializer)?;
        Ok(kind.map_or(Self::Delete, Self::Set))
    }
}

#[cfg(any(feature = "by-name", feature = "proptest"))]
impl crate::json::Shaped for PusherChange {
    const SHAPE: &'static crate::json::Shape =
        &crate::json::Shape::Optional(<PusherKind as crate::json::Shaped>::SHAPE);
}

#[cfg(feature = "proptest")]
crate::json::strategy_of_shape!(PusherChange);
