//! Holds the evaluation of push rules against Synapse's own, condition by condition, and against rules that are checked one
//! by one.

use std::fs;
use std::path::Path;

use hardline::client_api::push::{PushAction, PushCondition, PushContext, PushRule, Ruleset};
use hardline::events::{RawEvent, RoomCreate, RoomPower};
use hardline::types::{RoomId, RoomVersionId, UserId};
use serde::Deserialize;
use serde_json::{Value, json};

/// What `tests/homeserver/push_conditions.py` writes.
#[derive(Deserialize)]
struct Row {
    condition: PushCondition,
    event: RawEvent,
    member_count: u64,
    display_name: Option<String>,
    sender_level: i64,
    notifications: Value,
    matches: bool,
}

impl Row {
    fn context(&self) -> PushContext {
        let user_id = UserId::parse("@alice:example.org").unwrap();
        let room_id = RoomId::parse("!tea:example.org").unwrap();
        let mut context = PushContext::new(user_id, room_id, self.member_count);
        context.display_name.clone_from(&self.display_name);
        let levels =
            json!({"users_default": self.sender_level, "notifications": self.notifications});
        let levels = serde_json::from_value(levels).unwrap();
        let create = RoomCreate::new(RoomVersionId::parse("10").unwrap());
        context.power = Some(RoomPower::new(&create, None, Some(levels)));
        context
    }
}

fn rows() -> Vec<Row> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/push_rules/conditions.jsonl");
    let lines = fs::read_to_string(file).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn rule_with(condition: &PushCondition) -> PushRule {
    let mut rule = PushRule::new("a".to_owned(), vec![PushAction::Notify]);
    rule.conditions = Some(vec![condition.clone()]);
    rule
}

#[test]
fn conditions_hold_of_the_events_that_they_hold_of_in_synapse() {
    let rows = rows();
    assert_eq!(rows.len(), 1200);
    let wrong: Vec<_> = rows
        .iter()
        .filter(|row| {
            let mut rules = Ruleset::default();
            rules.override_rules.push(rule_with(&row.condition));
            let rule = rules.matching_rule(&row.event, &row.context());
            rule.is_some() != row.matches
        })
        .map(|row| {
            let condition = serde_json::to_string(&row.condition).unwrap();
            let event = row.event.as_raw().as_str();
            format!("{condition} of {event}: {} in Synapse", row.matches)
        })
        .collect();
    assert!(wrong.is_empty(), "{} of them: {wrong:#?}", wrong.len());
}

#[test]
fn the_rule_that_matches_is_the_first_whose_conditions_hold() {
    for rows in rows().chunks(10) {
        let (event, context) = (&rows[0].event, rows[0].context());
        let all: Vec<_> = rows.iter().map(|row| rule_with(&row.condition)).collect();
        let alone = |rule: &PushRule| {
            let mut rules = Ruleset::default();
            rules.underride.push(rule.clone());
            rules.matching_rule(event, &context).is_some()
        };
        let expected = all.iter().find(|rule| alone(rule));
        let mut rules = Ruleset::default();
        rules.underride.clone_from(&all);
        let found = rules.matching_rule(event, &context);
        assert_eq!(found.map(|(_, rule)| rule), expected);
    }
}
