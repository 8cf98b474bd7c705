//! Phone numbers and e-mail addresses of an account.
//!
//! Specification: [adding account administrative contact information](https://spec.matrix.org/v1.19/client-server-api/#adding-account-administrative-contact-information).

mod binding;
mod request_token;
mod submit_token;
mod token_session;
mod unbind_result;

pub use binding::{Bind3pid, Unbind3pidFromAccount, Unbind3pidFromAccountResponse};
pub use request_token::{RequestTokenTo3pidEmail, RequestTokenTo3pidMsisdn};
pub use submit_token::{SubmitToken, SubmitTokenResponse};
pub use token_session::TokenSession;
pub use unbind_result::UnbindResult;

use hardline_derive::{Request, Response, Wire};

use crate::json::Empty;
use crate::types::{AccessToken, ClientSecret, Medium, ServerName, Timestamp, ValidationSessionId};
use crate::wire::{Auth, AuthData, Endpoint, Operation, SpecVersion};

crate::wire::operations![
    Add3pid,
    Bind3pid,
    Delete3pidFromAccount,
    GetAccount3pids,
    Post3pids,
    RequestTokenTo3pidEmail,
    RequestTokenTo3pidMsisdn,
    Unbind3pidFromAccount,
];

/// Adds a validated phone number or e-mail address to the account, after user-interactive authentication.
///
/// Errors worth handling: `M_THREEPID_AUTH_FAILED` (the session is not validated, or unknown), `M_THREEPID_IN_USE`,
/// `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::threepid::Add3pid;
/// use hardline::types::{AccessToken, ClientSecret, ValidationSessionId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = Add3pid::new(ClientSecret::parse("monkeys_are_GREAT")?, ValidationSessionId::parse("123")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.body(), br#"{"client_secret":"monkeys_are_GREAT","sid":"123"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /account/3pid/add`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidadd).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct Add3pid {
    /// A stage of user-interactive authentication.
    pub auth: Option<AuthData>,
    /// The secret that the session was requested with.
    pub client_secret: ClientSecret,
    /// The session.
    pub sid: ValidationSessionId,
}

impl Add3pid {
    /// A request with the required fields.
    pub fn new(client_secret: ClientSecret, sid: ValidationSessionId) -> Self {
        Self {
            auth: None,
            client_secret,
            sid,
        }
    }
}

impl Endpoint for Add3pid {
    const OPERATION: Operation = Operation::post("add3PID", "/_matrix/client/v3/account/3pid/add")
        .auth(Auth::Required)
        .uia()
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(6), "/_matrix/client/r0/account/3pid/add")])
        .unstable(&[(
            "m.separate_add_and_bind",
            "/_matrix/client/unstable/account/3pid/add",
        )]);
    type Response = Empty;
}

/// Deprecated: adds a phone number or e-mail address that an identity server has validated. Use [`Add3pid`], and
/// [`Bind3pid`] for the identity server.
///
/// Errors worth handling: `M_THREEPID_AUTH_FAILED` (the session is not validated, or unknown), `M_THREEPID_IN_USE`,
/// `M_SERVER_NOT_TRUSTED`.
///
/// ```
/// use hardline::client_api::threepid::{Post3pids, ThreepidCredentials};
/// use hardline::types::{AccessToken, ClientSecret, ServerName, ValidationSessionId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = Post3pids::new(ThreepidCredentials::new(
///     ClientSecret::parse("monkeys_are_GREAT")?,
///     ServerName::parse("is.example.org")?,
///     AccessToken::from("is_secret"),
///     ValidationSessionId::parse("123")?,
/// ));
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/account/3pid");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /account/3pid`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pid).
#[doc(alias = "post3PIDs")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct Post3pids {
    /// The validated session.
    pub three_pid_creds: ThreepidCredentials,
}

impl Post3pids {
    /// A request with the required fields.
    pub fn new(three_pid_creds: ThreepidCredentials) -> Self {
        Self { three_pid_creds }
    }
}

impl Endpoint for Post3pids {
    const OPERATION: Operation = Operation::post("post3PIDs", "/_matrix/client/v3/account/3pid")
        .auth(Auth::Required)
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/account/3pid")]);
    type Response = Post3pidsResponse;
}

/// A validated session at an identity server.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ThreepidCredentials {
    /// The secret that the session was requested with.
    pub client_secret: ClientSecret,
    /// The identity server.
    pub id_server: ServerName,
    /// The identity server's access token.
    pub id_access_token: AccessToken,
    /// The session at the identity server.
    pub sid: ValidationSessionId,
}

impl ThreepidCredentials {
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

/// The address was added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct Post3pidsResponse {
    /// Where to send a token that the user received: see [`SubmitToken`].
    pub submit_url: Option<String>,
}

/// Lists the phone numbers and e-mail addresses of the account.
///
/// ```
/// use hardline::client_api::threepid::GetAccount3pids;
/// use hardline::types::Medium;
/// use hardline::wire;
///
/// let body = r#"{"threepids": [
///     {"medium": "msisdn", "address": "447700900001", "validated_at": 1795422468365, "added_at": 1795422468726}
/// ]}"#;
/// let answer = wire::decode::<GetAccount3pids>(http::Response::new(body))?;
/// assert_eq!(answer.threepids[0].medium, Medium::Msisdn);
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /account/3pid`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3account3pid).
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetAccount3pids {}

impl GetAccount3pids {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetAccount3pids {
    const OPERATION: Operation =
        Operation::get("getAccount3PIDs", "/_matrix/client/v3/account/3pid")
            .auth(Auth::Required)
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/account/3pid")]);
    type Response = GetAccount3pidsResponse;
}

/// The phone numbers and e-mail addresses of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetAccount3pidsResponse {
    /// All of them.
    #[serde(default)]
    pub threepids: Vec<ListedThreepid>,
}

/// A phone number or e-mail address of an account.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct ListedThreepid {
    /// Whether it is a phone number or an e-mail address.
    pub medium: Medium,
    /// The e-mail address, or the digits of the phone number's international form.
    pub address: String,
    /// When a server last validated that it belongs to the user, in Unix milliseconds.
    pub validated_at: Option<Timestamp>,
    /// When it was added to the account, in Unix milliseconds.
    pub added_at: Option<Timestamp>,
}

impl ListedThreepid {
    /// An address without dates.
    pub fn new(medium: Medium, address: String) -> Self {
        Self {
            medium,
            address,
            validated_at: None,
            added_at: None,
        }
    }
}

/// Removes a phone number or e-mail address from the account. Removing one that the account does not have succeeds.
///
/// ```
/// use hardline::client_api::threepid::Delete3pidFromAccount;
/// use hardline::types::Medium;
/// use hardline::wire;
///
/// let operation = Delete3pidFromAccount::new(Medium::Msisdn, "447700900001".to_owned());
/// # drop(operation);
/// assert!(wire::decode::<Delete3pidFromAccount>(http::Response::new("{}")).is_ok());
/// ```
///
/// Specification: [`POST /account/3pid/delete`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3piddelete).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct Delete3pidFromAccount {
    /// The identity server to unbind it from as well; if missing, the homeserver knows which.
    pub id_server: Option<ServerName>,
    /// Whether it is a phone number or an e-mail address.
    pub medium: Medium,
    /// See [`ListedThreepid::address`].
    pub address: String,
}

impl Delete3pidFromAccount {
    /// A request with the required fields.
    pub fn new(medium: Medium, address: String) -> Self {
        Self {
            id_server: None,
            medium,
            address,
        }
    }
}

impl Endpoint for Delete3pidFromAccount {
    const OPERATION: Operation = Operation::post(
        "delete3pidFromAccount",
        "/_matrix/client/v3/account/3pid/delete",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(1))
    .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/account/3pid/delete")]);
    type Response = Delete3pidFromAccountResponse;
}

/// The result for the binding at the identity server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct Delete3pidFromAccountResponse {
    /// Whether it was unbound. Some servers do not say.
    pub id_server_unbind_result: Option<UnbindResult>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{self, ErrorCode};

    #[test]
    fn anything_but_a_list_counts_as_an_empty_list() {
        for body in ["{}", r#"{"threepids": null}"#, r#"{"threepids": {}}"#, ""] {
            let answer = wire::decode::<GetAccount3pids>(http::Response::new(body)).unwrap();
            assert!(answer.threepids.is_empty(), "{body}");
        }
    }

    #[test]
    fn a_number_without_the_date_of_its_validation_is_a_number() {
        let body = r#"{"threepids":[{"medium":"msisdn","address":"447700900001","validated_at":null,"added_at":1795422468726}]}"#;
        let answer = wire::decode_response::<GetAccount3pids>(http::Response::new(body)).unwrap();
        let mut expected = ListedThreepid::new(Medium::Msisdn, "447700900001".to_owned());
        expected.added_at = Some(Timestamp::from_millis(1_795_422_468_726));
        assert_eq!(answer.value.threepids, [expected]);
        assert_eq!(answer.warnings.iter().count(), 0);
    }

    #[test]
    fn a_server_need_not_report_the_unbind_result() {
        let deleted = |body: &'static str| {
            let answer = wire::decode::<Delete3pidFromAccount>(http::Response::new(body));
            answer.unwrap().id_server_unbind_result
        };
        assert_eq!(deleted("{}"), None);
        assert_eq!(
            deleted(r#"{"id_server_unbind_result":"no-support"}"#),
            Some(UnbindResult::NoSupport)
        );
        assert_eq!(
            deleted(r#"{"id_server_unbind_result":"later"}"#),
            Some(UnbindResult::Other("later".to_owned()))
        );
    }

    #[test]
    fn a_session_need_not_have_a_submit_url() {
        // What Synapse sends for an e-mail address, or to hide that it knows a number.
        let session = |body: &'static str| {
            wire::decode::<RequestTokenTo3pidMsisdn>(http::Response::new(body)).unwrap()
        };
        let hidden = session(r#"{"sid":"RaZrQSIypFrDBWxb"}"#);
        assert_eq!(hidden.sid.as_str(), "RaZrQSIypFrDBWxb");
        assert_eq!(hidden.submit_url, None);
        assert_eq!(hidden.submit_url(), None);
        let empty = session(r#"{"sid":"1402430117","submit_url":""}"#);
        assert_eq!(empty.submit_url.as_deref(), Some(""));
        assert_eq!(empty.submit_url(), None);
        let told = session(
            r#"{"success":true,"sid":"1402430117","msisdn":"447700900001","intl_fmt":"+44 7700 900001","submit_url":"http://127.0.0.1:18008/_matrix/client/unstable/add_threepid/msisdn/submit_token"}"#,
        );
        assert_eq!(
            told.submit_url(),
            Some("http://127.0.0.1:18008/_matrix/client/unstable/add_threepid/msisdn/submit_token")
        );
    }

    #[test]
    fn an_unvalidated_session_is_refused_by_its_code() {
        let response = http::Response::builder()
            .status(400)
            .body(
                r#"{"errcode":"M_THREEPID_AUTH_FAILED","error":"No validated 3pid session found"}"#,
            )
            .unwrap();
        let error = wire::decode::<Add3pid>(response).unwrap_err();
        assert_eq!(error.errcode(), Some(&ErrorCode::ThreepidAuthFailed));
    }
}
