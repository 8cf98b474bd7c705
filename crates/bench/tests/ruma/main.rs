//! The same input through Hardline and through Ruma: requests are decoded by one library's server half and encoded by
//! its client half, responses the other way round. The results are compared: method, decoded path, query and body, and
//! the members of responses. `DIFFERENCES.md` lists every difference, and nothing else.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod contents;
mod difference;
mod exchange;
mod listed;
mod missing;
mod ours;
mod pair;
mod push_rules;
mod rumas;
mod sections;
mod seen;

use std::collections::BTreeSet;

use hardline::wire::{EndpointVisitor, RegisteredEndpoint};
use hardline::{client_api, identity_api, oauth_api};

use self::listed::hold_to_table;
use self::missing::NOT_IN_RUMA;
use self::sections::{exchanges, pairs};

/// Those that a browser goes to: no program reads the response.
const SHOWN_IN_A_BROWSER: [&str; 4] = [
    "cs:redirectToSSO",
    "cs:redirectToIdP",
    "is:emailSubmitTokenGetV2",
    "is:msisdnSubmitTokenGetV2",
];

#[test]
fn every_difference_from_ruma_is_listed() {
    let pairs = pairs();
    let mut found = BTreeSet::new();
    for exchange in exchanges() {
        let pair = pairs
            .iter()
            .find(|pair| pair.name() == exchange.operation)
            .unwrap_or_else(|| panic!("{} has no pair", exchange.operation));
        found.extend((pair.compare)(exchange));
    }
    hold_to_table("## Operations", &found);
}

#[test]
fn every_operation_of_both_has_a_pair() {
    struct Names(BTreeSet<String>);

    impl EndpointVisitor for Names {
        fn visit<E: RegisteredEndpoint>(&mut self) {
            self.0.insert(E::OPERATION.name().to_string());
        }
    }

    let mut ours = Names(BTreeSet::new());
    client_api::visit(&mut ours);
    identity_api::visit(&mut ours);
    oauth_api::visit(&mut ours);
    let paired: BTreeSet<_> = pairs().iter().map(|pair| pair.name()).collect();
    let missing: BTreeSet<_> = NOT_IN_RUMA
        .iter()
        .map(|(operation, _)| (*operation).to_owned())
        .collect();

    let without: Vec<_> = ours.0.difference(&paired).cloned().collect();
    let listed: Vec<_> = missing.iter().cloned().collect();
    assert_eq!(
        without, listed,
        "an operation has a pair, or says in `missing.rs` what keeps it from having one"
    );
    assert!(NOT_IN_RUMA.iter().all(|(_, why)| why.ends_with('.')));
}

#[test]
fn every_pair_is_compared_in_both_directions() {
    for pair in pairs() {
        let name = pair.name();
        let of_it = || exchanges().filter(|exchange| exchange.operation == name);
        assert!(
            of_it().any(|exchange| exchange.request.is_some()),
            "{name}: no request is compared"
        );
        assert!(
            of_it().any(|exchange| exchange.is_answered())
                || SHOWN_IN_A_BROWSER.contains(&name.as_str()),
            "{name}: no response is compared"
        );
    }
}
