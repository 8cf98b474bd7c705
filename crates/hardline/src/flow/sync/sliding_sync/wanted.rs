use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use hardline_derive::Persist;

use super::sync_list::{FollowedList, SyncList};
use super::sync_tokens::SlidingSyncTokens;
use crate::client_api::unstable::msc4186::{
    ExtensionsWanted, ListCount, RoomSubscription, SlidingSync,
};
use crate::json::JsonMap;
use crate::types::{PresenceState, RoomId};

/// What the program wants. A server remembers none of it from one request to the next: the program says once what
/// changes, and each request has it all.
#[derive(Debug, Default, Persist)]
pub(super) struct Wanted {
    lists: BTreeMap<String, FollowedList>,
    rooms: BTreeMap<RoomId, RoomSubscription>,
    /// Without tokens.
    extensions: ExtensionsWanted,
    presence: Option<PresenceState>,
    conn_id: Option<String>,
}

/// Whether what is wanted has changed. Then a request on its way asks for the wrong things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(super) enum Change {
    Nothing,
    Something,
}

impl Change {
    fn of(is_any: bool) -> Self {
        if is_any {
            Self::Something
        } else {
            Self::Nothing
        }
    }
}

impl Wanted {
    pub(super) fn set_list(&mut self, name: &str, list: SyncList) -> Change {
        match self.lists.entry(name.to_owned()) {
            Entry::Occupied(mut followed) => Change::of(followed.get_mut().replace(list)),
            Entry::Vacant(place) => {
                place.insert(FollowedList::new(list));
                Change::Something
            }
        }
    }

    pub(super) fn remove_list(&mut self, name: &str) -> Change {
        Change::of(self.lists.remove(name).is_some())
    }

    pub(super) fn subscribe(&mut self, room_id: RoomId, room: RoomSubscription) -> Change {
        let before = self.rooms.insert(room_id.clone(), room);
        Change::of(before.as_ref() != self.rooms.get(&room_id))
    }

    pub(super) fn unsubscribe(&mut self, room_id: &RoomId) -> Change {
        Change::of(self.rooms.remove(room_id).is_some())
    }

    /// The tokens in them do not count: the flow has them.
    pub(super) fn set_extensions(&mut self, mut wanted: ExtensionsWanted) -> Change {
        SlidingSyncTokens::new().fill(&mut wanted);
        Change::of(std::mem::replace(&mut self.extensions, wanted) != self.extensions)
    }

    pub(super) fn set_presence(&mut self, presence: Option<PresenceState>) -> Change {
        Change::of(std::mem::replace(&mut self.presence, presence) != self.presence)
    }

    pub(super) fn set_conn_id(&mut self, conn_id: String) {
        self.conn_id = Some(conn_id);
    }

    /// How many rooms a list has in all, as far as that is known.
    pub(super) fn count(&self, name: &str) -> Option<u64> {
        self.lists.get(name)?.count()
    }

    /// Whether all that is wanted of a list was told.
    pub(super) fn is_list_complete(&self, name: &str) -> bool {
        self.lists.get(name).is_some_and(FollowedList::is_complete)
    }

    /// Whether all that is wanted of the lists was told.
    pub(super) fn is_complete(&self) -> bool {
        self.lists.values().all(FollowedList::is_complete)
    }

    /// The connection is new: the server knows nothing of what was told.
    pub(super) fn begin_anew(&mut self) {
        self.lists.values_mut().for_each(FollowedList::begin_anew);
    }

    /// There is an answer to the latest request. Returns whether a window grows.
    pub(super) fn on_answer(&mut self, counts: &JsonMap<String, ListCount>) -> bool {
        let mut grows = false;
        for (name, list) in &mut self.lists {
            grows |= list.on_answer(counts.get(name).map(|known| known.count));
        }
        grows
    }

    /// The request for what comes after these tokens.
    pub(super) fn request(&mut self, tokens: &SlidingSyncTokens) -> SlidingSync {
        let mut request = SlidingSync::new();
        request.pos.clone_from(&tokens.pos);
        request.set_presence.clone_from(&self.presence);
        request.conn_id.clone_from(&self.conn_id);
        if !self.lists.is_empty() {
            let lists = self.lists.iter_mut();
            let lists = lists.map(|(name, list)| (name.clone(), list.ask()));
            request.lists = Some(lists.collect());
        }
        if !self.rooms.is_empty() {
            let rooms = self.rooms.iter();
            let rooms = rooms.map(|(room_id, room)| (room_id.clone(), room.clone()));
            request.room_subscriptions = Some(rooms.collect());
        }
        if self.extensions != ExtensionsWanted::new() {
            let mut extensions = self.extensions.clone();
            tokens.fill(&mut extensions);
            request.extensions = Some(extensions);
        }
        request
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::client_api::unstable::msc4186::{StatePattern, ToDeviceWanted};
    use crate::wire::{Credentials, Target, encode};

    fn room(timeline_limit: u64) -> RoomSubscription {
        RoomSubscription::new(timeline_limit, vec![StatePattern::new("m.room.name", "")])
    }

    fn room_id(text: &str) -> RoomId {
        RoomId::parse(text).unwrap()
    }

    fn body(wanted: &mut Wanted, tokens: &SlidingSyncTokens) -> (Option<String>, Value) {
        let target = Target::homeserver("https://example.org").unwrap();
        let token = Credentials::Token("t".into());
        let request = encode(&wanted.request(tokens), &target, &token).unwrap();
        let query = request.uri().query().map(str::to_owned);
        (query, serde_json::from_slice(request.body()).unwrap())
    }

    #[test]
    fn each_request_has_all_that_is_wanted_and_what_was_withdrawn_is_gone() {
        let mut wanted = Wanted::default();
        let mut tokens = SlidingSyncTokens::new();
        assert_eq!(body(&mut wanted, &tokens), (None, json!({})));
        let all = SyncList::growing(20, room(1));
        assert_eq!(wanted.set_list("all", all.clone()), Change::Something);
        let subscribed = wanted.subscribe(room_id("!a:x"), room(9));
        assert_eq!(subscribed, Change::Something);
        let mut extensions = ExtensionsWanted::new();
        extensions.to_device = Some(ToDeviceWanted {
            enabled: Some(true),
            since: Some("of somebody else".to_owned()),
            ..ToDeviceWanted::new()
        });
        assert_eq!(wanted.set_extensions(extensions.clone()), Change::Something);
        wanted.set_conn_id("main".to_owned());
        let name = json!([["m.room.name", ""]]);
        let mut expected = json!({
            "conn_id": "main",
            "lists": {"all": {"ranges": [[0, 19]], "timeline_limit": 1, "required_state": name}},
            "room_subscriptions": {"!a:x": {"timeline_limit": 9, "required_state": name}},
            "extensions": {"to_device": {"enabled": true}},
        });
        assert_eq!(body(&mut wanted, &tokens), (None, expected.clone()));
        tokens.pos = Some("5".to_owned());
        tokens.to_device = Some("d5".to_owned());
        expected["extensions"]["to_device"]["since"] = json!("d5");
        let query = Some("pos=5".to_owned());
        assert_eq!(body(&mut wanted, &tokens), (query.clone(), expected));

        // What is said again changes nothing.
        assert_eq!(wanted.set_list("all", all), Change::Nothing);
        let subscribed = wanted.subscribe(room_id("!a:x"), room(9));
        assert_eq!(subscribed, Change::Nothing);
        assert_eq!(wanted.set_extensions(extensions), Change::Nothing);
        assert_eq!(wanted.set_presence(None), Change::Nothing);
        assert_eq!(wanted.remove_list("none"), Change::Nothing);
        assert_eq!(wanted.unsubscribe(&room_id("!b:x")), Change::Nothing);

        assert_eq!(wanted.remove_list("all"), Change::Something);
        assert_eq!(wanted.unsubscribe(&room_id("!a:x")), Change::Something);
        let none = wanted.set_extensions(ExtensionsWanted::new());
        assert_eq!(none, Change::Something);
        assert_eq!(
            wanted.set_presence(Some(PresenceState::Offline)),
            Change::Something
        );
        let query = Some("pos=5&set_presence=offline".to_owned());
        assert_eq!(
            body(&mut wanted, &tokens),
            (query, json!({"conn_id": "main"}))
        );
    }

    #[test]
    fn lists_are_whole_when_each_is() {
        let counts = |all: u64, direct: u64| {
            let count = |count| ListCount {
                count,
                ..ListCount::default()
            };
            JsonMap::from_iter([
                ("all".to_owned(), count(all)),
                ("direct".to_owned(), count(direct)),
            ])
        };
        let mut wanted = Wanted::default();
        assert!(wanted.is_complete());
        let all = SyncList::growing(20, room(1));
        assert_eq!(wanted.set_list("all", all), Change::Something);
        let direct = SyncList::windows([0..=4], room(1));
        assert_eq!(wanted.set_list("direct", direct), Change::Something);
        let tokens = SlidingSyncTokens::new();
        wanted.request(&tokens);
        assert!(wanted.on_answer(&counts(30, 7)));
        assert!(!wanted.is_complete());
        assert_eq!(wanted.count("all"), Some(30));
        assert_eq!(wanted.count("direct"), Some(7));
        wanted.request(&tokens);
        assert!(!wanted.on_answer(&counts(30, 7)));
        assert!(wanted.is_complete());
        wanted.begin_anew();
        assert!(!wanted.is_complete());
        assert_eq!(wanted.count("direct"), Some(7));
    }
}
