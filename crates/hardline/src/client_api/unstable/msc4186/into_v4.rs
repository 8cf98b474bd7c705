use crate::client_api::unstable::msc4186::{
    ListFilters, ListFiltersV4, ListRange, RequiredState, RoomSubscription, RoomSubscriptionV4,
    SlidingSync, SlidingSyncList, SlidingSyncListV4, SlidingSyncV4, StatePattern, StateSelector,
};
use crate::types::UserId;

impl SlidingSync {
    /// The same request in the form that was accepted. A list has one range there: it reaches from the first to the last
    /// place that is wanted. [`txn_id`](Self::txn_id) is gone.
    #[must_use]
    pub fn into_v4(self, me: &UserId) -> SlidingSyncV4 {
        let lists = self.lists.map(|lists| {
            let lists = lists.into_iter();
            lists.map(|(name, list)| (name, list.into_v4(me))).collect()
        });
        let rooms = self.room_subscriptions.map(|rooms| {
            let rooms = rooms.into_iter();
            rooms.map(|(id, room)| (id, room.into_v4(me))).collect()
        });
        SlidingSyncV4 {
            conn_id: self.conn_id,
            pos: self.pos,
            timeout: self.timeout,
            set_presence: self.set_presence,
            lists,
            room_subscriptions: rooms,
            extensions: self.extensions,
        }
    }
}

impl SlidingSyncList {
    fn into_v4(self, me: &UserId) -> SlidingSyncListV4 {
        let places = || self.ranges.iter().flat_map(ListRange::places);
        let range = places().min().zip(places().max());
        SlidingSyncListV4 {
            timeline_limit: self.timeline_limit,
            required_state: required_state(self.required_state, me),
            range: range.map(|(first, last)| ListRange::new(first, last)),
            filters: self.filters.map(ListFilters::into_v4),
        }
    }
}

impl RoomSubscription {
    fn into_v4(self, me: &UserId) -> RoomSubscriptionV4 {
        RoomSubscriptionV4 {
            timeline_limit: self.timeline_limit,
            required_state: required_state(self.required_state, me),
        }
    }
}

impl ListFilters {
    fn into_v4(self) -> ListFiltersV4 {
        ListFiltersV4 {
            is_dm: self.is_dm,
            spaces: self.spaces,
            is_encrypted: self.is_encrypted,
            is_invited: self.is_invite,
            room_types: self.room_types,
            not_room_types: self.not_room_types,
            tags: self.tags,
            not_tags: self.not_tags,
        }
    }
}

fn required_state(patterns: Vec<StatePattern>, me: &UserId) -> RequiredState {
    let mut required = RequiredState::new();
    let mut include = Vec::new();
    for pattern in patterns {
        let Some((event_type, state_key)) = pattern.parts() else {
            continue;
        };
        if event_type == "m.room.member" && state_key == StatePattern::LAZY {
            required.lazy_members = Some(true);
            continue;
        }
        let unless_all = |text: &str| (text != StatePattern::ALL).then(|| text.to_owned());
        include.push(StateSelector {
            event_type: unless_all(event_type),
            state_key: match state_key {
                StatePattern::ME => Some(me.as_str().to_owned()),
                _ => unless_all(state_key),
            },
        });
    }
    required.include = Some(include);
    required
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::client_api::unstable::msc4186::SlidingSyncResponse;
    use crate::json::JsonMap;
    use crate::types::RoomId;
    use crate::wire::{Credentials, Target, decode, encode};

    #[test]
    fn the_accepted_form_says_the_same_under_its_own_names() {
        let state = [
            ("m.room.name", ""),
            ("*", "*"),
            ("m.room.member", "$LAZY"),
            ("m.room.member", "$ME"),
            ("m.space.child", "*"),
        ];
        let state = || state.map(|(event_type, key)| StatePattern::new(event_type, key));
        let mut list = SlidingSyncList::new(
            vec![ListRange::new(40, 59), ListRange::new(0, 19)],
            3,
            state().into(),
        );
        let mut filters = ListFilters::new();
        filters.is_invite = Some(true);
        filters.not_room_types = Some(vec![None]);
        list.filters = Some(filters);
        let room = RoomSubscription::new(20, Vec::new());
        let sync = SlidingSync {
            pos: Some("5".to_owned()),
            timeout: Some(0),
            txn_id: Some("t".to_owned()),
            lists: Some(JsonMap::from_iter([("a".to_owned(), list)])),
            room_subscriptions: Some(JsonMap::from_iter([(
                RoomId::parse("!r:example.org").unwrap(),
                room,
            )])),
            ..SlidingSync::new()
        };
        let v4 = sync.into_v4(&UserId::parse("@me:example.org").unwrap());
        let wanted = json!({
            "pos": "5",
            "timeout": 0,
            "lists": {"a": {
                "timeline_limit": 3,
                "required_state": {
                    "include": [
                        {"type": "m.room.name", "state_key": ""},
                        {},
                        {"type": "m.room.member", "state_key": "@me:example.org"},
                        {"type": "m.space.child"},
                    ],
                    "lazy_members": true,
                },
                "range": [0, 59],
                "filters": {"is_invited": true, "not_room_types": [null]},
            }},
            "room_subscriptions": {"!r:example.org": {"timeline_limit": 20, "required_state": {"include": []}}},
        });
        let target = Target::homeserver("https://example.org").unwrap();
        let token = Credentials::Token("t".into());
        let request = encode(&v4, &target, &token).unwrap();
        let sent: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        assert_eq!(sent, wanted);
        assert_eq!(request.uri().query(), None);
    }

    #[test]
    fn one_response_has_the_names_of_both_forms() {
        let unstable = r#"{"pos": "1", "rooms": {"!r:x": {"heroes": [{"user_id": "@a:x", "name": "A", "avatar": "mxc://x/a"}],
            "unstable_expanded_timeline": true, "invite_state": [{"type": "m.room.name"}]}}}"#;
        let accepted = unstable
            .replace("\"name\": \"A\"", "\"displayname\": \"A\"")
            .replace("\"avatar\"", "\"avatar_url\"")
            .replace("unstable_expanded_timeline", "expanded_timeline")
            .replace("invite_state", "stripped_state");
        assert!(!accepted.contains("unstable"));
        let room_of = |answer: SlidingSyncResponse| answer.rooms.values().next().cloned().unwrap();
        let unstable = decode::<SlidingSync>(http::Response::new(unstable.to_owned())).unwrap();
        let accepted = decode::<SlidingSyncV4>(http::Response::new(accepted)).unwrap();
        for room in [room_of(unstable), room_of(accepted)] {
            assert!(room.is_expanded());
            assert_eq!(room.stripped().unwrap().len(), 1);
            let hero = &room.heroes.as_ref().unwrap()[0];
            assert_eq!(hero.display_name(), Some("A"));
            assert_eq!(hero.picture().unwrap().as_str(), "mxc://x/a");
        }
    }
}
