//! The conformance program finds the errors that it should find, and its own vectors cover every operation.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use hardline::wire::{EndpointVisitor, RegisteredEndpoint};
use hardline_tests::conformance::{self, AnyRow, Direction, Exchange, Row, Suite};
use hardline_tests::registries;
use serde_json::json;

fn vectors(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("vectors")
        .join(name)
}

fn rows() -> Vec<AnyRow> {
    conformance::read(&vectors("")).unwrap()
}

fn operation(row: AnyRow) -> Option<Row> {
    match row {
        AnyRow::Operation(row) => Some(*row),
        AnyRow::Event(_) => None,
    }
}

fn row(value: serde_json::Value) -> AnyRow {
    serde_json::from_value(value).unwrap()
}

fn program(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_conformance"))
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn every_operation_has_vectors_of_both_halves() {
    struct Names(BTreeSet<String>);
    impl EndpointVisitor for Names {
        fn visit<E: RegisteredEndpoint>(&mut self) {
            self.0.insert(E::OPERATION.name().to_string());
        }
    }
    let mut names = Names(BTreeSet::new());
    registries::visit(&mut names);
    let rows: Vec<_> = rows().into_iter().filter_map(operation).collect();
    for direction in [Direction::Request, Direction::Response] {
        let of_it = rows.iter().filter(|row| row.direction == direction);
        let covered: BTreeSet<_> = of_it.map(|row| row.id.clone()).collect();
        let missing: Vec<_> = names.0.difference(&covered).collect();
        assert!(missing.is_empty(), "no {direction:?} of {missing:?}");
    }
}

#[test]
fn a_row_that_loses_something_fails() {
    let request = |body| {
        json!({
            "id": "cs:login", "direction": "request", "method": "POST", "path": "/_matrix/client/v3/login",
            "content_type": "application/json", "name": "r", "body": body,
        })
    };
    let form = |body| {
        json!({
            "id": "oauth:revokeToken", "direction": "request", "method": "POST", "path": "/oauth2/revoke",
            "content_type": "application/x-www-form-urlencoded", "name": "r", "body": body,
        })
    };
    let response = |status, body| json!({"id": "cs:logout", "direction": "response", "status": status, "name": "r", "body": body});
    let rows = [
        row(request(json!({"type": "m.login.password"}))),
        row(request(json!({"type": "m.login.password", "unknown": 1}))),
        row(request(json!({"password": "p"}))),
        row(response(200, json!({}))),
        row(response(200, json!({"unknown": [1]}))),
        row(response(200, json!([]))),
        row(response(
            403,
            json!({"errcode": "M_FORBIDDEN", "error": "e", "more": {"a": null}}),
        )),
        row(response(
            401,
            json!({"flows": [], "session": "s", "unknown": 1}),
        )),
        row(response(404, json!("gone"))),
        row(form("token=t&client_id=c+d")),
        row(form("token=t&unknown=1")),
        row(form("client_id=c")),
        row(
            json!({"id": "oauth:revokeToken", "direction": "response", "status": 200, "name": "r", "body": {"error": "invalid_client", "more": 1}}),
        ),
        row(json!({"id": "cs:unheardOf", "direction": "response", "status": 200})),
    ];
    let report = Suite::new().report(&rows, &[]).to_string();
    let lines: Vec<_> = report
        .lines()
        .map(|line| line.split(": ").take(2).collect::<Vec<_>>().join(": "))
        .collect();
    assert_eq!(
        lines,
        [
            "FAIL cs:login request - r: in the body, /unknown is lost",
            "FAIL cs:login request - r: the request is refused",
            "FAIL cs:logout response 200 r: /unknown is lost",
            "FAIL cs:logout response 200 r: it does not decode as a response",
            "FAIL cs:logout response 401 r: /unknown is lost",
            "FAIL oauth:revokeToken request - r: in the body, /unknown is lost",
            "FAIL oauth:revokeToken request - r: the request is refused",
            "6 passed, 7 failed, 1 skipped",
        ],
        "{report}"
    );
}

#[test]
fn an_exchange_that_is_not_read_fails() {
    let exchange = |path: &str, status: u16, body: &str| -> Exchange {
        let value = json!({
            "n": 1, "method": "GET", "path": path, "request_body": null, "status": status,
            "response_headers": [["Content-Type", "application/json"]], "response_body": body,
        });
        serde_json::from_value(value).unwrap()
    };
    let exchanges = [
        exchange(
            "/_matrix/client/v3/account/whoami?a=b",
            200,
            r#"{"user_id": "@a:b"}"#,
        ),
        exchange("/_matrix/client/v3/account/whoami", 200, "{}"),
        exchange("/_matrix/client/v3/account/whoami", 500, "oops"),
        exchange("/_matrix/client/v3/nothing", 404, "{}"),
    ];
    let report = Suite::new().report(&[], &exchanges).to_string();
    assert_eq!(
        report,
        "FAIL cs:getTokenOwner response 200 1: it does not decode as a response: the response (HTTP status 200) cannot be \
         used: the response lacks user_id (application/json, 2 bytes)\n2 passed, 1 failed, 1 skipped"
    );
}

#[test]
fn what_a_client_sent_and_the_server_took_must_be_read_and_written_the_same() {
    let exchange = |n: u8, group: &str, path: &str, status: u16, body: &str| -> Exchange {
        let value = json!({
            "n": n, "op": "cs:updateDevice", "group": group, "method": "PUT", "path": path,
            "request_body": body, "status": status, "response_headers": [], "response_body": "{}",
        });
        serde_json::from_value(value).unwrap()
    };
    let client = "clients: a client";
    let (device, wrong) = ("/_matrix/client/v3/devices/D", r#"{"display_name": 7}"#);
    let exchanges = [
        // Clients send more than there is, `null` for what there is not, and no body.
        exchange(
            1,
            client,
            device,
            200,
            r#"{"display_name": null, "more": [1]}"#,
        ),
        exchange(2, client, "/_matrix/client/r0/devices/%44?more=1", 200, ""),
        exchange(
            3,
            client,
            "/_matrix/client/v3/devices/D?access_token=<redacted>",
            200,
            "{}",
        ),
        exchange(4, client, device, 200, wrong),
        exchange(5, "devices", device, 200, wrong),
        exchange(6, client, device, 400, wrong),
        exchange(7, client, "/_matrix/client/v9/devices/D", 200, "{}"),
        exchange(8, client, "/_matrix/client/v9/devices/D", 404, "{}"),
    ];
    let report = Suite::new().report(&[], &exchanges).to_string();
    assert_eq!(
        report.lines().collect::<Vec<_>>(),
        [
            "FAIL cs:updateDevice response 200 4: of the request: what the server took is refused: \
             {\"errcode\":\"M_BAD_JSON\",\"error\":\"a value has the wrong type: expected a string\"}",
            "FAIL ? response 200 7: the path of cs:updateDevice leads nowhere",
            "5 passed, 2 failed, 1 skipped",
        ]
    );
}

#[test]
fn what_the_decoder_skips_in_an_exchange_is_shown() {
    let exchange: Exchange = serde_json::from_value(json!({
        "n": 1, "method": "GET", "path": "/_matrix/client/v3/devices", "request_body": null, "status": 200,
        "response_headers": [], "response_body": r#"{"devices": [{"device_id": "D", "last_seen_ip": 7}]}"#,
    }))
    .unwrap();
    let suite = Suite::new();
    let exchanges = [exchange];
    let report = suite.report(&[], &exchanges);
    assert_eq!(report.to_string(), "1 passed, 0 failed, 0 skipped");
    let report = suite.report(&[], &exchanges).showing_warnings();
    let lines = report.to_string();
    assert!(
        lines.starts_with("WARN cs:getDevices response 200 1: /devices/0/last_seen_ip"),
        "{lines}"
    );
}

#[test]
fn of_an_exchange_without_an_operation_the_error_and_what_a_browser_brings_back_are_read() {
    let exchange = |n: u8, location: Option<&str>, status: Option<u16>, body: &str| -> Exchange {
        let kind = [
            "Content-Type",
            if body.starts_with('{') {
                "application/json"
            } else {
                "text/html"
            },
        ];
        let headers: Vec<_> = location
            .map(|to| ["Location", to])
            .into_iter()
            .chain([kind])
            .collect();
        let value = json!({
            "n": n, "method": "GET", "path": "/unheard-of", "request_body": null, "status": status,
            "response_headers": headers, "response_body": body,
        });
        serde_json::from_value(value).unwrap()
    };
    let exchanges = [
        exchange(1, Some("app:/done#code=a+b&state=s&iss=i"), Some(303), ""),
        exchange(
            2,
            Some("http://[::1]:1/?code=<code 1 chars #2>&state=s"),
            Some(302),
            "",
        ),
        exchange(
            3,
            Some("/done?error=access_denied&error_description=no%21"),
            Some(303),
            "",
        ),
        exchange(4, Some("/done?code=a&code=b"), Some(303), ""),
        exchange(5, Some("/login"), Some(303), ""),
        exchange(6, None, Some(200), "<html>"),
        exchange(7, None, None, ""),
        exchange(
            8,
            None,
            Some(404),
            r#"{"errcode":"M_UNRECOGNIZED","error":"?"}"#,
        ),
        exchange(9, None, Some(401), r#"{"error":"invalid_client"}"#),
        exchange(
            10,
            None,
            Some(401),
            r#"{"flows":[],"session":"s","msg":"m"}"#,
        ),
        exchange(
            11,
            None,
            Some(401),
            r#"{"flows":[],"session":"s","unknown":1}"#,
        ),
        exchange(12, None, Some(200), r#"{"error":7}"#),
    ];
    let report = Suite::new().report(&[], &exchanges).showing_skipped();
    assert_eq!(
        report.to_string().lines().collect::<Vec<_>>(),
        [
            "FAIL ? response 303 4: it does not decode as an authorization response: the URL has the parameter code twice: log in again",
            "FAIL ? response 401 11: /unknown is lost",
            "SKIP ? response 303 5: a page for a browser",
            "SKIP ? response 200 6: a page for a browser",
            "SKIP ? response 0 7: the connection broke",
            "SKIP ? response 200 12: the registry does not have the operation",
            "6 passed, 2 failed, 4 skipped",
        ]
    );
}

#[test]
fn the_program_says_by_its_code_how_it_went() {
    let exchanges = vectors("exchanges");
    let passed = program(&["--exchanges", exchanges.to_str().unwrap()]);
    let told = String::from_utf8(passed.stdout).unwrap();
    assert_eq!(passed.status.code(), Some(0), "{told}");
    assert!(told.lines().last().unwrap().ends_with(" skipped"), "{told}");
    let exchanges = exchanges.to_str().unwrap();
    let shown = program(&["--skipped", "--exchanges", exchanges]).stdout;
    assert!(shown.ends_with(told.as_bytes()), "{told}");
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    for (arguments, why) in [
        (vec![], "error: give at least one file"),
        (vec!["--unheard-of"], "error: unknown flag --unheard-of"),
        (
            vec!["--exchanges"],
            "error: --exchanges needs a file after it",
        ),
        (vec!["/nowhere/rows.jsonl"], "error: /nowhere/rows.jsonl: "),
        (
            vec![concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin")],
            concat!(
                "error: ",
                env!("CARGO_MANIFEST_DIR"),
                "/src/bin has no .jsonl file"
            ),
        ),
        (vec![manifest], &format!("error: {manifest}:1: ")),
    ] {
        let failed = program(&arguments);
        assert_eq!(failed.status.code(), Some(2), "{arguments:?}");
        let told = String::from_utf8(failed.stderr).unwrap();
        assert!(told.starts_with(why), "{told}");
    }
}
