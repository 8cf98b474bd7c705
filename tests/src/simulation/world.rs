use std::sync::Arc;

use bytes::Bytes;
use hardline::client_api::integrations::RequestOpenIdToken;
use hardline::client_api::session::Login;
use hardline::client_api::threepid::{Add3pid, GetAccount3pids, RequestTokenTo3pidEmail};
use hardline::flow::test_harness::START;
use hardline::identity_api::account::{OpenIdTokenType, RegisterAccount};
use hardline::types::{AccessToken, ClientSecret, Password, ServerName, Timestamp, UserId};
use hardline::wire::{self, AuthData, BaseUrl, Credentials, Endpoint, Target, UserIdentifier};
use hardline_loopback::{Homeserver, IdentityServer};
use http::{Request, Response};

/// Where the homeserver is.
pub const BASE_URL: &str = "https://example.org";
/// The password of the account.
pub const PASSWORD: &str = "correct horse battery staple";
/// The client secret of validations.
pub const CLIENT_SECRET: &str = "not-to-be-shown-client-secret";
/// A wrong reply to any prompt.
pub const WRONG: &str = "not-to-be-shown-wrong-word";

/// The world that a flow runs in.
pub struct World {
    /// The server.
    pub homeserver: Arc<Homeserver>,
    /// The identity server that the homeserver trusts, at the same base URL.
    pub identity_server: IdentityServer,
    /// An account there, which has [`PASSWORD`].
    pub user_id: UserId,
    /// The account's token.
    pub access_token: AccessToken,
    /// The start time.
    pub now: Timestamp,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut entropy = [7; 32];
        entropy[..8].copy_from_slice(&seed.to_be_bytes());
        let server_name = ServerName::parse("example.org").expect("it is a name");
        let homeserver = Arc::new(Homeserver::new(server_name, BASE_URL, entropy));
        let identity_server =
            IdentityServer::new(Arc::clone(&homeserver), entropy.map(|byte| !byte));
        let user_id = homeserver
            .add_account("alice", &Password::from(PASSWORD))
            .unwrap_or_else(|_| panic!("the name is free"));
        let now = START;
        let user = UserIdentifier::user("alice");
        let login = Login::password(user, Password::from(PASSWORD));
        let access_token = call(&homeserver, now, &login, &Credentials::None).access_token;
        Self {
            homeserver,
            identity_server,
            user_id,
            access_token,
            now,
        }
    }

    /// Responds to a request, as whichever server it is for.
    pub fn handle(&self, now: Timestamp, request: Request<Bytes>) -> Response<Vec<u8>> {
        if request.uri().path().starts_with("/_matrix/identity/") {
            self.identity_server.handle(now, request)
        } else {
            self.homeserver.handle(now, request)
        }
    }

    /// Does an operation for the account, without network failures.
    ///
    /// # Panics
    /// If the server declines.
    pub fn call<E: Endpoint>(&self, operation: &E) -> E::Response {
        let credentials = Credentials::Token(self.access_token.clone());
        call(&self.homeserver, self.now, operation, &credentials)
    }

    /// Does an operation of the identity server with its own token, without network failures.
    ///
    /// # Panics
    /// If the server declines.
    pub fn call_identity<E: Endpoint>(&self, operation: &E, token: &AccessToken) -> E::Response {
        let target = Target::IdentityServer(BaseUrl::parse(BASE_URL).expect("it is a URL"));
        let credentials = Credentials::Token(token.clone());
        let request = wire::encode(operation, &target, &credentials).expect("it can be sent");
        let response = self.handle(self.now, request.map(Into::into));
        wire::decode::<E>(response).expect("nothing is wrong with it")
    }

    /// A token of the identity server for the account.
    pub fn identity_token(&self) -> AccessToken {
        let proof = self.call(&RequestOpenIdToken::new(self.user_id.clone()));
        let register = RegisterAccount::new(
            proof.access_token,
            OpenIdTokenType::Bearer,
            proof.matrix_server_name.expect("it is the account's"),
            proof.expires_in.expect("it expires"),
        );
        let nobody = AccessToken::from("nobody");
        self.call_identity(&register, &nobody).token
    }

    /// Whether somebody is logged in with this login.
    pub fn logs_in(&self, login: &Login) -> bool {
        let response = send(&self.homeserver, self.now, login, &Credentials::None);
        wire::decode::<Login>(response).is_ok()
    }

    /// Adds an e-mail address to the account.
    ///
    /// # Panics
    /// If the server declines.
    pub fn add_email(&self, address: &str) {
        let secret = ClientSecret::parse("another-secret").expect("it follows the grammar");
        let session = self.call(&RequestTokenTo3pidEmail::new(
            secret.clone(),
            address.to_owned(),
            1,
        ));
        self.follow_link(address);
        let mut add = Add3pid::new(secret, session.sid);
        let user = UserIdentifier::user("alice");
        add.auth = Some(AuthData::password(&user, &Password::from(PASSWORD)));
        self.call(&add);
    }

    /// Follows the link of the last mail to an address.
    ///
    /// # Panics
    /// If there is none.
    pub fn follow_link(&self, address: &str) {
        let mail = self.homeserver.inbox().last_to(address);
        let link = mail.and_then(|mail| mail.link).expect("a mail was sent");
        let request = Request::get(link).body(Bytes::new());
        let page = self.handle(self.now, request.expect("the link is a URL"));
        assert!(page.status().is_success(), "{page:?}");
    }

    /// The phone numbers and addresses of the account.
    pub fn threepids(&self) -> Vec<String> {
        let threepids = self.call(&GetAccount3pids::new()).threepids.into_iter();
        threepids.map(|threepid| threepid.address).collect()
    }

    /// The code of the last message to an address.
    ///
    /// # Panics
    /// If there is none.
    pub fn code(&self, address: &str) -> String {
        let message = self.homeserver.inbox().last_to(address);
        let message = message.expect("a message was sent");
        message.token.reveal().to_owned()
    }
}

/// Does an operation without network failures.
fn call<E: Endpoint>(
    homeserver: &Homeserver,
    now: Timestamp,
    operation: &E,
    credentials: &Credentials,
) -> E::Response {
    let response = send(homeserver, now, operation, credentials);
    wire::decode::<E>(response).expect("nothing is wrong with it")
}

fn send<E: Endpoint>(
    homeserver: &Homeserver,
    now: Timestamp,
    operation: &E,
    credentials: &Credentials,
) -> Response<Vec<u8>> {
    let target = Target::homeserver(BASE_URL).expect("it is a URL");
    let request = wire::encode(operation, &target, credentials).expect("it can be sent");
    homeserver.handle(now, request.map(Into::into))
}
