use hardline_derive::Request;

use crate::client_api::threepid::TokenSession;
use crate::json::Empty;
use crate::types::{AccessToken, ClientSecret, CountryCode, Password, ServerName};
use crate::wire::{Auth, AuthData, Endpoint, Operation, SpecVersion};

/// Sets a new password, after user-interactive authentication.
///
/// With an access token it changes the password of that account. Without one it resets a forgotten password: the stage
/// is then a validated e-mail address or phone number, which identifies the account.
///
/// Errors worth handling: `M_WEAK_PASSWORD`, `M_FORBIDDEN` (this server does not change passwords: the capability
/// `m.change_password`), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::account::ChangePassword;
/// use hardline::types::Password;
/// use hardline::wire::{self, Credentials, Target};
///
/// let mut operation = ChangePassword::new(Password::from("new secret"));
/// operation.logout_devices = Some(false);
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.body(), br#"{"new_password":"new secret","logout_devices":false}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /account/password`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpassword).
#[doc(alias = "changePassword")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct ChangePassword {
    /// The new password.
    pub new_password: Password,
    /// Whether to log out the account's other devices; `true` if missing.
    pub logout_devices: Option<bool>,
    /// A stage of user-interactive authentication.
    pub auth: Option<AuthData>,
}

impl ChangePassword {
    /// A request with the required fields. It logs out the account's other devices.
    pub fn new(new_password: Password) -> Self {
        Self {
            new_password,
            logout_devices: None,
            auth: None,
        }
    }
}

impl Endpoint for ChangePassword {
    const OPERATION: Operation =
        Operation::post("changePassword", "/_matrix/client/v3/account/password")
            .auth(Auth::Optional)
            .uia()
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/account/password")]);
    type Response = Empty;
}

/// Asks the homeserver to mail a validation link to an account's address, to reset the password.
///
/// A server that hides which addresses it knows responds to an unknown one with a session that can never be validated.
///
/// It needs no access token. It is safe to repeat with the same `client_secret` and `send_attempt`: a server sends only
/// one message for each attempt.
///
/// Errors worth handling: `M_THREEPID_NOT_FOUND` (no account has it), `M_THREEPID_DENIED`, `M_INVALID_PARAM` (not an
/// address), `M_SERVER_NOT_TRUSTED` (the identity server), `M_LIMIT_EXCEEDED`.
/// [`Error::threepid_refusal`](crate::wire::Error::threepid_refusal) tells them apart.
///
/// ```
/// use hardline::client_api::account::RequestTokenToResetPasswordEmail;
/// use hardline::types::{ClientSecret};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = RequestTokenToResetPasswordEmail::new(
///     ClientSecret::parse("monkeys_are_GREAT")?,
///     "alice@example.org".to_owned(),
///     1,
/// );
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/account/password/email/requestToken");
/// assert_eq!(
///     request.body(),
///     br#"{"client_secret":"monkeys_are_GREAT","email":"alice@example.org","send_attempt":1}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /account/password/email/requestToken`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpasswordemailrequesttoken).
#[doc(alias = "requestTokenToResetPasswordEmail")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct RequestTokenToResetPasswordEmail {
    /// Ties the requests of one validation together.
    pub client_secret: ClientSecret,
    /// The address. The server compares it ignoring case.
    pub email: String,
    /// 1 at first, and one more each time the user asks for another message.
    pub send_attempt: u64,
    /// The URL to send the user's browser to after it followed the link in the message.
    pub next_link: Option<String>,
    /// Deprecated: the identity server that sends the message. Needs [`id_access_token`](Self::id_access_token).
    pub id_server: Option<ServerName>,
    /// The identity server's access token. Needs [`id_server`](Self::id_server).
    pub id_access_token: Option<AccessToken>,
}

impl RequestTokenToResetPasswordEmail {
    /// A request with the required fields.
    pub fn new(client_secret: ClientSecret, email: String, send_attempt: u64) -> Self {
        Self {
            client_secret,
            email,
            send_attempt,
            next_link: None,
            id_server: None,
            id_access_token: None,
        }
    }
}

impl Endpoint for RequestTokenToResetPasswordEmail {
    const OPERATION: Operation = Operation::post(
        "requestTokenToResetPasswordEmail",
        "/_matrix/client/v3/account/password/email/requestToken",
    )
    .required_together(&["id_server", "id_access_token"])
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/account/password/email/requestToken",
    )]);
    type Response = TokenSession;
}

/// Asks the homeserver to text a validation token to an account's phone number, to reset the password.
///
/// A server that hides which numbers it knows responds to an unknown one with a session that can never be validated.
/// Synapse does not support this operation: `M_UNRECOGNIZED`.
///
/// It needs no access token. It is safe to repeat with the same `client_secret` and `send_attempt`: a server sends only
/// one message for each attempt.
///
/// Errors worth handling: `M_THREEPID_NOT_FOUND` (no account has it), `M_THREEPID_DENIED`, `M_INVALID_PARAM` (not a
/// number), `M_UNRECOGNIZED`, `M_SERVER_NOT_TRUSTED` (the identity server), `M_LIMIT_EXCEEDED`.
/// [`Error::threepid_refusal`](crate::wire::Error::threepid_refusal) tells them apart.
///
/// ```
/// use hardline::client_api::account::RequestTokenToResetPasswordMsisdn;
/// use hardline::types::{ClientSecret, CountryCode};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = RequestTokenToResetPasswordMsisdn::new(
///     ClientSecret::parse("monkeys_are_GREAT")?,
///     CountryCode::parse("GB")?,
///     "07700900001".to_owned(),
///     1,
/// );
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/account/password/msisdn/requestToken");
/// assert_eq!(
///     request.body(),
///     br#"{"client_secret":"monkeys_are_GREAT","country":"GB","phone_number":"07700900001","send_attempt":1}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /account/password/msisdn/requestToken`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpasswordmsisdnrequesttoken).
#[doc(alias = "requestTokenToResetPasswordMSISDN")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct RequestTokenToResetPasswordMsisdn {
    /// Ties the requests of one validation together.
    pub client_secret: ClientSecret,
    /// The country whose dialling rules the number follows. It does not matter if the number begins with `+`.
    pub country: CountryCode,
    /// The number, as people of that country write it or in its international form.
    pub phone_number: String,
    /// 1 at first, and one more each time the user asks for another text.
    pub send_attempt: u64,
    /// The URL to send the user's browser to after it followed a link. Servers that text a code do not use it.
    pub next_link: Option<String>,
    /// Deprecated: the identity server that sends the text. Needs [`id_access_token`](Self::id_access_token).
    pub id_server: Option<ServerName>,
    /// The identity server's access token. Needs [`id_server`](Self::id_server).
    pub id_access_token: Option<AccessToken>,
}

impl RequestTokenToResetPasswordMsisdn {
    /// A request with the required fields.
    pub fn new(
        client_secret: ClientSecret,
        country: CountryCode,
        phone_number: String,
        send_attempt: u64,
    ) -> Self {
        Self {
            client_secret,
            country,
            phone_number,
            send_attempt,
            next_link: None,
            id_server: None,
            id_access_token: None,
        }
    }
}

impl Endpoint for RequestTokenToResetPasswordMsisdn {
    const OPERATION: Operation = Operation::post(
        "requestTokenToResetPasswordMSISDN",
        "/_matrix/client/v3/account/password/msisdn/requestToken",
    )
    .required_together(&["id_server", "id_access_token"])
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/account/password/msisdn/requestToken",
    )]);
    type Response = TokenSession;
}
