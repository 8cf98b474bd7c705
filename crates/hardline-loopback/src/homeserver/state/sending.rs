use hardline::types::{EventId, Membership, RoomId, Timestamp, UserId};
use hardline::wire::server::ErrorResponse;

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
        }
        self.sent(now, room_id, &event_id);
        Ok(event_id)
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
