use hardline_derive::Wire;

use crate::events::RawEvent;
use crate::types::EventId;

/// `m.relations` of `unsigned`: what relates to an event, as far as the server sums it up.
///
/// ```
/// use hardline::events::RawEvent;
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"unsigned": {"m.relations": {
///     "m.thread": {"latest_event": {"event_id": "$last"}, "count": 7, "current_user_participated": true},
/// }}}))?;
/// let thread = event.unsigned_data().relations.unwrap().thread.unwrap();
/// assert_eq!(thread.count, Some(7));
/// assert_eq!(thread.latest_event.unwrap().event_id().unwrap(), "$last");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Specification: [aggregations](https://spec.matrix.org/v1.19/client-server-api/#aggregations-of-child-events).
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct BundledRelations {
    /// The latest edit. Servers before v1.7 give its `event_id`, `origin_server_ts` and `sender` alone.
    /// [`RawEvent::latest_content`] has what it puts in the place of the content.
    #[serde(rename = "m.replace")]
    pub replace: Option<RawEvent>,
    /// The thread that the event is the root of.
    #[serde(rename = "m.thread")]
    pub thread: Option<ThreadSummary>,
    /// The events that refer to this one.
    #[serde(rename = "m.reference")]
    pub reference: Option<ReferenceChunk>,
    /// The reactions. Servers of today do not sum them up.
    #[serde(rename = "m.annotation")]
    pub annotation: Option<AnnotationChunk>,
}

/// What a server says about a thread.
///
/// Specification: [server-side aggregation of threads](https://spec.matrix.org/v1.19/client-server-api/#server-side-aggregation-of-mthread-relationships).
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct ThreadSummary {
    /// The last event in the thread. Those of users that the user ignores are left out.
    pub latest_event: Option<RawEvent>,
    /// How many events are in it, without the root.
    pub count: Option<u64>,
    /// Whether the user has written in it.
    pub current_user_participated: Option<bool>,
}

/// The events that refer to another.
///
/// Specification: [server-side aggregation of references](https://spec.matrix.org/v1.19/client-server-api/#server-side-aggregation-of-mreference).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ReferenceChunk {
    /// The events.
    #[serde(default)]
    pub chunk: Vec<ReferringEvent>,
}

/// An event that refers to another.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ReferringEvent {
    /// Its ID.
    pub event_id: EventId,
}

/// The reactions to an event, as servers before v1.7 summed them up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct AnnotationChunk {
    /// The reactions, each kind once.
    #[serde(default)]
    pub chunk: Vec<AnnotationCount>,
}

/// How often users have reacted in one way.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct AnnotationCount {
    /// The type of the reactions: `m.reaction`.
    #[serde(rename = "type")]
    pub event_type: Option<String>,
    /// The emoji or the text.
    pub key: String,
    /// How often.
    pub count: u64,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::json::RawJson;

    #[test]
    fn what_servers_of_any_age_sum_up_is_read() {
        let relations = RawJson::new(&json!({
            "m.replace": {"event_id": "$edit", "origin_server_ts": 5, "sender": "@a:b"},
            "m.reference": {"chunk": [{"event_id": "$a"}, {"id": "$b"}, {"event_id": "$c"}]},
            "m.annotation": {"chunk": [{"type": "m.reaction", "key": "👍", "count": 3}]},
            "m.thread": {"count": "many", "current_user_participated": false},
            "org.example.clap": {"count": 5},
        }));
        let relations: BundledRelations = relations.unwrap().deserialize_lenient().unwrap().value;
        assert_eq!(relations.replace.unwrap().event_id().unwrap(), "$edit");
        let referring = relations.reference.unwrap().chunk;
        let ids: Vec<_> = referring
            .iter()
            .map(|event| event.event_id.as_str())
            .collect();
        assert_eq!(ids, ["$a", "$c"]);
        assert_eq!(relations.annotation.unwrap().chunk[0].count, 3);
        let thread = relations.thread.unwrap();
        assert_eq!(
            (thread.count, thread.current_user_participated),
            (None, Some(false))
        );
    }
}
