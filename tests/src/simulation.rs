//! What holds for every flow, whatever the network does: flows run on a simulated network with a simulated user.

mod masked;
mod meeting;
pub mod oauth;
pub mod personality;
mod world;

use std::env;
use std::fmt::Debug;
use std::ops::Range;

use bytes::Bytes;
use hardline::flow::test_harness::{Answer, Choices, Report, Trial};
use hardline::flow::{InteractiveFlow, Prompt, Reply, RetryPolicy};
use hardline::types::Timestamp;
use hardline::wire::{Error, ErrorCode, RequestMeta};
use hardline_loopback::sim::Rng;
use http::Request;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use masked::Mishap;
pub use meeting::{Ends, meet, meet_alone};
pub use world::{BASE_URL, CLIENT_SECRET, PASSWORD, WRONG, World};

/// A flow to check: how it starts, and how a user replies.
pub trait Scenario {
    /// The flow.
    type Flow: InteractiveFlow + Debug + Serialize + DeserializeOwned;

    /// Starts it.
    fn begin(&self, world: &World) -> Self::Flow;

    /// The right reply.
    fn reply(&self, world: &World, prompt: &Prompt) -> Reply;

    /// A wrong reply, which the flow asks for again; `None` if there is none.
    fn wrong_reply(&self, world: &World, prompt: &Prompt) -> Option<Reply>;

    /// Whether what it claims to have done is done.
    fn is_done(&self, world: &World, success: &<Self::Flow as InteractiveFlow>::Success) -> bool;

    /// What else happens when a request arrives at a server, before the response.
    fn arrives(&self, _world: &World, _request: &Request<Bytes>) {}
}

/// Runs the flow with each of these seeds and checks every run. A long run has others, by `HARDLINE_SEEDS=FIRST+COUNT`.
///
/// # Panics
/// If a check fails; the message contains the seed.
pub fn hold<S: Scenario>(scenario: &S, seeds: Range<u64>) {
    let seeds = env::var("HARDLINE_SEEDS").map_or(seeds, |others| {
        range(&others).unwrap_or_else(|| panic!("HARDLINE_SEEDS is FIRST+COUNT, not {others:?}"))
    });
    let mut succeeded = 0;
    for seed in seeds.clone() {
        let report = run(scenario, seed);
        if seed.is_multiple_of(16) {
            let again = run(scenario, seed);
            assert_eq!(again.log, report.log, "seed {seed} gives another run");
        }
        succeeded += u64::from(matches!(report.outcome, Some(Ok(_))));
    }
    let runs = seeds.end - seeds.start;
    assert!(succeeded > runs / 4, "{succeeded} of {runs} succeeded");
}

fn range(first_and_count: &str) -> Option<Range<u64>> {
    let (first, count) = first_and_count.split_once('+')?;
    let (first, count): (u64, u64) = (first.parse().ok()?, count.parse().ok()?);
    (count > 0).then(|| first..first.saturating_add(count))
}

fn run<S: Scenario>(scenario: &S, seed: u64) -> Report<S::Flow> {
    let world = World::new(seed);
    let policy = RetryPolicy::default();
    let flow = scenario.begin(&world);
    let inbox = world.homeserver.inbox();
    let before = inbox.messages().len();
    let mut person = Person::new(seed);
    let server = |now: Timestamp, request: Request<Vec<u8>>| {
        let meta = request.extensions().get::<RequestMeta>();
        let meta = meta.expect("a flow says how its requests are sent");
        assert!(meta.attempt <= policy.attempts, "attempt {}", meta.attempt);
        let request = request.map(Bytes::from);
        scenario.arrives(&world, &request);
        world.handle(now, request)
    };
    let trial = Trial::new(flow, Choices::from_seed(seed), server)
        .with_person(|prompt, error| person.answer(scenario, &world, prompt, error))
        .with_access_token(world.access_token.clone())
        .with_secrets([PASSWORD, CLIENT_SECRET, WRONG])
        .with_longest_wait(policy.timeout.max(policy.longest_wait))
        .with_saving();
    let report = trial
        .run()
        .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    if let Some(Ok(success)) = &report.outcome {
        assert!(scenario.is_done(&world, success), "seed {seed}: not done");
    }
    let asks = |reply: &&Reply| matches!(reply, Reply::Resend | Reply::Threepid(_));
    let asked = 1 + report.replies.iter().filter(asks).count();
    let sent = inbox.messages().len() - before;
    assert!(
        sent <= asked,
        "seed {seed}: {sent} messages were sent, and {asked} were asked for"
    );
    report
}

/// A person who answers wrongly now and then, and may walk away.
struct Person {
    rng: Rng,
    patience: u64,
    said: u64,
}

/// How often a person does something at most.
const REPLIES: u64 = 60;

impl Person {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::new(!seed);
        // Some walk away in the middle.
        let patience = if rng.happens(20) {
            rng.within(0..6)
        } else {
            REPLIES
        };
        Self {
            rng,
            patience,
            said: 0,
        }
    }

    fn answer<S: Scenario>(
        &mut self,
        scenario: &S,
        world: &World,
        prompt: &Prompt,
        error: Option<&Error>,
    ) -> Answer {
        // No flow continues with a token that is invalid: nothing ever brings another one.
        if error.is_some_and(|error| error.errcode() == Some(&ErrorCode::UnknownToken)) {
            return Answer::Cancel;
        }
        if self.said >= self.patience {
            return Answer::Nothing;
        }
        self.said += 1;
        let wrong = match prompt {
            Prompt::Retry => return Answer::Retry,
            Prompt::NewMessage { .. } => Some(Reply::Resend),
            // Give up on a code that is never accepted: its session may have expired.
            Prompt::Code { .. } if self.said.is_multiple_of(4) => Some(Reply::Resend),
            _ if self.rng.happens(25) => scenario.wrong_reply(world, prompt),
            _ => None,
        };
        wrong
            .unwrap_or_else(|| scenario.reply(world, prompt))
            .into()
    }
}
