use std::collections::BTreeMap;

use hardline::types::{RoomId, UserId};
use serde::{Deserialize, Serialize};

use super::super::rooms::Object;

/// How many pieces of data a user may keep, those of rooms included.
const MOST: usize = 20_000;

/// What clients keep with accounts: of the whole account, and of its rooms.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct AccountData(BTreeMap<UserId, OfUser>);

#[derive(Default, Serialize, Deserialize)]
struct OfUser {
    global: BTreeMap<String, Piece>,
    rooms: BTreeMap<RoomId, BTreeMap<String, Piece>>,
}

#[derive(Serialize, Deserialize)]
struct Piece {
    /// Nothing, if it was deleted: clients that knew it are told so.
    content: Option<Object>,
    position: u64,
}

/// A user keeps too much already.
#[derive(Debug)]
pub(crate) struct NoPlace;

impl AccountData {
    /// What the user keeps under this type, for a room or for the whole account.
    pub(crate) fn get(
        &self,
        user_id: &UserId,
        room_id: Option<&RoomId>,
        data_type: &str,
    ) -> Option<&Object> {
        let piece = self.pieces(user_id, room_id)?.get(data_type)?;
        piece.content.as_ref()
    }

    /// Keeps a content, or deletes it.
    pub(crate) fn set(
        &mut self,
        user_id: &UserId,
        room_id: Option<&RoomId>,
        data_type: &str,
        content: Option<Object>,
        position: u64,
    ) -> Result<(), NoPlace> {
        let of_user = self.0.entry(user_id.clone()).or_default();
        let count: usize = of_user.rooms.values().map(BTreeMap::len).sum();
        let is_full = of_user.global.len() + count >= MOST;
        let pieces = match room_id {
            None => &mut of_user.global,
            Some(room_id) => of_user.rooms.entry(room_id.clone()).or_default(),
        };
        if is_full && !pieces.contains_key(data_type) {
            return Err(NoPlace);
        }
        pieces.insert(data_type.to_owned(), Piece { content, position });
        Ok(())
    }

    /// What is there, or what changed since a position; what was deleted since then is empty.
    pub(crate) fn since(
        &self,
        user_id: &UserId,
        room_id: Option<&RoomId>,
        since: Option<u64>,
    ) -> impl Iterator<Item = (&str, Object)> {
        let pieces = self.pieces(user_id, room_id).into_iter().flatten();
        pieces.filter_map(move |(data_type, piece)| {
            let is_told = match since {
                Some(since) => piece.position > since,
                None => piece.content.is_some(),
            };
            let content = piece.content.clone().unwrap_or_default();
            is_told.then_some((data_type.as_str(), content))
        })
    }

    pub(crate) fn forget(&mut self, user_id: &UserId) {
        self.0.remove(user_id);
    }

    fn pieces(
        &self,
        user_id: &UserId,
        room_id: Option<&RoomId>,
    ) -> Option<&BTreeMap<String, Piece>> {
        let of_user = self.0.get(user_id)?;
        match room_id {
            None => Some(&of_user.global),
            Some(room_id) => of_user.rooms.get(room_id),
        }
    }
}
