use std::fmt::Debug;
use std::time::Duration;

use hardline::flow::test_harness::Trial;
use hardline::flow::{Flow, InteractiveFlow};
use hardline::types::Timestamp;
use http::Request;
use http::header::AUTHORIZATION;

use super::driven::Driven;
use super::expectations::{IDENTITY_URL, SECRETS};
use super::played::Played;
use super::script::Script;
use super::scripted::{Scripted, is_at};
use super::tokens::{SESSION_TOKEN, Tokens};
use crate::simulation::BASE_URL;

/// The size of a new flow's saved form, in bytes.
const HOLDS: usize = 4 * 1024;

/// The most inputs: an answer may take a few, for those that are lost and those that come twice.
const AT_MOST: u32 = 5_000;

/// Tries a flow with a script. Without a session, no request has a token except that of an identity server.
pub(super) fn try_flow<F: Driven + InteractiveFlow>(
    flow: F,
    mut script: Script<'_>,
    longest_wait: Duration,
) {
    let played = Played::read(&mut script);
    let trial = alone(flow, &script, &played);
    hold(
        trial
            .with_person(|prompt, _| played.reply(prompt))
            .with_longest_wait(longest_wait),
    );
}

/// Tries it in a session, whose tokens go to the session's server alone.
pub(super) fn try_in_session<F: Driven + InteractiveFlow>(
    flow: F,
    tokens: Tokens,
    mut script: Script<'_>,
    longest_wait: Duration,
) {
    let played = Played::read(&mut script);
    let trial = in_session(flow, tokens, &script, &played);
    hold(
        trial
            .with_person(|prompt, _| played.reply(prompt))
            .with_longest_wait(longest_wait),
    );
}

/// Tries a loop, which nobody replies to.
pub(super) fn try_loop<F: Driven>(flow: F, mut script: Script<'_>) {
    let played = Played::read(&mut script);
    hold(alone(flow, &script, &played));
}

/// The same in a session.
pub(super) fn try_loop_in_session<F: Driven>(flow: F, tokens: Tokens, mut script: Script<'_>) {
    let played = Played::read(&mut script);
    hold(in_session(flow, tokens, &script, &played));
}

fn alone<'a, F: Driven>(flow: F, script: &Script<'_>, played: &'a Played) -> Trial<'a, F> {
    let most = HOLDS + 8 * script.read();
    let check = |request: &Request<Vec<u8>>| {
        let has_token = request.headers().contains_key(AUTHORIZATION);
        assert!(!has_token || is_at(request, IDENTITY_URL) || asks_for_owner(request));
    };
    trial(flow, played, check).with_saving_by(
        move |flow: &F| {
            let saved = flow.saved()?;
            assert!(saved.len() <= most, "{} bytes of {most}", saved.len());
            Ok::<_, serde_json::Error>(saved)
        },
        |saved| serde_json::from_slice(saved),
    )
}

/// Whether somebody who has just logged in asks the homeserver who they are.
fn asks_for_owner(request: &Request<Vec<u8>>) -> bool {
    is_at(request, BASE_URL) && request.uri().path().ends_with("/account/whoami")
}

fn in_session<'a, F: Driven + 'a>(
    flow: F,
    tokens: Tokens,
    script: &Script<'_>,
    played: &'a Played,
) -> Trial<'a, Scripted<F>> {
    let most = HOLDS + 8 * script.read();
    let flow = Scripted::new(flow, tokens, played.turns.clone());
    trial(flow, played, |_| {})
        .with_pending(Scripted::is_holding)
        .with_saving_by(
            move |flow: &Scripted<F>| {
                let (saved, alone) = flow.saved()?;
                assert!(alone.len() <= most, "{} bytes of {most}", alone.len());
                let alone = String::from_utf8_lossy(&alone);
                assert!(
                    !alone.contains(SESSION_TOKEN),
                    "it holds the session's token"
                );
                Ok::<_, serde_json::Error>(saved)
            },
            |saved| Scripted::load(saved, played.turns.clone()),
        )
}

fn trial<'a, F: Flow<Event: Debug> + Debug>(
    flow: F,
    played: &'a Played,
    check: impl Fn(&Request<Vec<u8>>) + 'a,
) -> Trial<'a, F> {
    let server = move |_: Timestamp, request: Request<Vec<u8>>| {
        check(&request);
        played.answer(&request)
    };
    Trial::new(flow, played.choices(), server)
        .with_secrets(SECRETS)
        .with_at_most(AT_MOST)
}

fn hold<F: Flow<Event: Debug, Outcome: Debug> + Debug>(trial: Trial<'_, F>) {
    match trial.run() {
        Ok(report) => {
            let shown = format!("{:?}", report.outcome);
            assert!(!SECRETS.iter().any(|secret| shown.contains(secret)));
        }
        Err(error) => panic!("{error}"),
    }
}
