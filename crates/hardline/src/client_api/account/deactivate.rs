use hardline_derive::{Request, Response};

use crate::client_api::threepid::UnbindResult;
use crate::types::ServerName;
use crate::wire::{Auth, AuthData, Endpoint, Operation, SpecVersion};

/// Deactivates the account, after user-interactive authentication: nobody can log in to it, and its name can never be
/// registered again.
///
/// Without an access token, the stages have to prove who owns the account.
///
/// Errors worth handling: `M_FORBIDDEN` (this server does not deactivate accounts this way), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::account::DeactivateAccount;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let mut operation = DeactivateAccount::new();
/// operation.erase = Some(true);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.body(), br#"{"erase":true}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /account/deactivate`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountdeactivate).
#[doc(alias = "deactivateAccount")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct DeactivateAccount {
    /// A stage of user-interactive authentication.
    pub auth: Option<AuthData>,
    /// The identity server to unbind the account's addresses from; if missing, the homeserver knows which.
    pub id_server: Option<ServerName>,
    /// Whether the homeserver should erase as much of the user's data as it can. Since v1.10.
    pub erase: Option<bool>,
}

impl DeactivateAccount {
    /// The request; no field is required.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for DeactivateAccount {
    const OPERATION: Operation =
        Operation::post("deactivateAccount", "/_matrix/client/v3/account/deactivate")
            .auth(Auth::Optional)
            .uia()
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/account/deactivate")]);
    type Response = DeactivateAccountResponse;
}

/// The result for the account's bindings at the identity server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct DeactivateAccountResponse {
    /// Whether they were unbound. Some servers do not say.
    pub id_server_unbind_result: Option<UnbindResult>,
}
