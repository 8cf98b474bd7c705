//! What was said is found again.

use super::rooms::in_room;
use super::*;

const SEARCH: &str = "/_matrix/client/v3/search";

impl World {
    fn search(&self, token: &str, query: &str, criteria: Value) -> Value {
        let body = json!({"search_categories": {"room_events": criteria}});
        let (status, answer) = self.post(&format!("{SEARCH}{query}"), token, &body);
        assert_eq!(status, 200, "{answer}");
        answer["search_categories"]["room_events"].clone()
    }
}

fn found(results: &Value) -> Vec<&str> {
    let results = results["results"].as_array().unwrap().iter();
    let contents = results.map(|result| &result["result"]["content"]);
    contents
        .filter_map(|content| content["body"].as_str().or(content["topic"].as_str()))
        .collect()
}

#[test]
fn words_are_found_in_the_rooms_that_the_user_is_in() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.room_of_two(&alice, &bob);
    let hidden = world.create(&alice, &json!({}));
    world.say(&alice, &hidden, "0", "a quick secret");
    for (number, body) in ["The quick fox", "a fox", "Quick, quick!"]
        .iter()
        .enumerate()
    {
        world.say(&alice, &room_id, &number.to_string(), body);
    }
    let topic = in_room(&room_id, "state/m.room.topic/");
    world.put(&topic, &alice, &json!({"topic": "quick talk"}));

    let recent = world.search(
        &bob,
        "",
        json!({"search_term": "quick", "order_by": "recent"}),
    );
    assert_eq!(
        found(&recent),
        ["quick talk", "Quick, quick!", "The quick fox"]
    );
    assert_eq!(
        (&recent["count"], &recent["highlights"]),
        (&3.into(), &json!(["quick"]))
    );
    let ranked = world.search(
        &bob,
        "",
        json!({"search_term": "quick", "keys": ["content.body"]}),
    );
    assert_eq!(found(&ranked), ["Quick, quick!", "The quick fox"]);
    let both = world.search(&bob, "", json!({"search_term": "fox quick"}));
    assert_eq!(found(&both), ["The quick fox"]);
    let nothing = world.search(&bob, "", json!({"search_term": ""}));
    assert_eq!(
        (found(&nothing), &nothing["count"]),
        (Vec::new(), &0.into())
    );
    let elsewhere = json!({"search_term": "quick", "filter": {"rooms": ["!none:example.org"]}});
    assert_eq!(
        found(&world.search(&bob, "", elsewhere)),
        Vec::<&str>::new()
    );
    for bad in [
        json!({"search_term": "x", "order_by": "z"}),
        json!({"search_term": "x", "keys": ["z"]}),
    ] {
        let body = json!({"search_categories": {"room_events": bad}});
        let refused = world.refused(SEARCH, &bob, &body);
        assert_eq!(refused, (400, "M_INVALID_PARAM".to_owned()));
    }
}

#[test]
fn results_come_in_pages_and_groups_with_what_was_around_them() {
    let world = World::new();
    let (alice, bob) = world.two();
    let room_id = world.room_of_two(&alice, &bob);
    for number in 0..4 {
        let who = if number == 2 { &bob } else { &alice };
        world.say(who, &room_id, &number.to_string(), &format!("den {number}"));
    }
    let criteria = json!({
        "search_term": "den", "order_by": "recent", "filter": {"limit": 2}, "include_state": true,
        "groupings": {"group_by": [{"key": "sender"}]},
        "event_context": {"before_limit": 1, "after_limit": 1, "include_profile": true},
    });
    let page = world.search(&bob, "", criteria.clone());
    assert_eq!(found(&page), ["den 3", "den 2"]);
    let around = &page["results"][1]["context"];
    assert_eq!(super::rooms::bodies(&around["events_before"]), ["den 1"]);
    assert_eq!(super::rooms::bodies(&around["events_after"]), ["den 3"]);
    assert!(around["profile_info"].get("@bob:example.org").is_some());
    assert!(!page["state"][&room_id].as_array().unwrap().is_empty());
    let groups = &page["groups"]["sender"];
    assert_eq!(
        groups["@bob:example.org"]["results"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(groups["@bob:example.org"].get("next_batch"), None);

    let next = page["next_batch"].as_str().unwrap();
    let rest = world.search(&bob, &format!("?next_batch={next}"), criteria.clone());
    assert_eq!(found(&rest), ["den 1", "den 0"]);
    assert_eq!(rest.get("next_batch"), None);
    // A group goes on by itself.
    let next = groups["@alice:example.org"]["next_batch"].as_str().unwrap();
    let rest = world.search(&bob, &format!("?next_batch={next}"), criteria);
    assert_eq!(
        (found(&rest), &rest["count"]),
        (vec!["den 1", "den 0"], &3.into())
    );
    let body = json!({"search_categories": {"room_events": {"search_term": "den"}}});
    let refused = world.refused(&format!("{SEARCH}?next_batch=zz"), &bob, &body);
    assert_eq!(refused, (400, "M_INVALID_PARAM".to_owned()));
}
