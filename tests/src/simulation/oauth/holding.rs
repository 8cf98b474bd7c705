use std::cell::RefCell;
use std::ops::Range;

use bytes::Bytes;
use hardline::flow::test_harness::{Answer, Choices, START, Trial};
use hardline::flow::{FlowError, FlowEvent, InteractiveFlow, Prompt};
use hardline::types::Timestamp;
use hardline_loopback::sim::{Rng, Simulation};
use http::Request;

use super::decision::Decision;
use super::meeting::OAuthScenario;
use super::person::{Conduct, Person};
use super::watched::Watched;
use super::world::OAuthWorld;
use crate::simulation::personality::oauth::OAuthPersonality;

/// Runs the flow with each of these seeds on a network that loses, breaks and delays what it carries, with a person who
/// may refuse, or make mistakes, and checks every run.
///
/// # Panics
/// If a check fails; the message contains the seed.
pub fn hold_oauth<S: OAuthScenario>(
    scenario: &S,
    personality: &'static OAuthPersonality,
    seeds: Range<u64>,
) {
    let (mut allowed, mut succeeded) = (0, 0);
    for seed in seeds {
        for is_slow in [false, true] {
            let conduct = conduct(seed);
            let world = OAuthWorld::new(personality);
            let person = Person::new(conduct);
            let outcome = if is_slow {
                slowly(scenario, &world, &person, seed)
            } else {
                troubled(scenario, &world, &person, seed)
            };
            let cell = format!("{}, seed {seed}, slow: {is_slow}", personality.name);
            let person = person.into_inner();
            let sent = world.most_sent_code();
            assert!(
                sent <= 1 + person.retries,
                "{cell}: a code was sent {sent} times, {} tries wanted",
                person.retries
            );
            allowed += u32::from(conduct.decision == Decision::Allow);
            match outcome {
                Some(Ok(success)) => {
                    assert_eq!(conduct.decision, Decision::Allow, "{cell}");
                    // A code that somebody wanted sent again may come late, and end the session.
                    let is_done = scenario.is_done(&world, &success);
                    assert!(is_done || sent > 1, "{cell}: not done");
                    succeeded += 1;
                }
                Some(Err(FlowError::NotAuthorized(error))) => {
                    assert_eq!(conduct.decision, Decision::Deny, "{cell}: {error}");
                }
                Some(Err(_)) | None => {}
            }
        }
    }
    assert!(
        succeeded > allowed / 2,
        "{}: {succeeded} of {allowed} succeeded",
        personality.name
    );
}

fn conduct(seed: u64) -> Conduct {
    let mut rng = Rng::new(!seed);
    let decision = if rng.happens(80) {
        Decision::Allow
    } else {
        Decision::Deny
    };
    Conduct {
        decision,
        wrongs: rng.within(0..8).saturating_sub(6) as u32,
        dawdles: rng.within(0..5) as u32,
        patience: 60,
    }
}

type Outcome<F> = Option<Result<<F as InteractiveFlow>::Success, FlowError>>;

/// Anything may happen to the flow while it waits.
fn troubled<S: OAuthScenario>(
    scenario: &S,
    world: &OAuthWorld,
    person: &RefCell<Person>,
    seed: u64,
) -> Outcome<S::Flow> {
    let flow = Watched::new(START, scenario.begin(world));
    let server =
        |now: Timestamp, request: Request<Vec<u8>>| world.handle(now, &request.map(Bytes::from));
    let report = Trial::new(flow, Choices::from_seed(seed), server)
        .with_person(|prompt, error| person.borrow_mut().answer(world, prompt, error))
        .with_saving()
        .with_secrets(["not-to-be-shown"])
        .with_at_most(4_000)
        .run();
    report
        .unwrap_or_else(|error| panic!("{}, seed {seed}: {error}", world.personality().name))
        .outcome
}

/// Much arrives late, and the clock jumps by hours.
fn slowly<S: OAuthScenario>(
    scenario: &S,
    world: &OAuthWorld,
    person: &RefCell<Person>,
    seed: u64,
) -> Outcome<S::Flow> {
    let mut network = Simulation::new(seed, |now, request| {
        world.handle(now, &request).map(|body| body.to_vec())
    });
    network.set_trouble([0, 15, 30, 45][(seed % 4) as usize]);
    network.set_clock_jumps(seed.is_multiple_of(3));
    let flow = Watched::new(network.now(), scenario.begin(world));
    network.run(flow, |event, flow, now| {
        let (prompt, error) = match event {
            FlowEvent::Asks(prompt) => (prompt, None),
            FlowEvent::Rejected { prompt, error } => (prompt, Some(error)),
            FlowEvent::Stalled(error) => (Prompt::Retry, Some(error)),
            _ => return,
        };
        let taken = match person.borrow_mut().answer(world, &prompt, error.as_ref()) {
            Answer::Reply(reply) => flow.reply(now, reply),
            Answer::Retry => flow.retry(now),
            Answer::Cancel => flow.cancel(now),
            _ => Ok(()),
        };
        taken.unwrap_or_else(|error| panic!("seed {seed}: {prompt:?}: {error}"));
    })
}
