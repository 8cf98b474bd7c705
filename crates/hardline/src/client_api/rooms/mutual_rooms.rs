use hardline_derive::{Request, Response};

use crate::types::{RoomId, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Lists the rooms that the user shares with another one, page by page.
///
/// Errors worth handling: `M_INVALID_PARAM` (it is the user themselves, or no user ID, or the token is not valid),
/// `M_LIMIT_EXCEEDED`, `M_UNRECOGNIZED` (a server before v1.19).
///
/// ```
/// use hardline::client_api::rooms::GetMutualRooms;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetMutualRooms::new(UserId::parse("@alice:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v1/mutual_rooms");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /mutual_rooms`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mutual_rooms).
#[doc(alias = "getMutualRooms")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetMutualRooms {
    /// The other user.
    pub user_id: UserId,
    /// Where the page begins: the token of an earlier response.
    pub from: Option<String>,
    /// The same under the name that it had while it was unstable. [`from_page`](Self::from_page) gives both.
    pub batch_token: Option<String>,
}

impl GetMutualRooms {
    /// A request with the required fields.
    pub fn new(user_id: UserId) -> Self {
        Self {
            user_id,
            from: None,
            batch_token: None,
        }
    }

    /// Asks for the page that begins at this token, under both names: a server that does not know one ignores it.
    #[must_use]
    pub fn from_page(mut self, next_batch: String) -> Self {
        self.batch_token = Some(next_batch.clone());
        self.from = Some(next_batch);
        self
    }
}

impl Endpoint for GetMutualRooms {
    const OPERATION: Operation =
        Operation::get("getMutualRooms", "/_matrix/client/v1/mutual_rooms")
            .auth(Auth::Required)
            .query(&["user_id", "from", "batch_token"])
            .since(SpecVersion::v1(19))
            .unstable(&[
                (
                    "uk.half-shot.msc2666.query_mutual_rooms",
                    "/_matrix/client/unstable/uk.half-shot.msc2666/user/mutual_rooms",
                ),
                (
                    "uk.half-shot.msc2666.query_mutual_rooms.stable",
                    "/_matrix/client/v1/mutual_rooms",
                ),
            ]);
    type Response = GetMutualRoomsResponse;
}

/// Rooms that two users share.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetMutualRoomsResponse {
    /// The rooms of this page, in no order.
    pub joined: Vec<RoomId>,
    /// How many rooms they share in all.
    pub count: Option<u64>,
    /// Where the next page begins. Missing on the last one.
    /// [`next_page`](Self::next_page) knows the older name too.
    pub next_batch: Option<String>,
    /// The same under the name that it had while it was unstable.
    pub next_batch_token: Option<String>,
}

impl GetMutualRoomsResponse {
    /// One with the required fields.
    pub fn new(joined: Vec<RoomId>) -> Self {
        Self {
            joined,
            count: None,
            next_batch: None,
            next_batch_token: None,
        }
    }

    /// Where the next page begins, under either name: [`GetMutualRooms::from_page`].
    pub fn next_page(&self) -> Option<&str> {
        let stable = self.next_batch.as_deref();
        stable.or(self.next_batch_token.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Credentials, Target, decode, encode};

    #[test]
    fn a_page_is_asked_for_and_read_under_both_names() {
        let operation =
            GetMutualRooms::new(UserId::parse("@alice:example.org").unwrap()).from_page("2".into());
        let target = Target::homeserver("https://example.org").unwrap();
        let request = encode(&operation, &target, &Credentials::Token("t".into())).unwrap();
        let query = request.uri().query().unwrap();
        assert!(query.contains("from=2") && query.contains("batch_token=2"));
        for name in ["next_batch", "next_batch_token"] {
            let body = format!(r#"{{"joined": [], "{name}": "3"}}"#);
            let answer = decode::<GetMutualRooms>(http::Response::new(body)).unwrap();
            assert_eq!(answer.next_page(), Some("3"), "{name}");
        }
    }
}
