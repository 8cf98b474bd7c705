use hardline_derive::Request;

use crate::json::Empty;
use crate::types::{RoomId, UserId};
use crate::wire::{Auth, Endpoint, Operation};

/// Deletes a piece of the account's data: flag `org.matrix.msc3391`. A sync then has it with an empty content;
/// deleting what is not there succeeds.
///
/// Errors worth handling: `M_UNRECOGNIZED` (the server does not have it: store `{}` instead), `M_FORBIDDEN` (it is
/// another user), `M_BAD_JSON` or `M_FORBIDDEN` for types that the server keeps itself, such as `m.push_rules`.
///
/// ```
/// use hardline::client_api::unstable::msc3391::DeleteAccountData;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = DeleteAccountData::new(UserId::parse("@alice:example.org")?, "org.example.note".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.method(), "DELETE");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Proposal: [MSC3391](https://github.com/matrix-org/matrix-spec-proposals/pull/3391).
#[doc(alias = "msc3391DeleteAccountData")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct DeleteAccountData {
    /// The user: that of the access token.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// The type.
    #[serde(rename = "type")]
    pub event_type: String,
}

impl DeleteAccountData {
    /// A request with the required fields.
    pub fn new(user_id: UserId, event_type: String) -> Self {
        Self {
            user_id,
            event_type,
        }
    }
}

impl Endpoint for DeleteAccountData {
    const OPERATION: Operation = Operation::delete(
        "msc3391DeleteAccountData",
        "/_matrix/client/unstable/org.matrix.msc3391/user/{userId}/account_data/{type}",
    )
    .auth(Auth::Required)
    .repeatable();
    type Response = Empty;
}

/// Deletes a piece of the account's data for one room: flag `org.matrix.msc3391`.
///
/// Errors worth handling: as of [`DeleteAccountData`].
///
/// Proposal: [MSC3391](https://github.com/matrix-org/matrix-spec-proposals/pull/3391).
#[doc(alias = "msc3391DeleteAccountDataPerRoom")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct DeleteAccountDataPerRoom {
    /// The user: that of the access token.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The type.
    #[serde(rename = "type")]
    pub event_type: String,
}

impl DeleteAccountDataPerRoom {
    /// A request with the required fields.
    pub fn new(user_id: UserId, room_id: RoomId, event_type: String) -> Self {
        Self {
            user_id,
            room_id,
            event_type,
        }
    }
}

impl Endpoint for DeleteAccountDataPerRoom {
    const OPERATION: Operation = Operation::delete("msc3391DeleteAccountDataPerRoom", "/_matrix/client/unstable/org.matrix.msc3391/user/{userId}/rooms/{roomId}/account_data/{type}").auth(Auth::Required).repeatable();
    type Response = Empty;
}
