use hardline::events::{RawEvent, RegisteredContent};
use hardline::json::RawJson;
use ruma::events::EventContentFromType;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

/// A content that both libraries have. Each function reads one and writes it again; it is `None` if the content is refused.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    pub(super) event_type: &'static str,
    /// The member that contents of this form have: one type has two of them.
    pub(super) with: Option<&'static str>,
    is_of: fn(&str) -> bool,
    pub(super) ours: fn(&str, &Value) -> Option<Value>,
    pub(super) rumas: fn(&str, &Value) -> Option<Value>,
}

impl Pair {
    pub(super) fn is_of(&self, event_type: &str, content: &Value) -> bool {
        (self.is_of)(event_type) && self.with.is_none_or(|member| content.get(member).is_some())
    }

    /// The same for contents with this member alone.
    pub(super) fn with(self, member: &'static str) -> Self {
        Self {
            with: Some(member),
            ..self
        }
    }
}

pub(super) fn pair<C: RegisteredContent, R: DeserializeOwned + Serialize>() -> Pair {
    Pair {
        event_type: C::TYPE,
        with: None,
        is_of: C::is_content_of,
        ours: ours::<C>,
        rumas: |_, content| {
            let content: R = serde_json::from_str(&content.to_string()).ok()?;
            Some(serde_json::to_value(content).unwrap())
        },
    }
}

/// Of a content that Ruma reads with its type alone.
pub(super) fn pair_by_type<C: RegisteredContent, R: EventContentFromType + Serialize>() -> Pair {
    Pair {
        rumas: |event_type, content| {
            let content = R::from_parts(event_type, &to_raw_value(content).unwrap()).ok()?;
            Some(serde_json::to_value(content).unwrap())
        },
        ..pair::<C, Value>()
    }
}

/// Of a content that Ruma is given as a value: from a text, it reads a bad element of a list again and again without end.
pub(super) fn pair_by_value<C: RegisteredContent, R: DeserializeOwned + Serialize>() -> Pair {
    Pair {
        rumas: |_, content| {
            let content: R = serde_json::from_value(content.clone()).ok()?;
            Some(serde_json::to_value(content).unwrap())
        },
        ..pair::<C, R>()
    }
}

fn ours<C: RegisteredContent>(event_type: &str, content: &Value) -> Option<Value> {
    let event = RawEvent::new(&json!({"type": event_type, "content": content})).unwrap();
    let content: C = event.content_as().ok()?;
    Some(RawJson::new(&content).unwrap().deserialize().unwrap())
}
