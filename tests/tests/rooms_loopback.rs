//! The loopback's homeserver, as the end-to-end test of every operation meets it: the same that passes on Synapse.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hardline::client::BoxTransport;
use hardline_hyper::HyperTransport;
use hardline_isahc::IsahcTransport;
use hardline_loopback::{ApplicationService, Loopback};
use hardline_tests::neighbours::neighbours;
use hardline_tests::rooms_e2e::{Bridge, Homeserver, IdentityServer, Refusal, whole_e2e};

#[test]
fn every_operation_passes_on_the_loopback_over_hyper() {
    every_operation("hyper", || {
        let transport = HyperTransport::builder().build();
        BoxTransport::new(transport.expect("the machine has root certificates"))
    });
}

#[test]
fn every_operation_passes_on_the_loopback_over_isahc() {
    every_operation("isahc", || {
        let transport = IsahcTransport::builder().build();
        BoxTransport::new(transport.expect("isahc can be set up"))
    });
}

/// What the loopback does not have, as it is configured here.
const REFUSALS: &[Refusal] = &[
    Refusal {
        operation: "getAuthMetadata",
        status: 404,
        errcode: Some("M_UNRECOGNIZED"),
        reason: "it delegates to no authorization server",
    },
    Refusal {
        operation: "redirectToIdP",
        status: 404,
        errcode: Some("M_NOT_FOUND"),
        reason: "its identity provider has another name",
    },
];

fn every_operation(name: &str, transport: fn() -> BoxTransport) {
    let neighbours = neighbours();
    let bridge = ApplicationService::new("bridge", "the bridge's token")
        .url(&format!("http://127.0.0.1:{}", neighbours.port()))
        .users("bridge_")
        .aliases("bridge_")
        .protocol("irc");
    let builder = Loopback::builder().application_service(bridge);
    let loopback = builder.start().unwrap();
    let around = |path: &str| format!("http://127.0.0.1:{}{path}", neighbours.port());
    let homeserver = Homeserver {
        base_url: loopback.url(),
        page_url: &around("/page"),
        push_gateway_url: &around("/_matrix/push/v1/notify"),
        bridge: Bridge {
            id: "bridge",
            token: "the bridge's token",
        },
        identity_server: IdentityServer {
            base_url: loopback.url(),
            name: loopback.homeserver().server_name().as_str(),
        },
        refusals: REFUSALS,
        warnings: &[],
    };
    whole_e2e(homeserver, transport, name);
    // All that this leaves behind can be written and read.
    let written = loopback.snapshot();
    let restored =
        hardline_loopback::Homeserver::new(loopback.server_name().clone(), loopback.url(), [1; 32]);
    restored.restore(&written).unwrap();
    let homeserver = loopback.homeserver().snapshot().to_json();
    assert!(restored.snapshot().to_json() == homeserver);
}
