use hardline::client_api::push::{
    GetPushRulesGlobal, PushAction, PushContext, PushOutcome, Ruleset,
};
use hardline::events::{RawEvent, RoomCreate, RoomPower};
use hardline::types::{RoomId, RoomVersionId, UserId};
use hardline::wire;
use http::Response;

/// The rules of an account on the first line, and events on the others, as they come from servers: the rule that matches an
/// event is in force, and what the user sent matches none.
pub fn push_rules(bytes: &[u8]) {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let rules = lines.next().unwrap_or_default().to_vec();
    let Ok(answer) = wire::decode_response::<GetPushRulesGlobal>(Response::new(rules)) else {
        return;
    };
    let rules: Ruleset = answer.value;
    let context = context();
    for line in lines {
        let Ok(event) = serde_json::from_slice::<RawEvent>(line) else {
            continue;
        };
        let Some((kind, rule)) = rules.matching_rule(&event, &context) else {
            assert!(rules.actions(&event, &context).is_empty());
            continue;
        };
        assert!(rule.enabled);
        assert!(
            event
                .sender()
                .is_none_or(|sender| sender != context.user_id)
        );
        assert_eq!(rules.actions(&event, &context), rule.actions);
        let outcome = PushOutcome::from(rule.actions.as_slice());
        assert!(outcome.notify || !rule.actions.contains(&PushAction::Notify));
        assert!(rules.of(&kind).unwrap().contains(rule));
    }
}

fn context() -> PushContext {
    let user_id = UserId::parse("@alice:example.org").unwrap();
    let mut context = PushContext::new(user_id, RoomId::parse("!tea:example.org").unwrap(), 2);
    context.display_name = Some("Alice".to_owned());
    let create = RoomCreate::new(RoomVersionId::parse("10").unwrap());
    context.power = Some(RoomPower::new(&create, None, None));
    context
}
