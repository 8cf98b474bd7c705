use hardline_derive::Wire;

use crate::client_api::push::{PushAction, PushCondition};
use crate::types::text::text_enum;

/// A rule that says what to do with the events that it matches. One with a wrong value is skipped whole: without one of
/// its conditions it would match more.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct PushRule {
    /// What to do. An empty list does nothing.
    pub actions: Vec<PushAction>,
    /// Whether it is the server's own. These begin with a dot, cannot be deleted, and can be disabled and given other
    /// actions.
    pub default: bool,
    /// Whether it is in force.
    pub enabled: bool,
    /// The ID, unique within the rules of its kind: for a rule of the kind `room` a room ID, of the kind `sender` a user
    /// ID.
    pub rule_id: String,
    /// For rules of the kinds `override` and `underride`: what the event has to be like. All of them have to hold; with
    /// an empty list the rule matches every event.
    pub conditions: Option<Vec<PushCondition>>,
    /// For rules of the kind `content`: the pattern that a message's body has to match.
    pub pattern: Option<String>,
}

impl PushRule {
    /// An enabled rule without conditions and pattern.
    pub fn new(rule_id: String, actions: Vec<PushAction>) -> Self {
        Self {
            actions,
            default: false,
            enabled: true,
            rule_id,
            conditions: None,
            pattern: None,
        }
    }
}

text_enum! {
    /// The kind of a push rule. The kinds are tried in this order, and the first rule that matches counts.
    PushRuleKind {
        /// With conditions, before all others.
        Override = "override",
        /// With a pattern for the body of messages.
        Content = "content",
        /// With conditions, after those of the content. It is not specified:
        /// [MSC4306](https://github.com/matrix-org/matrix-spec-proposals/pull/4306).
        PostContent = "postcontent",
        /// Of a room.
        Room = "room",
        /// Of a sender.
        Sender = "sender",
        /// With conditions, after all others.
        Underride = "underride",
    }
}
