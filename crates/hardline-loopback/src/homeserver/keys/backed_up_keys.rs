use hardline::client_api::e2ee::{
    BackupUpdate, DeleteRoomKeyBySessionId, DeleteRoomKeys, DeleteRoomKeysByRoomId,
    GetRoomKeyBySessionId, GetRoomKeys, GetRoomKeysByRoomId, GetRoomKeysResponse, KeyBackupData,
    PutRoomKeyBySessionId, PutRoomKeys, PutRoomKeysByRoomId, RoomKeyBackup,
};
use hardline::types::RoomId;
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::errors::{not_found, too_large};
use super::super::request_context::RequestContext;
use super::super::state::Backup;
use crate::handlers::Handlers;

/// How many keys a backup may have.
const MOST_KEYS: usize = 200_000;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(all);
    handlers.answer_with(of_room);
    handlers.answer_with(of_session);
    handlers.answer_with::<PutRoomKeys>(|context, put| {
        let rooms = put.rooms.iter();
        let keys = rooms.flat_map(|(room_id, room)| {
            let sessions = room.sessions.iter();
            sessions.map(move |(session_id, key)| (room_id, session_id.as_str(), key))
        });
        store(context, &put.version, keys.collect())
    });
    handlers.answer_with::<PutRoomKeysByRoomId>(|context, put| {
        let sessions = put.sessions.iter();
        let keys = sessions.map(|(session_id, key)| (&put.room_id, session_id.as_str(), key));
        store(context, &put.version, keys.collect())
    });
    handlers.answer_with::<PutRoomKeyBySessionId>(|context, put| {
        let key = KeyBackupData::new(
            put.first_message_index,
            put.forwarded_count,
            put.is_verified,
            put.session_data,
        );
        let key = (&put.room_id, put.session_id.as_str(), &key);
        store(context, &put.version, vec![key])
    });
    handlers.answer_with::<DeleteRoomKeys>(|context, delete| {
        remove(context, &delete.version, None, None)
    });
    handlers.answer_with::<DeleteRoomKeysByRoomId>(|context, delete| {
        remove(context, &delete.version, Some(&delete.room_id), None)
    });
    handlers.answer_with::<DeleteRoomKeyBySessionId>(|context, delete| {
        let session_id = Some(delete.session_id.as_str());
        remove(context, &delete.version, Some(&delete.room_id), session_id)
    });
}

fn all(
    context: &mut RequestContext<'_>,
    asked: GetRoomKeys,
) -> Result<GetRoomKeysResponse, ErrorResponse> {
    let rooms = context.backup(&asked.version)?.rooms();
    let rooms = rooms.map(|(room_id, sessions)| {
        let sessions = sessions.into_iter().collect();
        (room_id.clone(), RoomKeyBackup::new(sessions))
    });
    Ok(GetRoomKeysResponse::new(rooms.collect()))
}

fn of_room(
    context: &mut RequestContext<'_>,
    asked: GetRoomKeysByRoomId,
) -> Result<RoomKeyBackup, ErrorResponse> {
    let sessions = context.backup(&asked.version)?.room(&asked.room_id);
    Ok(RoomKeyBackup::new(sessions.into_iter().collect()))
}

fn of_session(
    context: &mut RequestContext<'_>,
    asked: GetRoomKeyBySessionId,
) -> Result<KeyBackupData, ErrorResponse> {
    let mut sessions = context.backup(&asked.version)?.room(&asked.room_id);
    let key = sessions.remove(&asked.session_id);
    key.ok_or_else(|| not_found("the backup has no key of this session"))
}

fn store(
    context: &mut RequestContext<'_>,
    version: &str,
    keys: Vec<(&RoomId, &str, &KeyBackupData)>,
) -> Result<BackupUpdate, ErrorResponse> {
    let backup = context.newest_backup_mut(version)?;
    if backup.count() + keys.len() > MOST_KEYS {
        return Err(too_large("the backup would have more than 200,000 keys"));
    }
    let mut is_changed = false;
    for (room_id, session_id, key) in keys {
        is_changed |= backup.put(room_id, session_id, key);
    }
    if is_changed {
        backup.etag += 1;
    }
    Ok(state_of(backup))
}

fn remove(
    context: &mut RequestContext<'_>,
    version: &str,
    room_id: Option<&RoomId>,
    session_id: Option<&str>,
) -> Result<BackupUpdate, ErrorResponse> {
    let backup = context.backup_mut(version)?;
    backup.delete(room_id, session_id);
    Ok(state_of(backup))
}

fn state_of(backup: &Backup) -> BackupUpdate {
    BackupUpdate::new(backup.etag.to_string(), backup.count() as u64)
}
