//! `phone add` without a homeserver.

use crate::run::{hardline, run};

const ADD: &str = "phone add 07700900001 --country GB";

#[test]
fn a_number_is_added_over_every_transport() {
    for transport in ["hyper", "isahc", "isahc-blocking"] {
        let ended = run(&mut hardline(&format!("{ADD} --transport {transport}")));
        let ended = ended.expect(
            0,
            &["+447700900001 now belongs to @alice:127.0.0.1:", transport],
        );
        assert_eq!(ended.stdout.lines().count(), 1, "{}", ended.stdout);
        assert!(ended.stderr.contains("is the code to add this number"));
        assert!(!ended.stderr.contains('\u{1b}'), "{:?}", ended.stderr);
    }
}

#[test]
fn each_step_is_one_json_object() {
    let ended = run(&mut hardline(&format!("{ADD} --json"))).expect(0, &[]);
    let steps: Vec<serde_json::Value> = ended
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let names: Vec<_> = steps
        .iter()
        .map(|step| step["step"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "loopback_started",
            "registered",
            "code_sent",
            "text_message",
            "code_accepted",
            "added",
            "throw_away"
        ]
    );
    assert_eq!(steps[5]["address"], "+447700900001");
    assert_eq!(steps[5]["medium"], "msisdn");
    assert_eq!(ended.stderr, "");
}

#[test]
fn the_result_alone_is_told_where_quiet_is_asked_for() {
    let ended = run(&mut hardline(&format!("{ADD} --quiet"))).expect(0, &["+447700900001"]);
    assert_eq!(ended.stderr, "");
}

#[test]
fn a_country_may_be_in_lower_case_or_in_the_number() {
    for arguments in [
        "phone add 07700900001 -c gb",
        "phone add +447700900001",
        "phone add \u{ff0b}447700900001",
    ] {
        run(&mut hardline(arguments)).expect(0, &["+447700900001 now belongs to @alice:"]);
    }
    let ended = run(&mut hardline("phone add 07700900001"));
    let ended = ended.expect(2, &["which country 07700900001 belongs to", "--country"]);
    assert!(!ended.stderr.contains("temporary"), "{}", ended.stderr);
}

#[test]
fn what_is_no_country_is_refused_before_anything_is_sent() {
    const ADVICE: &str = "write the two letters of ISO 3166-1 in upper case, as in GB";
    let ended = run(&mut hardline("phone add 07700900001 --country gbr"));
    let ended = ended.expect(2, &[ADVICE]);
    assert_eq!(ended.stdout, "");
    let ended = run(&mut hardline("phone add 07700900001 --country gbr --json"));
    let error: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((ended.code, &error["exit_code"]), (2, &2.into()));
    assert!(error["message"].as_str().unwrap().contains(ADVICE));
}

#[test]
fn what_is_no_number_is_declined_by_the_server() {
    let ended = run(&mut hardline("phone add 1 --country GB")).expect(3, &["M_INVALID_PARAM"]);
    let last = ended.stderr.lines().last().unwrap();
    assert_eq!(
        last,
        "hardline: the server does not accept this as a phone number (M_INVALID_PARAM): check the number and the country"
    );
    let ended = run(&mut hardline("phone add 1 --country GB --json")).expect(3, &[]);
    let error = ended.stdout.lines().last().unwrap();
    let error: serde_json::Value = serde_json::from_str(error).unwrap();
    assert_eq!(error["step"], "error");
    assert_eq!(error["errcode"], "M_INVALID_PARAM");
    assert_eq!(error["exit_code"], 3);
}
