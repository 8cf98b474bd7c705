use std::collections::BTreeSet;
use std::fmt::Debug;

use bytes::Bytes;
use hardline::flow::test_harness::{Choices, Report, START, Trial, Trouble};
use hardline::flow::{Flow, FlowError, InteractiveFlow};
use hardline::types::Timestamp;
use http::header::AUTHORIZATION;
use http::{Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::person::{Conduct, Person};
use super::watched::Watched;
use super::world::OAuthWorld;
use crate::simulation::meeting::Ends;
use crate::simulation::personality::Canned;
use crate::simulation::personality::oauth::OAuthPersonality;

/// A flow that talks to an authorization server.
pub trait OAuthScenario {
    /// The flow.
    type Flow: InteractiveFlow + Debug + Serialize + DeserializeOwned;

    /// Starts it.
    fn begin(&self, world: &OAuthWorld) -> Self::Flow;

    /// Whether what it claims to have done is done.
    fn is_done(
        &self,
        world: &OAuthWorld,
        success: &<Self::Flow as InteractiveFlow>::Success,
    ) -> bool;
}

/// What happens to a flow beside how its servers answer.
#[derive(Clone, Copy, Debug)]
pub enum OAuthMishap {
    /// Nothing.
    Nothing,
    /// The first request to each path is answered like this, and nothing acts on it.
    EachOnce(Canned),
    /// The first request to each path of the authorization server.
    EachOnceThere(Canned),
    /// The first request to each path of the homeserver.
    EachOnceHere(Canned),
    /// The first request with an access token.
    TokenOnce(Canned),
    /// Before the first request for tokens, the server forgets the clients that have no session.
    ClientsForgotten,
}

/// More requests than any flow needs, but for one that asks until its code has expired.
const INPUTS: u32 = 4_000;

/// A flow meets a family of authorization servers, and a person.
///
/// # Errors
/// What does not hold: the contract of flows, that nothing asks a server more often than it wants, that no secret of the
/// login shows, and that a code is sent once, unless somebody tries that again.
pub fn meet_oauth<S: OAuthScenario>(
    scenario: &S,
    personality: &'static OAuthPersonality,
    mishap: OAuthMishap,
    conduct: Conduct,
    choices: &Choices,
) -> Result<Ends, String> {
    let run = |secrets| {
        let world = OAuthWorld::new(personality);
        let ends = run(scenario, &world, mishap, conduct, choices.clone(), secrets);
        (ends, world.secrets())
    };
    // The same happens again: by now the secrets are known that must not show.
    let (first, secrets) = run(Vec::new());
    let first = first?;
    let (again, same) = run(secrets.clone());
    if (&again, &same) != (&Ok(first), &secrets) {
        return Err(format!("the second run is another one: {again:?}"));
    }
    again
}

fn run<S: OAuthScenario>(
    scenario: &S,
    world: &OAuthWorld,
    mishap: OAuthMishap,
    conduct: Conduct,
    choices: Choices,
    secrets: Vec<String>,
) -> Result<Ends, String> {
    let person = Person::new(conduct);
    let mut meddler = Meddler {
        mishap,
        seen: BTreeSet::new(),
    };
    let flow = Watched::new(START, scenario.begin(world));
    let server = |now: Timestamp, request: Request<Vec<u8>>| {
        let request = request.map(Bytes::from);
        meddler
            .prevents(world, &request)
            .unwrap_or_else(|| world.handle(now, &request))
    };
    let trial = Trial::new(flow, choices, server)
        .with_person(|prompt, error| person.borrow_mut().answer(world, prompt, error))
        .with_saving()
        .with_secrets(secrets)
        .with_at_most(INPUTS);
    let report = harmless(trial).run().map_err(|error| error.to_string())?;
    let person = person.into_inner();
    let sent = world.most_sent_code();
    if sent > 1 + person.retries {
        let retries = person.retries;
        return Err(format!(
            "a code was sent {sent} times, {retries} tries wanted"
        ));
    }
    Ok(end(scenario, world, person, report))
}

/// Leaves out what a network destroys, which is tried elsewhere: here is only what must change nothing.
fn harmless<F: Flow<Event: Debug> + Debug>(trial: Trial<'_, F>) -> Trial<'_, F> {
    [
        Trouble::Lost,
        Trouble::Failed,
        Trouble::Truncated,
        Trouble::Gateway,
        Trouble::Interrupted,
        Trouble::Unasked,
    ]
    .into_iter()
    .fold(trial, Trial::without)
}

/// What a run came to.
fn end<S: OAuthScenario>(
    scenario: &S,
    world: &OAuthWorld,
    person: Person,
    report: Report<Watched<S::Flow>>,
) -> Ends {
    match report.outcome {
        Some(Ok(success)) if scenario.is_done(world, &success) => Ends::Succeeds,
        Some(Ok(_)) => Ends::Otherwise("it is not done".to_owned()),
        Some(Err(FlowError::Cancelled)) => match (person.lost, person.gave_up) {
            (Some(page), _) => Ends::Otherwise(format!("the browser shows {page}")),
            (None, Some(end)) => end,
            (None, None) => Ends::Otherwise("it was cancelled".to_owned()),
        },
        Some(Err(error)) => Ends::failing(&error),
        None => Ends::Otherwise("it waits".to_owned()),
    }
}

/// What lies between a flow and its servers.
struct Meddler {
    mishap: OAuthMishap,
    /// The paths that were asked.
    seen: BTreeSet<String>,
}

impl Meddler {
    /// What is answered before the server sees the request.
    fn prevents(
        &mut self,
        world: &OAuthWorld,
        request: &Request<Bytes>,
    ) -> Option<Response<Bytes>> {
        let path = request.uri().path();
        let is_new = self.seen.insert(format!("{} {path}", request.method()));
        let is_here = path.starts_with("/_matrix/");
        let has_token = request.headers().contains_key(AUTHORIZATION);
        let canned = match self.mishap {
            OAuthMishap::EachOnce(canned) if is_new => canned,
            OAuthMishap::EachOnceHere(canned) if is_new && is_here => canned,
            OAuthMishap::EachOnceThere(canned) if is_new && !is_here => canned,
            OAuthMishap::TokenOnce(canned)
                if has_token && self.seen.insert("a token".to_owned()) =>
            {
                canned
            }
            OAuthMishap::ClientsForgotten if is_new && path == "/oauth2/token" => {
                world.forget_idle_clients();
                return None;
            }
            _ => return None,
        };
        Some(canned.response())
    }
}
