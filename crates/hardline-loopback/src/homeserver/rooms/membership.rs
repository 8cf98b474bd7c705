use hardline::client_api::membership::{
    Ban, ForgetRoom, GetJoinedRooms, GetJoinedRoomsResponse, InviteUser, JoinRoom, JoinRoomById,
    JoinedRoomId, Kick, KnockRoom, LeaveRoom, ThirdPartySigned, Unban,
};
use hardline::events::RoomAction;
use hardline::json::Empty;
use hardline::types::{Membership, RoomId, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use serde_json::json;

use super::super::data::HomeserverData;
use super::super::errors::{forbidden, no_such_room};
use super::super::request_context::RequestContext;
use super::super::state::{Object, Room};
use crate::handlers::Handlers;

/// Where a membership says who vouches for it.
pub(super) const AUTHORISED_VIA: &str = "join_authorised_via_users_server";

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<JoinRoom>(|context, join| {
        let room_id = context.room_of(&join.room_id_or_alias)?;
        context.join(room_id, join.reason, join.third_party_signed)
    });
    handlers.answer_with::<JoinRoomById>(|context, join| {
        context.join(join.room_id, join.reason, join.third_party_signed)
    });
    handlers.answer_with(knock);
    handlers.answer_with(leave);
    handlers.answer_with(forget);
    handlers.answer_with(invite);
    handlers.answer_with::<Kick>(|context, kick| {
        let room = context.state.rooms.get(&kick.room_id);
        let membership = room.map(|room| room.membership(&kick.user_id));
        match membership {
            Some(Membership::Ban) => Err(forbidden("the user is banned from the room")),
            Some(Membership::Leave) => Err(forbidden("the user is not in the room")),
            _ => context.change(&kick.room_id, &kick.user_id, Membership::Leave, kick.reason),
        }
    });
    handlers.answer_with::<Ban>(|context, ban| {
        context.change(&ban.room_id, &ban.user_id, Membership::Ban, ban.reason)
    });
    handlers.answer_with::<Unban>(|context, unban| {
        let room = context.state.rooms.get(&unban.room_id);
        let membership = room.map(|room| room.membership(&unban.user_id));
        if membership.is_some_and(|membership| membership != Membership::Ban) {
            return Err(forbidden("the user is not banned from the room"));
        }
        context.change(
            &unban.room_id,
            &unban.user_id,
            Membership::Leave,
            unban.reason,
        )
    });
    handlers.answer_with(joined_rooms);
}

impl RequestContext<'_> {
    /// The caller joins a room.
    fn join(
        &mut self,
        room_id: RoomId,
        reason: Option<String>,
        signed: Option<ThirdPartySigned>,
    ) -> Result<JoinedRoomId, ErrorResponse> {
        let user_id = self.user_id()?;
        let room = self.state.rooms.get(&room_id).ok_or_else(no_such_room)?;
        if room.is_joined(&user_id) {
            return Ok(JoinedRoomId::new(room_id));
        }
        let mut more = with_reason(reason);
        if let Some(by) = self.voucher(room, &user_id) {
            more.insert(AUTHORISED_VIA.to_owned(), by.as_str().into());
        }
        if let Some(signed) = signed {
            self.accept_address(&room_id, &user_id, &signed)?;
        }
        let (now, join) = (self.now(), &Membership::Join);
        self.state
            .set_membership(now, &room_id, &user_id, &user_id, join, more)?;
        Ok(JoinedRoomId::new(room_id))
    }

    /// Who vouches for a user who is in one of the rooms whose members may join.
    pub(super) fn voucher(&self, room: &Room, user_id: &UserId) -> Option<UserId> {
        let rules = room.join_rules()?;
        let is_invited = room.membership(user_id) == Membership::Invite;
        let is_in = is_invited || room.is_joined(user_id);
        if is_in || !self.state.rooms.is_in_allowed(&rules, user_id) {
            return None;
        }
        let power = room.power();
        let mut members = room.members(&Membership::Join);
        members.find(|member| power.may(member, RoomAction::Invite))
    }

    /// Whoever was invited by an address is invited by name, as the signed invitation says.
    fn accept_address(
        &mut self,
        room_id: &RoomId,
        user_id: &UserId,
        signed: &ThirdPartySigned,
    ) -> Result<(), ErrorResponse> {
        let room = self.state.rooms.get(room_id).ok_or_else(no_such_room)?;
        let open = room.state("m.room.third_party_invite", &signed.token);
        let open = open.ok_or_else(|| forbidden("no invitation of the room has this token"))?;
        let sender = open.sender.clone();
        let name = open.text("display_name").unwrap_or_default().to_owned();
        let mut more = Object::new();
        let invitation = json!({"display_name": name, "signed": signed});
        more.insert("third_party_invite".to_owned(), invitation);
        let (now, invite) = (self.now(), &Membership::Invite);
        self.state
            .set_membership(now, room_id, &sender, user_id, invite, more)
            .map(drop)
    }

    /// The caller gives a user a membership.
    fn change(
        &mut self,
        room_id: &RoomId,
        user_id: &UserId,
        membership: Membership,
        reason: Option<String>,
    ) -> Result<Empty, ErrorResponse> {
        let sender = self.user_id()?;
        let (now, more) = (self.now(), with_reason(reason));
        let state = &mut *self.state;
        state.set_membership(now, room_id, &sender, user_id, &membership, more)?;
        Ok(Empty {})
    }
}

fn knock(
    context: &mut RequestContext<'_>,
    knock: KnockRoom,
) -> Result<JoinedRoomId, ErrorResponse> {
    let user_id = context.user_id()?;
    let room_id = context.room_of(&knock.room_id_or_alias)?;
    let room = context.state.rooms.get(&room_id).ok_or_else(no_such_room)?;
    if room.membership(&user_id) == Membership::Ban {
        return Err(forbidden("you are banned from the room"));
    }
    context.change(&room_id, &user_id, Membership::Knock, knock.reason)?;
    Ok(JoinedRoomId::new(room_id))
}

fn leave(context: &mut RequestContext<'_>, leave: LeaveRoom) -> Result<Empty, ErrorResponse> {
    let user_id = context.user_id()?;
    let room = context.state.rooms.get(&leave.room_id);
    let room = room.ok_or_else(no_such_room)?;
    // Whoever has left already has got what they want.
    let has_left = room.membership(&user_id) == Membership::Leave;
    if has_left && room.memberships_of(&user_id).next().is_some() {
        return Ok(Empty {});
    }
    context.change(&leave.room_id, &user_id, Membership::Leave, leave.reason)
}

fn forget(context: &mut RequestContext<'_>, forget: ForgetRoom) -> Result<Empty, ErrorResponse> {
    let user_id = context.user_id()?;
    let room = context.state.rooms.get_mut(&forget.room_id);
    let room = room.ok_or_else(no_such_room)?;
    if !matches!(
        room.membership(&user_id),
        Membership::Leave | Membership::Ban
    ) {
        return Err(ErrorResponse::bad_request(
            ErrorCode::Unknown,
            "you are in the room: leave it first",
        ));
    }
    room.forgotten.insert(user_id);
    Ok(Empty {})
}

fn invite(context: &mut RequestContext<'_>, invite: InviteUser) -> Result<Empty, ErrorResponse> {
    context.change(
        &invite.room_id,
        &invite.user_id,
        Membership::Invite,
        invite.reason,
    )
}

fn joined_rooms(
    context: &mut RequestContext<'_>,
    _: GetJoinedRooms,
) -> Result<GetJoinedRoomsResponse, ErrorResponse> {
    let user_id = context.user_id()?;
    let rooms = context.state.rooms.of_user(&user_id);
    let joined = rooms.filter(|room| room.is_joined(&user_id));
    let joined = joined.map(|room| room.room_id.clone()).collect();
    Ok(GetJoinedRoomsResponse::new(joined))
}

fn with_reason(reason: Option<String>) -> Object {
    let mut more = Object::new();
    if let Some(reason) = reason {
        more.insert("reason".to_owned(), reason.into());
    }
    more
}
