use super::*;
use crate::flow::SavedFlow;

#[test]
fn a_loaded_sync_goes_on_from_its_position_with_all_that_is_wanted() {
    let mut played = Played::live();
    played.change(|flow, now| flow.subscribe(now, room_id("!a:x"), room(20)));
    let body = played.body();
    played.save_and_load();
    assert!(played.url().contains("pos=3"));
    assert_eq!(played.body(), body);
    assert_eq!(played.run.flow.list_count("all"), Some(30));
    // However often it is closed before an answer comes.
    for _ in 0..9 {
        played.save_and_load();
    }
    assert!(played.url().contains("pos=3"));
    // A paused one stays so.
    played.change(SlidingSync::pause);
    played.run.save_and_load();
    played.run.input(Input::Timeout);
    assert!(played.run.is_silent());
    assert_eq!(played.run.flow.state(), "Paused");
    played.change(SlidingSync::resume);
    assert_eq!(played.body(), body);
}

#[test]
fn an_answer_that_was_in_hand_comes_again_and_one_that_was_taken_does_not() {
    let mut played = Played::live();
    played.answer(&news("4", "d4"));
    assert_eq!(played.told(), ["answer"]);
    played.save_and_load();
    assert!(played.url().contains("pos=3"));
    assert_eq!(played.body()["extensions"]["to_device"]["since"], "d1");
    // What the program said of the answer before says nothing of the one that comes.
    assert_eq!(played.run.flow.taken(played.run.now, "4"), Err(NotAwaited));
    played.answer(&news("4", "d4"));
    played.take();
    played.save_and_load();
    assert!(played.url().contains("pos=4"));
    assert_eq!(played.body()["extensions"]["to_device"]["since"], "d4");
}

#[test]
fn where_saves_are_confirmed_nothing_is_acknowledged_before() {
    let user_id = UserId::parse("@me:example.org").unwrap();
    let mut flow = SlidingSync::new(NOW, homeserver(), user_id, 1).with_confirmed_saves();
    flow.set_extensions(NOW, to_device());
    let mut played = Played::of(flow);
    played.answer(&news("1", "d1"));
    played.take();
    assert!(played.run.is_silent());
    assert_eq!(
        (played.run.flow.state(), played.run.left()),
        ("Saving", None)
    );
    assert_eq!(played.run.flow.saved(NOW, "0"), Err(NotAwaited));
    let saved = played.run.saved();
    let confirmed = played.run.act(|flow, now| flow.saved(now, "1"));
    assert_eq!(confirmed, Ok(()));
    assert!(played.url().contains("pos=1"));
    // What was saved is what was confirmed.
    played.run.load(&saved);
    played.save_and_load();
    assert!(played.url().contains("pos=1"));
    assert_eq!(played.body()["extensions"]["to_device"]["since"], "d1");
}

#[test]
fn a_connection_that_was_forgotten_while_it_was_saved_begins_anew() {
    let mut played = Played::live();
    played.save_and_load();
    played.refuse(400, "M_UNKNOWN_POS");
    assert_eq!(played.told(), ["restarted", "catching up"]);
    assert_eq!(played.body()["extensions"]["to_device"]["since"], "d1");
    // The pause before another one is kept.
    played.answer(&news("1", "d2"));
    played.take();
    played.refuse(400, "M_UNKNOWN_POS");
    let left = played.run.left();
    assert!(left.is_some());
    played.run.save_and_load();
    assert_eq!(played.run.left(), left);
}

#[test]
fn the_saved_form_says_what_it_is_of() {
    let saved = Played::live().run.saved();
    let which: SavedFlow = serde_json::from_str(&saved).unwrap();
    assert_eq!(which, SavedFlow::SlidingSync);
}
