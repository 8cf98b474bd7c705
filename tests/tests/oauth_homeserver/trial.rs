//! A client, a person, and the authorization server between them.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::thread;
use std::time::Duration;

use hardline::client::{BoxTransport, Client, Conversation, Next};
use hardline::client_api::account::{GetTokenOwner, GetTokenOwnerResponse};
use hardline::flow::{
    DeviceLogin, FlowError, FlowEvent, LoggedIn, OAuthLogin, Prompt, Reply, SessionEvent,
    SessionTokens,
};
use hardline::oauth_api::{AuthorizationUrl, RedirectedUrl, RegisterClient};
use hardline::types::AccessToken;
use hardline::wire::{Error, ErrorCode, Target};
use hardline_hyper::HyperTransport;
use hardline_isahc::{IsahcClock, IsahcTransport};
use hardline_tests::authorization_server::{AuthorizationServer, Decision};
use serde_json::json;
use tokio::time::{sleep, timeout};

/// A client over one of the transports.
pub(crate) type TestClient = Client<BoxTransport, IsahcClock>;

/// A conversation of that client.
pub(crate) type TestConversation<F> = Conversation<BoxTransport, IsahcClock, F>;

/// One client and one person, whose name nobody else has.
pub(crate) struct Trial {
    pub(crate) server: AuthorizationServer,
    pub(crate) client: TestClient,
    /// What the person and the client are called.
    pub(crate) name: String,
    transport: fn() -> BoxTransport,
}

/// Runs a test over each transport.
pub(crate) fn over_every_transport(title: &str, test: impl AsyncFn(Trial) + Sync) {
    let transports: [(_, fn() -> BoxTransport); 2] = [("hyper", hyper), ("isahc", isahc)];
    thread::scope(|scope| {
        for (name, transport) in transports {
            let test = &test;
            let run = move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                let runtime = runtime.expect("a runtime can be built");
                let name = format!("{title}-{name}-{:x}", random());
                let trial = test(Trial::new(name, transport));
                let ended = runtime.block_on(async { timeout(PATIENCE, trial).await });
                ended.expect("the test came to its end");
            };
            // A panic names the thread.
            let builder = thread::Builder::new().name(name.to_owned());
            builder.spawn_scoped(scope, run).unwrap();
        }
    });
}

impl Trial {
    fn new(name: String, transport: fn() -> BoxTransport) -> Self {
        Self {
            server: AuthorizationServer(variable("HARDLINE_AS_URL")),
            client: new_client(transport),
            name,
            transport,
        }
    }

    /// Another client over the same transport, which is not logged in.
    pub(crate) fn another_client(&self) -> TestClient {
        new_client(self.transport)
    }

    /// A login with a browser.
    pub(crate) fn browser_login(&self) -> TestConversation<OAuthLogin> {
        let mut client =
            RegisterClient::native("https://example.org/".to_owned(), REDIRECT_URI.to_owned());
        client.client_name = Some(self.name.clone());
        self.client.log_in_with_browser(client, entropy())
    }

    /// A login without a browser.
    pub(crate) fn device_login(&self) -> TestConversation<DeviceLogin> {
        let mut client = RegisterClient::device("https://example.org/".to_owned());
        client.client_name = Some(self.name.clone());
        self.client.log_in_with_device_code(client, entropy())
    }

    /// Logs in with a browser.
    pub(crate) async fn log_in(&self) -> LoggedIn {
        let outcome = self.browse(self.browser_login(), Decision::Allow).await;
        outcome.expect("the person says yes")
    }

    /// The person says yes on this page.
    pub(crate) fn allow(&self, page: &AuthorizationUrl) -> RedirectedUrl {
        self.server.authorize(page, &self.name, Decision::Allow)
    }

    /// The person opens the page that the flow asks for.
    pub(crate) async fn browse(
        &self,
        mut conversation: TestConversation<OAuthLogin>,
        decision: Decision,
    ) -> Result<LoggedIn, FlowError> {
        loop {
            match conversation.next().await {
                Next::Event(FlowEvent::Asks(Prompt::Authorization { url, .. })) => {
                    let back = self.server.authorize(&url, &self.name, decision);
                    conversation.reply(Reply::Redirected(back)).unwrap();
                }
                Next::Event(event) => panic!("{event:?}"),
                Next::Done(outcome) => return outcome,
            }
        }
    }

    /// The person types the code that the flow shows. What else the flow tells is returned too.
    pub(crate) async fn type_code(
        &self,
        mut conversation: TestConversation<DeviceLogin>,
        decision: Decision,
    ) -> (Vec<FlowEvent>, Result<LoggedIn, FlowError>) {
        let mut told = Vec::new();
        loop {
            match conversation.next().await {
                Next::Event(FlowEvent::Asks(Prompt::DeviceAuthorization { user_code, .. })) => {
                    self.server.type_code(&user_code, &self.name, decision);
                }
                Next::Event(event) => told.push(event),
                Next::Done(outcome) => return (told, outcome),
            }
        }
    }

    /// Who the client is, as the homeserver sees it.
    pub(crate) async fn whoami(&self) -> Result<GetTokenOwnerResponse, Error> {
        self.client.call(GetTokenOwner::new()).await
    }

    /// The tokens of the client.
    pub(crate) fn tokens(&self) -> SessionTokens {
        self.client.session().expect("the client is logged in")
    }

    /// By the client's clock, the access token expires now.
    pub(crate) fn expire(&self) {
        let mut tokens = self.tokens();
        tokens.expires_at = Some(self.client.now());
        self.client.set_session(Some(tokens));
    }

    /// The server knows the access token no more.
    pub(crate) fn lose_access_token(&self) {
        self.client.set_session(Some(lost(self.tokens())));
    }

    /// How often the client's refreshes were answered, and with which status.
    pub(crate) fn refreshes(&self) -> Vec<u16> {
        self.server.token_requests(&self.name, "refresh_token")
    }

    /// From now on, what is sent to this path meets this fault.
    pub(crate) fn fault(&self, path: &str, mut fault: serde_json::Value) {
        fault["path"] = path.into();
        self.server.control(&self.name, json!({"faults": [fault]}));
    }

    /// The session has ended, because of this access token.
    pub(crate) async fn assert_logged_out(&self) {
        let error = self.whoami().await.expect_err("the session is over");
        assert_eq!(error.errcode(), Some(&ErrorCode::UnknownToken), "{error}");
        assert_eq!(self.client.session(), None);
        let events = self.client.session_events();
        let last = events.last();
        assert!(
            matches!(last, Some(SessionEvent::LoggedOut { .. })),
            "{events:?}"
        );
    }

    /// Waits until this holds.
    pub(crate) async fn until<F: Future<Output = bool>>(&self, holds: impl Fn() -> F) {
        while !holds().await {
            sleep(Duration::from_millis(200)).await;
        }
    }
}

/// Longer than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// These tokens, with an access token that the server does not know.
pub(crate) fn lost(mut tokens: SessionTokens) -> SessionTokens {
    tokens.access_token = AccessToken::from("lost");
    tokens.expires_at = None;
    tokens
}

/// Where the browser comes back.
pub(crate) const REDIRECT_URI: &str = "http://127.0.0.1/callback";

/// What a program draws at random.
fn entropy() -> [u8; 32] {
    let mut entropy = [0; 32];
    for bytes in entropy.chunks_mut(8) {
        bytes.copy_from_slice(&random().to_be_bytes());
    }
    entropy
}

fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

fn new_client(transport: fn() -> BoxTransport) -> TestClient {
    let target = Target::homeserver(&variable("HARDLINE_HS_OAUTH_URL")).unwrap();
    Client::new(transport(), IsahcClock, target)
}

fn hyper() -> BoxTransport {
    let transport = HyperTransport::builder().build();
    BoxTransport::new(transport.expect("the machine has root certificates"))
}

fn isahc() -> BoxTransport {
    let transport = IsahcTransport::builder().build();
    BoxTransport::new(transport.expect("isahc can be set up"))
}

fn variable(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: run this through tests/homeserver/up.sh"))
}
