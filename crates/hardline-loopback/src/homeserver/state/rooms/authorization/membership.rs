use hardline::events::{RoomAction, RoomJoinRules};
use hardline::types::{JoinRule, Membership, UserId};
use hardline::wire::server::ErrorResponse;

use super::super::event::EventDraft;
use super::super::room::{Room, decoded};
use super::super::third_party::is_invited_by_address;
use super::allow::allow;
use crate::homeserver::errors::bad_json;

/// Whether a sender may give a user this membership.
pub(super) fn authorize(
    room: &Room,
    draft: &EventDraft,
    user_id: &str,
) -> Result<(), ErrorResponse> {
    let user_id = UserId::parse(user_id)
        .map_err(|_| bad_json("the state key of a membership is the ID of a user"))?;
    let membership = draft.text("membership");
    let membership = membership.ok_or_else(|| bad_json("the content has no membership"))?;
    match Membership::from(membership) {
        Membership::Join => join(room, draft, &user_id),
        Membership::Invite => invite(room, draft, &user_id),
        Membership::Leave => leave(room, draft, &user_id),
        Membership::Ban => {
            allow(room.is_joined(&draft.sender), "you are not in the room")?;
            let is_allowed = room.power().may_ban(&draft.sender, &user_id);
            allow(is_allowed, "your power level is too low to ban this user")
        }
        Membership::Knock => knock(room, draft, &user_id),
        _ => Err(bad_json("there is no such membership")),
    }
}

fn join(room: &Room, draft: &EventDraft, user_id: &UserId) -> Result<(), ErrorResponse> {
    let is_creator = room
        .create_event()
        .is_some_and(|create| create.sender == *user_id);
    // The creator is the first to join.
    if is_creator && room.events().len() == 1 {
        return Ok(());
    }
    allow(draft.sender == *user_id, "nobody can join for others")?;
    let membership = room.membership(user_id);
    allow(
        membership != Membership::Ban,
        "you are banned from the room",
    )?;
    let is_in = matches!(membership, Membership::Join | Membership::Invite);
    let version = room.version_number();
    let rule = join_rules(room).map_or(JoinRule::Invite, |rules| rules.join_rule);
    let is_allowed = match rule {
        JoinRule::Public => true,
        JoinRule::Invite => is_in,
        JoinRule::Knock => is_in && version >= 7,
        JoinRule::Restricted => version >= 8 && (is_in || is_authorised(room, draft)),
        JoinRule::KnockRestricted => version >= 10 && (is_in || is_authorised(room, draft)),
        // Not even who is invited comes in by a rule that the version does not have.
        _ => false,
    };
    allow(is_allowed, "you are not invited to the room")
}

/// Whether somebody who may invite vouches for a member of one of the rooms whose members may join.
fn is_authorised(room: &Room, draft: &EventDraft) -> bool {
    let by = draft.text("join_authorised_via_users_server");
    let by = by.and_then(|by| UserId::parse(by).ok());
    by.is_some_and(|by| room.is_joined(&by) && room.power().may(&by, RoomAction::Invite))
}

fn invite(room: &Room, draft: &EventDraft, user_id: &UserId) -> Result<(), ErrorResponse> {
    if let Some(invitation) = draft.content.get("third_party_invite") {
        let membership = room.membership(user_id);
        allow(
            membership != Membership::Ban,
            "the user is banned from the room",
        )?;
        let is_valid = is_invited_by_address(room, &draft.sender, user_id, invitation);
        return allow(is_valid, "the invitation by address is not valid");
    }
    allow(room.is_joined(&draft.sender), "you are not in the room")?;
    match room.membership(user_id) {
        Membership::Join => return allow(false, "the user is in the room"),
        Membership::Ban => return allow(false, "the user is banned from the room"),
        _ => {}
    }
    let is_allowed = room.power().may(&draft.sender, RoomAction::Invite);
    allow(is_allowed, "your power level is too low to invite")
}

fn leave(room: &Room, draft: &EventDraft, user_id: &UserId) -> Result<(), ErrorResponse> {
    let membership = room.membership(user_id);
    if draft.sender == *user_id {
        let is_in = match membership {
            Membership::Join | Membership::Invite => true,
            Membership::Knock => room.version_number() >= 7,
            _ => false,
        };
        return allow(is_in, "you are not in the room");
    }
    allow(room.is_joined(&draft.sender), "you are not in the room")?;
    let power = room.power();
    if membership == Membership::Ban {
        let is_allowed = power.may_unban(&draft.sender, user_id);
        return allow(is_allowed, "your power level is too low to unban this user");
    }
    let is_allowed = power.may_kick(&draft.sender, user_id);
    allow(
        is_allowed,
        "your power level is too low to remove this user",
    )
}

fn knock(room: &Room, draft: &EventDraft, user_id: &UserId) -> Result<(), ErrorResponse> {
    let version = room.version_number();
    let rules = join_rules(room);
    let has_knocking = match rules.as_ref().map(|rules| &rules.join_rule) {
        Some(JoinRule::Knock) => version >= 7,
        Some(JoinRule::KnockRestricted) => version >= 10,
        _ => false,
    };
    allow(has_knocking, "the room does not let users knock")?;
    allow(draft.sender == *user_id, "nobody can knock for others")?;
    let is_out = matches!(
        room.membership(user_id),
        Membership::Leave | Membership::Knock
    );
    allow(
        is_out,
        "you are in the room, invited to it, or banned from it",
    )
}

pub(super) fn join_rules(room: &Room) -> Option<RoomJoinRules> {
    decoded(&room.state("m.room.join_rules", "")?.content)
}
