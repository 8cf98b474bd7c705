use hardline::client_api::push::{PushAction, PushCondition, PushRule, Ruleset};
use hardline::types::UserId;

/// The rules that accounts begin with: those of the specification, and the three from before mentions were members of
/// events, which Synapse still has.
pub(super) fn default_rules(user_id: &UserId) -> Ruleset {
    let mut rules = Ruleset::predefined(user_id);
    let highlight = || vec![PushAction::Notify, PushAction::highlight(true)];
    let loudly = || {
        let mut actions = highlight();
        actions.push(PushAction::sound("default"));
        actions
    };
    let display_name = vec![PushCondition::contains_display_name()];
    insert_after(
        &mut rules.override_rules,
        ".m.rule.is_user_mention",
        with_conditions(".m.rule.contains_display_name", display_name, loudly()),
    );
    let at_room = vec![
        PushCondition::sender_notification_permission("room"),
        PushCondition::event_match("content.body", "@room"),
    ];
    insert_after(
        &mut rules.override_rules,
        ".m.rule.is_room_mention",
        with_conditions(".m.rule.roomnotif", at_room, highlight()),
    );
    let mut user_name = default_rule(".m.rule.contains_user_name", loudly());
    user_name.pattern = Some(user_id.localpart().to_owned());
    rules.content.push(user_name);
    rules
}

fn insert_after(rules: &mut Vec<PushRule>, rule_id: &str, rule: PushRule) {
    let place = rules.iter().position(|known| known.rule_id == rule_id);
    rules.insert(place.map_or(rules.len(), |place| place + 1), rule);
}

fn with_conditions(
    rule_id: &str,
    conditions: Vec<PushCondition>,
    actions: Vec<PushAction>,
) -> PushRule {
    let mut rule = default_rule(rule_id, actions);
    rule.conditions = Some(conditions);
    rule
}

fn default_rule(rule_id: &str, actions: Vec<PushAction>) -> PushRule {
    let mut rule = PushRule::new(rule_id.to_owned(), actions);
    rule.default = true;
    rule
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_rules_stand_where_synapse_has_them() {
        let alice = UserId::parse("@alice:example.org").unwrap();
        let rules = default_rules(&alice);
        let ids = |rules: &[PushRule]| {
            let ids = rules.iter().map(|rule| rule.rule_id.clone());
            ids.collect::<Vec<_>>()
        };
        let expected = [
            ".m.rule.is_user_mention",
            ".m.rule.contains_display_name",
            ".m.rule.is_room_mention",
            ".m.rule.roomnotif",
        ];
        assert_eq!(ids(&rules.override_rules)[4..8], expected);
        assert_eq!(ids(&rules.content), [".m.rule.contains_user_name"]);
        let all = rules.override_rules.iter().chain(&rules.underride);
        assert!(all.chain(&rules.content).all(|rule| rule.default));
    }
}
