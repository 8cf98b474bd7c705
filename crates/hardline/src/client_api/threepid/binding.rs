use hardline_derive::{Request, Response};

use crate::client_api::threepid::UnbindResult;
use crate::json::Empty;
use crate::types::{AccessToken, ClientSecret, Medium, ServerName, ValidationSessionId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Binds a phone number or e-mail address to the account at an identity server, so that others can find the account by
/// it.
///
/// The session is a validated one of the identity server. The account itself does not change: see
/// [`Add3pid`](super::Add3pid).
///
/// Errors worth handling: `M_SERVER_NOT_TRUSTED` (the homeserver does not use that identity server),
/// `M_SESSION_NOT_VALIDATED`, `M_NO_VALID_SESSION`, `M_TERMS_NOT_SIGNED` (passed on from the identity server),
/// `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::threepid::Bind3pid;
/// use hardline::types::{AccessToken, ClientSecret, ServerName, ValidationSessionId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = Bind3pid::new(
///     ClientSecret::parse("monkeys_are_GREAT")?,
///     ServerName::parse("is.example.org")?,
///     AccessToken::from("is_secret"),
///     ValidationSessionId::parse("123")?,
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/account/3pid/bind");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /account/3pid/bind`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidbind).
#[doc(alias = "bind3PID")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct Bind3pid {
    /// The secret that the session was requested with.
    pub client_secret: ClientSecret,
    /// The identity server.
    pub id_server: ServerName,
    /// The identity server's access token.
    pub id_access_token: AccessToken,
    /// The session at the identity server.
    pub sid: ValidationSessionId,
}

impl Bind3pid {
    /// A request with the required fields.
    pub fn new(
        client_secret: ClientSecret,
        id_server: ServerName,
        id_access_token: AccessToken,
        sid: ValidationSessionId,
    ) -> Self {
        Self {
            client_secret,
            id_server,
            id_access_token,
            sid,
        }
    }
}

impl Endpoint for Bind3pid {
    const OPERATION: Operation =
        Operation::post("bind3PID", "/_matrix/client/v3/account/3pid/bind")
            .auth(Auth::Required)
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(6), "/_matrix/client/r0/account/3pid/bind")])
            .unstable(&[(
                "m.separate_add_and_bind",
                "/_matrix/client/unstable/account/3pid/bind",
            )]);
    type Response = Empty;
}

/// Unbinds a phone number or e-mail address from the account at an identity server. The account keeps it.
///
/// Errors worth handling: `M_SERVER_NOT_TRUSTED`, `M_LIMIT_EXCEEDED`. The response says so if the identity server
/// cannot unbind.
///
/// ```
/// use hardline::client_api::threepid::{Unbind3pidFromAccount, UnbindResult};
/// use hardline::types::Medium;
/// use hardline::wire;
///
/// let operation = Unbind3pidFromAccount::new(Medium::Msisdn, "447700900001".to_owned());
/// # drop(operation);
/// let body = r#"{"id_server_unbind_result": "no-support"}"#;
/// let answer = wire::decode::<Unbind3pidFromAccount>(http::Response::new(body))?;
/// assert_eq!(answer.id_server_unbind_result, Some(UnbindResult::NoSupport));
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`POST /account/3pid/unbind`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidunbind).
#[doc(alias = "unbind3pidFromAccount")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct Unbind3pidFromAccount {
    /// The identity server to unbind it from; if missing, the homeserver knows which.
    pub id_server: Option<ServerName>,
    /// Whether it is a phone number or an e-mail address.
    pub medium: Medium,
    /// The e-mail address, or the digits of the phone number's international form.
    pub address: String,
}

impl Unbind3pidFromAccount {
    /// A request with the required fields.
    pub fn new(medium: Medium, address: String) -> Self {
        Self {
            id_server: None,
            medium,
            address,
        }
    }
}

impl Endpoint for Unbind3pidFromAccount {
    const OPERATION: Operation = Operation::post(
        "unbind3pidFromAccount",
        "/_matrix/client/v3/account/3pid/unbind",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(1))
    .older(&[(SpecVersion::r0(6), "/_matrix/client/r0/account/3pid/unbind")])
    .unstable(&[(
        "m.separate_add_and_bind",
        "/_matrix/client/unstable/account/3pid/unbind",
    )]);
    type Response = Unbind3pidFromAccountResponse;
}

/// The result for the binding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct Unbind3pidFromAccountResponse {
    /// Whether it was unbound. Some servers do not say.
    pub id_server_unbind_result: Option<UnbindResult>,
}
