//! What users are notified of: rules, pushers, notifications.

use hardline::client_api::push::{
    DeletePushRule, GetNotifications, GetPushRule, GetPushRuleActions, GetPushRules,
    GetPushRulesGlobal, GetPushers, IsPushRuleEnabled, PostPusher, PushAction, PushCondition,
    PushConditionKind, PushRuleKind, PusherData, PusherKind, SetPushRule, SetPushRuleActions,
    SetPushRuleEnabled,
};
use hardline::client_api::room_events::SendMessage;
use hardline::json::RawJson;
use hardline::types::EventId;
use serde_json::json;

use super::content::value;
use super::person::Person;

pub(super) fn run(alice: &Person<'_>, bob: &Person<'_>) {
    rules(bob);
    pushers(bob);
    notifications(alice, bob);
}

fn rules(bob: &Person<'_>) {
    let defaults = bob.call(GetPushRules::new()).global;
    assert_eq!(defaults, bob.call(GetPushRulesGlobal::new()));
    let mut rules = defaults.override_rules.iter();
    let master = rules.find(|rule| rule.rule_id == ".m.rule.master");
    let master = master.unwrap();
    assert!(master.default && !master.enabled && master.actions.is_empty());

    let id = "org.example.foxes".to_owned();
    let kind = PushRuleKind::Override;
    let actions = vec![PushAction::Notify, PushAction::sound("default")];
    let mut set = SetPushRule::new(kind.clone(), id.clone(), actions.clone());
    set.conditions = Some(vec![
        PushCondition::event_match("content.body", "*fox*"),
        PushCondition::room_member_count("2"),
        PushCondition::sender_notification_permission("room"),
        PushCondition::event_property_is("content.loud", &true).unwrap(),
    ]);
    bob.call(set);
    let mut second = SetPushRule::new(kind.clone(), "org.example.bears".to_owned(), vec![]);
    second.conditions = Some(vec![PushCondition::contains_display_name()]);
    second.after = Some(id.clone());
    bob.call(second);
    let mut words = SetPushRule::new(PushRuleKind::Content, id.clone(), actions.clone());
    words.pattern = Some("f?x".to_owned());
    bob.call(words);

    let rule = bob.call(GetPushRule::new(kind.clone(), id.clone()));
    assert_eq!(rule.rule_id, id);
    assert!(rule.enabled && !rule.default);
    assert_eq!(rule.actions, actions);
    let conditions = rule.conditions.unwrap();
    assert_eq!(conditions.len(), 4);
    assert_eq!(conditions[0].kind(), PushConditionKind::EventMatch);
    assert_eq!(conditions[0].pattern().as_deref(), Some("*fox*"));
    assert_eq!(conditions[1].is().as_deref(), Some("2"));
    assert_eq!(conditions[3].key().as_deref(), Some("content.loud"));
    let word = bob.call(GetPushRule::new(PushRuleKind::Content, id.clone()));
    assert_eq!(word.pattern.as_deref(), Some("f?x"));
    let order = bob.call(GetPushRules::new()).global.override_rules;
    let place = |id: &str| order.iter().position(|rule| rule.rule_id == id);
    assert_eq!(
        place("org.example.bears"),
        place(&id).map(|place| place + 1)
    );

    let enabled = IsPushRuleEnabled::new(kind.clone(), id.clone());
    assert!(bob.call(enabled.clone()).enabled);
    bob.call(SetPushRuleEnabled::new(kind.clone(), id.clone(), false));
    assert!(!bob.call(enabled).enabled);
    let quiet = vec![PushAction::Notify, PushAction::highlight(false)];
    bob.call(SetPushRuleActions::new(
        kind.clone(),
        id.clone(),
        quiet.clone(),
    ));
    let get = GetPushRuleActions::new(kind.clone(), id.clone());
    let found = bob.call(get).actions;
    assert_eq!(found.len(), 2);
    assert!(!found[1].is_highlight());
    bob.call(DeletePushRule::new(kind.clone(), id.clone()));
    let gone = bob.refused(GetPushRule::new(kind, id));
    assert_eq!(gone, (404, "M_NOT_FOUND".to_owned()));
}

fn pushers(bob: &Person<'_>) {
    let url = bob.trial.homeserver.push_gateway_url;
    let data = PusherData::http(url).event_id_only();
    let mut pusher = PostPusher::http("key".to_owned(), "org.example.app".to_owned(), data);
    pusher.app_display_name = Some("An app".to_owned());
    pusher.device_display_name = Some("A telephone".to_owned());
    pusher.lang = Some("en".to_owned());
    pusher.profile_tag = Some("day".to_owned());
    pusher.append = Some(true);
    bob.call(pusher);
    let pushers = bob.call(GetPushers::new()).pushers;
    let [pusher] = &pushers[..] else {
        panic!("{pushers:?}")
    };
    assert_eq!(pusher.kind, PusherKind::Http);
    assert_eq!(pusher.pushkey, "key");
    assert_eq!(pusher.device_display_name.as_deref(), Some("A telephone"));
    assert_eq!(pusher.lang.as_deref(), Some("en"));
    assert_eq!(pusher.data.url().as_deref(), Some(url));
    assert_eq!(pusher.data.format().as_deref(), Some("event_id_only"));
    let delete = PostPusher::delete("key".to_owned(), "org.example.app".to_owned());
    bob.call(delete);
    assert!(bob.call(GetPushers::new()).pushers.is_empty());
}

fn notifications(alice: &Person<'_>, bob: &Person<'_>) {
    let room_id = alice.room_with(bob);
    let body = format!("{}: look!", bob.user_id);
    let mentions = json!({"user_ids": [bob.user_id]});
    let content = json!({"msgtype": "m.text", "body": body, "m.mentions": mentions});
    let mut event_ids: Vec<EventId> = Vec::new();
    for _ in 0..2 {
        let transaction = alice.transaction();
        let send = SendMessage::event(room_id.clone(), "m.room.message", transaction, &content);
        event_ids.push(alice.call(send.unwrap()).event_id);
    }
    let mut get = GetNotifications::new();
    get.limit = Some(1);
    get.only = Some("highlight".to_owned());
    let is_of = |event: &RawJson, event_id: &EventId| value(event)["event_id"] == event_id.as_str();
    let page = bob.until(get.clone(), |page| {
        let first = page.notifications.first();
        first.is_some_and(|first| is_of(&first.event, &event_ids[1]))
    });
    let [notification] = &page.notifications[..] else {
        panic!("{page:?}")
    };
    assert_eq!(notification.room_id, room_id);
    assert!(!notification.read);
    assert!(notification.ts >= bob.trial.started);
    assert!(notification.actions.iter().any(PushAction::is_highlight));
    get.from = page.next_token;
    assert!(get.from.is_some());
    let page = bob.call(get);
    assert!(is_of(&page.notifications[0].event, &event_ids[0]));
}
