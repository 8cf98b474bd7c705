use serde_json::{Value, json};

use super::*;

/// The versions that there are, and one that is not known, which counts as the newest.
const VERSIONS: [&str; 13] = [
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
    "10",
    "11",
    "12",
    "org.example.new",
];

fn redacted(event: &Value, version: &str) -> Value {
    let event = RawEvent::new(event).unwrap();
    let version = RoomVersionId::parse(version).unwrap();
    let redacted = event.redacted(&version).unwrap();
    serde_json::from_str(redacted.as_raw().as_str()).unwrap()
}

fn redacted_content(event_type: &str, content: &Value, version: &str) -> Value {
    let mut event = redacted(&json!({"type": event_type, "content": content}), version);
    assert_eq!(event["type"], event_type);
    event["content"].take()
}

/// Holds contents of a type to what is left of them: for each row up to the version that it names.
fn holds(event_type: &str, content: Value, rows: &[(usize, Value)]) {
    for (index, version) in VERSIONS.iter().enumerate() {
        let number = (index + 1).min(12);
        let (_, expected) = rows.iter().find(|(last, _)| number <= *last).unwrap();
        let found = redacted_content(event_type, &content, version);
        assert_eq!(&found, expected, "{event_type} in version {version}");
    }
}

#[test]
fn what_beside_the_content_stays_is_fixed_and_version_11_took_three_away() {
    let newer = json!({
        "event_id": "$e", "type": "org.example.t", "room_id": "!r", "sender": "@a:a.org", "state_key": "", "content": {},
        "hashes": {"sha256": "h"}, "signatures": {"a.org": {}}, "depth": 5, "prev_events": ["$p"], "auth_events": ["$q"],
        "origin_server_ts": 7,
    });
    let mut older = newer.clone();
    let more = [
        ("prev_state", json!([])),
        ("origin", json!("a.org")),
        ("membership", json!("join")),
    ];
    for (name, value) in more {
        older[name] = value;
    }
    let mut full = older.clone();
    for name in [
        "unsigned",
        "redacts",
        "age",
        "user_id",
        "prev_content",
        "msc4354_sticky",
    ] {
        full[name] = json!({"x": 1});
    }
    full["content"] = json!({"body": "secret"});
    for (index, version) in VERSIONS.iter().enumerate() {
        let expected = if index < 10 { &older } else { &newer };
        assert_eq!(&redacted(&full, version), expected, "version {version}");
    }
}

#[test]
fn of_a_member_the_membership_stays_and_what_rules_need() {
    holds(
        "m.room.member",
        json!({"membership": "join", "displayname": "A", "reason": "x", "is_direct": true,
            "join_authorised_via_users_server": "@b:a.org",
            "third_party_invite": {"display_name": "a", "signed": {"token": "t", "extra": [1]}}}),
        &[
            (8, json!({"membership": "join"})),
            (
                10,
                json!({"membership": "join", "join_authorised_via_users_server": "@b:a.org"}),
            ),
            (
                12,
                json!({"membership": "join", "join_authorised_via_users_server": "@b:a.org",
                    "third_party_invite": {"signed": {"token": "t", "extra": [1]}}}),
            ),
        ],
    );
}

#[test]
fn an_invitation_without_what_was_signed_stays_empty() {
    for (invite, expected) in [
        (
            json!({"display_name": "a"}),
            json!({"third_party_invite": {}}),
        ),
        (
            json!({"signed": null}),
            json!({"third_party_invite": {"signed": null}}),
        ),
        (json!("x"), json!({})),
        (json!(null), json!({})),
    ] {
        let content = json!({"third_party_invite": invite});
        assert_eq!(redacted_content("m.room.member", &content, "11"), expected);
        assert_eq!(redacted_content("m.room.member", &content, "10"), json!({}));
    }
}

#[test]
fn of_the_first_event_the_creator_stays_and_from_version_11_on_all() {
    let content = json!({"creator": "@a:a.org", "room_version": "x", "m.federate": false, "org.example": {"a": 1}});
    holds(
        "m.room.create",
        content.clone(),
        &[(10, json!({"creator": "@a:a.org"})), (12, content)],
    );
}

#[test]
fn of_join_rules_who_is_allowed_stays_from_version_8_on() {
    let content =
        json!({"join_rule": "restricted", "allow": [{"type": "m.room_membership"}], "x": 1});
    holds(
        "m.room.join_rules",
        content,
        &[
            (7, json!({"join_rule": "restricted"})),
            (
                12,
                json!({"join_rule": "restricted", "allow": [{"type": "m.room_membership"}]}),
            ),
        ],
    );
}

#[test]
fn of_power_levels_all_stays_but_notifications_and_before_version_11_invitations() {
    let older = json!({"ban": 1, "events": {"a": 2}, "events_default": 3, "kick": 4, "redact": 5, "state_default": 6,
        "users": {"@a:a.org": 7}, "users_default": 8});
    let mut newer = older.clone();
    newer["invite"] = json!("9");
    let mut full = newer.clone();
    full["notifications"] = json!({"room": 10});
    full["historical"] = json!(11);
    holds("m.room.power_levels", full, &[(10, older), (12, newer)]);
}

#[test]
fn of_aliases_all_stay_up_to_version_5() {
    holds(
        "m.room.aliases",
        json!({"aliases": ["#a:a.org"], "x": 1}),
        &[(5, json!({"aliases": ["#a:a.org"]})), (12, json!({}))],
    );
}

#[test]
fn of_a_redaction_what_it_redacts_stays_from_version_11_on() {
    holds(
        "m.room.redaction",
        json!({"redacts": "$e", "reason": "spam"}),
        &[(10, json!({})), (12, json!({"redacts": "$e"}))],
    );
}

#[test]
fn the_visibility_of_history_stays_and_of_other_types_nothing() {
    let content = json!({"history_visibility": "shared", "membership": "join", "creator": "@a:a.org", "redacts": "$e",
        "join_rule": "public", "aliases": [], "ban": 1, "third_party_invite": {"signed": {}}});
    holds(
        "m.room.history_visibility",
        content.clone(),
        &[(12, json!({"history_visibility": "shared"}))],
    );
    for event_type in [
        "m.room.message",
        "m.room.name",
        "m.room.topic",
        "m.room.avatar",
        "m.room.encryption",
        "m.room.server_acl",
        "m.room.third_party_invite",
        "m.room.tombstone",
        "m.room.create.",
        "",
    ] {
        holds(event_type, content.clone(), &[(12, json!({}))]);
    }
}

#[test]
fn values_stay_as_they_are_whatever_they_are() {
    let content = json!({"membership": {"a": [null, 1.5]}, "third_party_invite": []});
    assert_eq!(
        redacted_content("m.room.member", &content, "11"),
        json!({"membership": {"a": [null, 1.5]}})
    );
}

#[test]
fn a_content_that_is_none_becomes_an_empty_one() {
    for event_type in ["m.room.create", "m.room.member", "m.room.message"] {
        for content in [json!(5), json!([{"membership": "join"}]), json!(null)] {
            let found = redacted_content(event_type, &content, "11");
            assert_eq!(found, json!({}), "{event_type} {content}");
        }
    }
    let without = redacted(&json!({"type": "m.room.member"}), "11");
    assert_eq!(without, json!({"type": "m.room.member"}));
}

#[test]
fn of_two_members_of_one_name_the_last_stays() {
    let event: RawEvent = serde_json::from_str(
        r#"{"type": "m.room.message", "type": "m.room.member",
            "content": {"membership": "join", "m\u0065mbership": "ban"}}"#,
    )
    .unwrap();
    let redacted = event.redacted(&RoomVersionId::parse("1").unwrap()).unwrap();
    assert_eq!(
        redacted.as_raw().as_str(),
        r#"{"type":"m.room.member","content":{"membership":"ban"}}"#
    );
}

#[cfg(feature = "proptest")]
proptest::proptest! {
    #[test]
    fn redacting_twice_is_redacting_once(
        event in proptest::arbitrary::any::<RawEvent>(),
        members in proptest::collection::vec(
            (0..KEPT_IN_CONTENT.len(), "[0-9]|\"[a-z]\"|\\{\"signed\":[0-9]\\}"), 0..6),
        version in proptest::sample::select(&VERSIONS[..]),
    ) {
        let version = RoomVersionId::parse(version).unwrap();
        let mut content = JsonObject::new();
        for (row, value) in &members {
            let row = &KEPT_IN_CONTENT[*row];
            content.insert_raw(row.name.to_owned(), serde_json::from_str(value).unwrap());
            content.insert_raw("third_party_invite".to_owned(), serde_json::from_str(value).unwrap());
        }
        let mut full: JsonObject = event.as_raw().deserialize().unwrap();
        if let Some((row, _)) = members.first() {
            full.insert("type", KEPT_IN_CONTENT[*row].event_type).unwrap();
            full.insert("content", &content).unwrap();
        }
        let full = RawEvent::new(&full).unwrap();
        let once = full.redacted(&version).unwrap();
        proptest::prop_assert_eq!(&once.redacted(&version).unwrap(), &once);
        proptest::prop_assert_eq!(once.event_type(), full.event_type());
        proptest::prop_assert_eq!(once.unsigned(), None);
    }
}
