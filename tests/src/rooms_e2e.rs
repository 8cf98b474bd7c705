//! Every operation of the Client-Server API from end to end: two users, and what they do in rooms and beside them.
//!
//! It is written once for all homeservers and transports. What a homeserver is to be like is in [`Homeserver`], with what
//! it does not have and where it deviates from the specification.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accounts;
mod backup;
mod content;
mod devices;
mod e2ee;
mod ephemeral;
mod following;
mod homeserver;
mod integrations;
mod media;
mod membership;
mod messages;
mod moderation;
mod person;
mod push;
mod rooms;
mod signing;
mod state;
mod sync;
mod trial;
mod unread_counts;
mod unstable;
mod user_data;

use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe};

use hardline::client::BoxTransport;
use hardline::client_api;
use hardline::wire::{EndpointVisitor, RegisteredEndpoint};

use person::Person;
use trial::Trial;

pub use homeserver::{Bridge, ExpectedWarning, Homeserver, IdentityServer, Refusal};

/// A section that takes two users.
type OfTwo = fn(&Person<'_>, &Person<'_>);

/// A section that makes its own user.
type OfOne = fn(&Trial<'_>);

/// The whole test. `name` is one that no other run has on this homeserver.
///
/// # Panics
/// A response is not what it should be, or a part of one was skipped that is not expected to, or an operation was not
/// called.
pub fn whole_e2e(homeserver: Homeserver<'_>, transport: fn() -> BoxTransport, name: &str) {
    let trial = Trial::new(homeserver, transport, name);
    let alice = Person::register(&trial, "alice");
    let bob = Person::register(&trial, "bob");
    let both: &[(&str, OfTwo)] = &[
        ("rooms", rooms::run),
        ("membership", membership::run),
        ("messages", messages::run),
        ("state", state::run),
        ("sync", sync::run),
        ("ephemeral", ephemeral::run),
        ("user_data", user_data::run),
        ("push", push::run),
        ("media", media::run),
        ("moderation", moderation::run),
        ("integrations", integrations::run),
        ("unstable", unstable::run),
        ("following", following::run),
    ];
    let alone: &[(&str, OfOne)] = &[
        ("accounts", accounts::run),
        ("devices", devices::run),
        ("e2ee", e2ee::run),
        ("backup", backup::run),
        ("unread_counts", unread_counts::run),
    ];
    let mut failed = Vec::new();
    for (section, run) in both {
        failed.extend(failure_of(section, || run(&alice, &bob)));
    }
    for (section, run) in alone {
        failed.extend(failure_of(section, || run(&trial)));
    }
    trial.assert_told_nothing();
    assert!(failed.is_empty(), "failed sections: {failed:?}");
    assert_called_everything(&trial.called());
}

/// Runs one section, so that the others run whatever comes of it.
fn failure_of(section: &'static str, run: impl FnOnce()) -> Option<&'static str> {
    let outcome = panic::catch_unwind(AssertUnwindSafe(run));
    outcome.is_err().then_some(section)
}

/// The operations that this test does not call, and why.
const NOT_CALLED: &[(&str, &[&str])] = &[
    (
        "they are about addresses, and belong to the end-to-end tests of accounts and identities",
        &[
            "add3PID",
            "bind3PID",
            "delete3pidFromAccount",
            "getAccount3PIDs",
            "post3PIDs",
            "requestTokenTo3PIDEmail",
            "requestTokenTo3PIDMSISDN",
            "requestTokenToRegisterEmail",
            "requestTokenToRegisterMSISDN",
            "requestTokenToResetPasswordEmail",
            "requestTokenToResetPasswordMSISDN",
            "unbind3pidFromAccount",
        ],
    ),
    (
        "they are asked of a server's name, over TLS with a certificate that this test's transports do not trust",
        &["getWellknown", "getWellknownPolicy", "getWellknownSupport"],
    ),
    (
        "they are of proposals that this test does not go through yet",
        &[
            "msc3391DeleteAccountData",
            "msc3391DeleteAccountDataPerRoom",
            "msc4108CreateRendezvousSession",
            "msc4108DeleteRendezvousSession",
            "msc4108GetRendezvousSession",
            "msc4108UpdateRendezvousSession",
            "msc4140GetDelayedEvent",
            "msc4140UpdateDelayedEventByBody",
            "msc4143GetRtcTransports",
            "msc4186SlidingSyncV4",
            "msc4194RedactUser",
            "msc4195DelegateDelayedLeave",
            "msc4195GetLivekitToken",
            "msc4306DeleteThreadSubscription",
            "msc4306GetThreadSubscription",
            "msc4306SetThreadSubscription",
            "msc4308GetThreadSubscriptionChanges",
            "msc4388CreateRendezvous",
            "msc4388DeleteRendezvous",
            "msc4388GetRendezvous",
            "msc4388GetRendezvousAvailability",
            "msc4388UpdateRendezvous",
            "msc4437ReplaceProfile",
            "msc4536QueryProfiles",
            "msc4560GetStrippedState",
        ],
    ),
];

fn assert_called_everything(called: &BTreeSet<&'static str>) {
    struct Ids(BTreeSet<&'static str>);

    impl EndpointVisitor for Ids {
        fn visit<E: RegisteredEndpoint>(&mut self) {
            self.0.insert(E::OPERATION.id);
        }
    }

    let mut all = Ids(BTreeSet::new());
    client_api::visit(&mut all);
    let not_called = NOT_CALLED.iter().flat_map(|(_, ids)| *ids);
    let not_called: BTreeSet<_> = not_called.copied().collect();
    let called_all_the_same: Vec<_> = called.intersection(&not_called).collect();
    assert!(
        called_all_the_same.is_empty(),
        "called all the same: {called_all_the_same:?}"
    );
    let accounted_for = called | &not_called;
    let missing: Vec<_> = all.0.difference(&accounted_for).collect();
    assert!(missing.is_empty(), "not called: {missing:?}");
    let unknown: Vec<_> = accounted_for.difference(&all.0).collect();
    assert!(unknown.is_empty(), "no operations: {unknown:?}");
}
