//! What users say of themselves, and what they note for themselves.

use hardline::client_api::user_data::{
    DeleteProfileField, DeleteRoomTag, GetAccountData, GetAccountDataPerRoom, GetProfileField,
    GetRoomTags, GetUserProfile, SearchUserDirectory, SearchUserDirectoryResponse, SetAccountData,
    SetAccountDataPerRoom, SetProfileField, SetRoomTag,
};
use hardline::types::RoomId;
use serde_json::json;

use super::content::{of_type, raw, value};
use super::person::Person;

pub(super) fn run(alice: &Person<'_>, bob: &Person<'_>) {
    let room_id = alice.room_with(bob);
    profile(alice, bob);
    user_directory(alice, bob);
    account_data(alice, &room_id);
    tags(alice, &room_id);
}

fn profile(alice: &Person<'_>, bob: &Person<'_>) {
    let user_id = &alice.user_id;
    let avatar = format!("mxc://{}/fox", alice.server_name());
    for (field, text) in [
        ("displayname", "Alice 🦊"),
        ("avatar_url", &*avatar),
        ("m.tz", "Europe/London"),
        ("org.example.odd_field", "kept"),
    ] {
        let set = SetProfileField::field(user_id.clone(), field, text).unwrap();
        alice.call(set);
        let get = GetProfileField::new(user_id.clone(), field.to_owned());
        let profile = bob.call(get);
        assert_eq!(
            profile.members().field::<String>(field).as_deref(),
            Some(text)
        );
    }
    let profile = bob.call(GetUserProfile::new(user_id.clone()));
    assert_eq!(profile.display_name().as_deref(), Some("Alice 🦊"));
    assert_eq!(profile.avatar_url().unwrap(), *avatar);
    assert_eq!(profile.time_zone().as_deref(), Some("Europe/London"));
    alice.call(DeleteProfileField::new(user_id.clone(), "m.tz".to_owned()));
    let get = GetProfileField::new(user_id.clone(), "m.tz".to_owned());
    assert_eq!(bob.refused(get), (404, "M_NOT_FOUND".to_owned()));
    let set = SetProfileField::field(user_id.clone(), "displayname", "Mallory").unwrap();
    // Some say so with 400.
    assert_eq!(bob.refused(set).1, "M_FORBIDDEN");
}

fn user_directory(alice: &Person<'_>, bob: &Person<'_>) {
    let mut search = SearchUserDirectory::new(alice.user_id.localpart().to_owned());
    search.limit = Some(5);
    let is_found = |found: &SearchUserDirectoryResponse| {
        let alice = found
            .results
            .iter()
            .find(|user| user.user_id == alice.user_id);
        alice.is_some_and(|alice| {
            alice.display_name.as_deref() == Some("Alice 🦊") && alice.avatar_url.is_some()
        })
    };
    let found = bob.until(search, is_found);
    assert!(!found.limited);
}

fn account_data(alice: &Person<'_>, room_id: &RoomId) {
    let since = alice.now();
    let event_type = "org.example.notes".to_owned();
    let content = json!({"count": 1, "nested": {"none": null}});
    let user_id = alice.user_id.clone();
    alice.call(SetAccountData::new(
        user_id.clone(),
        event_type.clone(),
        raw(content.clone()),
    ));
    let get = GetAccountData::new(user_id.clone(), event_type.clone());
    assert_eq!(alice.call(get).field("count"), Some(1));
    let event = alice.news(&since, |news| {
        of_type(&news.account_data.events, "org.example.notes")
    });
    assert_eq!(value(&event.content()), content);

    alice.call(SetAccountDataPerRoom::new(
        user_id.clone(),
        room_id.clone(),
        event_type.clone(),
        raw(json!({"count": 2})),
    ));
    let get = GetAccountDataPerRoom::new(user_id.clone(), room_id.clone(), event_type);
    assert_eq!(alice.call(get).field("count"), Some(2));
    let absent = GetAccountData::new(user_id, "org.example.none".to_owned());
    assert_eq!(alice.refused(absent), (404, "M_NOT_FOUND".to_owned()));
}

fn tags(alice: &Person<'_>, room_id: &RoomId) {
    let user_id = &alice.user_id;
    let set = |tag: &str, order| {
        let mut set = SetRoomTag::new(user_id.clone(), room_id.clone(), tag.to_owned());
        set.order = order;
        alice.call(set);
    };
    let tags = || {
        let get = GetRoomTags::new(user_id.clone(), room_id.clone());
        alice.call(get).tags
    };
    set("m.favourite", Some(0.25));
    set("u.work/home", None);
    let both = tags();
    assert_eq!(both.len(), 2);
    assert_eq!(both["m.favourite"].order(), Some(0.25));
    assert_eq!(both["u.work/home"].order(), None);
    let delete = DeleteRoomTag::new(user_id.clone(), room_id.clone(), "m.favourite".to_owned());
    alice.call(delete);
    assert_eq!(tags().keys().collect::<Vec<_>>(), ["u.work/home"]);
}
