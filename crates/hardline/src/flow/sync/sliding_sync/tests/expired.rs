use super::*;

#[test]
fn a_forgotten_connection_begins_anew_and_what_was_sent_to_the_device_goes_on() {
    let mut played = Played::live();
    played.change(|flow, now| flow.subscribe(now, room_id("!a:x"), room(20)));
    played.refuse(400, "M_UNKNOWN_POS");
    assert_eq!(played.told(), ["restarted", "catching up"]);
    assert!(played.url().ends_with("/sync?timeout=0"));
    let body = played.body();
    assert_eq!(body["lists"]["all"]["ranges"], json!([[0, 19]]));
    assert!(body["room_subscriptions"].get("!a:x").is_some());
    assert_eq!(body["extensions"]["to_device"]["since"], "d1");
    assert!(!played.run.flow.is_list_complete("all"));
    assert_eq!(played.run.flow.list_count("all"), Some(30));
    played.answer(&news("1", "d2"));
    played.take();
    assert_eq!(played.body()["lists"]["all"]["ranges"], json!([[0, 39]]));
    assert_eq!(played.body()["extensions"]["to_device"]["since"], "d2");
}

#[test]
fn a_server_that_forgets_every_connection_is_asked_less_and_less_often() {
    let mut played = Played::live();
    let mut waits = vec![];
    for _ in 0..4 {
        played.refuse(400, "M_UNKNOWN_POS");
        if played.run.is_silent() {
            assert_eq!(played.run.flow.state(), "Restarting");
            waits.push(played.wait());
        }
        assert!(!played.url().contains("pos="));
        played.answer(&news("1", "d2"));
        played.take();
    }
    assert_eq!(waits.len(), 3);
    assert!(waits.is_sorted() && waits[0] > Duration::ZERO, "{waits:?}");
    // One that goes on is forgiven.
    played.answer(&news("2", "d3"));
    played.take();
    played.refuse(400, "M_UNKNOWN_POS");
    assert!(!played.run.is_silent());
}

#[test]
fn a_network_that_changes_ends_the_wait_for_a_new_connection() {
    let mut played = Played::live();
    played.refuse(400, "M_UNKNOWN_POS");
    played.answer(&news("1", "d2"));
    played.take();
    played.refuse(400, "M_UNKNOWN_POS");
    assert!(played.run.is_silent());
    played.change(SlidingSync::nudge);
    assert!(played.url().ends_with("/sync?timeout=0"));
}

#[test]
fn a_server_that_does_not_know_the_position_that_nobody_gave_ends_the_sync() {
    let mut played = Played::new();
    played.refuse(400, "M_UNKNOWN_POS");
    let Some(Err(FlowError::Refused { .. })) = played.run.outcome else {
        panic!("{:?}", played.run.outcome)
    };
}
