//! What the rules of an account say of an event.

mod condition;
mod context;
mod event_properties;
mod outcome;
mod predefined;
mod word;
mod words;

pub use context::PushContext;
pub use outcome::PushOutcome;

use crate::client_api::push::{PushAction, PushRule, PushRuleKind, Ruleset};
use crate::events::RawEvent;
use event_properties::EventProperties;
use words::words_match;

/// The kinds in the order in which they are tried.
const KINDS: [PushRuleKind; 6] = [
    PushRuleKind::Override,
    PushRuleKind::Content,
    PushRuleKind::PostContent,
    PushRuleKind::Room,
    PushRuleKind::Sender,
    PushRuleKind::Underride,
];

/// The rules from before mentions were members of events. They say nothing of an event with `m.mentions`: its sender
/// has said whom they mean.
const LEGACY_MENTIONS: [&str; 3] = [
    ".m.rule.contains_display_name",
    ".m.rule.roomnotif",
    ".m.rule.contains_user_name",
];

impl Ruleset {
    /// What to do with an event: the actions of the first rule that matches it. Nothing, if it is the user's own, or no
    /// rule matches.
    ///
    /// The kinds are tried in the order `override`, `content`, `postcontent`, `room`, `sender`, `underride`, and the rules of each in
    /// their order. A condition of an unknown kind matches nothing. Unknown actions have no effect, nor have `dont_notify`
    /// and `coalesce`, which are no longer specified. [`PushOutcome`] sums actions up.
    ///
    /// Give it an event as it is read: decrypted, if it was encrypted. The work is at most the length of all patterns
    /// together times the length of the values that they are held against.
    ///
    /// Letters of all scripts are parts of words, as in Synapse, so that a client counts as its server does; in the
    /// specification only the letters of ASCII are.
    ///
    /// ```
    /// use hardline::client_api::push::{PushContext, PushOutcome, Ruleset};
    /// use hardline::events::RawEvent;
    /// use hardline::types::{RoomId, UserId};
    /// use serde_json::json;
    ///
    /// let alice = UserId::parse("@alice:example.org")?;
    /// let rules = Ruleset::predefined(&alice);
    /// let context = PushContext::new(alice, RoomId::parse("!tea:example.org")?, 12);
    ///
    /// let event = RawEvent::new(&json!({
    ///     "type": "m.room.message",
    ///     "sender": "@bob:example.org",
    ///     "content": {"body": "Alice: tea?", "m.mentions": {"user_ids": ["@alice:example.org"]}},
    /// }))?;
    /// let outcome = PushOutcome::from(rules.actions(&event, &context));
    /// assert!(outcome.notify && outcome.highlight);
    /// assert_eq!(outcome.sound.as_deref(), Some("default"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Specification: [push rules](https://spec.matrix.org/v1.19/client-server-api/#push-rules).
    pub fn actions(&self, event: &RawEvent, context: &PushContext) -> &[PushAction] {
        let rule = self.matching_rule(event, context);
        rule.map_or(&[], |(_, rule)| &rule.actions)
    }

    /// The first rule that matches an event, and its kind. See [`actions`](Self::actions).
    pub fn matching_rule(
        &self,
        event: &RawEvent,
        context: &PushContext,
    ) -> Option<(PushRuleKind, &PushRule)> {
        let mut event = EventProperties::new(event, context);
        if event.is_text("sender", context.user_id.as_str()) {
            return None;
        }
        KINDS.into_iter().find_map(|kind| {
            let rules = self.of(&kind).unwrap_or_default();
            let rule = rules
                .iter()
                .find(|rule| rule.enabled && matches(rule, &kind, &mut event, context))?;
            Some((kind, rule))
        })
    }
}

fn matches(
    rule: &PushRule,
    kind: &PushRuleKind,
    event: &mut EventProperties<'_>,
    context: &PushContext,
) -> bool {
    if rule.default && LEGACY_MENTIONS.contains(&rule.rule_id.as_str()) && event.has_mentions() {
        return false;
    }
    match kind {
        PushRuleKind::Override | PushRuleKind::PostContent | PushRuleKind::Underride => {
            let conditions = rule.conditions.as_deref().unwrap_or_default();
            conditions
                .iter()
                .all(|wanted| condition::holds(wanted, event, context))
        }
        PushRuleKind::Content => rule.pattern.as_deref().is_some_and(|pattern| {
            let body = event.lowercase("content.body");
            body.is_some_and(|body| words_match(&pattern.to_lowercase(), body))
        }),
        PushRuleKind::Room => event.is_text("room_id", &rule.rule_id),
        PushRuleKind::Sender => event.is_text("sender", &rule.rule_id),
        PushRuleKind::Other(_) => false,
    }
}

#[cfg(test)]
mod tests;
