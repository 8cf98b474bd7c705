use hardline_derive::Wire;

use crate::events::EventContent;

/// `m.room.topic`: what the room is about.
///
/// ```
/// use hardline::events::{RawEvent, RoomTopic};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.room.topic", "state_key": "", "content": {
///     "topic": "All about tea",
///     "m.topic": {"m.text": [{"mimetype": "text/html", "body": "All about <b>tea</b>"}, {"body": "All about tea"}]},
/// }}))?;
/// let topic: RoomTopic = event.content_as()?;
/// assert_eq!(topic.plain(), Some("All about tea"));
/// assert_eq!(topic.html(), Some("All about <b>tea</b>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.topic`](https://spec.matrix.org/v1.19/client-server-api/#mroomtopic).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomTopic {
    /// The topic as plain text. [`plain`](Self::plain) knows which counts.
    pub topic: Option<String>,
    /// The topic in several forms. Since v1.15.
    #[serde(rename = "m.topic")]
    pub topic_block: Option<TopicContentBlock>,
}

impl RoomTopic {
    /// The room has this topic, as plain text. An empty one takes the topic away.
    pub fn new(topic: String) -> Self {
        Self {
            topic_block: Some(TopicContentBlock::new(vec![TextRepresentation::new(
                topic.clone(),
            )])),
            topic: Some(topic),
        }
    }

    /// The room has this topic, as HTML and as plain text that says the same.
    pub fn with_html(topic: String, html: String) -> Self {
        let html = TextRepresentation {
            mimetype: Some(HTML.to_owned()),
            body: html,
        };
        let plain = TextRepresentation::new(topic.clone());
        Self {
            topic: Some(topic),
            topic_block: Some(TopicContentBlock::new(vec![html, plain])),
        }
    }

    /// The topic as plain text. `None` if the room has none.
    pub fn plain(&self) -> Option<&str> {
        let plain = self.in_form(PLAIN).or(self.topic.as_deref());
        plain.filter(|topic| !topic.is_empty())
    }

    /// The topic as HTML, if it has that form. Others wrote it: clean it before you show it.
    pub fn html(&self) -> Option<&str> {
        self.in_form(HTML).filter(|topic| !topic.is_empty())
    }

    fn in_form(&self, mimetype: &str) -> Option<&str> {
        let forms = self.topic_block.as_ref()?.text.as_deref()?;
        let form = forms.iter().find(|form| form.mimetype() == mimetype)?;
        Some(&form.body)
    }
}

const PLAIN: &str = "text/plain";
const HTML: &str = "text/html";

impl EventContent for RoomTopic {
    const TYPE: &'static str = "m.room.topic";
}

/// A topic in several forms.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct TopicContentBlock {
    /// The forms, the best first. One that is not understood is passed over.
    #[serde(rename = "m.text")]
    pub text: Option<Vec<TextRepresentation>>,
}

impl TopicContentBlock {
    /// These forms, the best first.
    pub fn new(text: Vec<TextRepresentation>) -> Self {
        Self { text: Some(text) }
    }
}

/// A text in one form.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct TextRepresentation {
    /// Its media type. Missing stands for `text/plain`.
    pub mimetype: Option<String>,
    /// The text.
    pub body: String,
}

impl TextRepresentation {
    /// Plain text.
    pub fn new(body: String) -> Self {
        Self {
            mimetype: None,
            body,
        }
    }

    /// Its media type.
    pub fn mimetype(&self) -> &str {
        self.mimetype.as_deref().unwrap_or(PLAIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;

    fn topic(content: &str) -> RoomTopic {
        let event: RawEvent =
            serde_json::from_str(&format!(r#"{{"content": {content}}}"#)).unwrap();
        event.content_as().unwrap()
    }

    #[test]
    fn a_room_without_a_topic_says_so_in_several_ways() {
        for content in [
            "{}",
            r#"{"topic": null}"#,
            r#"{"topic": ""}"#,
            r#"{"topic": "", "m.topic": {"m.text": [{"body": ""}]}}"#,
            r#"{"topic": 5, "m.topic": {}}"#,
        ] {
            assert_eq!(topic(content).plain(), None, "{content}");
        }
    }

    #[test]
    fn the_first_form_of_a_type_counts_and_bad_ones_are_passed_over() {
        let topic = topic(
            r#"{"topic": "old", "m.topic": {"m.text": [5, {"mimetype": "text/plain"}, {"mimetype": "image/png", "body": "?"},
                {"mimetype": "text/plain", "body": "a"}, {"body": "b"}]}}"#,
        );
        assert_eq!((topic.plain(), topic.html()), (Some("a"), None));
    }

    #[test]
    fn clients_that_know_no_forms_read_what_is_sent() {
        let content = RoomTopic::with_html("a".to_owned(), "<i>a</i>".to_owned());
        let json = crate::json::RawJson::new(&content).unwrap();
        assert_eq!(
            json.as_str(),
            r#"{"topic":"a","m.topic":{"m.text":[{"mimetype":"text/html","body":"<i>a</i>"},{"body":"a"}]}}"#
        );
        assert_eq!(RoomTopic::new("a".to_owned()).plain(), Some("a"));
    }
}
