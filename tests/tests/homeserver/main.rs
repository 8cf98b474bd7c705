//! The end-to-end tests on real servers: Synapse, with Sydent behind it. `tests/homeserver/up.sh run -- cargo test ...`
//! starts them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod synapse;

use std::time::Duration;

use hardline::client::BoxTransport;
use hardline::flow::IdentityServer;
use hardline::types::ServerName;
use hardline::wire::{ErrorCode, Target};
use hardline_hyper::HyperTransport;
use hardline_isahc::IsahcTransport;
use hardline_tests::account_e2e::{self, Post};
use hardline_tests::chat_e2e;
use hardline_tests::e2e::{Person, refused, whole_e2e};
use hardline_tests::identity_e2e;
use hardline_tests::inbox::{last_code, last_link};
use hardline_tests::raw_socket::now;
use hardline_tests::rooms_e2e::{self, Bridge, Homeserver};
use hardline_tests::runner::{BACKENDS, Backend, Runner};
use http::Uri;

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn the_story_passes_on_synapse_over_every_transport() {
    for backend in BACKENDS {
        whole_e2e(
            runner(backend, "HARDLINE_HS_URL"),
            &unused(&format!("{backend:?}")),
            &code,
        );
    }
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn the_story_of_an_account_passes_on_synapse_over_every_transport() {
    let post = Post {
        code: &code,
        link: &|address| last_link(&variable("HARDLINE_INBOX_URL"), address),
    };
    for (index, backend) in BACKENDS.into_iter().enumerate() {
        let number = format!("0770090010{index}");
        let msisdn = format!("44770090010{index}");
        let runner = runner(backend, "HARDLINE_HS_URL");
        let name = unused(&format!("account{backend:?}"));
        account_e2e::whole_e2e(runner, &name, (&number, &msisdn), &post);
    }
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn the_story_of_an_identity_passes_on_sydent_over_every_transport() {
    let post = Post {
        code: &code,
        link: &|address| last_link(&variable("HARDLINE_INBOX_URL"), address),
    };
    let base_url = variable("HARDLINE_IS_URL").parse().unwrap();
    let mut identity_server = IdentityServer::new(base_url).unwrap();
    // Synapse reaches it at another address than clients do.
    identity_server.name = ServerName::parse(variable("HARDLINE_IS_NAME")).unwrap();
    // It is not an identity server, and Synapse passes its error on.
    let strange = ServerName::parse(variable("HARDLINE_HS_NAME")).unwrap();
    for (index, backend) in BACKENDS.into_iter().enumerate() {
        let number = format!("0770090020{index}");
        let msisdn = format!("44770090020{index}");
        let runner = runner(backend, "HARDLINE_HS_URL");
        let name = unused(&format!("identity{backend:?}"));
        let servers = (&identity_server, &strange);
        // Sydent 2.6 rejects every homeserver's signature.
        identity_e2e::whole_e2e(runner, &name, (&number, &msisdn), servers, false, &post);
    }
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn every_operation_passes_on_synapse_over_hyper() {
    every_operation("hyper", hyper);
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn every_operation_passes_on_synapse_over_isahc() {
    every_operation("isahc", isahc);
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn nothing_is_lost_in_a_minute_on_a_network_that_fails_over_hyper() {
    minute_of_chat("chathyper", hyper);
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn nothing_is_lost_in_a_minute_on_a_network_that_fails_over_isahc() {
    minute_of_chat("chatisahc", isahc);
}

fn minute_of_chat(name: &str, transport: fn() -> BoxTransport) {
    let url: Uri = variable("HARDLINE_HS_URL").parse().unwrap();
    let server = url.authority().unwrap().as_str().parse().unwrap();
    chat_e2e::whole_e2e(server, transport, &unused(name), Duration::from_secs(60));
}

fn hyper() -> BoxTransport {
    let transport = HyperTransport::builder().build();
    BoxTransport::new(transport.expect("the machine has root certificates"))
}

fn isahc() -> BoxTransport {
    let transport = IsahcTransport::builder().build();
    BoxTransport::new(transport.expect("isahc can be set up"))
}

fn every_operation(name: &str, transport: fn() -> BoxTransport) {
    let inbox_url = variable("HARDLINE_INBOX_URL");
    let homeserver = Homeserver {
        base_url: &variable("HARDLINE_HS_URL"),
        page_url: &format!("{inbox_url}/page"),
        push_gateway_url: &format!("{inbox_url}/_matrix/push/v1/notify"),
        bridge: Bridge {
            id: "bridge",
            token: &variable("HARDLINE_BRIDGE_TOKEN"),
        },
        identity_server: rooms_e2e::IdentityServer {
            base_url: &variable("HARDLINE_IS_URL"),
            name: &variable("HARDLINE_IS_NAME"),
        },
        refusals: synapse::REFUSALS,
        warnings: synapse::WARNINGS,
    };
    rooms_e2e::whole_e2e(homeserver, transport, &unused(name));
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn synapse_says_what_is_wrong_with_a_number() {
    for backend in BACKENDS {
        let person = Person::register(
            runner(backend, "HARDLINE_HS_URL"),
            &unused(&format!("bad{backend:?}")),
            &code,
        );
        assert_eq!(refused(&person, "not a number"), ErrorCode::InvalidParam);
        assert_eq!(
            refused(&person, "+79123456789"),
            ErrorCode::DestinationRejected
        );
    }
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_synapse_that_sends_no_texts_says_so() {
    let person = Person::register(
        runner(Backend::RawSocket, "HARDLINE_HS_BARE_URL"),
        &unused("bare"),
        &code,
    );
    assert_eq!(
        refused(&person, "07700900009"),
        ErrorCode::ThreepidMediumNotSupported
    );
}

fn runner(backend: Backend, server: &str) -> Runner {
    Runner::new(backend, Target::homeserver(&variable(server)).unwrap())
}

fn variable(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: run this through tests/homeserver/up.sh"))
}

fn code(msisdn: &str) -> String {
    last_code(&variable("HARDLINE_INBOX_URL"), msisdn)
}

/// A name that no earlier run registered on these servers.
fn unused(name: &str) -> String {
    format!("{}{}", name.to_lowercase(), now().as_millis())
}
