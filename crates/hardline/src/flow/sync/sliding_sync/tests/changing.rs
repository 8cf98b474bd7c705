use super::*;
use crate::types::PresenceState;

#[test]
fn a_change_drops_the_request_and_asks_again_from_the_same_position() {
    let mut played = Played::live();
    let first = played.run.id();
    played.change(|flow, now| {
        // However much changes at once, one request follows.
        flow.subscribe(now, room_id("!a:x"), room(20));
        flow.set_list(now, "direct", SyncList::windows([0..=4], room(1)));
        flow.set_presence(now, Some(PresenceState::Unavailable));
    });
    assert_eq!(played.run.cancelled, 1);
    // What a new list has is there already: the server need not wait.
    assert!(
        played
            .url()
            .ends_with("?pos=3&timeout=0&set_presence=unavailable")
    );
    assert_eq!(played.body()["lists"]["direct"]["ranges"], json!([[0, 4]]));
    assert_eq!(
        played.body()["room_subscriptions"]["!a:x"]["timeline_limit"],
        20
    );

    // The answer to the request that was dropped comes late.
    played.answer_to(first, &news("4", "d4"));
    assert!(played.answer.is_none());
    assert_eq!(played.run.flow.tokens().to_device.as_deref(), Some("d1"));
    let mut both = news("4", "d4");
    both["lists"]["direct"] = json!({"count": 2});
    played.answer(&both);
    assert_eq!(played.run.flow.list_count("direct"), Some(2));
    played.take();
    assert!(played.url().contains(&format!("?pos=4&{POLL}")));
    played.change(|flow, now| {
        flow.unsubscribe(now, &room_id("!a:x"));
        flow.remove_list(now, "direct");
    });
    assert_eq!(played.run.cancelled, 2);
    assert_eq!(played.body().get("room_subscriptions"), None);
    assert_eq!(played.body()["lists"].get("direct"), None);
    assert_eq!(played.run.flow.list_count("direct"), None);
}

#[test]
fn what_is_wanted_already_changes_nothing() {
    let mut played = Played::live();
    played.change(|flow, now| {
        flow.set_list(now, "all", SyncList::growing(20, room(1)));
        flow.set_extensions(now, to_device());
        flow.remove_list(now, "none");
        flow.unsubscribe(now, &room_id("!a:x"));
        flow.set_presence(now, None);
    });
    assert_eq!(played.run.cancelled, 0);
    assert!(played.url().contains("pos=3"));
}

#[test]
fn a_change_while_an_answer_is_in_hand_waits_for_that() {
    let mut played = Played::live();
    played.answer(&news("4", "d4"));
    played.change(|flow, now| flow.set_list(now, "all", SyncList::growing(5, room(1))));
    assert!(played.run.is_silent());
    assert!(!played.run.flow.is_list_complete("all"));
    played.take();
    assert!(played.url().ends_with("?pos=4&timeout=0"));
    assert_eq!(played.body()["lists"]["all"]["ranges"], json!([[0, 4]]));
}

#[test]
fn a_change_while_the_server_is_left_alone_does_not_disturb_it() {
    let mut played = Played::live();
    let limited = r#"{"errcode": "M_LIMIT_EXCEEDED", "error": "no"}"#;
    played.run.answer_later(429, limited, 5);
    played.hear();
    assert_eq!(played.told(), ["offline"]);
    played.change(|flow, now| flow.subscribe(now, room_id("!a:x"), room(20)));
    // A wait that the server asked for is kept whatever the network does.
    played.change(SlidingSync::nudge);
    assert!(played.run.is_silent());
    assert_eq!(played.wait(), Duration::from_secs(5));
    assert!(played.body()["room_subscriptions"].get("!a:x").is_some());
}
