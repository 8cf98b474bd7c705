//! What users say of themselves and keep: profiles, account data, tags, presence, typing, receipts.

mod account_data;
mod directory;
mod presence;
mod profiles;
mod receipts;
mod shown;
mod tags;
mod typing;

use hardline::types::{RoomId, UserId};
use hardline::wire::server::ErrorResponse;

use super::data::HomeserverData;
use super::errors::{forbidden, no_place};
use super::request_context::RequestContext;
use super::state::Object;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    profiles::install(handlers);
    directory::install(handlers);
    account_data::install(handlers);
    tags::install(handlers);
    presence::install(handlers);
    typing::install(handlers);
    receipts::install(handlers);
}

impl RequestContext<'_> {
    /// The caller, who is to be the user in the path.
    ///
    /// # Errors
    /// `M_FORBIDDEN`: it is another.
    pub(super) fn only(&self, user_id: &UserId) -> Result<UserId, ErrorResponse> {
        let caller = self.user_id()?;
        if caller == *user_id {
            Ok(caller)
        } else {
            Err(forbidden("it is another user's"))
        }
    }

    /// Keeps data of a user, or deletes it, and tells their devices.
    ///
    /// # Errors
    /// `M_RESOURCE_LIMIT_EXCEEDED`: the user keeps too much already.
    fn keep(
        &mut self,
        user_id: &UserId,
        room_id: Option<&RoomId>,
        data_type: &str,
        content: Option<Object>,
    ) -> Result<(), ErrorResponse> {
        let state = &mut *self.state;
        let position = state.stream.advance();
        let data = &mut state.people.account_data;
        data.set(user_id, room_id, data_type, content, position)
            .map_err(|_| no_place("the account has no place for more data"))?;
        state.stream.concerns(user_id, user_id);
        Ok(())
    }
}
