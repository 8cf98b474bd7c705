//! Registering an account, its password, and finding out who owns it.
//!
//! Specification: [account registration and management](https://spec.matrix.org/v1.19/client-server-api/#account-registration).

mod deactivate;
mod password;
mod registration;

pub use deactivate::{DeactivateAccount, DeactivateAccountResponse};
pub use password::{
    ChangePassword, RequestTokenToResetPasswordEmail, RequestTokenToResetPasswordMsisdn,
};
pub use registration::{
    CheckUsernameAvailability, CheckUsernameAvailabilityResponse, RegistrationTokenValidity,
    RegistrationTokenValidityResponse, RequestTokenToRegisterEmail, RequestTokenToRegisterMsisdn,
};

use hardline_derive::{Request, Response};

use crate::types::text::text_enum;
use crate::types::{AccessToken, DeviceId, Password, RefreshToken, ServerName, UserId};
use crate::wire::{Auth, AuthData, AuthType, Endpoint, Operation, SpecVersion};

crate::wire::operations![
    ChangePassword,
    CheckUsernameAvailability,
    DeactivateAccount,
    GetTokenOwner,
    Register,
    RegistrationTokenValidity,
    RequestTokenToRegisterEmail,
    RequestTokenToRegisterMsisdn,
    RequestTokenToResetPasswordEmail,
    RequestTokenToResetPasswordMsisdn,
];

/// Asks who owns the access token.
///
/// Errors worth handling: `M_UNKNOWN_TOKEN`, `M_FORBIDDEN` (an application service's token for a user outside its
/// namespace), `M_LIMIT_EXCEEDED`.
///
/// Specification: [`GET /account/whoami`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3accountwhoami).
#[doc(alias = "whoami")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetTokenOwner {}

impl GetTokenOwner {
    /// The request.
    ///
    /// ```
    /// use hardline::client_api::account::GetTokenOwner;
    /// use hardline::wire;
    ///
    /// let body = r#"{"user_id": "@alice:example.org", "device_id": "ABC"}"#;
    /// let owner = wire::decode::<GetTokenOwner>(http::Response::new(body))?;
    /// assert_eq!(owner.user_id.localpart(), "alice");
    /// # Ok::<(), wire::Error>(())
    /// ```
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetTokenOwner {
    const OPERATION: Operation =
        Operation::get("getTokenOwner", "/_matrix/client/v3/account/whoami")
            .auth(Auth::Required)
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/account/whoami")]);
    type Response = GetTokenOwnerResponse;
}

/// The owner of an access token.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetTokenOwnerResponse {
    /// The user.
    pub user_id: UserId,
    /// The device; application service tokens have none.
    pub device_id: Option<DeviceId>,
    /// Whether it is a guest account.
    pub is_guest: Option<bool>,
}

impl GetTokenOwnerResponse {
    /// The owner of a token.
    pub fn new(user_id: UserId) -> Self {
        Self {
            user_id,
            device_id: None,
            is_guest: None,
        }
    }
}

text_enum! {
    /// The kind of account to register.
    RegistrationKind {
        /// A guest account without a password.
        Guest = "guest",
        /// A normal account.
        User = "user",
    }
}

/// Registers an account, after user-interactive authentication.
///
/// Errors worth handling: `M_USER_IN_USE`, `M_INVALID_USERNAME`, `M_EXCLUSIVE` (a name reserved for an application
/// service), `M_WEAK_PASSWORD`, `M_FORBIDDEN` (registration is closed), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::wire::AuthData;
/// use hardline::client_api::account::Register;
/// use hardline::types::Password;
/// use hardline::wire::{self, Credentials, Target};
///
/// let mut register = Register::new();
/// register.username = Some("alice".to_owned());
/// register.password = Some(Password::from("secret"));
/// register.auth = Some(AuthData::dummy());
/// let request = wire::encode(&register, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/register");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// An application service registers its users with [`AuthType::ApplicationService`] as the
/// [`login_type`](Self::login_type), and without user-interactive authentication. No token is sent with this operation, so
/// it adds its own to the encoded request.
///
/// Specification: [`POST /register`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3register).
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct Register {
    /// The kind of account; `user` if missing.
    pub kind: Option<RegistrationKind>,
    /// A stage of user-interactive authentication.
    pub auth: Option<AuthData>,
    /// The local part of the user ID; if missing, the server chooses one.
    pub username: Option<String>,
    /// The password.
    pub password: Option<Password>,
    /// The device to log in as; a new one if missing.
    pub device_id: Option<DeviceId>,
    /// The display name of a new device.
    pub initial_device_display_name: Option<String>,
    /// Whether to only register, without logging in.
    pub inhibit_login: Option<bool>,
    /// Whether the client can refresh tokens that expire.
    pub refresh_token: Option<bool>,
    /// Who registers, if it is an application service.
    #[serde(rename = "type")]
    pub login_type: Option<AuthType>,
}

impl Register {
    /// The request; no field is required.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for Register {
    const OPERATION: Operation = Operation::post("register", "/_matrix/client/v3/register")
        .query(&["kind"])
        .uia()
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/register")]);
    type Response = RegisterResponse;
}

/// The new account, and the token to use it unless [`inhibit_login`](Register::inhibit_login) was set.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct RegisterResponse {
    /// The user.
    pub user_id: UserId,
    /// The access token for further requests.
    pub access_token: Option<AccessToken>,
    /// The device.
    pub device_id: Option<DeviceId>,
    /// The token that gets a new access token, if this one expires.
    pub refresh_token: Option<RefreshToken>,
    /// The lifetime of the access token in milliseconds. `None`: until logout.
    pub expires_in_ms: Option<u64>,
    /// Deprecated: the server is part of [`user_id`](RegisterResponse::user_id).
    pub home_server: Option<ServerName>,
}

impl RegisterResponse {
    /// A new account.
    pub fn new(user_id: UserId) -> Self {
        Self {
            user_id,
            access_token: None,
            device_id: None,
            refresh_token: None,
            expires_in_ms: None,
            home_server: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{self, Credentials, Target};

    #[test]
    fn an_application_service_registers_with_a_type_of_its_own() {
        let mut register = Register::new();
        register.username = Some("irc_ghost".to_owned());
        register.login_type = Some(AuthType::ApplicationService);
        let target = Target::homeserver("https://example.org").unwrap();
        let request = wire::encode(&register, &target, &Credentials::None).unwrap();
        assert_eq!(
            String::from_utf8_lossy(request.body()),
            r#"{"username":"irc_ghost","type":"m.login.application_service"}"#
        );
    }
}
