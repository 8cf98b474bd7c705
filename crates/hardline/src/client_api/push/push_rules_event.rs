use hardline_derive::Wire;

use crate::client_api::push::Ruleset;
use crate::events::EventContent;

/// `m.push_rules`: the push rules of the account, whole, whenever one has changed. They are changed by operations of their
/// own, and not as account data.
///
/// ```
/// use hardline::client_api::push::PushRules;
/// use hardline::events::RawEvent;
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.push_rules", "content": {"global": {"override": [
///     {"rule_id": ".m.rule.master", "default": true, "enabled": false, "conditions": [], "actions": []},
/// ]}}}))?;
/// let rules: PushRules = event.content_as()?;
/// assert!(!rules.global.override_rules[0].enabled);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.push_rules`](https://spec.matrix.org/v1.19/client-server-api/#mpush_rules).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct PushRules {
    /// The rules that hold for all devices: there are no others.
    #[serde(default)]
    pub global: Ruleset,
}

impl PushRules {
    /// These rules.
    pub fn new(global: Ruleset) -> Self {
        Self { global }
    }
}

impl EventContent for PushRules {
    const TYPE: &'static str = "m.push_rules";
}

crate::events::contents![PushRules];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;
    use crate::json::RawJson;

    #[test]
    fn a_bad_rule_is_skipped_whole_and_what_is_not_known_is_kept() {
        let event: RawEvent = serde_json::from_str(
            r#"{"content": {"device": {}, "global": {
                "sender": [{"rule_id": "@a:a.org", "default": false, "enabled": true, "actions": "notify"},
                    {"rule_id": "@b:a.org", "default": false, "enabled": true, "actions": ["notify"]}],
                "org.example.later": [{"rule_id": "c"}]}}}"#,
        )
        .unwrap();
        let rules: PushRules = event.content_as().unwrap();
        assert_eq!(rules.global.sender.len(), 1);
        assert_eq!(event.content_warnings::<PushRules>().unwrap().count(), 1);
        let again = RawJson::new(&rules).unwrap();
        assert!(
            again
                .as_str()
                .contains(r#""org.example.later":[{"rule_id": "c"}]"#),
            "{again:?}"
        );
        assert_eq!(again.deserialize::<PushRules>().unwrap(), rules);
    }
}
