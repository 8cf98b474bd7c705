//! How one gets into a room and out of it.

use hardline::client_api::integrations::RequestOpenIdToken;
use hardline::client_api::membership::{
    Ban, ForgetRoom, GetJoinedRooms, InviteBy3pid, InviteUser, JoinRoom, JoinRoomById, Kick,
    KnockRoom, LeaveRoom, Unban,
};
use hardline::client_api::room_events::{Direction, GetMembersByRoom, GetRoomEvents, GetRoomState};
use hardline::client_api::rooms::{CreateRoom, InitialStateEvent};
use hardline::identity_api::account::{OpenIdTokenType, RegisterAccount};
use hardline::identity_api::terms::{AgreeToTerms, GetTerms};
use hardline::types::{AccessToken, Medium, Membership, RoomId, RoomOrAliasId, ServerName};
use hardline::wire::Target;
use serde_json::json;

use super::content::{content, events, of_type, raw};
use super::person::Person;

pub(super) fn run(alice: &Person<'_>, bob: &Person<'_>) {
    let mut create = CreateRoom::new();
    create.name = Some("A private room".to_owned());
    let room_id = alice.call(create).room_id;
    invitation(alice, bob, &room_id);
    removal(alice, bob, &room_id);
    departure(alice, bob, &room_id);
    exclusion(alice, bob, &room_id);
    knock(alice, bob);
    invitation_by_mail(alice, &room_id);
}

fn is_in(person: &Person<'_>, room_id: &RoomId) -> bool {
    let rooms = person.call(GetJoinedRooms::new()).joined_rooms;
    rooms.contains(room_id)
}

fn invite(alice: &Person<'_>, bob: &Person<'_>, room_id: &RoomId) {
    let mut invite = InviteUser::new(room_id.clone(), bob.user_id.clone());
    invite.reason = Some("Come in".to_owned());
    alice.call(invite);
}

fn invitation(alice: &Person<'_>, bob: &Person<'_>, room_id: &RoomId) {
    let since = bob.now();
    let refused = bob.refused(JoinRoomById::new(room_id.clone()));
    assert_eq!(refused, (403, "M_FORBIDDEN".to_owned()));
    invite(alice, bob, room_id);
    let state = bob.news(&since, |news| {
        let room = news.rooms.invite.get(room_id)?;
        Some(room.invite_state.events.clone())
    });
    let member = of_type(&state, "m.room.member");
    assert!(member.is_some());
    let invited = events(&state)
        .into_iter()
        .find(|event| event.state_key().as_deref() == Some(bob.user_id.as_str()));
    let invited = invited.unwrap();
    assert_eq!(invited.sender().as_ref(), Some(&alice.user_id));
    assert_eq!(content(&invited, "membership"), Some(Membership::Invite));
    assert_eq!(
        bob.call(JoinRoomById::new(room_id.clone())).room_id,
        *room_id
    );
    assert!(is_in(bob, room_id));
}

fn removal(alice: &Person<'_>, bob: &Person<'_>, room_id: &RoomId) {
    let since = bob.now();
    let mut kick = Kick::new(room_id.clone(), bob.user_id.clone());
    kick.reason = Some("Too loud".to_owned());
    alice.call(kick);
    let timeline = bob.news(&since, |news| {
        let room = news.rooms.leave.get(room_id)?;
        Some(room.timeline.events.clone())
    });
    let kicked = of_type(&timeline, "m.room.member").unwrap();
    assert_eq!(
        content::<String>(&kicked, "reason").as_deref(),
        Some("Too loud")
    );
    assert!(!is_in(bob, room_id));
}

fn departure(alice: &Person<'_>, bob: &Person<'_>, room_id: &RoomId) {
    invite(alice, bob, room_id);
    let mut join = JoinRoom::new(RoomOrAliasId::from(room_id.clone()));
    join.via = vec![bob.server_name()];
    join.reason = Some("Quieter now".to_owned());
    assert_eq!(bob.call(join).room_id, *room_id);
    bob.call(LeaveRoom::new(room_id.clone()));
    // Whoever has left sees the room as it was then.
    assert!(!bob.call(GetRoomState::new(room_id.clone())).is_empty());
    bob.call(ForgetRoom::new(room_id.clone()));
    let messages = GetRoomEvents::new(room_id.clone(), Direction::Backward);
    assert_eq!(bob.refused(messages), (403, "M_FORBIDDEN".to_owned()));
}

fn exclusion(alice: &Person<'_>, bob: &Person<'_>, room_id: &RoomId) {
    let mut ban = Ban::new(room_id.clone(), bob.user_id.clone());
    ban.reason = Some("Spam".to_owned());
    alice.call(ban);
    let refused = alice.refused(InviteUser::new(room_id.clone(), bob.user_id.clone()));
    assert_eq!(refused.0, 403);
    let mut members = GetMembersByRoom::new(room_id.clone());
    members.membership = Some(Membership::Ban);
    let banned = events(&alice.call(members).chunk);
    let banned: Vec<_> = banned
        .iter()
        .filter_map(|event| event.state_key())
        .collect();
    assert_eq!(banned, [bob.user_id.as_str()]);
    alice.call(Unban::new(room_id.clone(), bob.user_id.clone()));
    invite(alice, bob, room_id);
}

fn knock(alice: &Person<'_>, bob: &Person<'_>) {
    let mut create = CreateRoom::new();
    create.initial_state = Some(vec![InitialStateEvent::new(
        "m.room.join_rules".to_owned(),
        raw(json!({"join_rule": "knock"})),
    )]);
    let room_id = alice.call(create).room_id;
    let since = bob.now();
    let mut knock = KnockRoom::new(RoomOrAliasId::from(room_id.clone()));
    knock.via = vec![alice.server_name()];
    knock.reason = Some("May I?".to_owned());
    assert_eq!(bob.call(knock).room_id, room_id);
    let state = bob.news(&since, |news| {
        let room = news.rooms.knock.get(&room_id)?;
        Some(room.knock_state.events.clone())
    });
    assert!(of_type(&state, "m.room.join_rules").is_some());
    let mut members = GetMembersByRoom::new(room_id.clone());
    members.membership = Some(Membership::Knock);
    let knocking = events(&alice.call(members).chunk);
    assert_eq!(
        content::<String>(&knocking[0], "reason").as_deref(),
        Some("May I?")
    );
    invite(alice, bob, &room_id);
    bob.call(JoinRoomById::new(room_id.clone()));
    assert!(is_in(bob, &room_id));
}

fn invitation_by_mail(alice: &Person<'_>, room_id: &RoomId) {
    let server = alice.trial.homeserver.identity_server;
    let name = ServerName::parse(server.name).unwrap();
    let mut invite = InviteBy3pid::new(
        room_id.clone(),
        name,
        AccessToken::from("nobodys"),
        Medium::Email,
        format!("guest-{}@mail.test", alice.trial.name),
    );
    // It is the identity server that refuses, which homeservers say in several ways.
    assert!(matches!(alice.refused(invite.clone()).0, 403 | 500));
    invite.id_access_token = identity_token(alice);
    alice.call(invite);
    let state = events(&alice.call(GetRoomState::new(room_id.clone())));
    let event_type = Some("m.room.third_party_invite".to_owned());
    let invited = state.iter().find(|event| event.event_type() == event_type);
    let display_name: String = content(invited.unwrap(), "display_name").unwrap();
    assert!(display_name.contains("..."), "{display_name}");
}

/// A session at the identity server, whose terms are accepted.
fn identity_token(alice: &Person<'_>) -> AccessToken {
    let openid = alice.call(RequestOpenIdToken::new(alice.user_id.clone()));
    let client = alice.trial.client();
    let base_url = alice.trial.homeserver.identity_server.base_url;
    client.set_target(Target::identity_server(base_url).unwrap());
    alice.trial.runtime.block_on(async {
        let name = openid.matrix_server_name.unwrap();
        let expires_in = openid.expires_in.unwrap();
        let register = RegisterAccount::new(
            openid.access_token,
            OpenIdTokenType::Bearer,
            name,
            expires_in,
        );
        let token = client.call(register).await.unwrap().token;
        client.set_access_token(Some(token.clone()));
        let terms = client.call(GetTerms::new()).await.unwrap();
        let translations = terms.policies.values();
        let translations = translations.flat_map(|policy| policy.translations.values());
        let urls = translations.map(|policy| policy.url.clone()).collect();
        client.call(AgreeToTerms::new(urls)).await.unwrap();
        token
    })
}
