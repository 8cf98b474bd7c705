use hardline_derive::{Request, Response};

use crate::client_api::threepid::TokenSession;
use crate::types::{AccessToken, ClientSecret, CountryCode, RegistrationToken, ServerName};
use crate::wire::{Endpoint, Operation, SpecVersion};

/// Asks whether a user name is available. Somebody else may still take it before it is registered.
///
/// Errors worth handling, which say that the name is not available: `M_USER_IN_USE`, `M_INVALID_USERNAME`,
/// `M_EXCLUSIVE` (a name reserved for an application service). Also `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::account::CheckUsernameAvailability;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = CheckUsernameAvailability::new("alice".to_owned());
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.uri(), "https://example.org/_matrix/client/v3/register/available?username=alice");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /register/available`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3registeravailable).
#[doc(alias = "checkUsernameAvailability")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct CheckUsernameAvailability {
    /// The local part of the user ID.
    pub username: String,
}

impl CheckUsernameAvailability {
    /// Asks for this name.
    pub fn new(username: String) -> Self {
        Self { username }
    }
}

impl Endpoint for CheckUsernameAvailability {
    const OPERATION: Operation = Operation::get(
        "checkUsernameAvailability",
        "/_matrix/client/v3/register/available",
    )
    .query(&["username"])
    .since(SpecVersion::v1(1))
    .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/register/available")]);
    type Response = CheckUsernameAvailabilityResponse;
}

/// The name is available.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct CheckUsernameAvailabilityResponse {
    /// `true`, or missing, which means the same: an unavailable name is an error.
    pub available: Option<bool>,
}

impl CheckUsernameAvailabilityResponse {
    /// The response for an available name.
    pub fn new() -> Self {
        Self {
            available: Some(true),
        }
    }
}

/// Asks whether a registration token can be used to register an account now.
///
/// Errors worth handling: `M_FORBIDDEN` (registration is closed), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::account::RegistrationTokenValidity;
/// use hardline::types::RegistrationToken;
/// use hardline::wire;
///
/// let operation = RegistrationTokenValidity::new(RegistrationToken::from("fBVFdqVE"));
/// assert!(!format!("{operation:?}").contains("fBVFdqVE"));
/// let answer = wire::decode::<RegistrationTokenValidity>(http::Response::new(r#"{"valid": true}"#))?;
/// assert!(answer.valid);
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /register/m.login.registration_token/validity`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1registermloginregistration_tokenvalidity).
#[doc(alias = "registrationTokenValidity")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct RegistrationTokenValidity {
    /// The token.
    pub token: RegistrationToken,
}

impl RegistrationTokenValidity {
    /// Asks for this token.
    pub fn new(token: RegistrationToken) -> Self {
        Self { token }
    }
}

impl Endpoint for RegistrationTokenValidity {
    const OPERATION: Operation = Operation::get(
        "registrationTokenValidity",
        "/_matrix/client/v1/register/m.login.registration_token/validity",
    )
    .query(&["token"])
    .since(SpecVersion::v1(2))
    .unstable(&[(
        "org.matrix.msc3231",
        "/_matrix/client/unstable/org.matrix.msc3231/register/org.matrix.msc3231.login.registration_token/validity",
    )]);
    type Response = RegistrationTokenValidityResponse;
}

/// Whether the token can be used.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct RegistrationTokenValidityResponse {
    /// Whether an account can be registered with it now. It may be used up before that happens.
    pub valid: bool,
}

impl RegistrationTokenValidityResponse {
    /// Whether it can be used.
    pub fn new(valid: bool) -> Self {
        Self { valid }
    }
}

/// Asks the homeserver to mail a validation link to an e-mail address, to register an account with it.
///
/// A server that hides which addresses it knows responds to a taken one with a session that can never be validated.
///
/// It needs no access token. It is safe to repeat with the same `client_secret` and `send_attempt`: a server sends no
/// second message for one attempt.
///
/// Errors worth handling: `M_THREEPID_IN_USE`, `M_THREEPID_DENIED`, `M_INVALID_PARAM` (not an address; Synapse says
/// `M_UNKNOWN`), `M_SERVER_NOT_TRUSTED` (the identity server), `M_LIMIT_EXCEEDED`.
/// [`Error::threepid_refusal`](crate::wire::Error::threepid_refusal) tells them apart.
///
/// ```
/// use hardline::client_api::account::RequestTokenToRegisterEmail;
/// use hardline::types::{ClientSecret};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = RequestTokenToRegisterEmail::new(
///     ClientSecret::parse("monkeys_are_GREAT")?,
///     "alice@example.org".to_owned(),
///     1,
/// );
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/register/email/requestToken");
/// assert_eq!(
///     request.body(),
///     br#"{"client_secret":"monkeys_are_GREAT","email":"alice@example.org","send_attempt":1}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /register/email/requestToken`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3registeremailrequesttoken).
#[doc(alias = "requestTokenToRegisterEmail")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct RequestTokenToRegisterEmail {
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

impl RequestTokenToRegisterEmail {
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

impl Endpoint for RequestTokenToRegisterEmail {
    const OPERATION: Operation = Operation::post(
        "requestTokenToRegisterEmail",
        "/_matrix/client/v3/register/email/requestToken",
    )
    .required_together(&["id_server", "id_access_token"])
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/register/email/requestToken",
    )]);
    type Response = TokenSession;
}

/// Asks the homeserver to text a validation token to a phone number, to register an account with it.
///
/// A server that hides which numbers it knows responds to a taken one with a session that can never be validated.
///
/// It needs no access token. It is safe to repeat with the same `client_secret` and `send_attempt`: a server sends no
/// second message for one attempt.
///
/// Errors worth handling: `M_THREEPID_IN_USE`, `M_THREEPID_DENIED`, `M_INVALID_PARAM` (not a number),
/// `M_DESTINATION_REJECTED` (no texts to that country), `M_SERVER_NOT_TRUSTED` (the identity server),
/// `M_LIMIT_EXCEEDED`. [`Error::threepid_refusal`](crate::wire::Error::threepid_refusal) tells them apart.
///
/// ```
/// use hardline::client_api::account::RequestTokenToRegisterMsisdn;
/// use hardline::types::{ClientSecret, CountryCode};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = RequestTokenToRegisterMsisdn::new(
///     ClientSecret::parse("monkeys_are_GREAT")?,
///     CountryCode::parse("GB")?,
///     "07700900001".to_owned(),
///     1,
/// );
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/register/msisdn/requestToken");
/// assert_eq!(
///     request.body(),
///     br#"{"client_secret":"monkeys_are_GREAT","country":"GB","phone_number":"07700900001","send_attempt":1}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /register/msisdn/requestToken`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3registermsisdnrequesttoken).
#[doc(alias = "requestTokenToRegisterMSISDN")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct RequestTokenToRegisterMsisdn {
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

impl RequestTokenToRegisterMsisdn {
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

impl Endpoint for RequestTokenToRegisterMsisdn {
    const OPERATION: Operation = Operation::post(
        "requestTokenToRegisterMSISDN",
        "/_matrix/client/v3/register/msisdn/requestToken",
    )
    .required_together(&["id_server", "id_access_token"])
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/register/msisdn/requestToken",
    )]);
    type Response = TokenSession;
}
