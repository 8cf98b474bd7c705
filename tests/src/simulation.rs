//! What holds for every flow, whatever the network does: flows run on a simulated network with a simulated user.

mod ledger;
mod world;

use std::fmt::Debug;

use bytes::Bytes;
use hardline::flow::{Flow, FlowEvent, InteractiveFlow, Output, Prompt, Reply};
use hardline::wire::ErrorCode;
use hardline_loopback::sim::{Rng, Simulation};
use http::Request;
use serde::Serialize;
use serde::de::DeserializeOwned;

use ledger::Ledger;
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

/// What happens in addition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Saving {
    Never,
    /// At every step without a request in flight: it must change nothing.
    BetweenExchanges,
    /// At one step in three, even with requests in flight.
    Anywhere,
}

/// Runs the flow with each of these seeds and checks every run.
///
/// # Panics
/// If a check fails; the message contains the seed.
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
    /// All outputs of the flow.
    told: Vec<String>,
    succeeded: bool,
}

/// After this many stalls, the network no longer fails.
const STALLS: u32 = 4;
/// More steps than any run takes.
const STEPS: u32 = 2_000;

fn run<S: Scenario>(scenario: &S, seed: u64, saving: Saving) -> Run {
    let world = World::new(seed);
    // The user's random numbers are separate from the network's, so that saving does not change them.
    let mut person = Rng::new(!seed);
    let mut simulation = Simulation::new(seed, |now, request| {
        scenario.arrives(&world, &request);
        world.handle(now, request)
    });
    simulation.set_access_token(Some(world.access_token.clone()));
    let trouble = [0, 10, 30, 60];
    simulation.set_trouble(trouble[(seed % 4) as usize]);
    simulation.set_clock_jumps(seed.is_multiple_of(3));
    // Some users walk away in the middle.
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
                // A poll is sent again and again, whatever became of the one before.
                let is_poll = matches!(flow.prompt(), Some(Prompt::Confirmation { .. }));
                ledger.sent(id, &request, is_poll);
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
                    // No flow continues with a token that is invalid: nothing ever brings another one.
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
                        // Replies since then may have taken effect.
                        if flow.prompt().as_ref() != Some(&prompt) {
                            continue;
                        }
                        // Give up on a code that is never accepted: its session may have expired.
                        let reply = match prompt {
                            Prompt::NewMessage { .. } => Some(Reply::Resend),
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
            Output::SendStreaming(..) | Output::Receive(..) => unreachable!("no body streams"),
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
                // From time to time, users reply unasked.
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
