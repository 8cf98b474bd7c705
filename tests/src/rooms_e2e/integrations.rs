//! Bridges to other networks, calls, and tokens for other services.

use hardline::client_api::account::{GetTokenOwner, Register};
use hardline::client_api::integrations::{
    GetProtocolMetadata, GetProtocols, GetTurnServer, PingAppservice, QueryLocationByAlias,
    QueryLocationByProtocol, QueryUserById, QueryUserByProtocol, RequestOpenIdToken,
    UpdateAppserviceRoomDirectoryVisibility,
};
use hardline::client_api::rooms::{CreateRoom, QueryPublicRooms, RoomPreset};
use hardline::json::JsonMap;
use hardline::types::{RoomAliasId, RoomVisibility, UserId};
use hardline::wire::WithOptions;

use super::person::Person;

pub(super) fn run(alice: &Person<'_>, _: &Person<'_>) {
    let openid = alice.call(RequestOpenIdToken::new(alice.user_id.clone()));
    assert_eq!(openid.matrix_server_name, Some(alice.server_name()));
    assert_eq!(openid.token_type(), "Bearer");
    assert!(openid.expires_in.unwrap() > 0);
    let turn = alice.call(GetTurnServer::new());
    assert!(turn.uris.iter().all(|uri| uri.starts_with("turn")));
    assert_eq!(turn.username.is_some(), !turn.uris.is_empty());
    networks(alice);
    lookups(alice);
    bridge(alice);
}

fn networks(alice: &Person<'_>) {
    let protocols = alice.call(GetProtocols::new());
    let irc = &protocols["irc"];
    assert_eq!(irc.user_fields, ["network", "nickname"]);
    assert_eq!(irc.location_fields, ["network", "channel"]);
    assert_eq!(irc.field_types["channel"].placeholder, "#room");
    let [instance] = &irc.instances[..] else {
        panic!("{irc:?}")
    };
    assert_eq!(instance.network_id, "bridge");
    assert_eq!(
        instance.fields.field::<String>("network").as_deref(),
        Some("irc.bridge.test")
    );
    let one = alice.call(GetProtocolMetadata::new("irc".to_owned()));
    assert_eq!(one.user_fields, irc.user_fields);
    let unknown = alice.trial.runtime.block_on(
        alice
            .client
            .call(GetProtocolMetadata::new("pigeon".to_owned())),
    );
    assert_eq!(unknown.unwrap_err().status().unwrap(), 404);
}

fn lookups(alice: &Person<'_>) {
    let mut locations = QueryLocationByProtocol::new("irc".to_owned());
    locations.fields = JsonMap::from([("channel".to_owned(), "#foxes & bears".to_owned())]);
    let found = alice.call(locations);
    assert_eq!(found[0].alias, "#bridge_foxes & bears:bridge.test");
    assert_eq!(
        found[0].fields.field::<String>("channel").as_deref(),
        Some("#foxes & bears")
    );
    let mut users = QueryUserByProtocol::new("irc".to_owned());
    users.fields = JsonMap::from([("nickname".to_owned(), "fox".to_owned())]);
    let found = alice.call(users);
    assert_eq!(found[0].userid, "@bridge_fox:bridge.test");
    assert_eq!(found[0].protocol, "irc");

    // Where they are looked up, nobody is bridged.
    let alias = RoomAliasId::parse("#nobodys:bridge.test").unwrap();
    if let Some(found) = alice.call_if_there(QueryLocationByAlias::new(alias)) {
        assert!(found.is_empty());
    }
    let userid = "@nobody:bridge.test".to_owned();
    if let Some(found) = alice.call_if_there(QueryUserById::new(userid)) {
        assert!(found.is_empty());
    }
}

fn bridge(alice: &Person<'_>) {
    let name = format!("bridge_{}", alice.trial.name);
    let user_id = UserId::from_parts(&name, &alice.server_name()).unwrap();
    let token = alice.trial.homeserver.bridge.token;
    let bridge = Person::with_token(alice.trial, user_id.clone(), token);
    let mut ping = PingAppservice::new(alice.trial.homeserver.bridge.id.to_owned());
    ping.transaction_id = Some("ping".to_owned());
    assert!(bridge.call(ping.clone()).duration_ms < 60_000);
    assert_eq!(alice.refused(ping), (403, "M_FORBIDDEN".to_owned()));

    // It registers a user of its own, and acts as one.
    let mut register = Register::new();
    register.username = Some(name);
    register.inhibit_login = Some(true);
    let register = WithOptions::new(register)
        .member("type", "m.login.application_service")
        .unwrap();
    assert_eq!(bridge.call_with_own_token(register).user_id, user_id);
    let owner = WithOptions::new(GetTokenOwner::new()).acting_as(&user_id, None);
    assert_eq!(bridge.call(owner).user_id, user_id);

    let mut create = CreateRoom::new();
    create.preset = Some(RoomPreset::PublicChat);
    let create = WithOptions::new(create).acting_as(&user_id, None);
    let room_id = bridge.call(create).room_id;
    let network = "bridge".to_owned();
    let publish = UpdateAppserviceRoomDirectoryVisibility::new(
        network,
        room_id.clone(),
        RoomVisibility::Public,
    );
    bridge.call(publish);
    let mut query = QueryPublicRooms::new();
    query.third_party_instance_id = Some(format!("{}|bridge", alice.trial.homeserver.bridge.id));
    let found = alice.until(query, |found| {
        found.chunk.iter().any(|room| room.room_id == room_id)
    });
    assert!(found.total_room_count_estimate.is_some());
}
