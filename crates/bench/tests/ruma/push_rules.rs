//! Generated events and rules, evaluated by both libraries. Whatever they differ in is one of the reasons in
//! `explained.rs`, which `DIFFERENCES.md` lists.

mod case;
mod explained;
mod generated;

use std::cell::Cell;
use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use self::case::{Case, Verdict};
use self::explained::DIFFERENCES;
use crate::listed::hold_to_table;

const CASES: u32 = 2_000;

#[test]
fn of_generated_events_both_say_the_same_or_it_is_explained() {
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    };
    let seed = *b"hardline and ruma on push rules.";
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let same_matches = Cell::new(0);
    TestRunner::new_with_rng(config, rng)
        .run(&generated::case(), |case| {
            let unexplained: Vec<_> = case.atoms().into_iter().filter(is_unexplained).collect();
            prop_assert!(unexplained.is_empty(), "unexplained: {unexplained:#?}");
            let (ours, rumas) = (case.ours(), case.rumas());
            if ours == rumas {
                let is_match = matches!(ours, Verdict::Matches { .. });
                same_matches.set(same_matches.get() + u32::from(is_match));
                return Ok(());
            }
            let is_of_a_part = case.atoms().iter().any(|atom| atom.ours() != atom.rumas());
            let is_explained = is_of_a_part || reasons(&case).next().is_some();
            prop_assert!(is_explained, "{ours} and {rumas}: {case:#?}");
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
    let same_matches = same_matches.get();
    assert!(
        same_matches > CASES / 3,
        "both find the same rule of {same_matches} events alone"
    );
}

#[test]
fn every_difference_in_push_rules_is_listed() {
    let rows = DIFFERENCES.iter().map(|difference| {
        let case = (difference.example)();
        format!("| {} | {} | {}", difference.name, case.ours(), case.rumas())
    });
    hold_to_table("## Push rules", &rows.collect::<BTreeSet<_>>());
}

#[test]
fn each_example_shows_its_difference_alone() {
    for difference in DIFFERENCES {
        let case = (difference.example)();
        let reasons: Vec<_> = reasons(&case).collect();
        assert_eq!(reasons, [difference.name]);
    }
}

fn is_unexplained(atom: &Case) -> bool {
    atom.ours() != atom.rumas() && reasons(atom).next().is_none()
}

fn reasons(atom: &Case) -> impl Iterator<Item = &'static str> {
    let (ours, rumas) = (atom.ours(), atom.rumas());
    DIFFERENCES
        .iter()
        .filter(move |difference| difference.is_of(atom, &ours, &rumas))
        .map(|difference| difference.name)
}
