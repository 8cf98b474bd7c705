//! Phone numbers and e-mail addresses of an account.
//!
//! Specification: [adding account administrative contact information](https://spec.matrix.org/v1.19/client-server-api/#adding-account-administrative-contact-information).

use serde::{Deserialize, Serialize};

use crate::client_api::{AuthData, Empty};
use crate::types::text::text_enum;
use crate::types::{
    AccessToken, ClientSecret, CountryCode, Medium, ServerName, SessionId, Timestamp,
    ValidationToken,
};
use crate::wire::{Auth, EncodeError, Endpoint, Operation, Release};

/// Asks the homeserver to text a validation token to a phone number that is to be added to the account.
///
/// It needs no access token. It is safe to repeat with the same `client_secret` and `send_attempt`: a server sends no
/// second text for one attempt (Sydent before 2.7 does).
///
/// Errors worth handling: `M_THREEPID_IN_USE`, `M_THREEPID_DENIED`, `M_THREEPID_MEDIUM_NOT_SUPPORTED` and
/// `M_UNRECOGNIZED` (no phone numbers here), `M_INVALID_PARAM` and `M_INVALID_PHONE_NUMBER` (not a number),
/// `M_DESTINATION_REJECTED` (no texts to that country), `M_SERVER_NOT_TRUSTED` (the identity server),
/// `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::threepid::RequestTokenTo3pidMsisdn;
/// use hardline::types::{ClientSecret, CountryCode};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = RequestTokenTo3pidMsisdn::new(
///     ClientSecret::parse("monkeys_are_GREAT")?,
///     CountryCode::parse("GB")?,
///     "07700900001".to_owned(),
///     1,
/// );
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.uri(), "https://example.org/_matrix/client/v3/account/3pid/msisdn/requestToken");
/// assert_eq!(
///     request.body(),
///     br#"{"client_secret":"monkeys_are_GREAT","country":"GB","phone_number":"07700900001","send_attempt":1}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /account/3pid/msisdn/requestToken`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidmsisdnrequesttoken).
#[doc(alias = "requestTokenTo3PIDMSISDN")]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(Deserialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct RequestTokenTo3pidMsisdn {
    /// Ties the requests of one validation together.
    pub client_secret: ClientSecret,
    /// The country whose dialling rules the number follows. It does not matter for a number that begins with `+`.
    pub country: CountryCode,
    /// The number, as people of that country write it or in its international form.
    pub phone_number: String,
    /// 1, and one more each time the person asks for another text.
    pub send_attempt: u64,
    /// Where the person's browser goes after a link was followed. Servers that text a code do not use it.
    pub next_link: Option<String>,
    /// Deprecated: the identity server that is to send the text. With [`id_access_token`](Self::id_access_token).
    pub id_server: Option<ServerName>,
    /// The identity server's access token. With [`id_server`](Self::id_server).
    pub id_access_token: Option<AccessToken>,
}

impl RequestTokenTo3pidMsisdn {
    /// What is required.
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

impl Endpoint for RequestTokenTo3pidMsisdn {
    const OPERATION: Operation = Operation::post(
        "requestTokenTo3PIDMSISDN",
        "/_matrix/client/v3/account/3pid/msisdn/requestToken",
    )
    .repeatable()
    .since(Release::v1(1))
    .older(&[(
        Release::r0(4),
        "/_matrix/client/r0/account/3pid/msisdn/requestToken",
    )]);
    type Response = TokenSession;

    fn check(&self) -> Result<(), EncodeError> {
        let incomplete = |given, missing| Err(EncodeError::Incomplete { given, missing });
        match (&self.id_server, &self.id_access_token) {
            (Some(_), None) => incomplete("id_server", "id_access_token"),
            (None, Some(_)) => incomplete("id_access_token", "id_server"),
            _ => Ok(()),
        }
    }
}

/// A validation session that was begun: a message is on its way to the person.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(Serialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TokenSession {
    /// The session.
    pub sid: SessionId,
    /// Where the token that the person received is to be sent: see [`SubmitToken`]. Missing (or empty) where the
    /// server learns by itself that the person has it, or hides whether the number is known to it.
    pub submit_url: Option<String>,
}

impl TokenSession {
    /// A session.
    pub fn new(sid: SessionId) -> Self {
        Self {
            sid,
            submit_url: None,
        }
    }
}

/// Sends the token that a person received to the `submit_url` that came with the session: to exactly that URL, and
/// without an access token.
///
/// Errors worth handling: `M_TOKEN_INCORRECT`, `M_SESSION_EXPIRED`, `M_NO_VALID_SESSION`, `M_INVALID_PARAM`. Synapse says
/// `M_UNKNOWN` with status 400 for all of these. An HTTP 200 with `success: false` is an error too.
///
/// ```
/// use hardline::client_api::threepid::SubmitToken;
/// use hardline::types::{ClientSecret, SessionId, ValidationToken};
/// use hardline::wire::{self, AbsoluteUrl, BaseUrl, Credentials, Target};
///
/// let homeserver = BaseUrl::parse("https://example.org")?;
/// let submit_url = AbsoluteUrl::given_by(&homeserver, "https://is.example.org/submit")?;
/// let operation = SubmitToken::new(
///     SessionId::parse("123")?,
///     ClientSecret::parse("monkeys_are_GREAT")?,
///     ValidationToken::from("000123"),
/// );
/// let request = wire::encode(&operation, &Target::Url(submit_url), &Credentials::None)?;
/// assert_eq!(request.uri(), "https://is.example.org/submit");
/// assert_eq!(request.body(), br#"{"sid":"123","client_secret":"monkeys_are_GREAT","token":"000123"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: the `submit_url` of [`POST /account/3pid/msisdn/requestToken`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidmsisdnrequesttoken).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(Deserialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct SubmitToken {
    /// The session.
    pub sid: SessionId,
    /// The secret that the session was asked for with.
    pub client_secret: ClientSecret,
    /// What the person received.
    pub token: ValidationToken,
}

impl SubmitToken {
    /// What is required.
    pub fn new(sid: SessionId, client_secret: ClientSecret, token: ValidationToken) -> Self {
        Self {
            sid,
            client_secret,
            token,
        }
    }
}

impl Endpoint for SubmitToken {
    const OPERATION: Operation = Operation::post_to_url("submitToken")
        .repeatable()
        .success_member();
    type Response = SubmitTokenResponse;
}

/// The token was the right one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(Serialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct SubmitTokenResponse {
    /// `true`: where it is `false`, decoding gives an error.
    pub success: Option<bool>,
}

impl SubmitTokenResponse {
    /// The answer to the right token.
    pub fn new() -> Self {
        Self {
            success: Some(true),
        }
    }
}

/// Adds a validated phone number or e-mail address to the account, after user-interactive authentication.
///
/// Errors worth handling: `M_THREEPID_AUTH_FAILED` (the session is not validated, or not known), `M_THREEPID_IN_USE`,
/// `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::threepid::Add3pid;
/// use hardline::types::{AccessToken, ClientSecret, SessionId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = Add3pid::new(ClientSecret::parse("monkeys_are_GREAT")?, SessionId::parse("123")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.body(), br#"{"client_secret":"monkeys_are_GREAT","sid":"123"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /account/3pid/add`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidadd).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(Deserialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct Add3pid {
    /// A stage of user-interactive authentication.
    pub auth: Option<AuthData>,
    /// The secret that the session was asked for with.
    pub client_secret: ClientSecret,
    /// The session.
    pub sid: SessionId,
}

impl Add3pid {
    /// What is required.
    pub fn new(client_secret: ClientSecret, sid: SessionId) -> Self {
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
        .since(Release::v1(1))
        .older(&[(Release::r0(6), "/_matrix/client/r0/account/3pid/add")]);
    type Response = Empty;
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
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(Deserialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
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
            .since(Release::v1(1))
            .older(&[(Release::r0(4), "/_matrix/client/r0/account/3pid")]);
    type Response = GetAccount3pidsResponse;
}

/// The phone numbers and e-mail addresses of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(Serialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GetAccount3pidsResponse {
    /// All of them.
    #[serde(default)]
    pub threepids: Vec<ThirdPartyIdentifier>,
}

/// A phone number or e-mail address of an account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(Serialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ThirdPartyIdentifier {
    /// Which kind it is.
    pub medium: Medium,
    /// The e-mail address, or the digits of the phone number's international form.
    pub address: String,
    /// When a server last saw that it is the person's, in Unix milliseconds.
    pub validated_at: Option<Timestamp>,
    /// When it was added to the account, in Unix milliseconds.
    pub added_at: Option<Timestamp>,
}

impl ThirdPartyIdentifier {
    /// An identifier of which no dates are known.
    pub fn new(medium: Medium, address: String) -> Self {
        Self {
            medium,
            address,
            validated_at: None,
            added_at: None,
        }
    }
}

/// Removes a phone number or e-mail address from the account. Removing what is not there succeeds.
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
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(Deserialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct Delete3pidFromAccount {
    /// The identity server to unbind it from as well; the homeserver knows which, where it is missing.
    pub id_server: Option<ServerName>,
    /// Which kind it is.
    pub medium: Medium,
    /// As [`ThirdPartyIdentifier::address`].
    pub address: String,
}

impl Delete3pidFromAccount {
    /// What is required.
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
    .since(Release::v1(1))
    .older(&[(Release::r0(4), "/_matrix/client/r0/account/3pid/delete")]);
    type Response = Delete3pidFromAccountResponse;
}

/// What became of the binding at the identity server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(Serialize))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct Delete3pidFromAccountResponse {
    /// Whether it was unbound there. Some servers do not say.
    pub id_server_unbind_result: Option<UnbindResult>,
}

text_enum! {
    /// What became of a binding at an identity server.
    UnbindResult {
        /// The identity server cannot unbind, or none is known.
        NoSupport = "no-support",
        /// It is unbound.
        Success = "success",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{self, AbsoluteUrl, BaseUrl, Credentials, Supported, Target};

    fn request_token() -> RequestTokenTo3pidMsisdn {
        let secret = ClientSecret::parse("monkeys_are_GREAT").unwrap();
        RequestTokenTo3pidMsisdn::new(
            secret,
            CountryCode::parse("GB").unwrap(),
            "07700900001".to_owned(),
            1,
        )
    }

    #[test]
    fn a_request_is_complete() {
        let target = Target::homeserver("https://example.org/matrix/").unwrap();
        let mut operation = request_token();
        operation.next_link = Some("https://example.org/ü".to_owned());
        let token = AccessToken::from("not to be sent");
        let request = wire::encode(&operation, &target, &Credentials::Token(token)).unwrap();
        assert_eq!(
            format!(
                "{:?} {:?}",
                request,
                std::str::from_utf8(request.body()).unwrap()
            ),
            format!(
                "{:?} {:?}",
                http::Request::post(
                    "https://example.org/matrix/_matrix/client/v3/account/3pid/msisdn/requestToken"
                )
                .header("content-type", "application/json")
                .body(request.body().clone())
                .unwrap(),
                "{\"client_secret\":\"monkeys_are_GREAT\",\"country\":\"GB\",\"phone_number\":\"07700900001\",\
                 \"send_attempt\":1,\"next_link\":\"https://example.org/ü\"}"
            )
        );
    }

    #[test]
    fn an_identity_server_goes_with_its_token() {
        let target = Target::homeserver("https://example.org").unwrap();
        let mut operation = request_token();
        operation.id_server = Some(ServerName::parse("is.example.org").unwrap());
        let error = wire::encode(&operation, &target, &Credentials::None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "id_server is given without id_access_token: give both or neither"
        );
        operation.id_access_token = Some(AccessToken::from("secret"));
        assert!(wire::encode(&operation, &target, &Credentials::None).is_ok());
        operation.id_server = None;
        assert!(wire::encode(&operation, &target, &Credentials::None).is_err());
    }

    #[test]
    fn an_old_server_gets_the_old_path() {
        let Target::Homeserver(mut homeserver) = Target::homeserver("https://example.org").unwrap()
        else {
            panic!("not a homeserver")
        };
        homeserver.supported = Some(Supported::new(["r0.5.0", "r0.6.1"], []));
        let target = Target::Homeserver(homeserver);
        let request = wire::encode(&request_token(), &target, &Credentials::None).unwrap();
        assert_eq!(
            request.uri().path(),
            "/_matrix/client/r0/account/3pid/msisdn/requestToken"
        );
    }

    #[test]
    fn a_submit_url_is_never_replaced() {
        let operation = SubmitToken::new(
            SessionId::parse("1").unwrap(),
            ClientSecret::parse("s").unwrap(),
            ValidationToken::from("0042"),
        );
        for target in ["https://example.org", "http://127.0.0.1:1"] {
            let target = Target::homeserver(target).unwrap();
            assert!(matches!(
                wire::encode(&operation, &target, &Credentials::None),
                Err(EncodeError::WrongTarget { .. })
            ));
        }
        let homeserver = BaseUrl::parse("http://127.0.0.1:1").unwrap();
        let url = AbsoluteUrl::given_by(&homeserver, "http://127.0.0.1:2/a%2Fb/../c?x=1").unwrap();
        let token = Credentials::Token(AccessToken::from("not to be sent"));
        let request = wire::encode(&operation, &Target::Url(url), &token).unwrap();
        assert_eq!(request.uri(), "http://127.0.0.1:2/a%2Fb/../c?x=1");
        assert!(request.headers().get("authorization").is_none());
    }

    #[test]
    fn what_servers_send_instead_of_a_list_is_no_list() {
        for body in ["{}", r#"{"threepids": null}"#, r#"{"threepids": {}}"#, ""] {
            let answer = wire::decode::<GetAccount3pids>(http::Response::new(body)).unwrap();
            assert!(answer.threepids.is_empty(), "{body}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let mut operation = request_token();
        operation.id_access_token = Some(AccessToken::from("syt_secret"));
        let shown = format!("{operation:?}");
        assert!(
            !shown.contains("monkeys") && !shown.contains("syt_secret"),
            "{shown}"
        );
    }
}
