//! The workflows check what the gate checks: its steps, by their titles.

use std::collections::BTreeSet;

use super::files::read;

/// The text between quotes at the beginning, whichever quotes they are.
fn quoted(text: &str) -> Option<&str> {
    let quote = text
        .chars()
        .next()
        .filter(|char| matches!(char, '\'' | '"'))?;
    text[1..].split(quote).next()
}

/// The titles of the steps of the whole gate.
fn steps_of_gate() -> BTreeSet<String> {
    let gate = read(".ci/run");
    let (_, everything) = gate.split_once("\neverything() {\n").unwrap();
    let (everything, _) = everything.split_once("\n}\n").unwrap();
    let steps = everything
        .lines()
        .filter_map(|line| quoted(line.trim().strip_prefix("step ")?));
    steps.map(str::to_owned).collect()
}

/// The titles that a workflow gives to `.ci/run only`, a line each.
fn steps_of_workflow(workflow: &str) -> BTreeSet<String> {
    let mut steps = BTreeSet::new();
    let mut lines = workflow.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if line == "bash .ci/run only" {
            steps.extend(lines.by_ref().map_while(quoted).map(str::to_owned));
        }
    }
    steps
}

#[test]
fn the_workflow_runs_the_steps_of_the_gate_and_no_others() {
    let gate = steps_of_gate();
    assert!(gate.len() > 20, "{gate:?}");
    assert_eq!(steps_of_workflow(&read(".github/workflows/ci.yml")), gate);
}

#[test]
fn the_tests_run_on_three_operating_systems() {
    let workflow = read(".github/workflows/ci.yml");
    for system in ["ubuntu-latest", "macos-latest", "windows-latest"] {
        assert!(workflow.contains(system), "nothing runs on {system}");
    }
}

#[test]
fn a_step_that_is_missing_is_found() {
    let workflow = "- run: >\n    bash .ci/run only\n    'one'\n    \"the gate's two\"\n\n  other:\n    'three'\n";
    let found = steps_of_workflow(workflow);
    assert_eq!(
        Vec::from_iter(found),
        ["one", "the gate's two"].map(str::to_owned)
    );
}
