use super::*;
use crate::wire::SupportedVersions;

#[test]
fn a_window_grows_until_the_list_is_whole_and_then_the_server_waits_for_news() {
    let mut played = Played::new();
    let wanted = |last: u64| json!({"ranges": [[0, last]], "timeline_limit": 1, "required_state": [["m.room.name", ""]]});
    assert!(
        played
            .url()
            .ends_with("/org.matrix.simplified_msc3575/sync?timeout=0")
    );
    assert_eq!(
        played.body(),
        json!({"lists": {"all": wanted(19)}, "extensions": {"to_device": {"enabled": true}}})
    );
    played.answer(&news("1", "d1"));
    assert_eq!(played.told(), ["catching up", "answer"]);
    assert_eq!(played.run.flow.list_count("all"), Some(30));
    assert!(!played.run.flow.is_list_complete("all"));
    // Nothing moves on before the answer is taken.
    assert!(played.run.is_silent());
    assert_eq!(played.run.flow.tokens(), &SlidingSyncTokens::new());
    assert_eq!(played.run.left(), None);
    assert_eq!(played.run.flow.taken(NOW, "7"), Err(NotAwaited));
    played.take();
    assert_eq!(played.run.flow.taken(NOW, "1"), Err(NotAwaited));
    assert!(played.url().ends_with("?pos=1&timeout=0"));
    assert_eq!(played.body()["lists"]["all"], wanted(39));
    assert_eq!(played.body()["extensions"]["to_device"]["since"], "d1");
    played.answer(&nothing("2"));
    assert_eq!(played.told(), ["answer", "live"]);
    assert!(played.run.flow.is_live() && played.run.flow.is_list_complete("all"));
    played.take();
    assert!(played.url().ends_with(&format!("?pos=2&{POLL}")));
    assert_eq!(played.body()["extensions"]["to_device"]["since"], "d1");
}

#[test]
fn a_server_that_answers_at_once_with_nothing_is_asked_once_a_second() {
    let mut played = Played::live();
    played.answer(&nothing("4"));
    played.take();
    assert!(played.run.is_silent());
    assert_eq!(played.run.flow.state(), "Resting");
    assert_eq!(played.wait(), Duration::from_secs(1));
    assert!(played.url().contains("pos=4"));
    // News may come as fast as they like.
    played.answer(&news("5", "d2"));
    played.take();
    assert!(played.url().contains("pos=5"));
}

#[test]
fn a_connection_that_goes_on_grows_its_windows_without_a_rest() {
    let user_id = UserId::parse("@me:example.org").unwrap();
    let mut flow = SlidingSync::new(NOW, homeserver(), user_id, 1).with_tokens(SlidingSyncTokens {
        pos: Some("9".to_owned()),
        to_device: Some("d9".to_owned()),
        sticky_events: None,
    });
    flow.set_list(NOW, "all", SyncList::growing(20, room(1)));
    flow.set_extensions(NOW, to_device());
    let mut played = Played::of(flow);
    assert!(played.url().ends_with("?pos=9&timeout=0"));
    assert_eq!(played.body()["extensions"]["to_device"]["since"], "d9");
    played.answer(&nothing("10"));
    played.take();
    assert!(played.url().ends_with("?pos=10&timeout=0"));
}

#[test]
fn a_failure_is_told_once_and_the_same_position_asked_for_again_when_the_network_changes() {
    let mut played = Played::live();
    let body = played.body();
    played.fail();
    assert_eq!(played.told(), ["offline"]);
    assert_eq!(played.run.flow.state(), "BackingOff");
    assert_eq!(played.run.flow.offline_since(), Some(played.run.now));
    let first = played.wait();
    played.fail();
    let second = played.wait();
    assert!(second > first, "{second:?}");
    played.fail();
    assert_eq!(played.told(), Vec::<&str>::new());
    // What is wanted meanwhile waits too.
    played.change(|flow, now| flow.subscribe(now, room_id("!a:x"), room(5)));
    assert!(played.run.is_silent());
    played.change(SlidingSync::nudge);
    assert!(played.url().contains("pos=3"));
    let mut expected = body;
    expected["room_subscriptions"]["!a:x"] =
        json!({"timeline_limit": 5, "required_state": [["m.room.name", ""]]});
    assert_eq!(played.body(), expected);
    played.answer(&nothing("4"));
    assert_eq!(played.told(), ["catching up", "answer", "live"]);
}

#[test]
fn a_poll_that_nobody_answers_ends_after_its_time_and_a_margin() {
    let mut played = Played::live();
    assert_eq!(played.wait(), Duration::from_secs(60));
    assert_eq!(played.told(), ["offline"]);
    assert_eq!(played.run.cancelled, 1);
}

#[test]
fn a_session_that_has_ended_and_a_server_without_it_end_the_sync() {
    let mut played = Played::live();
    played.refuse(401, "M_UNKNOWN_TOKEN");
    let Some(Err(FlowError::LoggedOut(_))) = played.run.outcome else {
        panic!("{:?}", played.run.outcome)
    };
    let mut played = Played::new();
    played.refuse(404, "M_UNRECOGNIZED");
    let Some(Err(FlowError::Refused { .. })) = played.run.outcome else {
        panic!("{:?}", played.run.outcome)
    };
    // Nothing can be said to it any more.
    played.change(|flow, now| flow.remove_list(now, "all"));
    assert!(played.run.is_silent());
    assert_eq!(played.run.flow.state(), "Over");
}

#[test]
fn a_paused_sync_asks_for_nothing_and_a_stopped_one_is_over() {
    let mut played = Played::live();
    played.change(SlidingSync::pause);
    assert!(played.run.is_silent());
    assert_eq!(
        (played.run.flow.state(), played.run.left()),
        ("Paused", None)
    );
    played.change(|flow, now| flow.subscribe(now, room_id("!a:x"), room(5)));
    assert!(played.run.is_silent());
    played.change(SlidingSync::resume);
    assert!(played.url().contains("pos=3"));
    assert!(played.body()["room_subscriptions"].get("!a:x").is_some());
    // An answer in hand may be taken meanwhile.
    played.answer(&news("4", "d4"));
    played.change(SlidingSync::pause);
    played.take();
    assert!(played.run.is_silent());
    assert_eq!(played.run.flow.tokens().to_device.as_deref(), Some("d4"));
    played.change(SlidingSync::resume);
    assert!(played.url().contains("pos=4"));
    let stopped = played.run.act(|flow, now| flow.stop(now));
    assert_eq!(stopped, Ok(()));
    assert!(matches!(played.run.outcome, Some(Ok(()))));
    assert!(played.run.is_silent());
}

#[test]
fn the_accepted_form_is_spoken_where_the_server_has_it() {
    let mut homeserver = homeserver();
    let flag = ("org.matrix.simplified_msc3575.stable", true);
    homeserver.supported = Some(SupportedVersions::new(["v1.19"], [flag]));
    let user_id = UserId::parse("@me:example.org").unwrap();
    let mut flow = SlidingSync::new(NOW, homeserver, user_id, 1).with_conn_id("main");
    let me = vec![StatePattern::new("m.room.member", StatePattern::ME)];
    let list = SyncList::windows([0..=9, 20..=29], RoomSubscription::new(1, me));
    flow.set_list(NOW, "all", list);
    let mut played = Played::of(flow);
    assert_eq!(played.url(), "https://example.org/_matrix/client/v4/sync");
    let own = json!({"include": [{"type": "m.room.member", "state_key": "@me:example.org"}]});
    let list = json!({"timeline_limit": 1, "required_state": own, "range": [0, 29]});
    assert_eq!(
        played.body(),
        json!({"conn_id": "main", "timeout": 0, "lists": {"all": list}})
    );
    played.answer(&nothing("1"));
    played.take();
    assert_eq!(played.body()["pos"], "1");
    assert_eq!(played.body()["timeout"], 30_000);
}
