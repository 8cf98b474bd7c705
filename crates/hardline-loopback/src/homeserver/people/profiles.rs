use hardline::client_api::unstable::msc4437::ReplaceProfile;
use hardline::client_api::unstable::msc4536::QueryProfiles;
use hardline::client_api::user_data::{
    DeleteProfileField, GetProfileField, GetUserProfile, Profile, SetProfileField,
};
use hardline::json::{Empty, JsonMap, JsonObject, RawJson};
use hardline::types::{Membership, RoomId, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use serde_json::Value;

use super::super::data::HomeserverData;
use super::super::errors::{invalid, not_found};
use super::super::request_context::RequestContext;
use super::super::state::Object;
use super::shown::shown;
use crate::handlers::Handlers;

/// How many bytes the name of a field may have.
const LONGEST_NAME: usize = 255;
/// How many bytes a profile may have.
const LARGEST_PROFILE: usize = 64 << 10;
/// How many characters a display name may have.
const LONGEST_DISPLAY_NAME: usize = 256;
/// How many characters the address of a picture may have.
const LONGEST_AVATAR_URL: usize = 1_000;
/// How many users' profiles are asked for at once.
const MOST_ASKED: usize = 100;
/// The fields that are texts, and stand in memberships too.
const TEXTS: [&str; 2] = ["displayname", "avatar_url"];

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<GetUserProfile>(|context, asked| {
        let profile = context.state.profiles.of(&asked.user_id);
        let profile = profile.filter(|profile| !profile.is_empty());
        Ok(Profile::new(shown(profile.ok_or_else(no_profile)?)))
    });
    handlers.answer_with(one);
    handlers.answer_with(set);
    handlers.answer_with::<DeleteProfileField>(|context, delete| {
        let user_id = context.only(&delete.user_id)?;
        change(context, &user_id, &delete.key_name, None)
    });
    handlers.answer_with(set_all);
    handlers.answer_with(several);
}

fn one(context: &mut RequestContext<'_>, asked: GetProfileField) -> Result<Profile, ErrorResponse> {
    check_name(&asked.key_name)?;
    let profile = context.state.profiles.of(&asked.user_id);
    let profile = profile.ok_or_else(no_profile)?;
    match profile.get_key_value(&asked.key_name) {
        Some(field) => Ok(Profile::new(shown([field]))),
        // Everybody has these two, if only as nothing.
        None if TEXTS.contains(&&*asked.key_name) => Ok(Profile::default()),
        None => Err(not_found("the profile has no such field")),
    }
}

fn set(context: &mut RequestContext<'_>, set: SetProfileField) -> Result<Empty, ErrorResponse> {
    let user_id = context.only(&set.user_id)?;
    let name = &set.key_name;
    let value = set.content.raw(name).ok_or_else(|| {
        let message = format!("{name} is required and missing");
        ErrorResponse::bad_request(ErrorCode::MissingParam, &message)
    })?;
    let value = checked(name, decoded(value)?)?;
    change(context, &user_id, name, value)
}

fn decoded(value: &RawJson) -> Result<Value, ErrorResponse> {
    let value = value.deserialize();
    value.map_err(|_| ErrorResponse::bad_request(ErrorCode::BadJson, "the value is not JSON"))
}

/// The value of a field that a client sets; `None` if that removes it.
fn checked(name: &str, value: Value) -> Result<Option<Value>, ErrorResponse> {
    let longest = match name {
        "displayname" => LONGEST_DISPLAY_NAME,
        "avatar_url" => LONGEST_AVATAR_URL,
        _ => return Ok(Some(value)),
    };
    let Some(text) = value.as_str() else {
        return Err(invalid(&format!("{name} is a text")));
    };
    if text.chars().count() > longest {
        let message = format!("{name} has {longest} characters at most");
        return Err(invalid(&message));
    }
    Ok(if text.is_empty() { None } else { Some(value) })
}

/// Changes a field, or removes it.
fn change(
    context: &mut RequestContext<'_>,
    user_id: &UserId,
    name: &str,
    value: Option<Value>,
) -> Result<Empty, ErrorResponse> {
    check_name(name)?;
    let profile = context.state.profiles.of(user_id);
    let mut profile = profile.cloned().unwrap_or_default();
    match value {
        Some(value) => profile.insert(name.to_owned(), value),
        None => profile.remove(name),
    };
    replace(context, user_id, profile)
}

/// Gives a user another profile, and says so in the memberships as far as it stands in them.
fn replace(
    context: &mut RequestContext<'_>,
    user_id: &UserId,
    profile: Object,
) -> Result<Empty, ErrorResponse> {
    check_size(&profile)?;
    let of_member = context.state.profiles.of_member(user_id);
    context.state.profiles.replace(user_id, profile);
    if context.state.profiles.of_member(user_id) != of_member {
        propagate(context, user_id);
    }
    Ok(Empty {})
}

fn set_all(context: &mut RequestContext<'_>, set: ReplaceProfile) -> Result<Empty, ErrorResponse> {
    let user_id = context.only(&set.user_id)?;
    let mut profile = Object::new();
    for (name, value) in set.profile.iter() {
        check_name(name)?;
        if let Some(value) = checked(name, decoded(value)?)? {
            profile.insert(name.to_owned(), value);
        }
    }
    replace(context, &user_id, profile)
}

/// The profiles of several users, as far as they have any.
fn several(
    context: &mut RequestContext<'_>,
    asked: QueryProfiles,
) -> Result<JsonMap<UserId, JsonObject>, ErrorResponse> {
    if asked.users.len() > MOST_ASKED {
        return Err(invalid(&format!(
            "{MOST_ASKED} users at most are asked for"
        )));
    }
    let is_wanted = |name: &String| {
        let fields = asked.fields.as_ref();
        fields.is_none_or(|fields| fields.contains(name))
    };
    let found = asked.users.into_iter().filter_map(|user_id| {
        let profile = context.state.profiles.of(&user_id)?.iter();
        let wanted = shown(profile.filter(|(name, _)| is_wanted(name)));
        Some((user_id, wanted))
    });
    Ok(found.collect())
}

/// Says in all rooms of a user how they are called now.
fn propagate(context: &mut RequestContext<'_>, user_id: &UserId) {
    let now = context.now();
    let rooms = context.state.rooms.of_user(user_id);
    let rooms = rooms.filter(|room| room.is_joined(user_id));
    let rooms: Vec<RoomId> = rooms.map(|room| room.room_id.clone()).collect();
    for room_id in rooms {
        // A room that is full keeps the old name.
        let _ = context.state.set_membership(
            now,
            &room_id,
            user_id,
            user_id,
            &Membership::Join,
            Object::new(),
        );
    }
}

fn check_name(name: &str) -> Result<(), ErrorResponse> {
    if name.len() > LONGEST_NAME {
        return Err(ErrorResponse::bad_request(
            ErrorCode::KeyTooLarge,
            "the name of a field has 255 bytes at most",
        ));
    }
    let begins = name.starts_with(|letter: char| letter.is_ascii_lowercase());
    let is_letter = |letter: char| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_.".contains(letter)
    };
    if begins && name.chars().all(is_letter) {
        Ok(())
    } else {
        Err(invalid(
            "the name of a field has small letters, digits and -_. and begins with a letter",
        ))
    }
}

fn check_size(profile: &Object) -> Result<(), ErrorResponse> {
    let size = serde_json::to_string(profile).map_or(usize::MAX, |text| text.len());
    if size > LARGEST_PROFILE {
        return Err(ErrorResponse::bad_request(
            ErrorCode::ProfileTooLarge,
            "a profile has 64 KiB at most",
        ));
    }
    Ok(())
}

fn no_profile() -> ErrorResponse {
    not_found("there is no such profile")
}
