use hardline_derive::Wire;

use crate::events::EventContent;
use crate::json::JsonMap;
use crate::types::{EventId, ReceiptType, Timestamp, UserId};

/// `m.receipt`: up to where users have read: for each event the receipts that moved to it, by their types and users.
///
/// ```
/// use hardline::events::{RawEvent, Receipt};
/// use hardline::types::ReceiptType;
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.receipt", "content": {
///     "$event": {"m.read": {"@alice:example.org": {"ts": 1_436_451_550_453_u64, "thread_id": "main"}}},
/// }}))?;
/// let receipts: Receipt = event.content_as()?;
/// let (event, kind, user, data) = receipts.iter().next().unwrap();
/// assert_eq!((event.as_str(), kind, user.localpart()), ("$event", &ReceiptType::Read, "alice"));
/// assert_eq!(data.thread_id.as_deref(), Some("main"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.receipt`](https://spec.matrix.org/v1.19/client-server-api/#mreceipt).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
pub struct Receipt(pub JsonMap<EventId, JsonMap<ReceiptType, JsonMap<UserId, ReceiptData>>>);

impl Receipt {
    /// The receipts one after the other: the event, the type, the user, and what is known of it.
    pub fn iter(&self) -> impl Iterator<Item = (&EventId, &ReceiptType, &UserId, &ReceiptData)> {
        self.0.iter().flat_map(|(event, types)| {
            types.iter().flat_map(move |(kind, users)| {
                users
                    .iter()
                    .map(move |(user, data)| (event, kind, user, data))
            })
        })
    }
}

impl EventContent for Receipt {
    const TYPE: &'static str = "m.receipt";
}

/// What is known of a receipt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ReceiptData {
    /// When it was sent.
    pub ts: Option<Timestamp>,
    /// What it is for: a thread by its root, `main` for all that is in no thread. Without it, for the whole room. Since
    /// v1.4.
    pub thread_id: Option<String>,
}

impl ReceiptData {
    /// A receipt of this time for the whole room.
    pub fn new(ts: Timestamp) -> Self {
        Self {
            ts: Some(ts),
            thread_id: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;

    #[test]
    fn receipts_of_unknown_types_and_without_a_time_are_receipts() {
        let event: RawEvent = serde_json::from_str(
            r#"{"content": {
                "$a": {"m.read": {"@a:a.org": {}, "@b:a.org": {"ts": "now"}, "@c:a.org": 5}, "org.example.heard": {"@a:a.org": {"ts": 1}}},
                "$b": {"m.read.private": {"@a:a.org": {"ts": 2, "thread_id": "$root"}}, "m.read": []},
                "$c": null}}"#,
        )
        .unwrap();
        let receipts: Receipt = event.content_as().unwrap();
        let found: Vec<_> = receipts
            .iter()
            .map(|(event, kind, user, data)| {
                (
                    event.as_str(),
                    kind.as_str(),
                    user.localpart(),
                    data.ts.map(Timestamp::as_millis),
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("$a", "m.read", "a", None),
                ("$a", "m.read", "b", None),
                ("$a", "org.example.heard", "a", Some(1)),
                ("$b", "m.read.private", "a", Some(2)),
            ]
        );
        assert_eq!(event.content_warnings::<Receipt>().unwrap().count(), 4);
    }
}
