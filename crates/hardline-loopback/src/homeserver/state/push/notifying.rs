use hardline::client_api::push::{PushAction, PushContext, PushOutcome};
use hardline::events::{RawEvent, RoomPower};
use hardline::types::{EventId, Membership, RoomId, Timestamp, UserId};
use serde_json::{Map, Value, json};

use super::super::State;
use super::super::rooms::{Event, Room};
use super::notifications::{Kept, Unread};
use super::pushers::{OutgoingPush, PusherOfDevice};

/// How many notifications wait to be sent.
const MOST_OUTGOING: usize = 10_000;

impl State {
    /// What an event that has just been sent means for those who are to hear of it.
    pub(crate) fn sent(&mut self, now: Timestamp, room_id: &RoomId, event_id: &EventId) {
        let Some(room) = self.rooms.get(room_id) else {
            return;
        };
        let Some(place) = room.place_of(event_id) else {
            return;
        };
        let event = room.event(place);
        let sender = event.sender.clone();
        let thread = room.thread_of(event).to_owned();
        let is_message = event.state_key.is_none();
        let redacts = event.redacts.clone();
        let left = left_by(event);
        let kept = Kept {
            event_id: event_id.clone(),
            place,
            position: event.position,
            thread,
            actions: Vec::new(),
        };
        let notified = self.notified_of(room, event);
        if let Some(redacts) = redacts {
            self.push.notifications.remove(room_id, &redacts);
        }
        if is_message {
            let receipts = &mut self.people.receipts;
            receipts.wrote(room_id, &sender, &kept.thread, place);
            self.mark_active(now, &sender);
            self.send_badges(&sender);
        }
        if let Some(user_id) = left {
            self.set_typing(room_id, &user_id, None);
        }
        for (user_id, actions) in notified {
            let kept = Kept {
                actions,
                ..kept.clone()
            };
            self.push.notifications.add(&user_id, room_id, kept.clone());
            self.push_out(&user_id, room_id, &kept);
        }
    }

    /// The users who are notified of an event, each with what their rules say.
    fn notified_of(&self, room: &Room, event: &Event) -> Vec<(UserId, Vec<PushAction>)> {
        let members: Vec<UserId> = room.members(&Membership::Join).collect();
        let Ok(raw) = RawEvent::new(&as_rules_see(room, event)) else {
            return Vec::new();
        };
        let power = room.power();
        let count = members.len() as u64;
        let invited = invited_by(event);
        let users = members.into_iter().chain(invited);
        let others = users.filter(|user_id| *user_id != event.sender);
        let notified = others.filter_map(|user_id| {
            let rules = self.push.rules.of(&user_id)?;
            let context = context(room, &user_id, count, power.clone());
            let actions = rules.actions(&raw, &context).to_vec();
            let is_notified = PushOutcome::from(actions.as_slice()).notify;
            let hears = || !self.ignored_by(&user_id).contains(event.sender.as_str());
            (is_notified && hears()).then_some((user_id, actions))
        });
        notified.collect()
    }

    /// What a user has not read of a room since they came into it.
    pub(crate) fn unread(&self, user_id: &UserId, room: &Room) -> Unread {
        let notifications = &self.push.notifications;
        notifications.unread(user_id, &room.room_id, |kept| {
            self.has_read(user_id, room, kept)
        })
    }

    /// Whether a user has read what they were notified of.
    pub(crate) fn has_read(&self, user_id: &UserId, room: &Room, kept: &Kept) -> bool {
        let receipts = &self.people.receipts;
        let read = receipts.read_up_to(&room.room_id, user_id, &kept.thread);
        read.max(room.joined_at(user_id))
            .is_some_and(|read| kept.place <= read)
    }

    /// How many rooms have something for the user: what is unread, or an invitation.
    fn badge(&self, user_id: &UserId) -> u64 {
        let rooms = self.rooms.of_user(user_id);
        let rooms = rooms.filter(|room| match room.membership(user_id) {
            Membership::Join => self.unread(user_id, room).total().notifications > 0,
            Membership::Invite => true,
            _ => false,
        });
        rooms.count() as u64
    }

    /// Sends a notification to the user's pushers.
    fn push_out(&mut self, user_id: &UserId, room_id: &RoomId, kept: &Kept) {
        if self.push.pushers.of(user_id).is_empty() {
            return;
        }
        let badge = self.badge(user_id);
        let Some(room) = self.rooms.get(room_id) else {
            return;
        };
        let event = room.event(kept.place);
        let tweaks = tweaks(&kept.actions);
        let pushers = self.push.pushers.of_mut(user_id).iter_mut();
        let outgoing = pushers.filter_map(|pusher| {
            pusher.badge = badge;
            notification(pusher, user_id, room, event, &tweaks)
        });
        let outgoing: Vec<_> = outgoing.collect();
        self.queue(outgoing);
    }

    /// Tells the user's pushers how many rooms are unread, if that is another number than before.
    pub(crate) fn send_badges(&mut self, user_id: &UserId) {
        if self.push.pushers.of(user_id).is_empty() {
            return;
        }
        let badge = self.badge(user_id);
        let pushers = self.push.pushers.of_mut(user_id).iter_mut();
        let outgoing = pushers.filter(|pusher| pusher.badge != badge);
        let outgoing = outgoing.filter_map(|pusher| {
            pusher.badge = badge;
            let notification = object(json!({
                "id": "", "type": null, "sender": "", "counts": {"unread": badge},
            }));
            pusher.outgoing(user_id, notification, Map::new())
        });
        let outgoing: Vec<_> = outgoing.collect();
        self.queue(outgoing);
    }

    fn queue(&mut self, outgoing: Vec<OutgoingPush>) {
        let queue = &mut self.push.outgoing;
        queue.extend(outgoing);
        let excess = queue.len().saturating_sub(MOST_OUTGOING);
        queue.drain(..excess);
    }
}

/// The event as push rules look at it.
fn as_rules_see(room: &Room, event: &Event) -> Value {
    let mut seen = json!({
        "type": event.event_type,
        "event_id": event.event_id,
        "room_id": room.room_id,
        "sender": event.sender,
        "content": event.content,
    });
    if let Some(state_key) = &event.state_key {
        seen["state_key"] = state_key.as_str().into();
    }
    seen
}

fn context(room: &Room, user_id: &UserId, count: u64, power: RoomPower) -> PushContext {
    let mut context = PushContext::new(user_id.clone(), room.room_id.clone(), count);
    context.display_name = name_of(room, user_id);
    context.power = Some(power);
    context
}

fn name_of(room: &Room, user_id: &UserId) -> Option<String> {
    let member = room.state("m.room.member", user_id.as_str())?;
    member.text("displayname").map(str::to_owned)
}

/// The user whom a membership invites.
fn invited_by(event: &Event) -> Option<UserId> {
    (membership_of(event)? == Membership::Invite).then_some(())?;
    UserId::parse(event.state_key.clone()?).ok()
}

/// The user whom a membership takes out of the room.
fn left_by(event: &Event) -> Option<UserId> {
    let membership = membership_of(event)?;
    matches!(membership, Membership::Leave | Membership::Ban).then_some(())?;
    UserId::parse(event.state_key.clone()?).ok()
}

fn membership_of(event: &Event) -> Option<Membership> {
    (event.event_type == "m.room.member").then(|| event.membership())
}

/// What actions say of a notification, by the names of what they say.
fn tweaks(actions: &[PushAction]) -> Map<String, Value> {
    let tweaks = actions.iter().filter_map(|action| match action {
        PushAction::SetTweak { name, value } => {
            let value = value.as_ref().and_then(|value| value.deserialize().ok());
            Some((name.clone(), value.unwrap_or(Value::Bool(true))))
        }
        _ => None,
    });
    tweaks.collect()
}

/// What a gateway is told of an event.
fn notification(
    pusher: &PusherOfDevice,
    user_id: &UserId,
    room: &Room,
    event: &Event,
    tweaks: &Map<String, Value>,
) -> Option<OutgoingPush> {
    let is_set = |name: &str| {
        let value = tweaks.get(name);
        value.is_some_and(|value| !matches!(value, Value::Bool(false) | Value::Null))
    };
    // Of what is encrypted nobody here knows whether it is urgent.
    let is_urgent =
        event.event_type == "m.room.encrypted" || is_set("highlight") || is_set("sound");
    let mut notification = object(json!({
        "event_id": event.event_id,
        "room_id": room.room_id,
        "prio": if is_urgent { "high" } else { "low" },
        "counts": {"unread": pusher.badge},
    }));
    if pusher.is_event_id_only() {
        return pusher.outgoing(user_id, notification, Map::new());
    }
    let mut set = |name: &str, value: Value| notification.insert(name.to_owned(), value);
    set("id", event.event_id.as_str().into());
    set("type", event.event_type.as_str().into());
    set("sender", event.sender.as_str().into());
    set("content", Value::Object(event.content.clone()));
    if let Some(membership) = membership_of(event) {
        let is_target = event.state_key.as_deref() == Some(user_id.as_str());
        set("membership", membership.as_str().into());
        set("user_is_target", is_target.into());
    }
    let sender = name_of(room, &event.sender);
    let sender = sender.unwrap_or_else(|| event.sender.as_str().to_owned());
    set("sender_display_name", sender.into());
    let name = room.state_text("m.room.name", "name");
    if let Some(name) = name.or_else(|| room.state_text("m.room.canonical_alias", "alias")) {
        set("room_name", name.into());
    }
    pusher.outgoing(user_id, notification, tweaks.clone())
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
