use hardline_derive::Request;

use crate::client_api::threepid::TokenSession;
use crate::types::{AccessToken, ClientSecret, CountryCode, ServerName};
use crate::wire::{Endpoint, Operation, SpecVersion};

/// Asks the homeserver to mail a validation link to an e-mail address, to add it to the account.
///
/// It needs no access token. It is safe to repeat with the same `client_secret` and `send_attempt`: a server sends only
/// one message for each attempt.
///
/// Errors worth handling: `M_THREEPID_IN_USE`, `M_THREEPID_DENIED`, `M_THREEPID_MEDIUM_NOT_SUPPORTED` and
/// `M_UNRECOGNIZED` (no e-mail addresses here), `M_INVALID_PARAM` (not an address), `M_SERVER_NOT_TRUSTED` (the
/// identity server), `M_LIMIT_EXCEEDED`. [`Error::threepid_refusal`](crate::wire::Error::threepid_refusal) tells them
/// apart.
///
/// ```
/// use hardline::client_api::threepid::RequestTokenTo3pidEmail;
/// use hardline::types::{ClientSecret};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = RequestTokenTo3pidEmail::new(
///     ClientSecret::parse("monkeys_are_GREAT")?,
///     "alice@example.org".to_owned(),
///     1,
/// );
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/account/3pid/email/requestToken");
/// assert_eq!(
///     request.body(),
///     br#"{"client_secret":"monkeys_are_GREAT","email":"alice@example.org","send_attempt":1}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /account/3pid/email/requestToken`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidemailrequesttoken).
#[doc(alias = "requestTokenTo3PIDEmail")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct RequestTokenTo3pidEmail {
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

impl RequestTokenTo3pidEmail {
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

impl Endpoint for RequestTokenTo3pidEmail {
    const OPERATION: Operation = Operation::post(
        "requestTokenTo3PIDEmail",
        "/_matrix/client/v3/account/3pid/email/requestToken",
    )
    .required_together(&["id_server", "id_access_token"])
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/account/3pid/email/requestToken",
    )]);
    type Response = TokenSession;
}

/// Asks the homeserver to text a validation token to a phone number, to add it to the account.
///
/// It needs no access token. It is safe to repeat with the same `client_secret` and `send_attempt`: a server sends only
/// one text for each attempt (except Sydent before 2.7).
///
/// Errors worth handling: `M_THREEPID_IN_USE`, `M_THREEPID_DENIED`, `M_THREEPID_MEDIUM_NOT_SUPPORTED` and
/// `M_UNRECOGNIZED` (no phone numbers here), `M_INVALID_PARAM` and `M_INVALID_PHONE_NUMBER` (not a number),
/// `M_DESTINATION_REJECTED` (no texts to that country), `M_SERVER_NOT_TRUSTED` (the identity server),
/// `M_LIMIT_EXCEEDED`. [`Error::threepid_refusal`](crate::wire::Error::threepid_refusal) tells them apart.
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
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/account/3pid/msisdn/requestToken");
/// assert_eq!(
///     request.body(),
///     br#"{"client_secret":"monkeys_are_GREAT","country":"GB","phone_number":"07700900001","send_attempt":1}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /account/3pid/msisdn/requestToken`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidmsisdnrequesttoken).
#[doc(alias = "requestTokenTo3PIDMSISDN")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct RequestTokenTo3pidMsisdn {
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

impl RequestTokenTo3pidMsisdn {
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

impl Endpoint for RequestTokenTo3pidMsisdn {
    const OPERATION: Operation = Operation::post(
        "requestTokenTo3PIDMSISDN",
        "/_matrix/client/v3/account/3pid/msisdn/requestToken",
    )
    .required_together(&["id_server", "id_access_token"])
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/account/3pid/msisdn/requestToken",
    )]);
    type Response = TokenSession;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{self, Credentials, SupportedVersions, Target};

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
        homeserver.supported = Some(SupportedVersions::new(["r0.5.0", "r0.6.1"], []));
        let target = Target::Homeserver(homeserver);
        let request = wire::encode(&request_token(), &target, &Credentials::None).unwrap();
        assert_eq!(
            request.uri().path(),
            "/_matrix/client/r0/account/3pid/msisdn/requestToken"
        );
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
