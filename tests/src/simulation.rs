//! What holds for every conversation, whatever the network does: runs of it on a simulated network, with a simulated person.

mod ledger;

use std::fmt::Debug;
use std::sync::Arc;

use bytes::Bytes;
use hardline::client_api::openid::RequestOpenIdToken;
use hardline::client_api::session::Login;
use hardline::client_api::threepid::{Add3pid, GetAccount3pids, RequestTokenTo3pidEmail};
use hardline::client_api::{AuthData, UserIdentifier};
use hardline::flow::{Flow, FlowEvent, InteractiveFlow, Output, Prompt, Reply};
use hardline::identity_api::account::{OpenIdTokenType, RegisterAccount};
use hardline::types::{AccessToken, ClientSecret, Password, ServerName, Timestamp, UserId};
use hardline::wire::{self, BaseUrl, Credentials, Endpoint, ErrorCode, Target};
use hardline_loopback::sim::{Chance, Simulation};
use hardline_loopback::{Homeserver, IdentityServer};
use http::{Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use ledger::Ledger;

/// Where the homeserver is.
pub const BASE_URL: &str = "https://example.org";
/// The password of the account.
pub const PASSWORD: &str = "correct horse battery staple";
/// The client secret of validations.
pub const CLIENT_SECRET: &str = "not-to-be-shown-client-secret";
/// A wrong word for whatever is asked for.
pub const WRONG: &str = "not-to-be-shown-wrong-word";

/// A conversation that is to be held to what holds for all of them: how it begins, and what a person says in it.
pub trait Scenario {
    /// The conversation.
    type Flow: InteractiveFlow + Debug + Serialize + DeserializeOwned;

    /// Begins it.
    fn begin(&self, world: &World) -> Self::Flow;

    /// The right reply.
    fn reply(&self, world: &World, prompt: &Prompt) -> Reply;

    /// The wrong reply, which is asked for again; `None` where there is none.
    fn wrong_reply(&self, world: &World, prompt: &Prompt) -> Option<Reply>;

    /// Whether what it says it did is done.
    fn is_done(&self, world: &World, success: &<Self::Flow as InteractiveFlow>::Success) -> bool;

    /// What else happens when a request arrives at a server, before it is answered.
    fn arrives(&self, _world: &World, _request: &Request<Bytes>) {}
}

/// What a conversation takes place in.
pub struct World {
    /// The server.
    pub homeserver: Arc<Homeserver>,
    /// The identity server that it trusts, at the same base URL.
    pub identity_server: IdentityServer,
    /// An account there, which has [`PASSWORD`].
    pub user_id: UserId,
    /// The account's token.
    pub access_token: AccessToken,
    /// When it begins.
    pub now: Timestamp,
}

/// What happens besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Saving {
    Never,
    /// At every step at which no exchange is in flight: it changes nothing.
    BetweenExchanges,
    /// At one step in three, whatever is in flight.
    Anywhere,
}

/// Runs the conversation with each of these seeds, and checks what holds for every one.
///
/// # Panics
/// Where something does not hold; the message has the seed.
pub fn hold<S: Scenario>(scenario: &S, seeds: std::ops::Range<u64>) {
    let mut succeeded = 0;
    for seed in seeds.clone() {
        let first = run(scenario, seed, Saving::Never);
        let kind = seed % 4;
        if kind == 0 {
            let again = run(scenario, seed, Saving::Never);
            assert_eq!(again.told, first.told, "seed {seed} gives another run");
        }
        if kind == 1 {
            let saved = run(scenario, seed, Saving::BetweenExchanges);
            assert_eq!(saved.told, first.told, "seed {seed}: saving changes it");
        }
        if kind == 2 {
            run(scenario, seed, Saving::Anywhere);
        }
        succeeded += u64::from(first.succeeded);
    }
    let runs = seeds.end - seeds.start;
    assert!(succeeded > runs / 4, "{succeeded} of {runs} succeeded");
}

struct Run {
    /// All that the conversation put out.
    told: Vec<String>,
    succeeded: bool,
}

/// After so many stalls the network has no more trouble.
const STALLS: u32 = 4;
/// More than any run takes.
const STEPS: u32 = 2_000;

fn run<S: Scenario>(scenario: &S, seed: u64, saving: Saving) -> Run {
    let world = World::new(seed);
    // The person's chances are not the network's, so that saving does not change them.
    let mut person = Chance::new(!seed);
    let mut simulation = Simulation::new(seed, |now, request| {
        scenario.arrives(&world, &request);
        world.handle(now, request)
    });
    simulation.set_access_token(Some(world.access_token.clone()));
    let trouble = [0, 10, 30, 60];
    simulation.set_trouble(trouble[(seed % 4) as usize]);
    simulation.set_clock_jumps(seed.is_multiple_of(3));
    // Some people walk away in the midst of it.
    let patience = if person.happens(20) {
        person.within(0..6)
    } else {
        u64::MAX
    };

    let mut flow = scenario.begin(&world);
    let mut ledger = Ledger::new(seed, &world);
    let mut told = Vec::new();
    let (mut stalls, mut said) = (0, 0);
    for _ in 0..STEPS {
        match flow.poll_output() {
            Output::Send(id, request) => {
                ledger.sent(id, &request);
                let body = String::from_utf8_lossy(request.body());
                told.push(format!("{} {body}", request.uri()));
                simulation.send(id, request);
            }
            Output::Cancel(id) => {
                ledger.cancelled(id);
                told.push(format!("cancel {id:?}"));
                simulation.cancel(id);
            }
            Output::Event(event) => {
                ledger.shown(&event);
                told.push(format!("{event:?}"));
                let now = simulation.now();
                match event {
                    // Nobody goes on with a token that is dead: nothing ever brings another.
                    FlowEvent::Stalled(error)
                        if error.errcode() == Some(&ErrorCode::UnknownToken) =>
                    {
                        flow.cancel(now).expect("it is not over");
                    }
                    FlowEvent::Stalled(_) if said < patience => {
                        stalls += 1;
                        if stalls == STALLS {
                            simulation.set_trouble(0);
                        }
                        assert_eq!(flow.prompt(), Some(Prompt::Retry), "seed {seed}");
                        flow.retry(now).expect("it stalled");
                        ledger.acted(None);
                    }
                    FlowEvent::Asks(prompt) | FlowEvent::Rejected { prompt, .. }
                        if said < patience =>
                    {
                        said += 1;
                        // What was said since may have been heard.
                        if flow.prompt().as_ref() != Some(&prompt) {
                            continue;
                        }
                        // A code that is never taken is one to leave: its session may be over.
                        let reply = match prompt {
                            Prompt::Code { .. } if said.is_multiple_of(4) => Some(Reply::Resend),
                            _ if person.happens(25) => scenario.wrong_reply(&world, &prompt),
                            _ => None,
                        };
                        let reply = reply.unwrap_or_else(|| scenario.reply(&world, &prompt));
                        flow.reply(now, reply.clone())
                            .unwrap_or_else(|_| panic!("seed {seed}: {prompt:?} takes {reply:?}"));
                        ledger.acted(Some(&reply));
                    }
                    _ => {}
                }
            }
            Output::Done(outcome) => {
                if let Ok(success) = &outcome {
                    assert!(scenario.is_done(&world, success), "seed {seed}: not done");
                }
                assert_eq!(flow.prompt(), None, "seed {seed}");
                ledger.ended(&world);
                return Run {
                    told,
                    succeeded: outcome.is_ok(),
                };
            }
            Output::Wait(until) => {
                ledger.shown(&flow);
                ledger.waits(simulation.now(), until);
                told.push(format!("{until:?}, {:?}", flow.prompt()));
                let is_quiet = !ledger.is_in_flight();
                let saves = match saving {
                    Saving::Never => false,
                    Saving::BetweenExchanges => is_quiet,
                    Saving::Anywhere => person.happens(33),
                };
                if saves {
                    let prompt = flow.prompt();
                    let text = serde_json::to_string(&flow).expect("it is drained");
                    flow = serde_json::from_str(&text).expect("it was saved");
                    if is_quiet {
                        assert_eq!(flow.prompt(), prompt, "seed {seed}: saving changes it");
                    } else {
                        ledger.forgotten();
                        continue;
                    }
                }
                // Now and then somebody says what nobody asked for.
                if person.happens(5) {
                    for reply in [Reply::Resend, Reply::Done] {
                        if flow.reply(simulation.now(), reply.clone()).is_ok() {
                            ledger.acted(Some(&reply));
                        }
                    }
                    continue;
                }
                let Some(input) = simulation.next(until) else {
                    assert!(flow.prompt().is_some(), "seed {seed}: it waits for nobody");
                    ledger.ended(&world);
                    return Run {
                        told,
                        succeeded: false,
                    };
                };
                ledger.came(&input);
                flow.handle_input(simulation.now(), input);
            }
        }
    }
    let last = told.split_off(told.len().saturating_sub(12)).join("\n");
    panic!("seed {seed}: it neither ends nor asks\n{last}");
}

impl World {
    fn new(seed: u64) -> Self {
        let mut entropy = [7; 32];
        entropy[..8].copy_from_slice(&seed.to_be_bytes());
        let server_name = ServerName::parse("example.org").expect("it is a name");
        let homeserver = Arc::new(Homeserver::new(server_name, BASE_URL, entropy));
        let identity_server =
            IdentityServer::new(Arc::clone(&homeserver), entropy.map(|byte| !byte));
        let user_id = homeserver
            .add_account("alice", &Password::from(PASSWORD))
            .unwrap_or_else(|_| panic!("the name is free"));
        let now = Simulation::new(seed, |_, _| Response::default()).now();
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

    /// Answers a request, as whichever of the servers it is for.
    pub fn handle(&self, now: Timestamp, request: Request<Bytes>) -> Response<Vec<u8>> {
        if request.uri().path().starts_with("/_matrix/identity/") {
            self.identity_server.handle(now, request)
        } else {
            self.homeserver.handle(now, request)
        }
    }

    /// Does an operation for the account, without trouble.
    ///
    /// # Panics
    /// Where the server declines.
    pub fn call<E: Endpoint>(&self, operation: &E) -> E::Response {
        let credentials = Credentials::Token(self.access_token.clone());
        call(&self.homeserver, self.now, operation, &credentials)
    }

    /// Does an operation of the identity server with a token of its own, without trouble.
    ///
    /// # Panics
    /// Where the server declines.
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
            OpenIdTokenType::from(proof.token_type.as_str()),
            proof.matrix_server_name,
            proof.expires_in,
        );
        let nobody = AccessToken::from("");
        self.call_identity(&register, &nobody).token
    }

    /// Whether somebody is logged in by this login.
    pub fn logs_in(&self, login: &Login) -> bool {
        let response = send(&self.homeserver, self.now, login, &Credentials::None);
        wire::decode::<Login>(response).is_ok()
    }

    /// Adds an e-mail address to the account.
    ///
    /// # Panics
    /// Where the server declines.
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
    /// Where there is none.
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
    /// Where there is none.
    pub fn code(&self, address: &str) -> String {
        let message = self.homeserver.inbox().last_to(address);
        let message = message.expect("a message was sent");
        message.token.reveal().to_owned()
    }
}

/// Does an operation without trouble.
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
