//! Rooms: made, entered, left, and what is said in them.

mod aliases;
mod creation;
mod delayed_events;
mod directory;
mod face;
mod hierarchy;
mod history;
mod membership;
mod mutual;
mod redact_user;
mod relations;
mod search;
mod sending;
mod state_events;
mod stripped_state;
mod summary;
mod third_party_invites;
mod thread_subscriptions;
mod threads;
mod upgrade;

pub(super) use creation::{DEFAULT_VERSION, VERSIONS};
pub(super) use delayed_events::LONGEST_DELAY;
pub(super) use history::{page_size, position, senders_of};
pub(super) use third_party_invites::accept_invitations;
pub(super) use thread_subscriptions::{PAGE as THREAD_CHANGES, thread_changes};

use hardline::types::{RoomAliasId, RoomId, RoomOrAliasId};
use hardline::wire::server::ErrorResponse;

use super::data::HomeserverData;
use super::errors::{no_such_room, not_found};
use super::request_context::RequestContext;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    creation::install(handlers);
    membership::install(handlers);
    sending::install(handlers);
    state_events::install(handlers);
    history::install(handlers);
    relations::install(handlers);
    threads::install(handlers);
    aliases::install(handlers);
    directory::install(handlers);
    summary::install(handlers);
    hierarchy::install(handlers);
    mutual::install(handlers);
    upgrade::install(handlers);
    search::install(handlers);
    third_party_invites::install(handlers);
    delayed_events::install(handlers);
    thread_subscriptions::install(handlers);
    redact_user::install(handlers);
    stripped_state::install(handlers);
}

impl RequestContext<'_> {
    /// The room of a name or an ID.
    ///
    /// # Errors
    /// `M_NOT_FOUND`: there is none.
    fn room_of(&self, id_or_alias: &RoomOrAliasId) -> Result<RoomId, ErrorResponse> {
        if let Some(alias) = id_or_alias.room_alias_id() {
            return self.room_of_alias(&alias);
        }
        let room_id = id_or_alias.room_id();
        let room_id = room_id.filter(|room_id| self.state.rooms.get(room_id).is_some());
        room_id.ok_or_else(no_such_room)
    }

    fn room_of_alias(&self, alias: &RoomAliasId) -> Result<RoomId, ErrorResponse> {
        let found = self.state.rooms.aliases.get(alias);
        found
            .map(|found| found.room_id.clone())
            .ok_or_else(|| not_found("no room has this alias"))
    }
}
