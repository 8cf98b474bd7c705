//! Logging in and out.
//!
//! Specification: [login](https://spec.matrix.org/v1.19/client-server-api/#login).

mod login_token;
mod refresh;
mod sso;

pub use login_token::{GenerateLoginToken, GenerateLoginTokenResponse};
pub use refresh::{Refresh, RefreshResponse};
pub use sso::{RedirectToIdp, RedirectToSso, SsoAction, SsoRedirect};

use hardline_derive::{Request, Response};

use crate::client_api::discovery::DiscoveryInformation;
use crate::json::Empty;
use crate::types::{
    AccessToken, DeviceId, IdentityProviderId, LoginToken, Password, RefreshToken, ServerName,
    UserId,
};
use crate::wire::{Auth, AuthType, Body, Endpoint, Operation, SpecVersion, UserIdentifier};

crate::wire::operations![
    GenerateLoginToken,
    GetLoginFlows,
    Login,
    Logout,
    LogoutAll,
    RedirectToIdp,
    RedirectToSso,
    Refresh,
];

/// Asks a homeserver which kinds of login it supports.
///
/// Errors worth handling: `M_LIMIT_EXCEEDED`; `M_UNRECOGNIZED` if the server supports none.
///
/// ```
/// use hardline::client_api::session::GetLoginFlows;
/// use hardline::wire::{self, AuthType};
///
/// let body = r#"{"flows": [{"type": "m.login.password"}]}"#;
/// let answer = wire::decode::<GetLoginFlows>(http::Response::new(body))?;
/// assert_eq!(answer.flows[0].login_type, AuthType::Password);
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /login`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3login).
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetLoginFlows {}

impl GetLoginFlows {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetLoginFlows {
    const OPERATION: Operation = Operation::get("getLoginFlows", "/_matrix/client/v3/login")
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/login")]);
    type Response = GetLoginFlowsResponse;
}

/// The supported kinds of login.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetLoginFlowsResponse {
    /// The kinds of login, any of which will do.
    #[serde(default)]
    pub flows: Vec<LoginFlow>,
}

/// A kind of login.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct LoginFlow {
    /// The login type.
    #[serde(rename = "type")]
    pub login_type: AuthType,
    /// For `m.login.token`: whether logged-in clients can get such tokens from the server. Since v1.7.
    pub get_login_token: Option<bool>,
    /// For `m.login.sso`: the single sign-on providers that the user can choose from, if there are several.
    pub identity_providers: Option<Vec<IdentityProvider>>,
    /// For `m.login.sso`: whether its pages are those of an authorization server. Since v1.18;
    /// [`is_oauth_aware_preferred`](Self::is_oauth_aware_preferred) reads its name from before, too.
    pub oauth_aware_preferred: Option<bool>,
    /// The same under its name from before v1.18.
    #[serde(rename = "org.matrix.msc3824.delegated_oidc_compatibility")]
    pub delegated_oidc_compatibility: Option<bool>,
}

impl LoginFlow {
    /// A login of this type.
    pub fn new(login_type: AuthType) -> Self {
        Self {
            login_type,
            get_login_token: None,
            identity_providers: None,
            oauth_aware_preferred: None,
            delegated_oidc_compatibility: None,
        }
    }

    /// For `m.login.sso`: whether its pages are those of an authorization server. A client that does not log in by OAuth
    /// 2.0 itself should then offer this kind of login alone.
    ///
    /// ```
    /// use hardline::client_api::session::GetLoginFlows;
    /// use hardline::wire;
    ///
    /// let body = r#"{"flows": [
    ///     {"type": "m.login.sso", "org.matrix.msc3824.delegated_oidc_compatibility": true},
    ///     {"type": "m.login.password"}
    /// ]}"#;
    /// let answer = wire::decode::<GetLoginFlows>(http::Response::new(body))?;
    /// assert!(answer.flows[0].is_oauth_aware_preferred());
    /// assert!(!answer.flows[1].is_oauth_aware_preferred());
    /// # Ok::<(), wire::Error>(())
    /// ```
    ///
    /// Specification: [OAuth 2.0 aware clients](https://spec.matrix.org/v1.19/client-server-api/#oauth-20-aware-clients).
    pub fn is_oauth_aware_preferred(&self) -> bool {
        let stable = self.oauth_aware_preferred;
        stable.or(self.delegated_oidc_compatibility) == Some(true)
    }
}

/// A single sign-on provider.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct IdentityProvider {
    /// The ID that [`RedirectToIdp`] takes.
    pub id: IdentityProviderId,
    /// Its name, for users. Some servers leave it out; [`display_name`](Self::display_name) then falls back to the ID.
    pub name: Option<String>,
    /// Its icon: an `mxc://` URI.
    pub icon: Option<String>,
    /// The brand that its button should look like: `github`, `google`.
    pub brand: Option<String>,
}

impl IdentityProvider {
    /// A provider without an icon and a brand.
    pub fn new(id: IdentityProviderId, name: String) -> Self {
        Self {
            id,
            name: Some(name),
            icon: None,
            brand: None,
        }
    }

    /// What to call it: its name, or its ID if it has none.
    pub fn display_name(&self) -> &str {
        let name = self.name.as_deref().filter(|name| !name.is_empty());
        name.unwrap_or(self.id.as_str())
    }
}

/// Logs in: creates an access token, and a device unless [`device_id`](Login::device_id) is set.
///
/// Errors worth handling: `M_FORBIDDEN` (wrong name or password), `M_USER_DEACTIVATED`, `M_LIMIT_EXCEEDED`, `M_UNKNOWN`
/// or `M_INVALID_PARAM` for a type that the server does not know.
///
/// ```
/// use hardline::wire::UserIdentifier;
/// use hardline::client_api::session::Login;
/// use hardline::types::Password;
/// use hardline::wire::{self, Credentials, Target};
///
/// let login = Login::password(UserIdentifier::user("alice"), Password::from("secret"));
/// let request = wire::encode(&login, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(
///     request.body(),
///     br#"{"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},"password":"secret"}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /login`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3login).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct Login {
    /// The login type, one of those from [`GetLoginFlows`].
    #[serde(rename = "type")]
    pub login_type: AuthType,
    /// The user who logs in.
    pub identifier: Option<UserIdentifier>,
    /// For `m.login.password`.
    pub password: Option<Password>,
    /// For `m.login.token`.
    pub token: Option<LoginToken>,
    /// The device to log in as; a new one if missing.
    pub device_id: Option<DeviceId>,
    /// The display name of a new device.
    pub initial_device_display_name: Option<String>,
    /// Whether the client can refresh tokens that expire.
    pub refresh_token: Option<bool>,
    /// Deprecated: use [`identifier`](Login::identifier).
    pub user: Option<String>,
    /// Deprecated: use [`identifier`](Login::identifier).
    pub medium: Option<String>,
    /// Deprecated: use [`identifier`](Login::identifier).
    pub address: Option<String>,
}

impl Login {
    /// A login of this type.
    pub fn new(login_type: AuthType) -> Self {
        Self {
            login_type,
            identifier: None,
            password: None,
            token: None,
            device_id: None,
            initial_device_display_name: None,
            refresh_token: None,
            user: None,
            medium: None,
            address: None,
        }
    }

    /// A login with a password.
    pub fn password(identifier: UserIdentifier, password: Password) -> Self {
        Self {
            identifier: Some(identifier),
            password: Some(password),
            ..Self::new(AuthType::Password)
        }
    }

    /// A login with a token: from single sign-on, or from [`GenerateLoginToken`] on another device.
    pub fn token(token: LoginToken) -> Self {
        Self {
            token: Some(token),
            ..Self::new(AuthType::Token)
        }
    }
}

impl Endpoint for Login {
    const OPERATION: Operation = Operation::post("login", "/_matrix/client/v3/login")
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/login")]);
    type Response = LoginResponse;
}

/// Who is logged in, and the token to prove it.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct LoginResponse {
    /// The user.
    pub user_id: UserId,
    /// The access token for further requests.
    pub access_token: AccessToken,
    /// The device. `None` if the server does not say:
    /// [`GetTokenOwner`](crate::client_api::account::GetTokenOwner) asks for it.
    pub device_id: Option<DeviceId>,
    /// The token that gets a new access token, if this one expires.
    pub refresh_token: Option<RefreshToken>,
    /// The lifetime of the access token in milliseconds. `None`: until logout.
    pub expires_in_ms: Option<u64>,
    /// Deprecated: the server is part of [`user_id`](LoginResponse::user_id).
    pub home_server: Option<ServerName>,
    /// The URLs that the server asks clients to use from now on.
    pub well_known: Option<DiscoveryInformation>,
}

impl LoginResponse {
    /// A response with the required fields.
    pub fn new(user_id: UserId, access_token: AccessToken, device_id: DeviceId) -> Self {
        Self {
            user_id,
            access_token,
            device_id: Some(device_id),
            refresh_token: None,
            expires_in_ms: None,
            home_server: None,
            well_known: None,
        }
    }
}

/// Logs out: invalidates the access token and deletes the device with its keys.
///
/// Specification: [`POST /logout`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3logout).
///
/// ```
/// use hardline::client_api::session::Logout;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&Logout::new(), &Target::homeserver("https://example.org")?, &credentials)?;
/// assert!(request.body().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct Logout {}

impl Logout {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for Logout {
    const OPERATION: Operation = Operation::post("logout", "/_matrix/client/v3/logout")
        .auth(Auth::Required)
        .body(Body::Empty)
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/logout")]);
    type Response = Empty;
}

/// Logs out all devices of the account, including this one: invalidates all access tokens and deletes all devices with
/// their keys.
///
/// Specification: [`POST /logout/all`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3logoutall).
///
/// ```
/// use hardline::client_api::session::LogoutAll;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&LogoutAll::new(), &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/logout/all");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "logout_all")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct LogoutAll {}

impl LogoutAll {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for LogoutAll {
    const OPERATION: Operation = Operation::post("logout_all", "/_matrix/client/v3/logout/all")
        .auth(Auth::Required)
        .body(Body::Empty)
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/logout/all")]);
    type Response = Empty;
}
