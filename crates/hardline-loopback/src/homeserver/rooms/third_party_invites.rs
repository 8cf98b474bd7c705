use hardline::client_api::membership::InviteBy3pid;
use hardline::events::RoomAction;
use hardline::identity_api::association::Threepid;
use hardline::identity_api::invitation::StoreInviteV2;
use hardline::identity_api::lookup::fold_email;
use hardline::json::Empty;
use hardline::types::{AccessToken, Medium, Membership, RoomId, ServerName, Timestamp, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;
use serde_json::json;

use super::super::data::HomeserverData;
use super::super::errors::forbidden;
use super::super::request_context::RequestContext;
use super::super::state::{Object, State};
use crate::handlers::Handlers;
use crate::identity_server::Trusted;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<InviteBy3pid>(|context, invite| {
        let sender = context.user_id()?;
        let address = Address {
            id_server: &invite.id_server,
            id_access_token: &invite.id_access_token,
            medium: &invite.medium,
            address: &invite.address,
        };
        context.invite_address(&invite.room_id, &sender, &address)?;
        Ok(Empty {})
    });
}

/// Whom an invitation by address goes to, and which identity server knows them.
pub(super) struct Address<'a> {
    pub(super) id_server: &'a ServerName,
    pub(super) id_access_token: &'a AccessToken,
    pub(super) medium: &'a Medium,
    pub(super) address: &'a str,
}

impl Address<'_> {
    fn threepid(&self) -> Threepid {
        let address = match self.medium {
            Medium::Email => fold_email(self.address),
            _ => self.address.to_owned(),
        };
        Threepid::new(self.medium.clone(), address)
    }
}

impl RequestContext<'_> {
    /// Invites whoever has an address: by name if the identity server knows them, and otherwise when it will.
    pub(super) fn invite_address(
        &mut self,
        room_id: &RoomId,
        sender: &UserId,
        address: &Address<'_>,
    ) -> Result<(), ErrorResponse> {
        let identity_server = self.identity_server(address.id_server)?;
        let room = self.state.rooms.of_member(room_id, sender)?;
        // Nobody is told of an invitation that the room does not allow.
        if !room.power().may(sender, RoomAction::Invite) {
            return Err(forbidden("your power level is too low to invite"));
        }
        if let Some(user_id) = identity_server.user_bound_to(&address.threepid()) {
            let (now, invite, more) = (self.now(), &Membership::Invite, Object::new());
            self.state
                .set_membership(now, room_id, sender, &user_id, invite, more)?;
            return Ok(());
        }
        let mut invite = StoreInviteV2::new(
            address.medium.clone(),
            address.address.to_owned(),
            room_id.clone(),
            sender.clone(),
        );
        let text = |event_type, name| room.state_text(event_type, name).map(str::to_owned);
        invite.room_name = text("m.room.name", "name");
        invite.room_type = text("m.room.create", "type");
        invite.room_join_rules = text("m.room.join_rules", "join_rule");
        let stored = identity_server
            .store_invite(self.server, address.id_access_token, invite)
            .map_err(refused_there)?;
        let key = stored.public_keys.first();
        let content = json!({
            "display_name": stored.display_name.unwrap_or_default(),
            "key_validity_url": key.map(|key| &key.key_validity_url),
            "public_key": key.map(|key| &key.public_key),
            "public_keys": stored.public_keys,
        });
        let (event_type, token) = ("m.room.third_party_invite", stored.token.reveal());
        self.put_state(room_id, sender, event_type, token, content)
    }

    /// Invites the users who turn out to have an address that was invited.
    pub(in crate::homeserver) fn accept_invitations(&mut self) {
        let now = self.now();
        if let Some(trusted) = self.trusted {
            accept_invitations(self.state, trusted, now);
        }
    }
}

/// Sends the invitations that the identity server has signed since into their rooms.
pub(in crate::homeserver) fn accept_invitations(
    state: &mut State,
    trusted: &Trusted,
    now: Timestamp,
) {
    for accepted in trusted.take_accepted_invitations() {
        let token = accepted.signed["token"].as_str().unwrap_or_default();
        let room = state.rooms.get(&accepted.room_id);
        let open = room.and_then(|room| room.state("m.room.third_party_invite", token));
        let name = open.and_then(|open| open.text("display_name"));
        let mut more = Object::new();
        let invitation = json!({
            "display_name": name.unwrap_or_default(),
            "signed": accepted.signed,
        });
        more.insert("third_party_invite".to_owned(), invitation);
        // The room may have taken the invitation back, or banned the user.
        let _ = state.set_membership(
            now,
            &accepted.room_id,
            &accepted.sender,
            &accepted.user_id,
            &Membership::Invite,
            more,
        );
    }
}

/// What the identity server refuses. That the client has no session there does not mean that it has none here.
fn refused_there(refused: ErrorResponse) -> ErrorResponse {
    if refused.status() == StatusCode::UNAUTHORIZED {
        ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "the identity server does not know the access token",
        )
    } else {
        refused
    }
}
