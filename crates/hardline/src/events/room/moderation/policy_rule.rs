use hardline_derive::Wire;

use crate::events::EventContent;
use crate::types::text::{glob_matches, text_enum};

/// What a policy list says of whatever a glob matches. The state key is any text.
///
/// A rule is taken back by one without members.
///
/// Specification: [moderation policy lists](https://spec.matrix.org/v1.19/client-server-api/#moderation-policy-lists).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct PolicyRule {
    /// What it is about, as a glob: `*` stands for any characters, `?` for one.
    pub entity: Option<String>,
    /// What should be done.
    pub recommendation: Option<PolicyRecommendation>,
    /// Why, for people to read.
    pub reason: Option<String>,
}

impl PolicyRule {
    /// A rule; [`default`](Self::default) takes one back.
    pub fn new(entity: String, recommendation: PolicyRecommendation, reason: String) -> Self {
        Self {
            entity: Some(entity),
            recommendation: Some(recommendation),
            reason: Some(reason),
        }
    }

    /// Whether it is about this user, room or server. A rule that was taken back is about none.
    ///
    /// ```
    /// use hardline::events::{PolicyRecommendation, PolicyRule};
    ///
    /// let rule = PolicyRule::new("@spam*:example.org".to_owned(), PolicyRecommendation::Ban, "spam".to_owned());
    /// assert!(rule.matches("@spammer:example.org"));
    /// assert!(!rule.matches("@alice:example.org"));
    /// ```
    pub fn matches(&self, entity: &str) -> bool {
        let glob = self.entity.as_deref();
        self.recommendation.is_some() && glob.is_some_and(|glob| glob_matches(glob, entity))
    }

    /// Whether it recommends a ban, by its name or the one from before it was specified.
    pub fn is_ban(&self) -> bool {
        let recommendation = self.recommendation.as_ref();
        recommendation.is_some_and(|recommendation| {
            matches!(recommendation.as_str(), "m.ban" | "org.matrix.mjolnir.ban")
        })
    }
}

text_enum! {
    /// What a policy list recommends.
    PolicyRecommendation {
        /// To ban the user, to leave the room, to keep the server out.
        Ban = "m.ban",
    }
}

/// `m.policy.rule.user`: what a policy list says of users.
///
/// ```
/// use hardline::events::{PolicyRuleUser, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.policy.rule.user", "state_key": "rule:1", "content": {
///     "entity": "@alice*:example.org", "recommendation": "m.ban", "reason": "undesirable behaviour",
/// }}))?;
/// let PolicyRuleUser(rule) = event.content_as()?;
/// assert!(rule.is_ban() && rule.matches("@alice2:example.org"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.policy.rule.user`](https://spec.matrix.org/v1.19/client-server-api/#mpolicyruleuser).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
pub struct PolicyRuleUser(pub PolicyRule);

impl EventContent for PolicyRuleUser {
    const TYPE: &'static str = "m.policy.rule.user";
    const OTHER_TYPES: &'static [&'static str] =
        &["m.room.rule.user", "org.matrix.mjolnir.rule.user"];
}

/// `m.policy.rule.room`: what a policy list says of rooms, by their IDs or aliases.
///
/// ```
/// use hardline::events::{PolicyRuleRoom, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.policy.rule.room", "state_key": "rule:1", "content": {
///     "entity": "#*:example.org", "recommendation": "m.ban", "reason": "undesirable content",
/// }}))?;
/// let PolicyRuleRoom(rule) = event.content_as()?;
/// assert!(rule.matches("#tea:example.org"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.policy.rule.room`](https://spec.matrix.org/v1.19/client-server-api/#mpolicyruleroom).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
pub struct PolicyRuleRoom(pub PolicyRule);

impl EventContent for PolicyRuleRoom {
    const TYPE: &'static str = "m.policy.rule.room";
    const OTHER_TYPES: &'static [&'static str] =
        &["m.room.rule.room", "org.matrix.mjolnir.rule.room"];
}

/// `m.policy.rule.server`: what a policy list says of servers.
///
/// ```
/// use hardline::events::{PolicyRuleServer, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.policy.rule.server", "state_key": "rule:1", "content": {
///     "entity": "*.example.org", "recommendation": "m.ban", "reason": "undesirable engagement",
/// }}))?;
/// let PolicyRuleServer(rule) = event.content_as()?;
/// assert!(rule.matches("a.example.org") && !rule.matches("example.org"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.policy.rule.server`](https://spec.matrix.org/v1.19/client-server-api/#mpolicyruleserver).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
pub struct PolicyRuleServer(pub PolicyRule);

impl EventContent for PolicyRuleServer {
    const TYPE: &'static str = "m.policy.rule.server";
    const OTHER_TYPES: &'static [&'static str] =
        &["m.room.rule.server", "org.matrix.mjolnir.rule.server"];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;

    fn event(event_type: &str, content: &str) -> RawEvent {
        let text = format!(r#"{{"type": "{event_type}", "content": {content}}}"#);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_rule_without_members_is_about_nothing() {
        for content in ["{}", r#"{"entity": "*"}"#, r#"{"recommendation": "m.ban"}"#] {
            let PolicyRuleUser(rule) = event("m.policy.rule.user", content).content_as().unwrap();
            assert!(!rule.matches("@a:a.org"), "{content}");
        }
    }

    #[test]
    fn rules_from_before_they_were_specified_are_rules() {
        let content = r#"{"entity": "a.org", "recommendation": "org.matrix.mjolnir.ban"}"#;
        for event_type in ["m.room.rule.server", "org.matrix.mjolnir.rule.server"] {
            let PolicyRuleServer(rule) = event(event_type, content).content_as().unwrap();
            assert!(rule.is_ban() && rule.matches("a.org"), "{event_type}");
        }
        assert!(
            event("m.room.rule.user", content)
                .content_as::<PolicyRuleRoom>()
                .is_err()
        );
    }

    #[test]
    fn other_recommendations_are_kept() {
        let content = r#"{"entity": "*", "recommendation": "org.example.warn", "reason": null}"#;
        let PolicyRuleUser(rule) = event("m.policy.rule.user", content)
            .content_as_strict()
            .unwrap();
        assert!(rule.matches("@a:a.org") && !rule.is_ban());
        assert_eq!(rule.recommendation.unwrap(), "org.example.warn");
    }
}
