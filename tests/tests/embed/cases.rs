use serde_json::Value;

use crate::played::Played;

const CASES: &str = include_str!("../../embed/cases.jsonl");

#[test]
fn every_case_of_the_table_passes() {
    let mut wrong = Vec::new();
    for line in CASES.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let mut played = Played::begin(&case["config"]);
        for (index, step) in case["steps"].as_array().unwrap().iter().enumerate() {
            if let Err(why) = played.step(step) {
                wrong.push(format!("{}, step {index} ({step}): {why}\n", case["name"]));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

#[test]
fn every_case_has_a_name_of_its_own() {
    let mut names: Vec<String> = CASES
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["name"].to_string())
        .collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}
