use std::collections::BTreeSet;

use hardline::events::UserPower;
use hardline::types::{PowerLevel, SafeInteger, UserId};
use hardline::wire::server::ErrorResponse;
use serde_json::Value;

use super::super::event::{EventDraft, Object};
use super::super::room::Room;
use super::allow::allow;
use crate::homeserver::errors::bad_json;

/// The members that are levels.
const LEVELS: [&str; 7] = [
    "users_default",
    "events_default",
    "state_default",
    "ban",
    "redact",
    "kick",
    "invite",
];
/// The members that are maps of levels, beside the users'.
const MAPS: [&str; 2] = ["events", "notifications"];

/// Whether a sender may change the levels so: none above their own, and none of those who are level with them.
pub(super) fn authorize(room: &Room, draft: &EventDraft) -> Result<(), ErrorResponse> {
    let new = &draft.content;
    check_form(room, new)?;
    let nothing = Object::new();
    let old = room.state("m.room.power_levels", "");
    let Some(old) = old.map(|event| &event.content) else {
        return Ok(());
    };
    let power = room.power();
    let own = power.of(&draft.sender);
    let within =
        |level: Option<i64>| level.is_none_or(|level| own >= UserPower::Level(power_level(level)));
    let above = "you cannot give or take levels above your own";
    for name in LEVELS {
        let (old, new) = (level(old, name), level(new, name));
        allow(old == new || (within(old) && within(new)), above)?;
    }
    for map in MAPS {
        let (old, new) = (object(old, map, &nothing), object(new, map, &nothing));
        for name in names(old, new) {
            let (old, new) = (level(old, name), level(new, name));
            allow(old == new || (within(old) && within(new)), above)?;
        }
    }
    let (old, new) = (
        object(old, "users", &nothing),
        object(new, "users", &nothing),
    );
    for name in names(old, new) {
        let (old, new) = (level(old, name), level(new, name));
        if old == new {
            continue;
        }
        allow(within(new), above)?;
        let is_self = draft.sender.as_str() == name;
        let is_below = old.is_none_or(|old| own > UserPower::Level(power_level(old)));
        allow(
            is_self || is_below,
            "you cannot change the level of a user who has yours",
        )?;
    }
    Ok(())
}

fn check_form(room: &Room, levels: &Object) -> Result<(), ErrorResponse> {
    let is_level = |value: &Value| {
        // Up to version 9, a level may be a text with a number in it.
        let text = value.as_str().filter(|_| room.version_number() < 10);
        value.is_i64() || text.is_some_and(|text| text.trim().parse::<i64>().is_ok())
    };
    let bad = || bad_json("a power level is a whole number");
    for name in LEVELS {
        if levels.get(name).is_some_and(|value| !is_level(value)) {
            return Err(bad());
        }
    }
    for name in MAPS.into_iter().chain(["users"]) {
        let Some(map) = levels.get(name) else {
            continue;
        };
        let map = map.as_object().ok_or_else(bad)?;
        if !map.values().all(is_level) {
            return Err(bad());
        }
        if name == "users" && !map.keys().all(|user| UserId::parse(user.as_str()).is_ok()) {
            return Err(bad_json("the levels of users are by the IDs of users"));
        }
    }
    if room.version_number() >= 12 {
        let power = room.power();
        let users = levels.get("users").and_then(Value::as_object);
        let mut users = users.into_iter().flat_map(|users| users.keys());
        let names_creator = users.any(|user| {
            UserId::parse(user.as_str()).is_ok_and(|user| power.of(&user) == UserPower::Creator)
        });
        if names_creator {
            return Err(bad_json("the creators of the room have no level"));
        }
    }
    Ok(())
}

fn level(levels: &Object, name: &str) -> Option<i64> {
    let value = levels.get(name)?;
    value
        .as_i64()
        .or_else(|| value.as_str()?.trim().parse().ok())
}

/// A level that is larger than levels can be is as good as the largest, and a smaller one as the smallest.
fn power_level(level: i64) -> PowerLevel {
    let nearest = if level < 0 {
        SafeInteger::MIN
    } else {
        SafeInteger::MAX
    };
    PowerLevel::from(SafeInteger::try_from(level).unwrap_or(nearest))
}

fn object<'a>(levels: &'a Object, name: &str, nothing: &'a Object) -> &'a Object {
    levels
        .get(name)
        .and_then(Value::as_object)
        .unwrap_or(nothing)
}

fn names<'a>(old: &'a Object, new: &'a Object) -> BTreeSet<&'a str> {
    old.keys().chain(new.keys()).map(String::as_str).collect()
}
