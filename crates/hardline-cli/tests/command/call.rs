//! `operations` and `call`.

use std::fs;
use std::path::Path;

use hardline::by_name::Operations;
use serde_json::{Value, json};

use crate::run::{PASSWORD, hardline, homeserver, run, run_with, token};

fn answer(stdout: &str) -> Value {
    assert_eq!(stdout.lines().count(), 1, "{stdout}");
    serde_json::from_str(stdout).unwrap()
}

#[test]
fn every_operation_is_listed_on_a_line() {
    for arguments in ["operations --json", "--json operations"] {
        let ended = run(&mut hardline(arguments)).expect(0, &[]);
        let rows: Vec<Value> = ended
            .stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(rows.len(), Operations::all().iter().count());
        let register = rows
            .iter()
            .find(|row| row["api"] == "cs" && row["operation_id"] == "register");
        assert_eq!(
            register.unwrap(),
            &json!({
                "api": "cs", "operation_id": "register", "method": "POST", "path": "/_matrix/client/v3/register",
                "auth": "none", "uia": true, "query": ["kind"], "since": "r0.4.0",
                "fields": register.unwrap()["fields"],
            })
        );
        let fields = register.unwrap()["fields"].as_array().unwrap();
        let kind = json!({
            "name": "kind", "in": "query", "type": "text", "required": false, "values": ["guest", "user"]
        });
        assert!(fields.contains(&kind), "{fields:?}");
    }
    run(&mut hardline("operations")).expect(0, &["cs:login ", "POST   /_matrix/client/v3/login"]);
}

#[test]
fn what_is_beyond_the_specification_is_marked_in_the_list() {
    let ended = run(&mut hardline("operations --json")).expect(0, &[]);
    let rows = ended.stdout.lines();
    let rows: Vec<Value> = rows
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of_specification = rows
        .iter()
        .filter(|row| row.get("msc").is_none() && row["api"] != "oauth");
    assert_eq!(of_specification.count(), 189);
    let marked = rows
        .iter()
        .find(|row| row["operation_id"] == "msc4186SlidingSync");
    assert_eq!(marked.unwrap()["msc"], 4186);
    run(&mut hardline("operations")).expect(
        0,
        &["/_matrix/client/unstable/org.matrix.simplified_msc3575/sync (MSC4186)"],
    );
}

#[test]
fn an_operation_that_needs_nobody_is_done_on_this_machine() {
    let ended =
        run(&mut hardline("call cs:getVersions")).expect(0, &["a temporary one was started"]);
    assert!(answer(&ended.stdout)["versions"].is_array());
    let ended = run(&mut hardline("call getWellknown --quiet")).expect(0, &["m.homeserver"]);
    assert_eq!(ended.stderr, "");
    for transport in ["isahc", "isahc-blocking"] {
        let arguments = format!("call getLoginFlows --transport {transport}");
        run(&mut hardline(&arguments)).expect(0, &["m.login.password", transport]);
    }
}

#[test]
fn an_operation_of_an_identity_server_goes_there() {
    let ended =
        run(&mut hardline("call is:getVersions")).expect(0, &["a temporary one was started"]);
    assert!(answer(&ended.stdout)["versions"].is_array());
    let loopback = homeserver();
    let mut call = hardline("call is:pingV2 --identity-server");
    run(call.arg(loopback.url())).expect(0, &["{}"]);
    let mut call = hardline("call is:getAccount --identity-server");
    call.arg(loopback.url());
    run(&mut call).expect(4, &["HARDLINE_IDENTITY_TOKEN"]);
    call.env("HARDLINE_IDENTITY_TOKEN", "not a token");
    run(&mut call).expect(4, &["M_UNAUTHORIZED"]);
    run(&mut hardline("call getVersions"))
        .expect(2, &["use one of cs:getVersions, is:getVersions"]);
}

#[test]
fn an_operation_that_needs_somebody_gets_an_account() {
    let ended = run(&mut hardline("call cs:getTokenOwner")).expect(0, &["registered @alice:"]);
    let owner = answer(&ended.stdout);
    assert!(owner["user_id"].as_str().unwrap().starts_with("@alice:"));
}

#[test]
fn arguments_come_from_the_line_a_file_or_standard_input() {
    let loopback = homeserver();
    let arguments = json!({
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": "alice"},
        "password": PASSWORD,
        "device_id": "FROM_HERE",
        "refresh_token": null,
        "org.example.unknown": true,
    })
    .to_string();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("arguments.json");
    fs::write(&file, &arguments).unwrap();
    let from_file = format!("@{}", file.display());
    for from in [arguments.as_str(), &from_file, "-"] {
        let mut call = hardline("call cs:login --homeserver");
        call.args([loopback.url(), "--json", from]);
        let ended = run_with(&mut call, &arguments).expect(0, &[]);
        assert_eq!(answer(&ended.stdout)["device_id"], "FROM_HERE");
    }
}

#[test]
fn an_access_token_of_ones_own_is_used() {
    let loopback = homeserver();
    let mut call = hardline("call getTokenOwner --homeserver");
    call.arg(loopback.url());
    run(&mut call).expect(4, &["HARDLINE_ACCESS_TOKEN"]);
    call.env("HARDLINE_ACCESS_TOKEN", token(&loopback));
    run(&mut call).expect(0, &["@alice:"]);
    let raw = run(call.arg("--raw")).expect(0, &[]);
    assert!(answer(&raw.stdout)["user_id"].is_string());
}

#[test]
fn what_is_wrong_with_a_call_is_told_before_anything_is_sent() {
    for (arguments, words) in [
        ("call nothing", "no operation is named nothing"),
        (
            "call cs:versions",
            "did you mean cs:getVersions or is:getVersions?",
        ),
        ("call cs:login --json [1]", "JSON, but not an object"),
        ("call cs:login --json {", "not JSON: EOF"),
        ("call cs:login --json @/nowhere/at-all", "/nowhere/at-all"),
        (
            r#"call cs:login --json {"passwort":"x"}"#,
            "has no field passwort: it has type,",
        ),
        (
            "call cs:sendMessage",
            "it lacks roomId, eventType, txnId, content, which are required",
        ),
        ("call whoami", "did you mean cs:getTokenOwner?"),
        ("call cs:loginn", "did you mean cs:login?"),
        (
            "call cs:login password",
            "password is no field: write NAME=VALUE",
        ),
        ("call cs:login a=b", "has no field a: it has type,"),
        (
            r#"call cs:login {"password":"x"}"#,
            "it lacks type, which is required",
        ),
        (
            r#"call cs:login --json {"type":"m.login.password","identifier":5}"#,
            "identifier is a number, not",
        ),
        (
            "call cs:getTokenOwner --json - --access-token-stdin --homeserver http://127.0.0.1:1",
            "not both",
        ),
        (
            "call cs:getVersions --session x --homeserver example.org",
            "cannot be used with",
        ),
    ] {
        let ended = run(&mut hardline(arguments)).expect(2, &[words]);
        let is_told = ended.stdout.is_empty() || ended.stdout.starts_with(r#"{"step":"error""#);
        assert!(is_told, "{arguments}: {}", ended.stdout);
    }
}

#[test]
fn fields_may_be_given_one_by_one() {
    let loopback = homeserver();
    let mut call = hardline("call cs:login type=m.login.password refresh_token=true --homeserver");
    call.args([
        loopback.url(),
        r#"identifier={"type":"m.id.user","user":"alice"}"#,
    ]);
    call.arg(format!("password={PASSWORD}"));
    let ended = run(call.arg("device_id=5")).expect(0, &[]);
    let answer = answer(&ended.stdout);
    assert_eq!(answer["device_id"], "5", "it is text");
    assert!(answer["refresh_token"].is_string());
}

#[test]
fn output_as_json_is_asked_for_as_everywhere() {
    let ended = run(&mut hardline("call cs:getVersions --json")).expect(0, &[]);
    let lines: Vec<Value> = ended
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["step"], "loopback_started");
    assert!(lines[1]["versions"].is_array());
    assert_eq!((lines.len(), ended.stderr.as_str()), (2, ""));
    let ended = run(&mut hardline("call cs:login --json")).expect(2, &[]);
    let error: Value = serde_json::from_str(ended.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(error["step"], "error");
}

#[test]
fn the_fields_of_an_operation_are_told() {
    for arguments in [
        "call cs:login --help",
        "call login -h",
        "--quiet call cs:login --help",
    ] {
        run(&mut hardline(arguments)).expect(
            0,
            &[
                "cs:login  POST /_matrix/client/v3/login",
                "text, required: m.login.password, ",
                "true or false",
            ],
        );
    }
    let ended =
        run(&mut hardline("call cs:sendMessage --help")).expect(0, &["Usage: hardline call"]);
    let line = ended
        .stdout
        .lines()
        .find(|line| line.starts_with("  roomId"));
    assert!(line.unwrap().ends_with("text, required, in the path"));
    let ended = run(&mut hardline("call --help")).expect(0, &["Usage: hardline call"]);
    assert!(!ended.stdout.contains("Fields:"));
}

#[test]
fn operations_are_found_by_what_is_in_them() {
    let names = |pattern: &str| -> Vec<String> {
        let ended = run(&mut hardline(&format!("operations {pattern}"))).expect(0, &[]);
        let names = ended.stdout.lines();
        names
            .map(|line| line.split(' ').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names("WHOAMI"), ["cs:getTokenOwner"]);
    assert_eq!(names("sso get"), ["cs:redirectToIdP", "cs:redirectToSSO"]);
    assert_eq!(names("is:getVersions"), ["is:getVersions"]);
    let nothing = run(&mut hardline("operations loginn --json"));
    nothing.expect(2, &["did you mean cs:login?", "hardline operations"]);
}

#[test]
fn a_mark_of_the_order_of_bytes_belongs_to_nothing() {
    let loopback = homeserver();
    let mut list = hardline("phone list --user alice --password-stdin --homeserver");
    run_with(list.arg(loopback.url()), &format!("\u{feff}{PASSWORD}\n")).expect(0, &["@alice:"]);
    let arguments = "\u{feff}{\"username\": \"carol\"}";
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("with_mark.json");
    fs::write(&file, arguments).unwrap();
    for from in [format!("@{}", file.display()), "-".to_owned()] {
        let mut call = hardline("call cs:checkUsernameAvailability --homeserver");
        let call = call.args([loopback.url(), &from]);
        run_with(call, arguments).expect(0, &[r#""available":true"#]);
    }
}

#[test]
fn the_servers_own_words_are_told() {
    let loopback = homeserver();
    let mut call = hardline("call cs:login --homeserver");
    call.arg(loopback.url());
    call.arg(r#"{"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},"password":"x"}"#);
    let ended = run(&mut call).expect(4, &["M_FORBIDDEN", "it says"]);
    assert_eq!(ended.stdout, "");
    let mut call = hardline("call cs:register --homeserver");
    call.args([loopback.url(), r#"{"username":"carol"}"#]);
    run(&mut call).expect(4, &["m.login.dummy", "in the field auth, with the session"]);
}
