//! The backup of room keys.

use hardline::client_api::e2ee::{
    BackupAlgorithm, DeleteRoomKeyBySessionId, DeleteRoomKeys, DeleteRoomKeysByRoomId,
    DeleteRoomKeysVersion, GetRoomKeyBySessionId, GetRoomKeys, GetRoomKeysByRoomId,
    GetRoomKeysVersion, GetRoomKeysVersionCurrent, KeyBackupData, MegolmBackupAuthData,
    PostRoomKeysVersion, PutRoomKeyBySessionId, PutRoomKeys, PutRoomKeysByRoomId,
    PutRoomKeysVersion, RoomKeyBackup,
};
use hardline::json::{JsonMap, RawJson};
use hardline::types::RoomId;
use serde_json::json;

use super::content::{raw, value};
use super::person::Person;
use super::trial::Trial;

pub(super) fn run(trial: &Trial<'_>) {
    // One who has no backup.
    let heidi = Person::register(trial, "heidi");
    let refused = heidi.refused(GetRoomKeysVersionCurrent::new());
    assert_eq!(refused, (404, "M_NOT_FOUND".to_owned()));
    let version = versions(&heidi);
    let rooms = ["!one:backup.test", "!two:backup.test", "!three:backup.test"];
    let rooms = rooms.map(|room_id| RoomId::parse(room_id).unwrap());
    store(&heidi, &version, &rooms);
    read(&heidi, &version, &rooms);
    delete(&heidi, &version, &rooms);
}

const ALGORITHM: BackupAlgorithm = BackupAlgorithm::MegolmV1Curve25519AesSha2;
/// As servers have to take it: with all characters of base64.
const SESSION: &str = "sess+ion/1=7c1HNkKMxXYyt/PaJyz5r693uCeIs2S5RmFeY";

fn auth_data(public_key: &str) -> RawJson {
    RawJson::new(&MegolmBackupAuthData::new(public_key.to_owned())).unwrap()
}

fn versions(heidi: &Person<'_>) -> String {
    let first = heidi.call(PostRoomKeysVersion::new(ALGORITHM, auth_data("first")));
    let second = heidi.call(PostRoomKeysVersion::new(ALGORITHM, auth_data("second")));
    let version = second.version;
    assert_ne!(version, first.version);
    heidi.call(DeleteRoomKeysVersion::new(first.version.clone()));
    let gone = heidi.refused(GetRoomKeysVersion::new(first.version));
    assert_eq!(gone, (404, "M_NOT_FOUND".to_owned()));

    let update = PutRoomKeysVersion::new(version.clone(), ALGORITHM, auth_data("third"));
    heidi.call(update);
    let current = heidi.call(GetRoomKeysVersionCurrent::new());
    assert_eq!(current.version, version);
    assert_eq!(current.algorithm, ALGORITHM);
    assert_eq!(current.count, Some(0));
    let auth_data: MegolmBackupAuthData = current.auth_data.deserialize().unwrap();
    assert_eq!(auth_data.public_key, "third");
    version
}

fn key(index: u64) -> KeyBackupData {
    let data = json!({"ephemeral": "e", "ciphertext": format!("c{index}"), "mac": "m"});
    KeyBackupData::new(index, 0, true, raw(data))
}

fn sessions(index: u64) -> JsonMap<String, KeyBackupData> {
    JsonMap::from([(SESSION.to_owned(), key(index))])
}

fn store(heidi: &Person<'_>, version: &str, [one, two, three]: &[RoomId; 3]) {
    let rooms = JsonMap::from([(one.clone(), RoomKeyBackup::new(sessions(3)))]);
    let update = heidi.call(PutRoomKeys::new(version.to_owned(), rooms));
    assert_eq!(update.count, Some(1));
    let first_etag = update.etag.unwrap();
    let put = PutRoomKeysByRoomId::new(two.clone(), version.to_owned(), sessions(2));
    assert_eq!(heidi.call(put).count, Some(2));
    let put = |version: &str| {
        let key = key(1);
        PutRoomKeyBySessionId::new(
            three.clone(),
            SESSION.to_owned(),
            version.to_owned(),
            key.first_message_index,
            key.forwarded_count,
            key.is_verified,
            key.session_data,
        )
    };
    let update = heidi.call(put(version));
    assert_eq!(update.count, Some(3));
    assert_ne!(update.etag.unwrap(), first_etag);
    let refused = heidi.refused(put("1000"));
    assert_eq!(refused, (404, "M_NOT_FOUND".to_owned()));
}

fn read(heidi: &Person<'_>, version: &str, [one, two, three]: &[RoomId; 3]) {
    let rooms = heidi.call(GetRoomKeys::new(version.to_owned())).rooms;
    assert_eq!(rooms.len(), 3);
    assert_key(&rooms[one].sessions[SESSION], 3);
    let room = heidi.call(GetRoomKeysByRoomId::new(two.clone(), version.to_owned()));
    assert_key(&room.sessions[SESSION], 2);
    let get = GetRoomKeyBySessionId::new(three.clone(), SESSION.to_owned(), version.to_owned());
    assert_key(&heidi.call(get), 1);
}

fn assert_key(found: &KeyBackupData, index: u64) {
    let expected = key(index);
    assert_eq!(found.first_message_index, expected.first_message_index);
    assert_eq!(found.forwarded_count, expected.forwarded_count);
    assert_eq!(found.is_verified, expected.is_verified);
    assert_eq!(value(&found.session_data), value(&expected.session_data));
}

fn delete(heidi: &Person<'_>, version: &str, [one, two, three]: &[RoomId; 3]) {
    let delete =
        DeleteRoomKeyBySessionId::new(three.clone(), SESSION.to_owned(), version.to_owned());
    assert_eq!(heidi.call(delete).count, Some(2));
    let delete = DeleteRoomKeysByRoomId::new(two.clone(), version.to_owned());
    assert_eq!(heidi.call(delete).count, Some(1));
    let version = version.to_owned();
    assert_eq!(
        heidi.call(DeleteRoomKeys::new(version.clone())).count,
        Some(0)
    );
    let room = heidi.call(GetRoomKeysByRoomId::new(one.clone(), version));
    assert!(room.sessions.is_empty());
}
