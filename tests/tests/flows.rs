//! What holds for every flow by the way it is written: it can go to another thread, and its file opens with its diagram.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::future::{Pending, Ready, pending, ready};
use std::path::Path;

use bytes::Bytes;
use hardline::client_api::account::Register;
use hardline::client_api::discovery::GetVersions;
use hardline::drive::{Client, Clock, Transport};
use hardline::flow::{
    AddThreepid, AuthenticatedFlow, BindThreepid, ChangePassword, Deactivate, Discovery,
    IdentitySession, LogIn, Lookup, NamedFlow, OperationFlow, RegisterAccount, ResetPassword,
    RetryPolicy, SessionKeeper, UnbindThreepid,
};
use hardline::types::Timestamp;
use hardline::wire::{Failure, Target};

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
    sendable::<SessionKeeper>();
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

#[test]
fn every_flows_file_opens_with_its_diagram() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/hardline/src/flow");
    let mut flows = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
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
