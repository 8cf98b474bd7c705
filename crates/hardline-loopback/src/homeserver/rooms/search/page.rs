use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hardline::types::{RoomId, UserId};
use hardline::wire::server::ErrorResponse;
use serde::{Deserialize, Serialize};

use super::super::super::errors::invalid;

/// Which part of the results is shown: of all of them, or of one group.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Page {
    /// How many results come before it.
    pub(super) offset: usize,
    room_id: Option<RoomId>,
    sender: Option<UserId>,
}

impl Page {
    pub(super) fn of_room(room_id: RoomId) -> Self {
        Self {
            room_id: Some(room_id),
            ..Self::default()
        }
    }

    pub(super) fn of_sender(sender: UserId) -> Self {
        Self {
            sender: Some(sender),
            ..Self::default()
        }
    }

    /// The same group's page after this number of results.
    pub(super) fn at(&self, offset: usize) -> Self {
        Self {
            offset,
            ..self.clone()
        }
    }

    pub(super) fn has(&self, room_id: &RoomId, sender: &UserId) -> bool {
        self.room_id.as_ref().is_none_or(|only| only == room_id)
            && self.sender.as_ref().is_none_or(|only| only == sender)
    }

    pub(super) fn token(&self) -> String {
        let json = serde_json::to_vec(self).expect("numbers and identifiers have a JSON form");
        URL_SAFE_NO_PAD.encode(json)
    }

    /// # Errors
    /// `M_INVALID_PARAM`: the token is none of a search.
    pub(super) fn of_token(token: &str) -> Result<Self, ErrorResponse> {
        let json = URL_SAFE_NO_PAD.decode(token).ok();
        let page = json.and_then(|json| serde_json::from_slice(&json).ok());
        page.ok_or_else(|| invalid("next_batch is none of a search"))
    }
}
