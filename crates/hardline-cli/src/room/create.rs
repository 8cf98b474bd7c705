use hardline::client_api::rooms::{CreateRoom, InitialStateEvent, RoomPreset};
use hardline::client_api::user_data::{GetAccountData, SetAccountData};
use hardline::events::{Direct, EventContent, RoomEncryption};
use hardline::json::{JsonObject, RawJson};
use hardline::types::{EncryptionAlgorithm, RoomAliasId, RoomId, RoomVisibility, UserId};
use hardline::wire::ErrorCode;

use super::users::user_ids;
use crate::args;
use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::report::Report;
use crate::room_step::RoomStep;
use crate::session::Session;

pub(super) async fn run(
    options: &args::CreateRoom,
    session: &Session,
    report: &Report,
) -> Result<(), CliError> {
    let alias = options.alias.as_deref();
    let alias = alias
        .map(|alias| own_alias(alias, &session.user))
        .transpose()?;
    let invited = user_ids(&options.invite, session)?;
    if options.direct && invited.len() != 1 {
        return Err(CliError::new(
            Exit::Usage,
            "a direct room is for talking to one user",
            "invite one with --invite, or leave out --direct",
        ));
    }
    let room = room(options, alias.as_ref(), invited.clone())
        .map_err(|error| CliError::local("could not write the request", &error))?;
    let doing = Doing::CreatingTheRoom;
    report.busy(doing.in_words());
    let room_id = session.call(room, doing).await?.room_id;
    if let (true, [user]) = (options.direct, &invited[..])
        && let Err(error) = mark_as_direct(user, &room_id, session).await
    {
        report.warning(&format!(
            "the room is there, but other clients do not learn that it is for talking to {user}: {}",
            error.sentence()
        ));
    }
    if options.encrypted {
        report.warning(
            "the room is encrypted, and this command does not encrypt: write and read there with another client",
        );
    }
    report.result(&RoomStep::RoomCreated {
        room_id: room_id.to_string(),
        alias: alias.map(|alias| alias.to_string()),
    });
    Ok(())
}

fn room(
    options: &args::CreateRoom,
    alias: Option<&RoomAliasId>,
    invited: Vec<UserId>,
) -> Result<CreateRoom, serde_json::Error> {
    let mut room = CreateRoom::new();
    room.name = options.name.clone();
    room.topic = options.topic.clone();
    room.room_alias_name = alias.map(|alias| alias.alias().to_owned());
    let (visibility, preset) = match (options.public, options.direct) {
        (true, _) => (RoomVisibility::Public, RoomPreset::PublicChat),
        (false, true) => (RoomVisibility::Private, RoomPreset::TrustedPrivateChat),
        (false, false) => (RoomVisibility::Private, RoomPreset::PrivateChat),
    };
    (room.visibility, room.preset) = (Some(visibility), Some(preset));
    room.is_direct = options.direct.then_some(true);
    room.invite = Some(invited).filter(|invited| !invited.is_empty());
    if options.encrypted {
        let content = RawJson::new(&RoomEncryption::new(EncryptionAlgorithm::MegolmV1AesSha2))?;
        let mut encryption = InitialStateEvent::new(RoomEncryption::TYPE.to_owned(), content);
        encryption.state_key = Some(String::new());
        room.initial_state = Some(vec![encryption]);
    }
    Ok(room)
}

/// The alias that is meant, of which the name alone is asked for: a homeserver gives none of another.
fn own_alias(text: &str, user: &UserId) -> Result<RoomAliasId, CliError> {
    let refused = |why: &str| {
        CliError::new(
            Exit::Usage,
            format!("{text} is no alias for a room of {user}: {why}"),
            "give the name alone, as in --alias tea",
        )
    };
    let own = user.server_name();
    let own = own.ok_or_else(|| refused("it is not clear on which server"))?;
    let name = text.strip_prefix('#').unwrap_or(text);
    let name = match name.split_once(':') {
        Some((name, server)) if server == own.as_str() => name,
        Some(_) => return Err(refused("it is on another server")),
        None => name,
    };
    if name.is_empty() {
        return Err(refused("it is empty"));
    }
    RoomAliasId::from_parts(name, &own).map_err(|error| refused(&error.to_string()))
}

/// Adds the room to the list that the user's clients have of rooms for talking to one other.
async fn mark_as_direct(
    user: &UserId,
    room_id: &RoomId,
    session: &Session,
) -> Result<(), CliError> {
    let doing = Doing::CreatingTheRoom;
    let event_type = Direct::TYPE.to_owned();
    let known = GetAccountData::new(session.user.clone(), event_type.clone());
    let mut direct = match session.call(known, doing).await {
        Ok(content) => content,
        Err(error) if error.errcode.as_deref() == Some(ErrorCode::NotFound.as_str()) => {
            JsonObject::new()
        }
        Err(error) => return Err(error),
    };
    let mut rooms: Vec<RoomId> = direct.field(user.as_str()).unwrap_or_default();
    rooms.push(room_id.clone());
    let unwritable = |error: serde_json::Error| CliError::local("could not write the list", &error);
    direct.insert(user.as_str(), &rooms).map_err(unwritable)?;
    let content = RawJson::new(&direct).map_err(unwritable)?;
    let list = SetAccountData::new(session.user.clone(), event_type, content);
    session.call(list, doing).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_on_the_users_own_server() {
        let user = UserId::parse("@alice:example.org").unwrap();
        for text in ["tea", "#tea", "#tea:example.org", "tea:example.org"] {
            assert_eq!(
                own_alias(text, &user).unwrap(),
                "#tea:example.org",
                "{text}"
            );
        }
        for (text, why) in [
            ("#tea:example.com", "another server"),
            ("#", "empty"),
            ("te\0a", "U+0000"),
        ] {
            let sentence = own_alias(text, &user).unwrap_err().sentence();
            assert!(sentence.contains(why), "{sentence}");
        }
    }
}
