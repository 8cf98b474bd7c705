use hardline_derive::Wire;
use serde::Serialize;

use crate::json::{JsonObject, RawJson};
use crate::types::text::text_enum;

/// What an event has to be like for a push rule to match it. One of a kind that this library does not know keeps all its
/// members; it matches no event.
///
/// ```
/// use hardline::client_api::push::{PushCondition, PushConditionKind};
///
/// let condition = PushCondition::event_match("content.body", "*alarm*");
/// assert_eq!(condition.kind(), PushConditionKind::EventMatch);
/// assert_eq!(condition.pattern().as_deref(), Some("*alarm*"));
/// ```
///
/// Specification: [push rules](https://spec.matrix.org/v1.19/client-server-api/#push-rules).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct PushCondition(JsonObject);

text_enum! {
    /// The kind of a condition.
    PushConditionKind {
        /// A property of the event matches a pattern.
        EventMatch = "event_match",
        /// The message contains the user's display name. Deprecated.
        ContainsDisplayName = "contains_display_name",
        /// The room has so many members.
        RoomMemberCount = "room_member_count",
        /// The sender has the power level for notifications of this kind.
        SenderNotificationPermission = "sender_notification_permission",
        /// A property of the event is exactly this value. Since v1.7.
        EventPropertyIs = "event_property_is",
        /// A property of the event is a list that contains this value. Since v1.7.
        EventPropertyContains = "event_property_contains",
    }
}

impl PushCondition {
    /// A property of the event matches a pattern, in which `*` stands for any characters and `?` for one.
    ///
    /// A dot separates the names in `key`; one in a name is written `\\.`, a backslash `\\\\`.
    pub fn event_match(key: &str, pattern: &str) -> Self {
        Self::keyed(PushConditionKind::EventMatch, key).with("pattern", pattern)
    }

    /// Deprecated: the message contains the user's display name.
    pub fn contains_display_name() -> Self {
        Self::of_kind(PushConditionKind::ContainsDisplayName)
    }

    /// The room has so many members: a number, or one after `==`, `<`, `>`, `<=` or `>=`.
    pub fn room_member_count(is: &str) -> Self {
        Self::of_kind(PushConditionKind::RoomMemberCount).with("is", is)
    }

    /// The sender has the power level for notifications of this kind: `room` for those of the whole room.
    pub fn sender_notification_permission(key: &str) -> Self {
        Self::keyed(PushConditionKind::SenderNotificationPermission, key)
    }

    /// A property of the event is exactly this value: a text, a whole number, a boolean or `null`.
    ///
    /// # Errors
    /// The value has no JSON form.
    pub fn event_property_is<T: Serialize + ?Sized>(
        key: &str,
        value: &T,
    ) -> Result<Self, serde_json::Error> {
        Self::keyed(PushConditionKind::EventPropertyIs, key).with_value(value)
    }

    /// A property of the event is a list that contains this value.
    ///
    /// # Errors
    /// The value has no JSON form.
    pub fn event_property_contains<T: Serialize + ?Sized>(
        key: &str,
        value: &T,
    ) -> Result<Self, serde_json::Error> {
        Self::keyed(PushConditionKind::EventPropertyContains, key).with_value(value)
    }

    /// A condition of a kind that this library does not know.
    pub fn other(members: JsonObject) -> Self {
        Self(members)
    }

    /// The kind; an empty one if it does not say.
    pub fn kind(&self) -> PushConditionKind {
        let kind = self.0.field("kind");
        kind.unwrap_or_else(|| PushConditionKind::Other(String::new()))
    }

    /// The property of the event, or the kind of notification.
    pub fn key(&self) -> Option<String> {
        self.0.field("key")
    }

    /// The pattern that the property matches. It may be empty.
    pub fn pattern(&self) -> Option<String> {
        self.0.field("pattern")
    }

    /// How many members the room has.
    pub fn is(&self) -> Option<String> {
        self.0.field("is")
    }

    /// The value that the property is or contains, undecoded.
    pub fn value(&self) -> Option<&RawJson> {
        self.0.raw("value")
    }

    /// All members.
    pub fn members(&self) -> &JsonObject {
        &self.0
    }

    fn of_kind(kind: PushConditionKind) -> Self {
        Self(JsonObject::new().with_text("kind", kind.as_str()))
    }

    fn keyed(kind: PushConditionKind, key: &str) -> Self {
        Self::of_kind(kind).with("key", key)
    }

    fn with(self, name: &str, text: &str) -> Self {
        Self(self.0.with_text(name, text))
    }

    fn with_value<T: Serialize + ?Sized>(mut self, value: &T) -> Result<Self, serde_json::Error> {
        self.0.insert("value", value)?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_condition_has_its_members() {
        for (condition, json) in [
            (
                PushCondition::event_match("type", "m.room.*"),
                r#"{"kind":"event_match","key":"type","pattern":"m.room.*"}"#,
            ),
            (
                PushCondition::contains_display_name(),
                r#"{"kind":"contains_display_name"}"#,
            ),
            (
                PushCondition::room_member_count(">=2"),
                r#"{"kind":"room_member_count","is":">=2"}"#,
            ),
            (
                PushCondition::sender_notification_permission("room"),
                r#"{"kind":"sender_notification_permission","key":"room"}"#,
            ),
            (
                PushCondition::event_property_is("content.m\\.mentions.room", &true).unwrap(),
                r#"{"kind":"event_property_is","key":"content.m\\.mentions.room","value":true}"#,
            ),
            (
                PushCondition::event_property_contains("a", "b").unwrap(),
                r#"{"kind":"event_property_contains","key":"a","value":"b"}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&condition).unwrap(), json);
        }
    }

    #[test]
    fn a_condition_of_an_unknown_kind_keeps_its_members() {
        let json = r#"{"kind":"org.example.moon","phase":"full"}"#;
        let condition: PushCondition = serde_json::from_str(json).unwrap();
        assert_eq!(
            condition.kind(),
            PushConditionKind::Other("org.example.moon".to_owned())
        );
        assert_eq!(serde_json::to_string(&condition).unwrap(), json);
    }
}
