//! What holds for every flow by the way it is written: it can go to another thread, its file opens with its diagram, and it
//! is fuzzed.

use std::collections::BTreeSet;
use std::fs;
use std::future::{Pending, Ready, pending, ready};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use hardline::client::{Client, Clock, Transport};
use hardline::client_api::account::Register;
use hardline::client_api::discovery::GetVersions;
use hardline::flow::{
    AddThreepid, AuthenticatedFlow, BindThreepid, ChangePassword, Deactivate, Discovery,
    IdentitySession, LogIn, Lookup, NamedFlow, OperationFlow, RegisterAccount, ResetPassword,
    RetryPolicy, TokenManager, UnbindThreepid,
};
use hardline::types::Timestamp;
use hardline::wire::{Failure, Target};
use hardline_tests::fuzz::{flow_names, fuzzed_flows};

fn sendable<T: Send>() {}

#[test]
fn every_flow_can_go_to_another_thread() {
    sendable::<AddThreepid>();
    sendable::<AuthenticatedFlow<Register>>();
    sendable::<BindThreepid>();
    sendable::<ChangePassword>();
    sendable::<Deactivate>();
    sendable::<Discovery>();
    sendable::<IdentitySession>();
    sendable::<LogIn>();
    sendable::<Lookup>();
    sendable::<NamedFlow>();
    sendable::<OperationFlow<GetVersions>>();
    sendable::<RegisterAccount>();
    sendable::<ResetPassword>();
    sendable::<TokenManager>();
    sendable::<UnbindThreepid>();
}

fn is_sendable<T: Send>(_: &T) {}

/// Answers at once.
struct AtOnce;

impl Transport for AtOnce {
    type Future = Ready<Result<http::Response<Bytes>, Failure>>;

    fn send(&self, _: http::Request<Vec<u8>>) -> Self::Future {
        ready(Ok(http::Response::new(Bytes::new())))
    }
}

struct Stopped;

impl Clock for Stopped {
    type Sleep = Pending<()>;

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(0)
    }

    fn sleep_until(&self, _: Timestamp) -> Self::Sleep {
        pending()
    }
}

#[test]
fn what_is_built_on_a_transport_goes_to_another_thread_when_that_does() {
    let target = Target::homeserver("https://example.org").unwrap();
    let flow = OperationFlow::new(
        Timestamp::from_millis(0),
        GetVersions::new(),
        target.clone(),
        RetryPolicy::default(),
        1,
    );
    let client = Client::new(AtOnce, Stopped, target);
    is_sendable(&client);
    is_sendable(&client.call(GetVersions::new()));
    let mut conversation = client.run(flow);
    is_sendable(&conversation);
    is_sendable(&conversation.next());
}

/// The files of the flows, each with its text.
fn flow_files() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/hardline/src/flow");
    let files = fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let with_text = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        (path, text)
    };
    files.into_iter().map(with_text).collect()
}

#[test]
fn every_flows_file_opens_with_its_diagram() {
    let mut flows = 0;
    for (path, text) in flow_files() {
        // A conversation has a script or is a `Flow` itself; the engine is what runs them.
        let is_flow = text.contains(" Script for ") || text.contains(" Flow for ");
        if !is_flow || path.ends_with("engine.rs") {
            continue;
        }
        flows += 1;
        let opening = text.lines().take_while(|line| line.starts_with("//!"));
        let has_diagram = opening.clone().any(|line| line == "//! ```text");
        // One that has no state but its part's says where that stands.
        let refers = opening.clone().any(|line| line.contains("stands in `"));
        assert!(
            has_diagram || refers,
            "{} opens without a diagram of its states",
            path.display()
        );
    }
    assert!(flows >= 3, "only {flows} flows were found");
}

/// The types that are flows, by what is written in the files: those that the macro `interactive_flow!` makes flows, those that
/// implement `Flow` themselves, and those that only have its methods, as the session's keeper.
fn public_flows() -> BTreeSet<String> {
    let word = |text: &str| {
        let end = text.find(|c: char| !c.is_alphanumeric());
        text[..end.unwrap_or(text.len())].to_owned()
    };
    let mut flows = BTreeSet::new();
    for (_, text) in flow_files() {
        let mut implemented = String::new();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("interactive_flow!(") {
                flows.insert(word(rest));
            }
            if let Some((_, rest)) = line.split_once(" Flow for ") {
                flows.insert(word(rest));
            }
            if line.starts_with("impl") {
                let name = line.rsplit(' ').nth(1).unwrap_or_default();
                implemented = word(name);
            }
            if line.starts_with("    pub fn poll_output(") {
                flows.insert(implemented.clone());
            }
        }
    }
    flows
}

#[test]
fn every_flow_is_fuzzed() {
    let fuzzed: BTreeSet<String> = fuzzed_flows()
        .iter()
        .flat_map(|name| name.split(|c: char| !c.is_alphanumeric()))
        .map(str::to_owned)
        .collect();
    let public = public_flows();
    assert!(public.len() >= 15, "only {public:?} were found");
    for flow in public {
        assert!(
            fuzzed.contains(&flow),
            "tests/src/fuzz/flow/flows.rs has no {flow}"
        );
    }
}

#[test]
fn every_flow_that_is_fuzzed_has_a_seed_and_so_has_the_session() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/flow_any");
    let seeds = fs::read_dir(folder).unwrap();
    let seeds: Vec<_> = seeds
        .map(|seed| fs::read_to_string(seed.unwrap().path()).unwrap())
        .collect();
    let openings: BTreeSet<_> = seeds
        .iter()
        .filter_map(|seed| seed.split_whitespace().next())
        .collect();
    assert_eq!(openings, flow_names().into_iter().collect());
    let with_session = |seed: &&String| seed.lines().next().unwrap().contains(" session ");
    assert!(seeds.iter().filter(with_session).count() >= 5);
}
