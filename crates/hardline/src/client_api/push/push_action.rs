use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::json::{JsonObject, RawJson};

/// What a push rule says to do with an event.
///
/// ```
/// use hardline::client_api::push::PushAction;
///
/// let actions: Vec<PushAction> = serde_json::from_str(r#"["notify", {"set_tweak": "sound", "value": "default"}, "coalesce"]"#)?;
/// assert_eq!(actions[0], PushAction::Notify);
/// assert_eq!(actions[1], PushAction::sound("default"));
/// assert!(matches!(actions[2], PushAction::Other(_)));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Specification: [push rules](https://spec.matrix.org/v1.19/client-server-api/#push-rules).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushAction {
    /// Notify the user.
    Notify,
    /// Say something about the notification.
    SetTweak {
        /// What is said: `sound`, `highlight`, or the name of another tweak.
        name: String,
        /// The value, undecoded. Without one, `highlight` is true.
        value: Option<RawJson>,
    },
    /// Another action, unchanged: also `dont_notify` and `coalesce`, which have no effect any more.
    Other(RawJson),
}

impl PushAction {
    /// Plays this sound; `default` is the system's own.
    pub fn sound(sound: &str) -> Self {
        Self::tweak("sound", Some(&sound))
    }

    /// Highlights the event, or says that it is not highlighted.
    pub fn highlight(is_highlighted: bool) -> Self {
        let value = (!is_highlighted).then_some(&false);
        Self::tweak("highlight", value)
    }

    /// Whether the action highlights the event.
    pub fn is_highlight(&self) -> bool {
        match self {
            Self::SetTweak { name, value } if name == "highlight" => value
                .as_ref()
                .is_none_or(|value| value.deserialize::<bool>().unwrap_or(true)),
            _ => false,
        }
    }

    fn tweak<T: Serialize>(name: &str, value: Option<&T>) -> Self {
        let value =
            value.map(|value| RawJson::new(value).expect("texts and booleans have a JSON form"));
        Self::SetTweak {
            name: name.to_owned(),
            value,
        }
    }
}

const NOTIFY: &str = "notify";
const NAME: &str = "set_tweak";
const VALUE: &str = "value";

impl From<RawJson> for PushAction {
    fn from(action: RawJson) -> Self {
        if action
            .deserialize::<String>()
            .is_ok_and(|text| text == NOTIFY)
        {
            return Self::Notify;
        }
        let Ok(members) = action.deserialize::<JsonObject>() else {
            return Self::Other(action);
        };
        // What has members besides stays as it is, so that none is lost.
        let is_tweak = members
            .iter()
            .all(|(member, _)| matches!(member, NAME | VALUE));
        match members.field(NAME) {
            Some(name) if is_tweak => Self::SetTweak {
                name,
                value: members.raw(VALUE).cloned(),
            },
            _ => Self::Other(action),
        }
    }
}

impl Serialize for PushAction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Notify => serializer.serialize_str(NOTIFY),
            Self::SetTweak { name, value } => {
                let mut members = serializer.serialize_map(None)?;
                members.serialize_entry(NAME, name)?;
                if let Some(value) = value {
                    members.serialize_entry(VALUE, value)?;
                }
                members.end()
            }
            Self::Other(action) => action.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for PushAction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <RawJson as Deserialize>::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(any(feature = "by-name", feature = "proptest"))]
impl crate::json::Shaped for PushAction {
    const SHAPE: &'static crate::json::Shape = &crate::json::Shape::Any;
}

#[cfg(feature = "proptest")]
crate::json::strategy_of_shape!(PushAction);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_sent_as_it_came() {
        for (json, highlights) in [
            (r#""notify""#, false),
            (r#"{"set_tweak":"highlight"}"#, true),
            (r#"{"set_tweak":"highlight","value":true}"#, true),
            (r#"{"set_tweak":"highlight","value":false}"#, false),
            (r#"{"set_tweak":"sound","value":"ring"}"#, false),
            (
                r#"{"set_tweak":"sound","value":"ring","org.example":1}"#,
                false,
            ),
            (r#"{"set_tweak":5}"#, false),
            (r#""dont_notify""#, false),
            (r#"["notify"]"#, false),
            ("null", false),
        ] {
            let action: PushAction = serde_json::from_str(json).unwrap();
            assert_eq!(action.is_highlight(), highlights, "{json}");
            assert_eq!(serde_json::to_string(&action).unwrap(), json);
        }
        assert_eq!(
            serde_json::to_string(&[PushAction::highlight(true), PushAction::highlight(false)])
                .unwrap(),
            r#"[{"set_tweak":"highlight"},{"set_tweak":"highlight","value":false}]"#
        );
    }
}
