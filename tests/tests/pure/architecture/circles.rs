//! No file of a crate imports another in a circle: each can be read after those that it imports. What only its unit tests
//! import does not count.

use std::collections::BTreeSet;

use super::graph::Graph;
use super::modules::Modules;
use super::workspace;

/// Circles that stay, each with its reason.
const ALLOWED: &[(&[&str], &str)] = &[(
    &[
        "crates/hardline/src/wire/reader.rs",
        "crates/hardline/src/wire/repair.rs",
        "crates/hardline/src/wire/scan.rs",
    ],
    "the reader is to be written anew, in layers",
)];

/// Circles that are to be cut.
const KNOWN: &[(&[&str], &str)] = &[
    (
        &[
            "crates/hardline/src/client/client.rs",
            "crates/hardline/src/client/conversation.rs",
        ],
        "being cut",
    ),
    (
        &[
            "crates/hardline/src/flow.rs",
            "crates/hardline/src/flow/attempts.rs",
            "crates/hardline/src/flow/interactive flow.rs",
            "crates/hardline/src/flow/engine.rs",
            "crates/hardline/src/flow/identity_session.rs",
            "crates/hardline/src/flow/operation_flow.rs",
            "crates/hardline/src/flow/validation.rs",
        ],
        "being cut",
    ),
    (
        &[
            "crates/hardline/src/wire/answer.rs",
            "crates/hardline/src/wire/decode.rs",
            "crates/hardline/src/wire/error.rs",
            "crates/hardline/src/wire/server_error.rs",
            "crates/hardline/src/wire/threepid_refusal.rs",
        ],
        "being cut",
    ),
    (
        &[
            "crates/hardline/src/wire/call.rs",
            "crates/hardline/src/wire/endpoint.rs",
        ],
        "being cut",
    ),
    (
        &[
            "crates/hardline-hyper/src/body.rs",
            "crates/hardline-hyper/src/builder.rs",
            "crates/hardline-hyper/src/connect.rs",
            "crates/hardline-hyper/src/failure.rs",
            "crates/hardline-hyper/src/proxy.rs",
            "crates/hardline-hyper/src/tls.rs",
            "crates/hardline-hyper/src/transport.rs",
        ],
        "being cut",
    ),
    (
        &[
            "crates/hardline-tracing/src/exchange_span.rs",
            "crates/hardline-tracing/src/instrumented.rs",
        ],
        "being cut",
    ),
    (
        &[
            "crates/hardline-isahc/src/blocking.rs",
            "crates/hardline-isahc/src/builder.rs",
            "crates/hardline-isahc/src/transport.rs",
        ],
        "being cut",
    ),
    (
        &[
            "crates/hardline-loopback/src/homeserver.rs",
            "crates/hardline-loopback/src/homeserver/account.rs",
            "crates/hardline-loopback/src/homeserver/discovery.rs",
            "crates/hardline-loopback/src/homeserver/identity.rs",
            "crates/hardline-loopback/src/homeserver/openid.rs",
            "crates/hardline-loopback/src/homeserver/pages.rs",
            "crates/hardline-loopback/src/homeserver/request_token.rs",
            "crates/hardline-loopback/src/homeserver/session.rs",
            "crates/hardline-loopback/src/homeserver/sso.rs",
            "crates/hardline-loopback/src/homeserver/state.rs",
            "crates/hardline-loopback/src/homeserver/threepid.rs",
            "crates/hardline-loopback/src/homeserver/turn.rs",
            "crates/hardline-loopback/src/homeserver/uia.rs",
            "crates/hardline-loopback/src/identity_server.rs",
            "crates/hardline-loopback/src/identity_server/account.rs",
            "crates/hardline-loopback/src/identity_server/association.rs",
            "crates/hardline-loopback/src/identity_server/invitation.rs",
            "crates/hardline-loopback/src/identity_server/keys.rs",
            "crates/hardline-loopback/src/identity_server/lookup.rs",
            "crates/hardline-loopback/src/identity_server/state.rs",
            "crates/hardline-loopback/src/identity_server/terms.rs",
            "crates/hardline-loopback/src/identity_server/trusted.rs",
            "crates/hardline-loopback/src/identity_server/turn.rs",
            "crates/hardline-loopback/src/identity_server/validation.rs",
            "crates/hardline-loopback/src/validations.rs",
        ],
        "being cut",
    ),
    (
        &[
            "crates/hardline-loopback/src/loopback.rs",
            "crates/hardline-loopback/src/loopback/server.rs",
            "crates/hardline-loopback/src/loopback/site.rs",
            "crates/hardline-loopback/src/loopback/transport.rs",
        ],
        "being cut",
    ),
    (
        &[
            "crates/hardline-cli/src/advice.rs",
            "crates/hardline-cli/src/report.rs",
        ],
        "being cut",
    ),
    (
        &[
            "crates/hardline-cli/src/conversation.rs",
            "crates/hardline-cli/src/loopback.rs",
            "crates/hardline-cli/src/session.rs",
            "crates/hardline-cli/src/sign_on.rs",
            "crates/hardline-cli/src/user_password.rs",
        ],
        "being cut",
    ),
    (
        &[
            "crates/hardline-har/src/record.rs",
            "crates/hardline-har/src/replay.rs",
        ],
        "being cut",
    ),
    (
        &[
            "crates/bench/src/bin/transport_cost/backend.rs",
            "crates/bench/src/bin/transport_cost/backend/raw.rs",
        ],
        "being cut",
    ),
    (
        &[
            "tests/src/fuzz/decode.rs",
            "tests/src/fuzz/error.rs",
            "tests/src/fuzz/operations.rs",
            "tests/src/fuzz/server.rs",
        ],
        "being cut",
    ),
    (
        &[
            "tests/src/fuzz/flow.rs",
            "tests/src/fuzz/flow/flows.rs",
            "tests/src/fuzz/flow/run.rs",
            "tests/src/fuzz/flow/script.rs",
            "tests/src/fuzz/flow/session.rs",
        ],
        "being cut",
    ),
    (
        &["tests/src/simulation.rs", "tests/src/simulation/ledger.rs"],
        "being cut",
    ),
];

#[test]
fn no_file_of_a_crate_imports_another_in_a_circle() {
    let mut expected: BTreeSet<BTreeSet<String>> = BTreeSet::new();
    for (files, reason) in ALLOWED.iter().chain(KNOWN) {
        assert!(!reason.is_empty(), "{files:?} has no reason");
        expected.insert(files.iter().copied().map(str::to_owned).collect());
    }
    let mut found = BTreeSet::new();
    let mut unexpected = String::new();
    for root in workspace::roots() {
        let graph = Graph::of_uses(&Modules::without_tests(&root, &workspace::read));
        for circle in graph.circles() {
            let files: BTreeSet<String> = circle.iter().copied().map(str::to_owned).collect();
            found.insert(files.clone());
            if !expected.contains(&files) {
                unexpected.push_str(&format!("{circle:#?}\n"));
                for (from, to, path) in graph.edges() {
                    if circle.contains(from) && circle.contains(to) {
                        unexpected.push_str(&format!("  {from} imports {to}: {path}\n"));
                    }
                }
            }
        }
    }
    assert!(unexpected.is_empty(), "{unexpected}");
    let cut: Vec<_> = expected.difference(&found).collect();
    assert!(
        cut.is_empty(),
        "are in a table, and no circles any more: {cut:#?}"
    );
}
