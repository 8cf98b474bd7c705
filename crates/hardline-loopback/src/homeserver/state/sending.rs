use hardline::types::{EventId, Membership, RoomId, Timestamp, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;

use super::State;
use super::rooms::{EventDraft, Object};

impl State {
    /// Sends an event into a room: see [`Rooms::send`](super::Rooms::send).
    pub(crate) fn send_event(
        &mut self,
        now: Timestamp,
        room_id: &RoomId,
        draft: EventDraft,
    ) -> Result<EventId, ErrorResponse> {
        self.check_guest(room_id, &draft)?;
        let sender = draft.sender.clone();
        let state = draft
            .state_key
            .clone()
            .map(|key| (draft.event_type.clone(), key));
        let (entropy, stream) = (&mut self.entropy, &mut self.stream);
        let event_id = self.rooms.send(now, entropy, stream, room_id, draft)?;
        if let Some((event_type, state_key)) = state {
            let state = (&*event_type, &*state_key);
            self.delayed_events
                .cancel_overwriting(now, room_id, state, &sender);
            if event_type == "m.room.guest_access" {
                self.show_guests_out(now, room_id);
            }
        }
        self.sent(now, room_id, &event_id);
        Ok(event_id)
    }

    /// Guests come only where they are let in.
    fn check_guest(&self, room_id: &RoomId, draft: &EventDraft) -> Result<(), ErrorResponse> {
        let comes_in =
            draft.event_type == "m.room.member" && draft.text("membership") == Some("join");
        let is_guest = comes_in && self.accounts.is_guest(&draft.sender);
        let room = self.rooms.get(room_id).filter(|_| is_guest);
        if room.is_some_and(|room| !room.lets_guests_in()) {
            return Err(ErrorResponse::new(
                StatusCode::FORBIDDEN,
                ErrorCode::GuestAccessForbidden,
                "the room does not let guests in",
            ));
        }
        Ok(())
    }

    /// Guests leave a room that does not let them in any more.
    fn show_guests_out(&mut self, now: Timestamp, room_id: &RoomId) {
        let room = self
            .rooms
            .get(room_id)
            .filter(|room| !room.lets_guests_in());
        let members = room.map(|room| room.members(&Membership::Join));
        let guests = members.into_iter().flatten();
        let guests: Vec<UserId> = guests.filter(|user| self.accounts.is_guest(user)).collect();
        for guest in guests {
            let (leave, nothing) = (&Membership::Leave, Object::new());
            // Everybody may leave, except that a room may be full.
            let _ = self.set_membership(now, room_id, &guest, &guest, leave, nothing);
        }
    }

    /// Gives a user a membership in a room, with their profile where it belongs to it.
    ///
    /// # Errors
    /// `M_FORBIDDEN`: the rules of the room do not allow it.
    pub(crate) fn set_membership(
        &mut self,
        now: Timestamp,
        room_id: &RoomId,
        sender: &UserId,
        user_id: &UserId,
        membership: &Membership,
        more: Object,
    ) -> Result<EventId, ErrorResponse> {
        let mut content = more;
        let has_profile = matches!(
            membership,
            Membership::Join | Membership::Invite | Membership::Knock
        );
        if has_profile {
            content.extend(self.profiles.of_member(user_id));
        }
        let draft = EventDraft::member(sender.clone(), user_id, membership, content);
        self.send_event(now, room_id, draft)
    }

    /// A user leaves everything: rooms, invitations and knocks.
    pub(super) fn leave_all_rooms(&mut self, now: Timestamp, user_id: &UserId) {
        let rooms = self.rooms.of_user(user_id).filter(|room| {
            !matches!(
                room.membership(user_id),
                Membership::Leave | Membership::Ban
            )
        });
        let rooms: Vec<RoomId> = rooms.map(|room| room.room_id.clone()).collect();
        for room_id in rooms {
            let (leave, nothing) = (&Membership::Leave, Object::new());
            // Everybody may leave, except that a room may be full.
            let _ = self.set_membership(now, &room_id, user_id, user_id, leave, nothing);
        }
    }
}
