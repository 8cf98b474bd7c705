use std::collections::BTreeMap;

use hardline::types::{EventId, ReceiptType, RoomId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::rooms::Object;
use super::account_data::NoPlace;

/// How many receipts a user may have in a room: one for each thread, and of each kind.
const MOST: usize = 2_000;

/// How far users have read.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Receipts(BTreeMap<RoomId, BTreeMap<UserId, OfUser>>);

#[derive(Default, Serialize, Deserialize)]
struct OfUser {
    receipts: Vec<Receipt>,
    /// The places of the user's newest own messages, by thread: whoever writes has read what is before it.
    own: BTreeMap<String, usize>,
}

/// That a user has read an event and what is before it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Receipt {
    pub(crate) receipt_type: ReceiptType,
    /// `main`, or the root of a thread; nothing, if it is for all of them.
    pub(crate) thread_id: Option<String>,
    pub(crate) event_id: EventId,
    /// The place of the event in the room.
    pub(crate) place: usize,
    pub(crate) ts: Timestamp,
    pub(crate) position: u64,
}

impl Receipts {
    /// Notes a receipt. One that is before the last of its kind changes nothing. Returns whether it is noted.
    pub(crate) fn set(
        &mut self,
        room_id: &RoomId,
        user_id: &UserId,
        receipt: Receipt,
    ) -> Result<bool, NoPlace> {
        let of_room = self.0.entry(room_id.clone()).or_default();
        let known = &mut of_room.entry(user_id.clone()).or_default().receipts;
        let same = known.iter().position(|known| {
            known.receipt_type == receipt.receipt_type && known.thread_id == receipt.thread_id
        });
        match same {
            Some(same) if known[same].place >= receipt.place => return Ok(false),
            Some(same) => known[same] = receipt,
            None if known.len() >= MOST => return Err(NoPlace),
            None => known.push(receipt),
        }
        Ok(true)
    }

    /// Notes that a user wrote a message in a thread.
    pub(crate) fn wrote(&mut self, room_id: &RoomId, user_id: &UserId, thread: &str, place: usize) {
        let of_room = self.0.entry(room_id.clone()).or_default();
        let of_user = of_room.entry(user_id.clone()).or_default();
        of_user.own.insert(thread.to_owned(), place);
    }

    /// The place up to which a user has read a thread.
    pub(crate) fn read_up_to(
        &self,
        room_id: &RoomId,
        user_id: &UserId,
        thread: &str,
    ) -> Option<usize> {
        let of_user = self.0.get(room_id)?.get(user_id)?;
        let receipts = of_user.receipts.iter().filter(|receipt| {
            let of_thread = receipt.thread_id.as_deref();
            of_thread.is_none_or(|of_thread| of_thread == thread)
        });
        let own = of_user.own.get(thread).copied();
        receipts.map(|receipt| receipt.place).chain(own).max()
    }

    /// The receipts that a user may see and that are new since a position, as the content of `m.receipt`; `None` if there
    /// are none.
    pub(crate) fn since(
        &self,
        room_id: &RoomId,
        viewer: &UserId,
        since: Option<u64>,
    ) -> Option<Object> {
        let mut content = Object::new();
        for (user_id, of_user) in self.0.get(room_id)? {
            for receipt in &of_user.receipts {
                let is_new = since.is_none_or(|since| receipt.position > since);
                let is_seen = receipt.receipt_type != ReceiptType::ReadPrivate || user_id == viewer;
                if !is_new || !is_seen {
                    continue;
                }
                let mut value = json!({"ts": receipt.ts.as_millis()});
                if let Some(thread_id) = &receipt.thread_id {
                    value["thread_id"] = thread_id.as_str().into();
                }
                let by_event = content.entry(receipt.event_id.as_str());
                let by_event = by_event.or_insert_with(|| Value::Object(Object::new()));
                by_event[receipt.receipt_type.as_str()][user_id.as_str()] = value;
            }
        }
        (!content.is_empty()).then_some(content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(thread_id: Option<&str>, place: usize) -> Receipt {
        Receipt {
            receipt_type: ReceiptType::Read,
            thread_id: thread_id.map(str::to_owned),
            event_id: EventId::parse(format!("$event{place}")).unwrap(),
            place,
            ts: Timestamp::from_millis(1),
            position: place as u64,
        }
    }

    #[test]
    fn the_furthest_of_a_thread_s_receipts_and_those_for_all_threads_counts() {
        let room_id = RoomId::parse("!room:example.org").unwrap();
        let alice = UserId::parse("@alice:example.org").unwrap();
        let mut receipts = Receipts::default();
        let read = |receipts: &Receipts, thread| receipts.read_up_to(&room_id, &alice, thread);
        assert_eq!(read(&receipts, "main"), None);
        assert!(receipts.set(&room_id, &alice, receipt(None, 4)).unwrap());
        // Nobody reads backward.
        assert!(!receipts.set(&room_id, &alice, receipt(None, 3)).unwrap());
        let in_thread = receipt(Some("$root"), 7);
        assert!(receipts.set(&room_id, &alice, in_thread).unwrap());
        assert_eq!(read(&receipts, "main"), Some(4));
        assert_eq!(read(&receipts, "$root"), Some(7));
        receipts.wrote(&room_id, &alice, "main", 9);
        assert_eq!(read(&receipts, "main"), Some(9));
        assert_eq!(read(&receipts, "$root"), Some(7));
    }
}
