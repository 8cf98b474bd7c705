use hardline::client_api::push::{
    DeletePushRule, GetPushRule, GetPushRuleActions, GetPushRuleActionsResponse, GetPushRules,
    GetPushRulesGlobal, GetPushRulesResponse, IsPushRuleEnabled, IsPushRuleEnabledResponse,
    PushAction, PushRule, PushRuleKind, Ruleset, SetPushRule, SetPushRuleActions,
    SetPushRuleEnabled,
};
use hardline::json::Empty;
use hardline::types::UserId;
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::errors::{no_place, not_found};
use super::super::request_context::RequestContext;
use super::super::state::{Beside, RuleError, State};
use crate::handlers::Handlers;

/// How many bytes the ID of a rule may have.
const LONGEST_ID: usize = 255;
/// The actions that were specified once, and have no effect any more.
const OLD_ACTIONS: [&str; 2] = ["dont_notify", "coalesce"];

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<GetPushRules>(|context, _| Ok(GetPushRulesResponse::new(all(context)?)));
    handlers.answer_with::<GetPushRulesGlobal>(|context, _| all(context));
    handlers.answer_with::<GetPushRule>(|context, asked| {
        one(context, &asked.kind, &asked.rule_id).cloned()
    });
    handlers.answer_with::<IsPushRuleEnabled>(|context, asked| {
        let rule = one(context, &asked.kind, &asked.rule_id)?;
        Ok(IsPushRuleEnabledResponse::new(rule.enabled))
    });
    handlers.answer_with::<GetPushRuleActions>(|context, asked| {
        let rule = one(context, &asked.kind, &asked.rule_id)?;
        Ok(GetPushRuleActionsResponse::new(rule.actions.clone()))
    });
    handlers.answer_with(set);
    handlers.answer_with::<SetPushRuleEnabled>(|context, set| {
        change(context, |state, user_id, position| {
            let rules = &mut state.push.rules;
            rules.enable(user_id, &set.kind, &set.rule_id, set.enabled, position)
        })
    });
    handlers.answer_with::<SetPushRuleActions>(|context, set| {
        check_actions(&set.actions)?;
        change(context, |state, user_id, position| {
            let rules = &mut state.push.rules;
            rules.set_actions(user_id, &set.kind, &set.rule_id, set.actions, position)
        })
    });
    handlers.answer_with::<DeletePushRule>(|context, delete| {
        change(context, |state, user_id, position| {
            let rules = &mut state.push.rules;
            rules.delete(user_id, &delete.kind, &delete.rule_id, position)
        })
    });
}

fn all(context: &RequestContext<'_>) -> Result<Ruleset, ErrorResponse> {
    let user_id = context.user_id()?;
    let rules = context.state.push.rules.of(&user_id);
    rules
        .cloned()
        .ok_or_else(|| refused(RuleError::UnknownRule))
}

fn one<'c>(
    context: &'c RequestContext<'_>,
    kind: &PushRuleKind,
    rule_id: &str,
) -> Result<&'c PushRule, ErrorResponse> {
    let user_id = context.user_id()?;
    let rules = &context.state.push.rules;
    rules.get(&user_id, kind, rule_id).map_err(refused)
}

fn set(context: &mut RequestContext<'_>, set: SetPushRule) -> Result<Empty, ErrorResponse> {
    check_id(&set.rule_id)?;
    check_actions(&set.actions)?;
    let mut rule = PushRule::new(set.rule_id, set.actions);
    match &set.kind {
        PushRuleKind::Override | PushRuleKind::Underride => {
            rule.conditions = Some(set.conditions.unwrap_or_default());
        }
        PushRuleKind::Content => {
            let pattern = set.pattern.ok_or_else(|| bad("pattern is required"))?;
            rule.pattern = Some(pattern);
        }
        _ => {}
    }
    let (before, after) = (set.before.as_deref(), set.after.as_deref());
    let beside = match (before, after) {
        (Some(before), _) => Beside::Before(before),
        (None, Some(after)) => Beside::After(after),
        (None, None) => Beside::Nothing,
    };
    change(context, |state, user_id, position| {
        let rules = &mut state.push.rules;
        rules.set(user_id, &set.kind, rule, beside, position)
    })
}

/// Changes the caller's rules, and tells their devices.
fn change(
    context: &mut RequestContext<'_>,
    change: impl FnOnce(&mut State, &UserId, u64) -> Result<(), RuleError>,
) -> Result<Empty, ErrorResponse> {
    let user_id = context.user_id()?;
    let position = context.state.stream.advance();
    change(context.state, &user_id, position).map_err(refused)?;
    context.state.stream.concerns(&user_id, &user_id);
    Ok(Empty {})
}

fn check_id(rule_id: &str) -> Result<(), ErrorResponse> {
    if rule_id.starts_with('.') {
        return Err(bad("the rules whose IDs begin with a dot are the server's"));
    }
    if rule_id.is_empty() || rule_id.len() > LONGEST_ID || rule_id.contains(['/', '\\']) {
        return Err(bad(
            "the ID of a rule has 1 to 255 bytes and neither a slash nor a backslash",
        ));
    }
    Ok(())
}

fn check_actions(actions: &[PushAction]) -> Result<(), ErrorResponse> {
    let is_known = |action: &PushAction| match action {
        PushAction::Other(other) => {
            let other = other.deserialize::<String>();
            other.is_ok_and(|other| OLD_ACTIONS.contains(&&*other))
        }
        _ => true,
    };
    if actions.iter().all(is_known) {
        Ok(())
    } else {
        Err(bad("an action is notify, or sets a tweak"))
    }
}

fn refused(error: RuleError) -> ErrorResponse {
    match error {
        RuleError::UnknownKind => ErrorResponse::bad_request(
            ErrorCode::Unrecognized,
            "the kinds are override, content, room, sender and underride",
        ),
        RuleError::UnknownRule => not_found("there is no such rule"),
        RuleError::UnknownNeighbour => bad("there is no such rule to stand before or after"),
        RuleError::Full => no_place("the account has no place for more rules"),
    }
}

fn bad(message: &str) -> ErrorResponse {
    ErrorResponse::bad_request(ErrorCode::Unknown, message)
}
