use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::fmt;

use crate::client_api::push::{PushRule, PushRuleKind};
use crate::json::lenient::{or_default, read_member};
#[cfg(any(feature = "by-name", feature = "proptest"))]
use crate::json::{FieldShape, OpenShape, Presence, Shape, Shaped};
use crate::json::{JsonObject, RawJson};

/// The push rules of an account, by their kinds. Of each kind the rules are tried in order.
///
/// Kinds that this library does not know are kept in [`other`](Self::other).
///
/// Specification: [push rules](https://spec.matrix.org/v1.19/client-server-api/#push-rules).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ruleset {
    /// `override`: with conditions, before all others.
    pub override_rules: Vec<PushRule>,
    /// `content`: with a pattern for the body of messages.
    pub content: Vec<PushRule>,
    /// `postcontent`: with conditions, after those of the content. Servers that know subscriptions to threads have them:
    /// [MSC4306](https://github.com/matrix-org/matrix-spec-proposals/pull/4306).
    pub postcontent: Vec<PushRule>,
    /// `room`: of a room.
    pub room: Vec<PushRule>,
    /// `sender`: of a sender.
    pub sender: Vec<PushRule>,
    /// `underride`: with conditions, after all others.
    pub underride: Vec<PushRule>,
    /// All other kinds, by their names, undecoded.
    pub other: JsonObject,
}

impl Ruleset {
    /// The rules of a kind. `None` for one that has no list here: look in [`other`](Self::other).
    ///
    /// ```
    /// use hardline::client_api::push::{PushRuleKind, Ruleset};
    ///
    /// let rules = Ruleset::default();
    /// assert_eq!(rules.of(&PushRuleKind::Override), Some([].as_slice()));
    /// assert_eq!(rules.of(&PushRuleKind::from("org.example.later")), None);
    /// ```
    pub fn of(&self, kind: &PushRuleKind) -> Option<&[PushRule]> {
        match kind {
            PushRuleKind::Override => Some(&self.override_rules),
            PushRuleKind::Content => Some(&self.content),
            PushRuleKind::PostContent => Some(&self.postcontent),
            PushRuleKind::Room => Some(&self.room),
            PushRuleKind::Sender => Some(&self.sender),
            PushRuleKind::Underride => Some(&self.underride),
            PushRuleKind::Other(_) => None,
        }
    }
}

const KINDS: [&str; 6] = [
    "override",
    "content",
    "room",
    "sender",
    "underride",
    POSTCONTENT,
];

/// It is written only where there are such rules, since it is not specified.
const POSTCONTENT: &str = "postcontent";

impl<'de> Deserialize<'de> for Ruleset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("Ruleset", &KINDS, Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Ruleset;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("struct Ruleset")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ruleset, A::Error> {
        let mut rules = [const { None }; KINDS.len()];
        let mut other = JsonObject::new();
        while let Some(name) = map.next_key::<String>()? {
            match KINDS.iter().position(|kind| *kind == name) {
                Some(kind) => read_member(&mut map, &mut rules[kind])?,
                None => other.insert_raw(name, map.next_value::<RawJson>()?),
            }
        }
        let [
            override_rules,
            content,
            room,
            sender,
            underride,
            postcontent,
        ] = rules.map(or_default);
        Ok(Ruleset {
            override_rules,
            content,
            postcontent,
            room,
            sender,
            underride,
            other,
        })
    }
}

impl serde::Serialize for Ruleset {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;

        let mut map = serializer.serialize_map(None)?;
        for kind in KINDS {
            let rules = self.of(&kind.into()).unwrap_or_default();
            if kind != POSTCONTENT || !rules.is_empty() {
                map.serialize_entry(kind, rules)?;
            }
        }
        for (name, value) in self.other.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(any(feature = "by-name", feature = "proptest"))]
impl Shaped for Ruleset {
    const SHAPE: &'static Shape = &Shape::Open(&OpenShape {
        expected: "struct Ruleset",
        known: &[
            rules(KINDS[0]),
            rules(KINDS[1]),
            rules(KINDS[2]),
            rules(KINDS[3]),
            rules(KINDS[4]),
        ],
        aliases: &[],
        others: Some((String::SHAPE, RawJson::SHAPE)),
    });
}

#[cfg(any(feature = "by-name", feature = "proptest"))]
const fn rules(kind: &'static str) -> FieldShape {
    FieldShape {
        name: kind,
        shape: <Vec<PushRule> as Shaped>::SHAPE,
        presence: Presence::Default,
    }
}

#[cfg(feature = "proptest")]
crate::json::strategy_of_shape!(Ruleset);

#[cfg(test)]
mod tests {
    use crate::client_api::push::GetPushRules;
    use crate::wire;

    #[test]
    fn a_rule_with_a_bad_condition_is_skipped_whole() {
        let body = r#"{"global": {"override": [
            {"rule_id": "a", "default": false, "enabled": true, "actions": ["notify"], "conditions": ["?"]},
            {"rule_id": "b", "default": false, "enabled": true, "actions": ["notify"], "conditions": []}
        ]}}"#;
        let answer = wire::decode_response::<GetPushRules>(http::Response::new(body)).unwrap();
        let rules = answer.value.global.override_rules;
        assert_eq!(rules.len(), 1);
        assert_eq!(rules[0].rule_id, "b");
        let warnings: Vec<_> = answer.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(
            warnings[0].starts_with("/global/override/0"),
            "{warnings:?}"
        );
    }

    #[test]
    fn rules_of_an_unknown_kind_are_kept() {
        let body =
            r#"{"global": {"room": null, "org.example.later": [{"rule_id": "c"}]}, "device": {}}"#;
        let answer = wire::decode_response::<GetPushRules>(http::Response::new(body)).unwrap();
        assert!(answer.warnings.is_empty());
        let other = answer.value.global.other;
        assert_eq!(
            other.raw("org.example.later").unwrap().as_str(),
            r#"[{"rule_id": "c"}]"#
        );
    }
}
