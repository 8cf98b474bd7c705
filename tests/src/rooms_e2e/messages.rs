//! Messages: sent, edited, answered, found again, taken back.

use hardline::client_api::room_events::{
    Direction, GetEventByTimestamp, GetEventContext, GetOneRoomEvent, GetRelatingEvents,
    GetRelatingEventsWithRelType, GetRelatingEventsWithRelTypeAndEventType, GetRoomEvents,
    GetThreadRoots, RedactEvent, Search, SearchCategories, SearchContext, SearchCriteria,
    SearchGroupKey, SearchGrouping, SearchGroupings, SearchOrder, SendMessage, ThreadsIncluded,
};
use hardline::client_api::sync::RoomEventFilter;
use hardline::events::RawEvent;
use hardline::json::{JsonText, RawList};
use hardline::types::{EventId, RoomId};
use serde_json::{Value, json};

use super::content::{content, events, value};
use super::person::Person;

pub(super) fn run(alice: &Person<'_>, bob: &Person<'_>) {
    let room = Room {
        id: alice.room_with(bob),
        alice,
        bob,
    };
    let first = room.say(
        alice,
        json!({"msgtype": "m.text", "body": "The quick brown fox"}),
    );
    let edit = room.edit(&first);
    let reaction = room.react(&first);
    let reply = room.reply_in_thread(&first);
    room.relations(&first, [&edit, &reaction, &reply]);
    room.threads(&first);
    room.context(&first);
    room.history();
    room.at_this_time(&first);
    room.search(&first);
    room.redaction(&reply);
}

struct Room<'a> {
    id: RoomId,
    alice: &'a Person<'a>,
    bob: &'a Person<'a>,
}

impl Room<'_> {
    fn send(&self, person: &Person<'_>, event_type: &str, content: &Value) -> EventId {
        let transaction = person.transaction();
        let send = SendMessage::event(self.id.clone(), event_type, transaction, content);
        let send = send.unwrap();
        let event_id = person.call(send.clone()).event_id;
        // The same transaction is the same event.
        assert_eq!(person.call(send).event_id, event_id);
        event_id
    }

    fn say(&self, person: &Person<'_>, content: Value) -> EventId {
        self.send(person, "m.room.message", &content)
    }

    fn event(&self, event_id: &EventId) -> RawEvent {
        let operation = GetOneRoomEvent::new(self.id.clone(), event_id.clone());
        self.bob.call(operation)
    }

    fn edit(&self, first: &EventId) -> EventId {
        let edit = self.say(
            self.alice,
            json!({
                "msgtype": "m.text",
                "body": "* The slow brown fox",
                "m.new_content": {"msgtype": "m.text", "body": "The slow brown fox"},
                "m.relates_to": {"rel_type": "m.replace", "event_id": first},
            }),
        );
        let event = self.event(first);
        assert_eq!(event.event_id().as_ref(), Some(first));
        assert_eq!(event.sender().as_ref(), Some(&self.alice.user_id));
        assert_eq!(event.room_id().as_ref(), Some(&self.id));
        assert!(event.origin_server_ts().unwrap() >= self.alice.trial.started);
        assert_eq!(event.state_key(), None);
        assert_eq!(
            content::<String>(&event, "body").as_deref(),
            Some("The quick brown fox")
        );
        let unsigned = value(&event.unsigned().unwrap());
        assert_eq!(
            unsigned["m.relations"]["m.replace"]["event_id"],
            edit.as_str()
        );
        edit
    }

    fn react(&self, first: &EventId) -> EventId {
        let relation = json!({"rel_type": "m.annotation", "event_id": first, "key": "👍"});
        let content = json!({"m.relates_to": relation});
        self.send(self.bob, "m.reaction", &content)
    }

    fn reply_in_thread(&self, first: &EventId) -> EventId {
        let relation = json!({"rel_type": "m.thread", "event_id": first});
        self.say(
            self.bob,
            json!({"msgtype": "m.text", "body": "Which one?", "m.relates_to": relation}),
        )
    }

    fn relations(&self, first: &EventId, [edit, reaction, reply]: [&EventId; 3]) {
        let mut all = GetRelatingEvents::new(self.id.clone(), first.clone());
        all.dir = Some(Direction::Forward);
        all.recurse = Some(true);
        let relating = self.alice.call(all.clone());
        assert_eq!(
            ids(&relating.chunk),
            [edit.as_str(), reaction.as_str(), reply.as_str()]
        );
        all.limit = Some(2);
        let page = self.alice.call(all.clone());
        assert_eq!(ids(&page.chunk), [edit.as_str(), reaction.as_str()]);
        all.from = page.next_batch;
        assert!(all.from.is_some());
        assert_eq!(ids(&self.alice.call(all).chunk), [reply.as_str()]);

        let of_kind = GetRelatingEventsWithRelType::new(
            self.id.clone(),
            first.clone(),
            "m.thread".to_owned(),
        );
        assert_eq!(ids(&self.alice.call(of_kind).chunk), [reply.as_str()]);
        let of_type = GetRelatingEventsWithRelTypeAndEventType::new(
            self.id.clone(),
            first.clone(),
            "m.annotation".to_owned(),
            "m.reaction".to_owned(),
        );
        assert_eq!(ids(&self.alice.call(of_type).chunk), [reaction.as_str()]);
    }

    fn threads(&self, first: &EventId) {
        let mut threads = GetThreadRoots::new(self.id.clone());
        threads.include = Some(ThreadsIncluded::Participated);
        threads.limit = Some(5);
        let roots = events(&self.bob.call(threads).chunk);
        assert_eq!(roots[0].event_id().as_ref(), Some(first));
        let unsigned = value(&roots[0].unsigned().unwrap());
        assert_eq!(unsigned["m.relations"]["m.thread"]["count"], 1);
    }

    fn context(&self, first: &EventId) {
        let mut context = GetEventContext::new(self.id.clone(), first.clone());
        context.limit = Some(4);
        let around = self.bob.call(context);
        assert_eq!(around.event.unwrap().event_id().as_ref(), Some(first));
        assert_eq!(around.events_before.len(), 2);
        assert_eq!(around.events_after.len(), 2);
        assert!(!around.state.is_empty());
        assert!(around.start.is_some() && around.end.is_some());
    }

    fn history(&self) {
        let mut filter = RoomEventFilter::new();
        filter.types = Some(vec!["m.room.message".to_owned()]);
        filter.lazy_load_members = Some(true);
        let mut messages = GetRoomEvents::new(self.id.clone(), Direction::Backward);
        messages.filter = Some(JsonText::new(&filter).unwrap());
        messages.limit = Some(2);
        let page = self.bob.call(messages.clone());
        assert_eq!(bodies(&page.chunk), ["Which one?", "* The slow brown fox"]);
        // The members who wrote them.
        assert_eq!(page.state.len(), 2);
        messages.from = page.end;
        assert!(messages.from.is_some());
        let page = self.bob.call(messages);
        assert_eq!(bodies(&page.chunk), ["The quick brown fox"]);
    }

    fn at_this_time(&self, first: &EventId) {
        let sent = self.event(first).origin_server_ts().unwrap();
        let at = GetEventByTimestamp::new(self.id.clone(), sent, Direction::Forward);
        let found = self.bob.call(at);
        assert_eq!(found.origin_server_ts, sent);
        let event = self.event(&found.event_id);
        assert_eq!(event.origin_server_ts(), Some(sent));
    }

    fn search(&self, first: &EventId) {
        let mut filter = RoomEventFilter::new();
        filter.rooms = Some(vec![self.id.clone()]);
        let mut context = SearchContext::new();
        context.before_limit = Some(1);
        context.after_limit = Some(1);
        context.include_profile = Some(true);
        let mut grouping = SearchGrouping::new();
        grouping.key = Some(SearchGroupKey::Sender);
        let mut groupings = SearchGroupings::new();
        groupings.group_by = Some(vec![grouping]);
        let mut criteria = SearchCriteria::new("quick".to_owned());
        criteria.filter = Some(filter);
        criteria.order_by = Some(SearchOrder::Rank);
        criteria.event_context = Some(context);
        criteria.include_state = Some(true);
        criteria.groupings = Some(groupings);
        let mut categories = SearchCategories::new();
        categories.room_events = Some(criteria);
        let found = self.bob.call(Search::new(categories));
        let found = found.search_categories.room_events.unwrap();
        assert_eq!(found.count, Some(1));
        assert_eq!(found.highlights, ["quick"]);
        let [result] = &found.results[..] else {
            panic!("{found:?}")
        };
        let event = result.result.as_ref().unwrap();
        assert_eq!(event.event_id().as_ref(), Some(first));
        let context = result.context.as_ref().unwrap();
        assert_eq!(context.events_before.len(), 1);
        let profile = &context.profile_info[&self.alice.user_id];
        assert_eq!(profile.name(), Some(self.alice.user_id.localpart()));
        assert!(!found.state[&self.id].is_empty());
        let group = &found.groups.sender[&self.alice.user_id];
        assert_eq!(group.results, std::slice::from_ref(first));
    }

    fn redaction(&self, reply: &EventId) {
        let transaction = self.bob.transaction();
        let mut redact = RedactEvent::new(self.id.clone(), reply.clone(), transaction);
        redact.reason = Some("Never mind".to_owned());
        let redaction = self.bob.call(redact).event_id.unwrap();
        let event = self.event(reply);
        assert_eq!(content::<String>(&event, "body"), None);
        let unsigned = value(&event.unsigned().unwrap());
        assert_eq!(unsigned["redacted_because"]["event_id"], redaction.as_str());
        let redaction = self.event(&redaction);
        assert_eq!(redaction.redacts().as_ref(), Some(reply));
        assert_eq!(
            content::<String>(&redaction, "reason").as_deref(),
            Some("Never mind")
        );
    }
}

fn ids(list: &RawList<RawEvent>) -> Vec<String> {
    let events = events(list).into_iter();
    let ids = events.map(|event| event.event_id().unwrap().into_string());
    ids.collect()
}

fn bodies(list: &RawList<RawEvent>) -> Vec<String> {
    let bodies = events(list)
        .into_iter()
        .map(|event| content(&event, "body"));
    bodies.collect::<Option<_>>().unwrap()
}
