use hardline::types::{AccessToken, Medium, RoomId, UserId};
use hardline::wire::server::ErrorResponse;

use super::super::request_context::RequestContext;
use super::forbidden;

impl RequestContext<'_> {
    /// Invites whoever has an address.
    pub(super) fn invite_address(
        &mut self,
        _room_id: &RoomId,
        _sender: &UserId,
        _address: (&Medium, &str),
        _id_access_token: &AccessToken,
    ) -> Result<(), ErrorResponse> {
        Err(forbidden("this server invites nobody by address yet"))
    }
}
