//! Invitations to addresses, as rooms of the homeserver have them.

use super::*;

const CREATE: &str = "/_matrix/client/v3/createRoom";

fn in_room(room_id: &str, path: &str) -> String {
    format!("/_matrix/client/v3/rooms/{room_id}/{path}")
}

fn invitation(token: &str) -> Value {
    json!({"id_server": "example.org", "id_access_token": token, "medium": "email", "address": "Alice@Example.org"})
}

impl World {
    fn membership(&self, token: &str, room_id: &str, user: &str) -> Value {
        let path = in_room(room_id, &format!("state/m.room.member/@{user}:example.org"));
        self.get(&path, token).1
    }

    fn open_invitation(&self, token: &str, room_id: &str) -> Option<Value> {
        let (_, state) = self.get(&in_room(room_id, "state"), token);
        let mut state = state.as_array().unwrap().iter();
        let open = state.find(|event| event["type"] == "m.room.third_party_invite");
        open.cloned()
    }
}

#[test]
fn whoever_binds_an_address_that_was_invited_is_invited() {
    let world = World::new();
    let (bob, bobs_token) = (world.log_in("bob"), world.register("bob"));
    let create = json!({"invite_3pid": [invitation(&bobs_token)]});
    let (status, made) = world.post(CREATE, &bob, &create);
    assert_eq!(status, 200, "{made}");
    let room_id = made["room_id"].as_str().unwrap();
    let open = world.open_invitation(&bob, room_id).unwrap();
    assert_eq!(open["content"]["display_name"], "a...@e...");
    assert_eq!(open["content"]["public_keys"].as_array().unwrap().len(), 2);
    assert_eq!(
        world.membership(&bob, room_id, "alice")["membership"],
        Value::Null
    );

    let (alice, alices_token) = (world.log_in("alice"), world.register("alice"));
    let sid = world.validated("email", &alices_token);
    assert_eq!(world.bind(&sid, &alices_token).0, 200);
    let invited = world.membership(&bob, room_id, "alice");
    assert_eq!(invited["membership"], "invite");
    let signed = &invited["third_party_invite"]["signed"];
    assert_eq!(signed["mxid"], "@alice:example.org");
    assert_eq!(signed["token"], open["state_key"]);
    assert_eq!(
        world.post(&in_room(room_id, "join"), &alice, &json!({})).0,
        200
    );

    // Who is known by the address is invited by name.
    let (_, made) = world.post(CREATE, &bob, &json!({}));
    let room_id = made["room_id"].as_str().unwrap();
    let path = in_room(room_id, "invite");
    assert_eq!(world.post(&path, &bob, &invitation(&bobs_token)).0, 200);
    assert_eq!(
        world.membership(&bob, room_id, "alice")["membership"],
        "invite"
    );
    assert!(world.open_invitation(&bob, room_id).is_none());
}

#[test]
fn an_invitation_that_is_taken_back_lets_nobody_in() {
    let world = World::new();
    let (bob, bobs_token) = (world.log_in("bob"), world.register("bob"));
    let (_, made) = world.post(CREATE, &bob, &json!({}));
    let room_id = made["room_id"].as_str().unwrap();
    let path = in_room(room_id, "invite");
    assert_eq!(world.post(&path, &bob, &invitation(&bobs_token)).0, 200);
    let open = world.open_invitation(&bob, room_id).unwrap();
    let token = open["state_key"].as_str().unwrap();
    let state = in_room(room_id, &format!("state/m.room.third_party_invite/{token}"));
    let taken_back = world.request("PUT", &state, &bob, &json!({}));
    assert_eq!(taken_back.status(), 200);
    let alices_token = world.register("alice");
    let sid = world.validated("email", &alices_token);
    assert_eq!(world.bind(&sid, &alices_token).0, 200);
    assert_eq!(
        world.membership(&bob, room_id, "alice")["membership"],
        Value::Null
    );
}

#[test]
fn an_address_that_signs_for_itself_joins_with_what_it_signed() {
    let world = World::new();
    let (bob, bobs_token) = (world.log_in("bob"), world.register("bob"));
    let (_, made) = world.post(CREATE, &bob, &json!({}));
    let room_id = made["room_id"].as_str().unwrap();
    world.post(&in_room(room_id, "invite"), &bob, &invitation(&bobs_token));
    let message = world.server.inbox().last_to("alice@example.org").unwrap();
    let (_, private_key) = message.text.rsplit_once(' ').unwrap();
    let open = world.open_invitation(&bob, room_id).unwrap();
    let sign = json!({"mxid": "@alice:example.org", "token": open["state_key"], "private_key": private_key});
    let (alice, alices_token) = (world.log_in("alice"), world.register("alice"));
    let (status, signed) = world.post(SIGN, &alices_token, &sign);
    assert_eq!(status, 200, "{signed}");
    let forged = with(signed.clone(), "sender", "@alice:example.org");
    let join = in_room(room_id, "join");
    let refused = world.post(&join, &alice, &json!({"third_party_signed": forged}));
    assert_eq!(refused.0, 403, "{refused:?}");
    let joined = world.post(&join, &alice, &json!({"third_party_signed": signed}));
    assert_eq!(joined.0, 200, "{joined:?}");
}

#[test]
fn what_the_identity_server_refuses_is_refused() {
    let world = World::new();
    let (bob, bobs_token) = (world.log_in("bob"), world.register("bob"));
    let (_, made) = world.post(CREATE, &bob, &json!({}));
    let path = in_room(made["room_id"].as_str().unwrap(), "invite");
    let refused = |invitation: Value| world.refused(&path, &bob, &invitation);
    let nobodys = refused(invitation("nobodys"));
    assert_eq!(nobodys, (403, "M_FORBIDDEN".to_owned()));
    let elsewhere = with(invitation(&bobs_token), "id_server", "example.com");
    assert_eq!(refused(elsewhere), (400, "M_SERVER_NOT_TRUSTED".to_owned()));
    let phone = with(invitation(&bobs_token), "medium", "msisdn");
    assert_eq!(refused(phone), (400, "M_UNRECOGNIZED".to_owned()));
    let alice = world.log_in("alice");
    let stranger = world.refused(&path, &alice, &invitation(&bobs_token));
    assert_eq!(stranger, (403, "M_FORBIDDEN".to_owned()));
    assert!(world.server.inbox().last_to("alice@example.org").is_none());
}
