use hardline_derive::Wire;

use super::compose_relations::{reply_relation, thread_relation};
use crate::events::{ComposeError, EventContent, MessageType, RawEvent, RelatesTo, RelationType};
use crate::json::{JsonObject, RawJson};
use crate::types::EventId;
use crate::types::text::text_enum;

/// `org.matrix.msc3381.poll.start`: a question and its answers.
///
/// Polls are in use, and no part of the specification: [MSC3381](https://github.com/matrix-org/matrix-spec-proposals/pull/3381).
///
/// ```
/// use hardline::events::PollStart;
///
/// let poll = PollStart::new("Lunch?", ["Noodles", "Soup"]);
/// assert_eq!(poll.text.as_deref(), Some("Lunch?\n1. Noodles\n2. Soup"));
/// assert_eq!(poll.poll.unwrap().answers[1].id, "2");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct PollStart {
    /// The poll. A redacted event has none.
    #[serde(rename = "org.matrix.msc3381.poll.start")]
    pub poll: Option<Poll>,
    /// All of it as text, for clients that know no polls.
    #[serde(rename = "org.matrix.msc1767.text")]
    pub text: Option<String>,
    /// To what it relates.
    #[serde(rename = "m.relates_to")]
    pub relates_to: Option<RelatesTo>,
    /// What an edit puts in the place of the content.
    #[serde(rename = "m.new_content")]
    pub new_content: Option<RawJson>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl PollStart {
    /// A poll whose results everybody sees, with one vote for each user. Of more than 20 answers the first count.
    ///
    /// The IDs of its answers are their numbers, from 1 on.
    pub fn new<A: Into<String>>(
        question: impl Into<String>,
        answers: impl IntoIterator<Item = A>,
    ) -> Self {
        let question = question.into();
        let mut text = question.clone();
        let answers = answers.into_iter().zip(1..);
        let answers = answers.map(|(answer, number)| {
            let answer = PollAnswer::new(number.to_string(), answer.into());
            text += &format!("\n{number}. {}", answer.text);
            answer
        });
        let poll = Poll {
            question: PollText::new(question),
            kind: Some(PollKind::Disclosed),
            max_selections: Some(1),
            answers: answers.collect(),
        };
        Self {
            poll: Some(poll),
            text: Some(text),
            ..Self::default()
        }
    }

    /// The same as a reply to this event, which stays in the thread of that event, if that is in one.
    ///
    /// ```
    /// use hardline::events::{RawEvent, PollStart};
    /// use serde_json::json;
    ///
    /// let question = RawEvent::new(&json!({"type": "m.room.message", "event_id": "$question"}))?;
    /// let poll = PollStart::new("Lunch?", ["Noodles", "Soup"]).reply_to(&question)?;
    /// assert_eq!(poll.relates_to.unwrap().reply_to().unwrap(), "$question");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The event has no ID.
    ///
    /// Specification: [rich replies](https://spec.matrix.org/v1.19/client-server-api/#rich-replies).
    pub fn reply_to(mut self, event: &RawEvent) -> Result<Self, ComposeError> {
        self.relates_to = Some(reply_relation(event)?);
        Ok(self)
    }

    /// The same in the thread with this root. Clients that know no threads show it as a reply to the latest message in it; a
    /// [reply](Self::reply_to) stays one.
    ///
    /// ```
    /// use hardline::events::PollStart;
    /// use hardline::types::EventId;
    ///
    /// let poll = PollStart::new("Lunch?", ["Noodles", "Soup"]).in_thread(EventId::parse("$root")?, EventId::parse("$latest")?);
    /// assert_eq!(poll.relates_to.unwrap().thread_root().unwrap(), "$root");
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [threading](https://spec.matrix.org/v1.19/client-server-api/#threading).
    #[must_use]
    pub fn in_thread(mut self, root: EventId, latest: EventId) -> Self {
        self.relates_to = Some(thread_relation(self.relates_to.take(), root, latest));
        self
    }
}

impl EventContent for PollStart {
    const TYPE: &'static str = "org.matrix.msc3381.poll.start";
}

/// A question and its answers.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct Poll {
    /// The question.
    pub question: PollText,
    /// Whether votes are seen before the poll ends. Absent means that they are not.
    pub kind: Option<PollKind>,
    /// How many answers a user may choose. Absent means one.
    pub max_selections: Option<u64>,
    /// The answers. Those after the first 20 do not count.
    pub answers: Vec<PollAnswer>,
}

/// The text of a question.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct PollText {
    /// The text.
    #[serde(rename = "org.matrix.msc1767.text")]
    pub text: String,
    /// The text again, as some clients send it.
    pub body: Option<String>,
    /// `m.text`, as some clients send it.
    pub msgtype: Option<MessageType>,
}

impl PollText {
    /// A text.
    pub fn new(text: String) -> Self {
        Self {
            text,
            body: None,
            msgtype: None,
        }
    }
}

/// One of the answers.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct PollAnswer {
    /// What votes call it.
    pub id: String,
    /// What it says.
    #[serde(rename = "org.matrix.msc1767.text")]
    pub text: String,
}

impl PollAnswer {
    /// An answer.
    pub fn new(id: String, text: String) -> Self {
        Self { id, text }
    }
}

text_enum! {
    /// Whether votes are seen before a poll ends. What is not known counts as undisclosed.
    ///
    /// ```
    /// use hardline::events::PollKind;
    ///
    /// assert_eq!(PollKind::Disclosed.as_str(), "org.matrix.msc3381.poll.disclosed");
    /// ```
    PollKind {
        /// They are seen.
        Disclosed = "org.matrix.msc3381.poll.disclosed",
        /// They are not.
        Undisclosed = "org.matrix.msc3381.poll.undisclosed",
    }
}

/// `org.matrix.msc3381.poll.response`: a user's vote. Of several of a user the last before the end counts:
/// [`PollResults`](crate::events::PollResults) counts them.
///
/// ```
/// use hardline::events::PollResponse;
/// use hardline::types::EventId;
///
/// let vote = PollResponse::new(EventId::parse("$poll")?, vec!["2".to_owned()]);
/// assert_eq!(vote.relates_to.unwrap().referenced().unwrap(), "$poll");
/// # Ok::<(), hardline::types::InvalidText>(())
/// ```
///
/// It is no part of the specification: [MSC3381](https://github.com/matrix-org/matrix-spec-proposals/pull/3381).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct PollResponse {
    /// The vote.
    #[serde(rename = "org.matrix.msc3381.poll.response")]
    pub response: Option<PollSelections>,
    /// The poll: a reference.
    #[serde(rename = "m.relates_to")]
    pub relates_to: Option<RelatesTo>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl PollResponse {
    /// A vote for these answers, by their IDs. None takes the vote back.
    pub fn new(poll: EventId, answers: Vec<String>) -> Self {
        Self {
            response: Some(PollSelections { answers }),
            relates_to: Some(RelatesTo::new(RelationType::Reference, poll)),
            others: JsonObject::new(),
        }
    }
}

impl EventContent for PollResponse {
    const TYPE: &'static str = "org.matrix.msc3381.poll.response";
}

/// The answers that a user chose.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct PollSelections {
    /// Their IDs. Those after the number of allowed selections do not count, and an unknown one spoils the vote.
    pub answers: Vec<String>,
}

/// `org.matrix.msc3381.poll.end`: no more votes count. It counts if it comes from whoever started the poll, or from one who
/// may redact it.
///
/// ```
/// use hardline::events::PollEnd;
/// use hardline::types::EventId;
///
/// let end = PollEnd::new(EventId::parse("$poll")?, "Noodles won.".to_owned());
/// assert_eq!(end.relates_to.unwrap().referenced().unwrap(), "$poll");
/// # Ok::<(), hardline::types::InvalidText>(())
/// ```
///
/// It is no part of the specification: [MSC3381](https://github.com/matrix-org/matrix-spec-proposals/pull/3381).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct PollEnd {
    /// An empty object.
    #[serde(rename = "org.matrix.msc3381.poll.end")]
    pub end: Option<JsonObject>,
    /// The result as text, for clients that know no polls.
    #[serde(rename = "org.matrix.msc1767.text")]
    pub text: Option<String>,
    /// The poll: a reference.
    #[serde(rename = "m.relates_to")]
    pub relates_to: Option<RelatesTo>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl PollEnd {
    /// Ends a poll. The text tells the result to clients that know no polls.
    pub fn new(poll: EventId, text: String) -> Self {
        Self {
            end: Some(JsonObject::new()),
            text: Some(text),
            relates_to: Some(RelatesTo::new(RelationType::Reference, poll)),
            others: JsonObject::new(),
        }
    }
}

impl EventContent for PollEnd {
    const TYPE: &'static str = "org.matrix.msc3381.poll.end";
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_poll_as_clients_send_it_is_kept() {
        let content = json!({
            "org.matrix.msc3381.poll.start": {
                "question": {"org.matrix.msc1767.text": "Lunch?", "body": "Lunch?", "msgtype": "m.text"},
                "kind": "org.example.secret",
                "max_selections": 2,
                "answers": [
                    {"id": "a1", "org.matrix.msc1767.text": "Noodles"},
                    {"id": "a2", "org.matrix.msc1767.text": "Soup"},
                ],
            },
            "org.matrix.msc1767.text": "Lunch?\n1. Noodles\n2. Soup",
            "m.mentions": {},
        });
        let event = RawEvent::new(&json!({"type": PollStart::TYPE, "content": content})).unwrap();
        let start: PollStart = event.content_as_strict().unwrap();
        assert_eq!(
            RawJson::new(&start)
                .unwrap()
                .deserialize::<serde_json::Value>()
                .unwrap(),
            content
        );
        let poll = start.poll.unwrap();
        assert_eq!(
            poll.kind,
            Some(PollKind::Other("org.example.secret".to_owned()))
        );
        assert_eq!((poll.answers.len(), poll.max_selections), (2, Some(2)));
    }

    #[test]
    fn an_answer_without_text_is_skipped_alone() {
        let poll = RawJson::new(&json!({
            "question": {"org.matrix.msc1767.text": "?"},
            "answers": [{"id": "1"}, {"id": "2", "org.matrix.msc1767.text": "b"}],
        }));
        let poll: Poll = poll.unwrap().deserialize_lenient().unwrap().value;
        assert_eq!(
            poll.answers,
            [PollAnswer::new("2".to_owned(), "b".to_owned())]
        );
    }
}
