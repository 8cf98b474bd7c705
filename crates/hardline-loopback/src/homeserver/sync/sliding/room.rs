use hardline::client_api::sync::JoinedRoom;
use hardline::client_api::unstable::msc4186::{Hero, SlidingSyncRoom};
use hardline::types::{Membership, MxcUri, UserId};

use super::super::joined::{RoomNews, summary};
use super::super::parts;
use super::super::scope::SyncScope;
use super::lists;
use super::wanted::Wanted;
use crate::homeserver::state::{Event, Room, ToldRoom, stripped_state};

/// What a response has of a room.
pub(super) struct News {
    /// `None` if there is nothing new.
    pub(super) shown: Option<SlidingSyncRoom>,
    /// What the extensions take theirs from.
    pub(super) joined: JoinedRoom,
    /// What the client knows of it then.
    pub(super) told: ToldRoom,
}

/// What is new of a room for a client that knows `before` of it.
pub(super) fn news(
    scope: &mut SyncScope<'_>,
    room: &Room,
    wanted: &Wanted,
    before: Option<&ToldRoom>,
) -> News {
    let told = told(scope.until, wanted, before);
    let user_id = scope.viewer.user_id;
    let membership = room.membership(user_id);
    if !room.may_look(user_id) && room.end_for(user_id).is_none() {
        let shown = before_joining(scope, room, &membership, before);
        let joined = JoinedRoom::default();
        return News {
            shown,
            joined,
            told,
        };
    }
    scope.since = before.map(|before| before.position);
    scope.selection.limit = wanted.timeline_limit;
    let end = room.end_for(user_id).unwrap_or_default();
    let news = RoomNews::new(scope, room, end);
    let mut joined = JoinedRoom::default();
    parts::add_to_room(scope, room, news.is_whole(), &mut joined);
    let mut shown = SlidingSyncRoom::default();
    shown.initial = news.is_whole();
    // A longer timeline than the client knows comes whole, even if nothing is new.
    let is_longer = before.is_some_and(|before| wanted.timeline_limit > before.timeline_limit);
    let timeline = if is_longer && !shown.initial {
        shown.unstable_expanded_timeline = true;
        RoomNews::of_all(scope, room, end).timeline()
    } else {
        news.timeline()
    };
    let added = wanted.required_state.iter();
    let added = added.filter(|pattern| {
        shown.initial || !before.is_some_and(|before| before.required_state.contains(pattern))
    });
    let added: Vec<_> = added.cloned().collect();
    let state = news.required_state(&wanted.required_state, &added);
    let is_new = shown.initial
        || shown.unstable_expanded_timeline
        || !timeline.events.is_empty()
        || !state.is_empty();
    shown.required_state = news.shown(state.into_iter());
    shown.num_live = (!shown.initial).then(|| timeline.events.len() as u64);
    shown.timeline = timeline.events;
    shown.prev_batch = timeline.prev_batch;
    shown.limited = timeline.limited;
    shown.bump_stamp = Some(lists::bump_stamp(scope, room));
    shown.membership = Some(membership);
    if !wanted.lists.is_empty() {
        shown.lists = Some(wanted.lists.clone());
    }
    face(scope, room, end, &mut shown);
    let counts = joined.unread_notifications.clone().unwrap_or_default();
    shown.notification_count = Some(counts.notification_count);
    shown.highlight_count = Some(counts.highlight_count);
    let shown = is_new.then_some(shown);
    News {
        shown,
        joined,
        told,
    }
}

fn told(until: u64, wanted: &Wanted, before: Option<&ToldRoom>) -> ToldRoom {
    let mut told = ToldRoom {
        position: until,
        timeline_limit: wanted.timeline_limit,
        required_state: wanted.required_state.clone(),
    };
    if let Some(before) = before {
        told.timeline_limit = told.timeline_limit.max(before.timeline_limit);
        let older = before.required_state.iter();
        let older = older.filter(|pattern| !wanted.required_state.contains(pattern));
        told.required_state.extend(older.cloned());
    }
    told
}

/// A room that the user is not in yet: what they see of it before they join.
fn before_joining(
    scope: &SyncScope<'_>,
    room: &Room,
    membership: &Membership,
    before: Option<&ToldRoom>,
) -> Option<SlidingSyncRoom> {
    let user_id = scope.viewer.user_id;
    let position = room.memberships_of(user_id).last()?.position;
    if before.is_some_and(|before| before.position >= position) {
        return None;
    }
    let mut shown = SlidingSyncRoom::default();
    shown.initial = true;
    shown.invite_state = Some(stripped_state(room, user_id).into_iter().collect());
    shown.bump_stamp = Some(position);
    shown.membership = Some(membership.clone());
    face(scope, room, room.events().len(), &mut shown);
    Some(shown)
}

/// What a list shows of a room.
fn face(scope: &SyncScope<'_>, room: &Room, end: usize, shown: &mut SlidingSyncRoom) {
    let user_id = scope.viewer.user_id;
    let text = |event_type: &str, name: &str| {
        let event = room.state_at(end, event_type, "")?;
        Some(event.text(name)?.to_owned()).filter(|text| !text.is_empty())
    };
    shown.name = text("m.room.name", "name");
    shown.avatar = text("m.room.avatar", "url").and_then(|url| MxcUri::parse(url).ok());
    let summary = summary(room, end, user_id);
    shown.joined_count = summary.joined_member_count;
    shown.invited_count = summary.invited_member_count;
    if shown.name.is_none() {
        let heroes = summary.heroes.unwrap_or_default();
        shown.heroes = Some(
            heroes
                .into_iter()
                .map(|user| hero(room, end, user))
                .collect(),
        );
    }
    let direct = scope.state.direct_rooms_of(user_id);
    shown.is_dm = direct.contains(&room.room_id).then_some(true);
}

fn hero(room: &Room, end: usize, user_id: UserId) -> Hero {
    let member = room.state_at(end, "m.room.member", user_id.as_str());
    let text = |name| member.and_then(|member: &Event| member.text(name));
    let mut hero = Hero::new(user_id);
    hero.displayname = text("displayname").map(str::to_owned);
    hero.avatar_url = text("avatar_url").and_then(|url| MxcUri::parse(url).ok());
    hero
}
