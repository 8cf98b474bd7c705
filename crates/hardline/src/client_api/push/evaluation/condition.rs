use super::PushContext;
use super::event_properties::EventProperties;
use super::words::words_match;
use crate::client_api::push::{PushCondition, PushConditionKind};
use crate::events::RelationType;
use crate::json::RawJson;
use crate::types::UserId;
use crate::types::text::glob_matches;

/// The property of which words are matched, and not the whole.
const BODY: &str = "content.body";

/// The property of the kind of an event's relation.
const RELATION_TYPE: &str = r"content.m\.relates_to.rel_type";

/// Conditions that are in use and not specified.
const THREAD_SUBSCRIPTION: &str = "io.element.msc4306.thread_subscription";
const ROOM_VERSION_SUPPORTS: &str = "org.matrix.msc3931.room_version_supports";

/// Whether a condition holds of an event.
pub(super) fn holds(
    condition: &PushCondition,
    event: &mut EventProperties<'_>,
    context: &PushContext,
) -> bool {
    holds_if_complete(condition, event, context).unwrap_or(false)
}

/// `None` if the condition or the event lacks something that it takes.
fn holds_if_complete(
    condition: &PushCondition,
    event: &mut EventProperties<'_>,
    context: &PushContext,
) -> Option<bool> {
    Some(match condition.kind() {
        PushConditionKind::EventMatch => {
            let (key, pattern) = (condition.key()?, condition.pattern()?.to_lowercase());
            let value = event.lowercase(&key)?;
            if key == BODY {
                words_match(&pattern, value)
            } else {
                glob_matches(&pattern, value)
            }
        }
        PushConditionKind::EventPropertyIs => {
            Scalar::of(event.raw(&condition.key()?)?)? == Scalar::of(condition.value()?)?
        }
        PushConditionKind::EventPropertyContains => {
            let value = Scalar::of(condition.value()?)?;
            let list: Vec<RawJson> = event.raw(&condition.key()?)?.deserialize().ok()?;
            list.iter()
                .any(|element| Scalar::of(element).as_ref() == Some(&value))
        }
        PushConditionKind::ContainsDisplayName => {
            let name = context.display_name.as_deref()?;
            !name.is_empty() && words_match(&name.to_lowercase(), event.lowercase(BODY)?)
        }
        PushConditionKind::RoomMemberCount => is_count(&condition.is()?, context.member_count)?,
        PushConditionKind::SenderNotificationPermission => {
            let sender: UserId = event.raw("sender")?.deserialize().ok()?;
            let power = context.power.as_ref()?;
            power.may_notify(&sender, &condition.key()?)
        }
        PushConditionKind::Other(kind) => match kind.as_str() {
            THREAD_SUBSCRIPTION => {
                let wanted: bool = condition.members().field("subscribed")?;
                let is_in_thread = event.is_text(RELATION_TYPE, RelationType::Thread.as_str());
                is_in_thread && context.is_subscribed_to_thread? == wanted
            }
            ROOM_VERSION_SUPPORTS => {
                let feature: String = condition.members().field("feature")?;
                context.room_version_features.contains(&feature)
            }
            _ => false,
        },
    })
}

/// Whether a number of members is as a condition says: `2`, `==2`, `<2`, `>2`, `<=2` or `>=2`. `None` if it says nothing.
fn is_count(is: &str, count: u64) -> Option<bool> {
    let number = is.trim_start_matches(['<', '>', '=']);
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let wanted: u64 = number.parse().ok()?;
    Some(match &is[..is.len() - number.len()] {
        "" | "==" => count == wanted,
        "<" => count < wanted,
        ">" => count > wanted,
        "<=" => count <= wanted,
        ">=" => count >= wanted,
        _ => return None,
    })
}

/// A value that can be compared, exactly and by its kind.
#[derive(PartialEq)]
enum Scalar {
    Text(String),
    Integer(i64),
    Boolean(bool),
    Null,
}

impl Scalar {
    fn of(value: &RawJson) -> Option<Self> {
        Some(match value.as_bytes().first()? {
            b'"' => Self::Text(value.deserialize().ok()?),
            b't' | b'f' => Self::Boolean(value.deserialize().ok()?),
            b'n' => Self::Null,
            _ => Self::Integer(value.as_str().parse().ok()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_members_is_compared_as_the_condition_says() {
        for (is, holds) in [
            ("3", Some(true)),
            ("03", Some(true)),
            ("==3", Some(true)),
            ("2", Some(false)),
            (">2", Some(true)),
            (">3", Some(false)),
            ("<3", Some(false)),
            ("<4", Some(true)),
            ("<=3", Some(true)),
            (">=3", Some(true)),
            (">=4", Some(false)),
            ("=3", None),
            ("=>3", None),
            ("<>3", None),
            ("", None),
            (">=", None),
            ("+3", None),
            (" 3", None),
            ("3.0", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(is_count(is, 3), holds, "{is}");
        }
    }

    #[test]
    fn values_are_compared_by_kind_and_exactly() {
        let scalar = |text: &str| Scalar::of(&serde_json::from_str(text).unwrap());
        for same in ["1", "-1", "true", "null", r#""a""#] {
            assert!(
                scalar(same) == scalar(same) && scalar(same).is_some(),
                "{same}"
            );
        }
        for (one, another) in [
            ("1", "true"),
            ("1", r#""1""#),
            (r#""a""#, r#""A""#),
            ("null", "false"),
            ("0", "null"),
        ] {
            assert!(scalar(one) != scalar(another), "{one} {another}");
        }
        for none in ["1.0", "1e3", "[]", "{}", "[1]"] {
            assert!(scalar(none).is_none(), "{none}");
        }
    }
}
