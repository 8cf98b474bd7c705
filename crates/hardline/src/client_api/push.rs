//! Push notifications: where they are sent, and the rules that say of which events.
//!
//! Specification: [push notifications](https://spec.matrix.org/v1.19/client-server-api/#push-notifications).

mod evaluation;
mod notifications;
mod push_action;
mod push_condition;
mod push_rule;
mod push_rule_state;
pub(super) mod push_rules_event;
mod pushers;
mod pushrules;
mod ruleset;
mod set_push_rule;

pub use evaluation::{PushContext, PushOutcome};
pub use notifications::{GetNotifications, GetNotificationsResponse, Notification};
pub use push_action::PushAction;
pub use push_condition::{PushCondition, PushConditionKind};
pub use push_rule::{PushRule, PushRuleKind};
pub use push_rule_state::{
    GetPushRuleActions, GetPushRuleActionsResponse, IsPushRuleEnabled, IsPushRuleEnabledResponse,
    SetPushRuleActions, SetPushRuleEnabled,
};
pub use push_rules_event::PushRules;
pub use pushers::{
    GetPushers, GetPushersResponse, PostPusher, Pusher, PusherChange, PusherData, PusherKind,
};
pub use pushrules::{GetPushRule, GetPushRules, GetPushRulesGlobal, GetPushRulesResponse};
pub use ruleset::Ruleset;
pub use set_push_rule::{DeletePushRule, SetPushRule};

crate::wire::operations![
    DeletePushRule,
    GetNotifications,
    GetPushRule,
    GetPushRuleActions,
    GetPushRules,
    GetPushRulesGlobal,
    GetPushers,
    IsPushRuleEnabled,
    PostPusher,
    SetPushRule,
    SetPushRuleActions,
    SetPushRuleEnabled,
];
