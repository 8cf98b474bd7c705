//! Every flow of OAuth 2.0 with every family of authorization servers, and what each comes to.

use hardline::flow::test_harness::Choices;
use hardline_tests::simulation::Ends;
use hardline_tests::simulation::oauth::{Conduct, Decision, OAuthMishap, hold_oauth};
use hardline_tests::simulation::personality::oauth::{
    AUTHORIZATION_SERVERS, OAuthPersonality, SPECIFICATION,
};
use hardline_tests::simulation::personality::{Canned, GATEWAY};

use super::findings::{Findings, ends};
use super::oauth_table::{
    LOGINS, LogInByACode, LogInFromTheWeb, LogInOnAPage, OAUTH_ROWS, OAuthRow,
};

/// Every row with every family.
fn each(mut cell: impl FnMut(&OAuthRow, &'static OAuthPersonality, &Ends)) {
    for row in &OAUTH_ROWS {
        for (family, word) in AUTHORIZATION_SERVERS.into_iter().zip(row.ends) {
            cell(row, family, &ends(word));
        }
    }
}

#[test]
fn every_login_comes_to_what_its_server_and_the_person_let_it() {
    let mut findings = Findings::default();
    each(|row, family, expected| {
        // A code takes long to expire.
        let most = if row.flow == "DeviceLogin" { 1 } else { 3 };
        for wrongs in [0, 1, most] {
            let cell = format!(
                "{}, {:?}, with {}, {wrongs} mistakes",
                row.flow, row.decision, family.name
            );
            let conduct = Conduct::deciding(row.decision).wrong(wrongs);
            let found = (row.meet)(family, OAuthMishap::Nothing, conduct, &Choices::smooth());
            findings.expect(&cell, expected, found);
        }
    });
    findings.hold(100);
}

#[test]
fn duplicates_saves_and_clock_steps_change_no_end_of_a_login() {
    let mut findings = Findings::default();
    each(|row, family, expected| {
        for seed in 0..20 {
            let cell = format!("{} with {}, seed {seed}", row.flow, family.name);
            // A code takes long to expire.
            let wrongs = u32::from(seed % 7 == 1);
            let conduct = Conduct::deciding(row.decision).wrong(wrongs);
            let choices = Choices::from_seed(seed);
            let found = (row.meet)(family, OAuthMishap::Nothing, conduct, &choices);
            findings.expect(&cell, expected, found);
        }
        // The clock is set back at every wait, and forward.
        for (step, choices) in [("back", "i0".repeat(60)), ("forward", "i1".repeat(6))] {
            let cell = format!("{} with {}, clock {step}", row.flow, family.name);
            let conduct = Conduct::deciding(row.decision);
            let choices = Choices::from_bytes(choices);
            let found = (row.meet)(family, OAuthMishap::Nothing, conduct, &choices);
            findings.expect(&cell, expected, found);
        }
    });
    findings.hold(750);
}

#[test]
fn a_limit_and_a_server_that_is_broken_for_a_moment_end_no_login() {
    let mut findings = Findings::default();
    each(|row, family, expected| {
        for (what, mishap) in [
            ("limited", OAuthMishap::EachOnce(family.limited)),
            ("broken", OAuthMishap::EachOnceThere(family.broken)),
            (
                "the homeserver is not ready",
                OAuthMishap::EachOnceHere(family.unready),
            ),
            (
                "overloaded",
                OAuthMishap::EachOnceThere(Canned::new(
                    503,
                    r#"{"error":"temporarily_unavailable"}"#,
                )),
            ),
            ("the client is forgotten", OAuthMishap::ClientsForgotten),
            (
                "the access token is refused once",
                OAuthMishap::TokenOnce(family.unknown_token),
            ),
        ] {
            let cell = format!("{} with {}, {what}", row.flow, family.name);
            let conduct = Conduct::deciding(row.decision);
            let found = (row.meet)(family, mishap, conduct, &Choices::smooth());
            findings.expect(&cell, expected, found);
        }
    });
    findings.hold(200);
}

#[test]
fn what_stands_in_front_of_a_server_ends_no_login() {
    let mut findings = Findings::default();
    for (what, canned) in GATEWAY {
        for (flow, meet) in LOGINS {
            for (where_, mishap) in [
                ("both", OAuthMishap::EachOnce(canned)),
                (
                    "the authorization server",
                    OAuthMishap::EachOnceThere(canned),
                ),
                ("the homeserver", OAuthMishap::EachOnceHere(canned)),
            ] {
                let cell = format!("{flow}, {where_} behind {what}");
                let conduct = Conduct::deciding(Decision::Allow);
                let found = meet(&SPECIFICATION, mishap, conduct, &Choices::smooth());
                findings.expect(&cell, &Ends::Succeeds, found);
            }
        }
    }
    findings.hold(70);
}

#[test]
fn what_is_lost_late_or_broken_ends_a_login_as_the_person_decided() {
    for family in AUTHORIZATION_SERVERS {
        hold_oauth(&LogInOnAPage, family, 0..60);
        hold_oauth(&LogInFromTheWeb, family, 100..130);
        if family.device.is_some() {
            hold_oauth(&LogInByACode, family, 0..60);
        }
    }
}

/// What metadata may lack or have instead, and what that means for a login on a page, and for one by a code.
const METADATA: [(&str, &str, &str); 8] = [
    (r#"{"revocation_endpoint":null}"#, "", ""),
    (
        r#"{"registration_endpoint":null}"#,
        "Registration",
        "Registration",
    ),
    (r#"{"authorization_endpoint":null}"#, "Authorization", ""),
    (
        r#"{"device_authorization_endpoint":null}"#,
        "",
        "DeviceAuthorization",
    ),
    (
        r#"{"code_challenge_methods_supported":["plain"]}"#,
        "CodeChallenge",
        "",
    ),
    (
        r#"{"response_modes_supported":["form_post"]}"#,
        "ResponseMode",
        "",
    ),
    // RFC 8414 lets servers leave lists out.
    (
        r#"{"response_types_supported":null,"response_modes_supported":null,"grant_types_supported":null,
            "code_challenge_methods_supported":null}"#,
        "",
        "",
    ),
    (
        r#"{"grant_types_supported":["authorization_code","refresh_token"]}"#,
        "",
        "DeviceAuthorization",
    ),
];

#[test]
fn a_login_says_what_the_servers_metadata_lacks() {
    let mut findings = Findings::default();
    for (metadata, on_a_page, by_a_code) in METADATA {
        // It is a test's.
        let family = Box::leak(Box::new(OAuthPersonality {
            metadata,
            ..SPECIFICATION
        }));
        for ((flow, meet), word) in LOGINS.into_iter().zip([on_a_page, on_a_page, by_a_code]) {
            let cell = format!("{flow} with {metadata}");
            let conduct = Conduct::deciding(Decision::Allow);
            let found = meet(family, OAuthMishap::Nothing, conduct, &Choices::smooth());
            findings.expect(&cell, &ends(word), found);
        }
    }
    findings.hold(24);
}
