//! Every flow with every family of servers, and what each comes to.

use hardline::client_api::account::GetTokenOwner;
use hardline::flow::test_harness::Choices;
use hardline_tests::simulation::personality::{
    GATEWAY, HOMESERVERS, IDENTITY_SERVERS, Personality, SYNAPSE, UnknownSession,
};
use hardline_tests::simulation::{Ends, Mishap, meet_alone};

use super::code_table::{CODE_ROWS, CODES};
use super::findings::{Findings, ends};
use super::personality_table::{IDENTITY_ROWS, ROWS, Row};

/// Every row with every family.
fn each(mut cell: impl FnMut(&Row, &'static Personality, &Ends)) {
    for row in &ROWS {
        let ends_with = HOMESERVERS.into_iter().zip(row.ends);
        for (family, word) in ends_with.filter(|(_, word)| *word != "-") {
            cell(row, family, &ends(word));
        }
    }
}

#[test]
fn every_flow_comes_to_what_its_server_lets_it() {
    let mut findings = Findings::default();
    each(|row, family, expected| {
        for wrongs in [0, 1, 3] {
            let cell = format!("{} with {}, {wrongs} wrong answers", row.flow, family.name);
            let found = (row.meet)(family, Mishap::Nothing, wrongs, Choices::smooth());
            findings.expect(&cell, expected, found);
        }
    });
    findings.hold(200);
}

#[test]
fn duplicates_saves_and_clock_steps_change_no_end() {
    let mut findings = Findings::default();
    each(|row, family, expected| {
        // A person may give up for another reason when a step of the clock ends a wait.
        if matches!(expected, Ends::AsksAgain(_) | Ends::Stalls(_)) {
            return;
        }
        for seed in 0..20 {
            let cell = format!("{} with {}, seed {seed}", row.flow, family.name);
            let choices = Choices::from_seed(seed);
            let found = (row.meet)(family, Mishap::Nothing, 1, choices);
            findings.expect(&cell, expected, found);
        }
        // The clock is set back at every wait, and forward.
        for (step, choices) in [("back", "i0".repeat(60)), ("forward", "i1".repeat(6))] {
            let cell = format!("{} with {}, clock {step}", row.flow, family.name);
            let choices = Choices::from_bytes(choices);
            let found = (row.meet)(family, Mishap::Nothing, 1, choices);
            findings.expect(&cell, expected, found);
        }
    });
    findings.hold(1_300);
}

#[test]
fn a_limit_and_a_server_that_is_broken_for_a_moment_end_nothing() {
    let mut findings = Findings::default();
    each(|row, family, expected| {
        for (what, canned) in [("limited", family.limited), ("broken", family.broken)] {
            let cell = format!("{} with {}, {what}", row.flow, family.name);
            let mishap = Mishap::EachOnce(canned);
            let found = (row.meet)(family, mishap, 1, Choices::smooth());
            findings.expect(&cell, expected, found);
        }
    });
    findings.hold(140);
}

#[test]
fn a_token_that_is_refused_once_ends_nothing() {
    let mut findings = Findings::default();
    each(|row, family, expected| {
        let cell = format!("{} with {}, unknown token", row.flow, family.name);
        let mishap = Mishap::TokenOnce(family.unknown_token);
        let found = (row.meet)(family, mishap, 1, Choices::smooth());
        findings.expect(&cell, expected, found);
        // A family that calls a missing token something else is believed.
        let refused = Ends::Refused("M_UNAUTHORIZED".to_owned());
        let is_named = row.has_token
            && *expected == Ends::Succeeds
            && family.no_token.body.contains("M_UNAUTHORIZED");
        let expected = if is_named { &refused } else { expected };
        let cell = format!("{} with {}, no token", row.flow, family.name);
        let mishap = Mishap::TokenOnce(family.no_token);
        let found = (row.meet)(family, mishap, 1, Choices::smooth());
        findings.expect(&cell, expected, found);
    });
    findings.hold(140);
}

#[test]
fn a_forgotten_session_begins_anew_as_often_as_there_was_progress() {
    let mut findings = Findings::default();
    each(|row, family, expected| {
        let forgetful = [
            ("once", Mishap::ForgetsOnce, 0),
            ("every other time", Mishap::ForgetsEveryOther, 3),
        ];
        for (what, mishap, wrongs) in forgetful {
            let cell = format!("{} with {}, forgets {what}", row.flow, family.name);
            let found = (row.meet)(family, mishap, wrongs, Choices::smooth());
            findings.expect(&cell, expected, found);
        }
    });
    findings.hold(140);
}

#[test]
fn a_server_that_always_forgets_is_not_asked_for_ever() {
    let mut tried = 0;
    each(|row, family, expected| {
        let refuses = matches!(family.unknown_session, UnknownSession::Refused(_));
        if !row.has_session || !refuses || *expected != Ends::Succeeds {
            return;
        }
        tried += 1;
        let found = (row.meet)(family, Mishap::ForgetsAlways, 0, Choices::smooth());
        let cell = format!("{} with {}", row.flow, family.name);
        assert!(
            matches!(
                found,
                Ok(Ends::Refused(_) | Ends::Stalls(_) | Ends::AsksAgain(_))
            ),
            "{cell}: {found:?}"
        );
    });
    assert!(tried > 20, "only {tried} cells were tried");
}

#[test]
fn what_stands_in_front_of_a_server_ends_nothing() {
    let mut findings = Findings::default();
    for (what, canned) in GATEWAY {
        for row in &ROWS {
            let cell = format!("{} behind {what}", row.flow);
            let found = (row.meet)(&SYNAPSE, Mishap::EachOnce(canned), 1, Choices::smooth());
            findings.expect(&cell, &ends(row.ends[0]), found);
        }
        for (flow, meet) in IDENTITY_ROWS {
            let cell = format!("{flow} behind {what}");
            let found = meet(&SYNAPSE, Mishap::EachOnce(canned), 1, Choices::smooth());
            findings.expect(&cell, &Ends::Succeeds, found);
        }
    }
    findings.hold(120);
}

#[test]
fn flows_with_identity_servers_succeed_with_every_family() {
    let mut findings = Findings::default();
    for family in IDENTITY_SERVERS.into_iter().chain(HOMESERVERS) {
        for (flow, meet) in IDENTITY_ROWS {
            for (what, mishap, wrongs) in [
                ("smoothly", Mishap::Nothing, 0),
                ("wrong once", Mishap::Nothing, 1),
                ("wrong three times", Mishap::Nothing, 3),
                ("limited", Mishap::EachOnce(family.limited), 1),
                ("broken", Mishap::EachOnce(family.broken), 1),
            ] {
                let cell = format!("{flow} with {}, {what}", family.name);
                let found = meet(family, mishap, wrongs, Choices::smooth());
                findings.expect(&cell, &Ends::Succeeds, found);
            }
            for seed in 0..10 {
                let cell = format!("{flow} with {}, seed {seed}", family.name);
                let found = meet(family, Mishap::Nothing, 1, Choices::from_seed(seed));
                findings.expect(&cell, &Ends::Succeeds, found);
            }
        }
    }
    findings.hold(1_000);
}

#[test]
fn what_happens_to_a_code_loses_no_code_that_works() {
    let mut findings = Findings::default();
    for (flow, meet) in CODE_ROWS {
        for (what, mishap, wrongs) in CODES {
            let cell = format!("{flow}, {what}");
            let found = meet(&SYNAPSE, mishap, wrongs, Choices::smooth());
            findings.expect(&cell, &Ends::Succeeds, found);
        }
    }
    findings.hold(18);
}

#[test]
fn an_operation_alone_comes_to_what_its_server_says() {
    let mut findings = Findings::default();
    let owner =
        |family, mishap| meet_alone(GetTokenOwner::new(), family, mishap, Choices::smooth());
    for family in HOMESERVERS {
        for (what, mishap) in [
            ("smoothly", Mishap::Nothing),
            ("limited", Mishap::EachOnce(family.limited)),
            ("broken", Mishap::EachOnce(family.broken)),
        ] {
            let cell = format!("{} {what}", family.name);
            findings.expect(&cell, &Ends::Succeeds, owner(family, mishap));
        }
        let unknown = Ends::Refused("M_UNKNOWN_TOKEN".to_owned());
        let mishap = Mishap::TokenOnce(family.unknown_token);
        findings.expect(family.name, &unknown, owner(family, mishap));
    }
    for (what, canned) in GATEWAY {
        // What is neither the server's nor a sign that it will be back is not asked again.
        let expected = match canned.status {
            200 | 401 | 403 => Ends::Refused(canned.status.to_string()),
            _ => Ends::Succeeds,
        };
        findings.expect(what, &expected, owner(&SYNAPSE, Mishap::EachOnce(canned)));
    }
    findings.hold(40);
}
