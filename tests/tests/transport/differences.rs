//! What the two libraries do differently, as the documentation of both crates has it: printed from what is seen here.

use hardline_tests::adapter::{Adapter, Settings};
use hardline_tests::misbehaving::recording;
use hardline_tests::runner::Backend;
use http::Request;

use crate::connections::CHANGED;
use crate::failures;
use crate::life_of_http2;
use crate::streaming;

/// Each has the table in its own package.
const CRATES: [&str; 2] = ["hardline-hyper", "hardline-isahc"];

#[test]
fn both_crates_document_what_is_different() {
    let (http2, wrong) = life_of_http2::table();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let seen = format!(
        "**What the two libraries report differently.** Everything else is reported alike.\n\n{}\n\
         **URLs.** hyper sends them as they are, and isahc those that curl would not change.\n\n{}\n\
         **The life of an HTTP/2 connection.** Each request follows another one on its connection. isahc sends a POST \
         over HTTP/1.1, on a connection of its own.\n\n{http2}\n\
         **Early answers.** A server answers 413 when it has read the beginning of a body that streams.\n\n{}",
        reports(),
        urls(),
        streaming::table(),
    );
    for name in CRATES {
        let file = format!(
            "{}/../crates/{name}/DIFFERENCES.md",
            env!("CARGO_MANIFEST_DIR")
        );
        let documented = std::fs::read_to_string(&file).unwrap();
        assert_eq!(documented, seen, "{file} should be\n{seen}");
    }
}

fn reports() -> String {
    let rows = failures::differences();
    format!(
        "| | hardline-hyper | hardline-isahc | because |\n|---|---|---|---|\n{}\n",
        rows.join("\n")
    )
}

fn urls() -> String {
    let (server, _requests) = recording();
    let mut table =
        String::from("| | such as | hardline-hyper | hardline-isahc |\n|---|---|---|---|\n");
    for (kind, path) in CHANGED {
        let outcome = |backend| {
            let adapter = Adapter::new(backend, &Settings::default());
            let url = format!("http://{server}{path}");
            match adapter.send(Request::get(url).body(Vec::new()).unwrap()) {
                Ok(_) => "sent".to_owned(),
                Err(failure) => format!("{:?}", failure.class()),
            }
        };
        let (hyper, isahc) = (outcome(Backend::Hyper), outcome(Backend::Isahc));
        table += &format!("| {kind} | `{path}` | {hyper} | {isahc} |\n");
    }
    table
}
