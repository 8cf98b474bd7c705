use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::PushContext;
use crate::events::RawEvent;
use crate::json::RawJson;

/// The properties of an event by their dotted paths, each looked up once.
pub(super) struct EventProperties<'e> {
    event: &'e RawEvent,
    context: &'e PushContext,
    found: BTreeMap<String, Option<Property>>,
}

struct Property {
    value: RawJson,
    /// The value in lower case, if it is a text.
    lowercase: Option<String>,
}

impl<'e> EventProperties<'e> {
    pub(super) fn new(event: &'e RawEvent, context: &'e PushContext) -> Self {
        let found = BTreeMap::new();
        Self {
            event,
            context,
            found,
        }
    }

    /// The value of a property, undecoded.
    pub(super) fn raw(&mut self, path: &str) -> Option<&RawJson> {
        self.property(path).map(|property| &property.value)
    }

    /// The value of a property in lower case, if it is a text.
    pub(super) fn lowercase(&mut self, path: &str) -> Option<&str> {
        self.property(path)?.lowercase.as_deref()
    }

    pub(super) fn is_text(&mut self, path: &str, text: &str) -> bool {
        let value = self.raw(path);
        value.is_some_and(|value| {
            value
                .deserialize::<String>()
                .is_ok_and(|value| value == text)
        })
    }

    pub(super) fn has_mentions(&mut self) -> bool {
        self.raw(r"content.m\.mentions").is_some()
    }

    fn property(&mut self, path: &str) -> Option<&Property> {
        let found = match self.found.entry(path.to_owned()) {
            Entry::Occupied(found) => found.into_mut(),
            Entry::Vacant(place) => {
                let value = find(self.event.as_raw(), path);
                // Events of a sync do not name their room.
                let value = value.or_else(|| match path {
                    "room_id" => RawJson::new(&self.context.room_id).ok(),
                    _ => None,
                });
                place.insert(value.map(Property::new))
            }
        };
        found.as_ref()
    }
}

impl Property {
    fn new(value: RawJson) -> Self {
        let text = value.deserialize::<String>().ok();
        Self {
            value,
            lowercase: text.map(|text| text.to_lowercase()),
        }
    }
}

/// The value at a path. A dot separates names; a dot in a name has a backslash before it, and so has a backslash.
fn find(event: &RawJson, path: &str) -> Option<RawJson> {
    let mut value = event.clone();
    let mut name = String::new();
    let mut characters = path.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '.' => value = value.member(&std::mem::take(&mut name))?,
            '\\' => name.push(
                characters
                    .next_if(|next| matches!(next, '.' | '\\'))
                    .unwrap_or('\\'),
            ),
            _ => name.push(character),
        }
    }
    value.member(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_through_names_with_dots_and_backslashes() {
        let event = RawJson::new(&serde_json::json!({
            "a": {"b.c": {"d": 1}, "e\\": 2, "": 3, "f\\g": 4},
            "": 5,
            "list": [{"a": 6}],
        }))
        .unwrap();
        for (path, value) in [
            (r"a.b\.c.d", Some("1")),
            (r"a.e\\", Some("2")),
            (r"a.", Some("3")),
            (r"a.f\g", Some("4")),
            (r"a.f\\g", Some("4")),
            ("", Some("5")),
            ("a.b.c.d", None),
            ("list.a", None),
            ("list.0", None),
            ("a.b.", None),
            ("no", None),
        ] {
            let found = find(&event, path);
            assert_eq!(found.as_ref().map(RawJson::as_str), value, "{path}");
        }
    }
}
