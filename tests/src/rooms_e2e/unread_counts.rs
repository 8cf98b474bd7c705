//! Push rules as the library evaluates them, against what the homeserver counts and notifies of.

use std::collections::{BTreeMap, BTreeSet};

use hardline::client_api::ephemeral::PostReceipt;
use hardline::client_api::membership::JoinRoomById;
use hardline::client_api::push::{
    GetNotifications, GetPushRules, PushAction, PushContext, PushOutcome, PushRuleKind, Ruleset,
    SetPushRule,
};
use hardline::client_api::room_events::{SendMessage, SetRoomStateWithKey};
use hardline::client_api::rooms::{CreateRoom, RoomPreset};
use hardline::client_api::sync::{
    Filter, JoinedRoom, RoomEventFilter, RoomFilter, Sync, SyncFilter,
};
use hardline::events::{RawEvent, RoomCreate, RoomPower, RoomPowerLevels};
use hardline::types::{EventId, ReceiptType, RoomId};
use serde_json::{Value, json};

use super::content::{content, events};
use super::person::Person;
use super::trial::Trial;

pub(super) fn run(trial: &Trial<'_>) {
    let reader = Person::register(trial, "reader");
    let writer = Person::register(trial, "writer");
    let third = Person::register(trial, "third");
    let all = [&reader, &third];
    let group = Room::new(&writer, &all);
    let muted = Room::new(&writer, &all);
    let direct = Room::new(&writer, &[&reader]);
    set_rules(&reader, &muted, &third);
    for room in [&group, &muted, &direct] {
        let read = PostReceipt::new(room.id.clone(), ReceiptType::Read, room.said_first.clone());
        reader.call(read);
    }
    talk(&group, &writer, &reader);
    talk(&muted, &writer, &reader);
    talk(&direct, &writer, &reader);
    // Who may not notify the whole room.
    for body in ["hello", "@room: lunch?", "a fox"] {
        third_says(&group, &third, body);
    }
    compare(&reader, &[group, muted, direct]);
}

/// A room of the writer's and these others.
struct Room {
    id: RoomId,
    /// Whatever comes after it is unread.
    said_first: EventId,
}

impl Room {
    fn new(writer: &Person<'_>, others: &[&Person<'_>]) -> Self {
        let mut create = CreateRoom::new();
        create.preset = Some(RoomPreset::PrivateChat);
        create.invite = Some(others.iter().map(|other| other.user_id.clone()).collect());
        let id = writer.call(create).room_id;
        for other in others {
            other.call(JoinRoomById::new(id.clone()));
        }
        let said_first = text("first");
        Self {
            said_first: send(writer, &id, "m.room.message", &said_first),
            id,
        }
    }
}

fn set_rules(reader: &Person<'_>, muted: &Room, third: &Person<'_>) {
    let loud = vec![PushAction::Notify, PushAction::highlight(true)];
    let word = "org.example.fox".to_owned();
    let mut word = SetPushRule::new(PushRuleKind::Content, word, loud);
    word.pattern = Some("fox".to_owned());
    reader.call(word);
    let quiet = |kind, id: &str, actions| SetPushRule::new(kind, id.to_owned(), actions);
    reader.call(quiet(PushRuleKind::Room, muted.id.as_str(), vec![]));
    let notify = vec![PushAction::Notify, PushAction::highlight(false)];
    reader.call(quiet(PushRuleKind::Sender, third.user_id.as_str(), notify));
}

/// Sends one event of each kind.
fn talk(room: &Room, writer: &Person<'_>, reader: &Person<'_>) {
    let first = &room.said_first;
    let user_id = &reader.user_id;
    let mentions = json!({"user_ids": [user_id]});
    let mut edit = text("* a fox, corrected");
    edit["m.new_content"] = text("a fox, corrected");
    edit["m.relates_to"] = json!({"rel_type": "m.replace", "event_id": first});
    let mut edit_with_mention = edit.clone();
    edit_with_mention["m.mentions"] = mentions.clone();
    let in_thread = with(
        text("in a thread"),
        "m.relates_to",
        json!({"rel_type": "m.thread", "event_id": first}),
    );
    let messages = [
        text("hello"),
        with(text("for you"), "m.mentions", mentions.clone()),
        with(text("for all"), "m.mentions", json!({"room": true})),
        with(text("for nobody, fox"), "m.mentions", json!({})),
        text("the quick brown Fox jumps"),
        text("foxes and firefox"),
        text("éfox and foxé"),
        text("@room: lunch?"),
        text(&format!("{user_id} is named")),
        text(&format!("{}!", localpart(reader))),
        with(text("of a bot"), "msgtype", json!("m.notice")),
        with(text("waves"), "msgtype", json!("m.emote")),
        edit,
        edit_with_mention,
        in_thread.clone(),
        with(in_thread, "m.mentions", mentions.clone()),
    ];
    for message in &messages {
        send(writer, &room.id, "m.room.message", message);
    }
    let annotation = json!({"rel_type": "m.annotation", "event_id": first, "key": "🦊"});
    let encrypted =
        json!({"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgA", "session_id": "s"});
    let offer = json!({"type": "offer", "sdp": "v=0"});
    for (event_type, message) in [
        ("m.reaction", json!({"m.relates_to": annotation})),
        ("m.room.encrypted", encrypted.clone()),
        ("m.room.encrypted", with(encrypted, "m.mentions", mentions)),
        (
            "m.sticker",
            json!({"body": "fox", "info": {}, "url": "mxc://example.org/a"}),
        ),
        (
            "m.call.invite",
            json!({"call_id": "c", "version": "1", "party_id": "p", "lifetime": 60_000, "offer": offer}),
        ),
        ("org.example.other", json!({"body": "fox"})),
    ] {
        send(writer, &room.id, event_type, &message);
    }
    let member = json!({"membership": "join", "displayname": "W"});
    let acl = json!({"allow": ["*"]});
    for (event_type, state_key, state) in [
        ("m.room.topic", "", json!({"topic": "fox"})),
        ("m.room.member", writer.user_id.as_str(), member),
        ("m.room.server_acl", "", acl),
        (
            "m.room.tombstone",
            "",
            json!({"body": "over", "replacement_room": "!a:example.org"}),
        ),
    ] {
        let set = SetRoomStateWithKey::event(room.id.clone(), event_type, state_key, &state);
        writer.call(set.unwrap());
    }
}

fn third_says(room: &Room, third: &Person<'_>, body: &str) {
    let message = with(text(body), "m.mentions", json!({"room": true}));
    send(third, &room.id, "m.room.message", &message);
    send(third, &room.id, "m.room.message", &text(body));
}

fn compare(reader: &Person<'_>, rooms: &[Room]) {
    let rules = reader.call(GetPushRules::new()).global;
    let mut timeline = RoomEventFilter::new();
    timeline.limit = Some(200);
    let mut room = RoomFilter::new();
    room.timeline = Some(timeline);
    let mut filter = Filter::new();
    filter.room = Some(room);
    let mut sync = Sync::new();
    sync.filter = Some(SyncFilter::inline(&filter).unwrap());
    let joined = reader.call(sync).rooms.join;
    let notified = notifications(reader);
    for room in rooms {
        let news = joined.get(&room.id).unwrap();
        let outcomes = outcomes(reader, &rules, room, news);
        for (event, outcome) in &outcomes {
            let told = notified.get(&event.event_id().unwrap());
            let expected = Some(outcome).filter(|outcome| outcome.notify);
            assert_eq!(told, expected, "{}", event.as_raw().as_str());
        }
        let count = |is_counted: fn(&PushOutcome) -> bool| {
            let counted = outcomes.iter().filter(|(_, outcome)| is_counted(outcome));
            u64::try_from(counted.count()).unwrap()
        };
        let counts = news.unread_notifications.clone().unwrap_or_default();
        let room_id = &room.id;
        assert_eq!(
            (counts.notification_count, counts.highlight_count),
            (
                count(|outcome| outcome.notify),
                count(|outcome| outcome.notify && outcome.highlight)
            ),
            "{room_id}"
        );
    }
}

/// What the rules say of the unread events of a room.
fn outcomes(
    reader: &Person<'_>,
    rules: &Ruleset,
    room: &Room,
    news: &JoinedRoom,
) -> Vec<(RawEvent, PushOutcome)> {
    let context = context(reader, room, news);
    let outcome = |event: &RawEvent| PushOutcome::from(rules.actions(event, &context));
    let outcomes: Vec<_> = events(&news.timeline.events)
        .into_iter()
        .skip_while(|event| event.event_id().as_ref() != Some(&room.said_first))
        .skip(1)
        .map(|event| (event.clone(), outcome(&event)))
        .collect();
    assert!(outcomes.len() >= 26, "{outcomes:#?}");
    let notified = outcomes.iter().filter(|(_, outcome)| outcome.notify);
    assert!((8..outcomes.len() - 3).contains(&notified.count()));
    outcomes
}

fn context(reader: &Person<'_>, room: &Room, news: &JoinedRoom) -> PushContext {
    let state = [events(&news.state.events), events(&news.timeline.events)].concat();
    let last = |event_type: &str, state_key: &str| {
        let is_it = |event: &&RawEvent| {
            event.event_type().as_deref() == Some(event_type)
                && event.state_key().as_deref() == Some(state_key)
        };
        state.iter().rfind(is_it).unwrap()
    };
    let members = state
        .iter()
        .filter(|event| content::<String>(event, "membership").as_deref() == Some("join"))
        .filter_map(RawEvent::state_key)
        .collect::<BTreeSet<_>>();
    let user_id = reader.user_id.clone();
    let count = u64::try_from(members.len()).unwrap();
    let mut context = PushContext::new(user_id, room.id.clone(), count);
    let own = last("m.room.member", reader.user_id.as_str());
    context.display_name = content(own, "displayname");
    // Nobody subscribes to a thread here.
    context.is_subscribed_to_thread = Some(false);
    let create = last("m.room.create", "");
    let levels: RoomPowerLevels = last("m.room.power_levels", "").content_as().unwrap();
    context.power = Some(RoomPower::new(
        &create.content_as::<RoomCreate>().unwrap(),
        create.sender(),
        Some(levels),
    ));
    context
}

/// What the homeserver notified the reader of.
fn notifications(reader: &Person<'_>) -> BTreeMap<EventId, PushOutcome> {
    let mut all = BTreeMap::new();
    let mut get = GetNotifications::new();
    get.limit = Some(50);
    loop {
        let page = reader.call(get.clone());
        for notification in page.notifications.iter().filter(|found| !found.read) {
            let event: RawEvent = notification.event.deserialize().unwrap();
            let outcome = PushOutcome::from(notification.actions.as_slice());
            all.insert(event.event_id().unwrap(), outcome);
        }
        get.from = page.next_token;
        if get.from.is_none() {
            return all;
        }
    }
}

fn send(person: &Person<'_>, room_id: &RoomId, event_type: &str, content: &Value) -> EventId {
    let transaction = person.transaction();
    let send = SendMessage::event(room_id.clone(), event_type, transaction, content);
    person.call(send.unwrap()).event_id
}

fn text(body: &str) -> Value {
    json!({"msgtype": "m.text", "body": body})
}

fn with(mut content: Value, name: &str, value: Value) -> Value {
    content[name] = value;
    content
}

fn localpart(person: &Person<'_>) -> String {
    let user_id = person.user_id.as_str().trim_start_matches('@');
    user_id.split(':').next().unwrap().to_owned()
}
