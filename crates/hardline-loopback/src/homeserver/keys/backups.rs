use hardline::client_api::e2ee::{
    BackupVersion, DeleteRoomKeysVersion, GetRoomKeysVersion, GetRoomKeysVersionCurrent,
    PostRoomKeysVersion, PostRoomKeysVersionResponse, PutRoomKeysVersion,
};
use hardline::json::{Empty, RawJson};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;
use serde_json::Value;

use super::super::data::HomeserverData;
use super::super::errors::{bad_json, invalid, not_found};
use super::super::request_context::RequestContext;
use super::super::state::Backup;
use crate::handlers::Handlers;

/// How many backups a user may have.
const MOST_BACKUPS: usize = 100;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(create);
    handlers.answer_with(newest);
    handlers.answer_with(one);
    handlers.answer_with(update);
    handlers.answer_with(delete);
}

fn create(
    context: &mut RequestContext<'_>,
    create: PostRoomKeysVersion,
) -> Result<PostRoomKeysVersionResponse, ErrorResponse> {
    let auth_data = decoded(&create.auth_data)?;
    let user_id = context.user_id()?;
    let backups = context.state.backups.of_mut(&user_id);
    if backups.len() >= MOST_BACKUPS {
        return Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::ResourceLimitExceeded,
            "the user has too many backups: delete one",
        ));
    }
    let version = backups.add(create.algorithm, auth_data);
    Ok(PostRoomKeysVersionResponse::new(version.to_string()))
}

fn newest(
    context: &mut RequestContext<'_>,
    _: GetRoomKeysVersionCurrent,
) -> Result<BackupVersion, ErrorResponse> {
    let backups = context.state.backups.of(&context.user_id()?);
    let (version, backup) = backups
        .and_then(|backups| backups.newest())
        .ok_or_else(no_such_backup)?;
    described(version, backup)
}

fn one(
    context: &mut RequestContext<'_>,
    asked: GetRoomKeysVersion,
) -> Result<BackupVersion, ErrorResponse> {
    let backup = context.backup(&asked.version)?;
    let version = number(&asked.version)?;
    described(version, backup)
}

fn update(
    context: &mut RequestContext<'_>,
    update: PutRoomKeysVersion,
) -> Result<Empty, ErrorResponse> {
    let auth_data = decoded(&update.auth_data)?;
    let repeated = context.members()?.remove("version");
    if repeated.is_some_and(|version| version.as_str() != Some(&update.version)) {
        return Err(invalid("the version in the body is not that of the path"));
    }
    let backup = context.backup_mut(&update.version)?;
    if backup.algorithm != update.algorithm {
        return Err(invalid("the algorithm of a backup does not change"));
    }
    backup.auth_data = auth_data;
    Ok(Empty {})
}

fn delete(
    context: &mut RequestContext<'_>,
    delete: DeleteRoomKeysVersion,
) -> Result<Empty, ErrorResponse> {
    let user_id = context.user_id()?;
    let version = number(&delete.version)?;
    match context.state.backups.of_mut(&user_id).remove(version) {
        true => Ok(Empty {}),
        false => Err(no_such_backup()),
    }
}

impl RequestContext<'_> {
    /// A backup of the caller.
    pub(super) fn backup(&self, version: &str) -> Result<&Backup, ErrorResponse> {
        let backups = self.state.backups.of(&self.user_id()?);
        let version = number(version)?;
        backups
            .and_then(|backups| backups.get(version))
            .ok_or_else(no_such_backup)
    }

    pub(super) fn backup_mut(&mut self, version: &str) -> Result<&mut Backup, ErrorResponse> {
        let user_id = self.user_id()?;
        let backups = self.state.backups.of_mut(&user_id);
        backups.get_mut(number(version)?).ok_or_else(no_such_backup)
    }

    /// The newest backup of the caller, if it is this one: no other takes keys.
    pub(super) fn newest_backup_mut(
        &mut self,
        version: &str,
    ) -> Result<&mut Backup, ErrorResponse> {
        self.backup(version)?;
        let backups = self.state.backups.of(&self.user_id()?);
        let newest = backups.and_then(|backups| backups.newest());
        match newest.map(|(newest, _)| newest.to_string()) {
            Some(newest) if newest != version => Err(ErrorResponse::new(
                StatusCode::FORBIDDEN,
                ErrorCode::WrongRoomKeysVersion,
                "there is a newer backup",
            )
            .with("current_version", &newest)),
            _ => self.backup_mut(version),
        }
    }
}

fn described(version: u64, backup: &Backup) -> Result<BackupVersion, ErrorResponse> {
    let auth_data = RawJson::new(&backup.auth_data).map_err(|_| bad_json("it has no JSON form"))?;
    Ok(BackupVersion::new(
        backup.algorithm.clone(),
        auth_data,
        backup.count() as u64,
        backup.etag.to_string(),
        version.to_string(),
    ))
}

fn decoded(auth_data: &RawJson) -> Result<Value, ErrorResponse> {
    auth_data
        .deserialize()
        .map_err(|_| bad_json("auth_data is nested too deep"))
}

/// The number of a version. No backup has one that is none.
fn number(version: &str) -> Result<u64, ErrorResponse> {
    let number: Option<u64> = version.parse().ok();
    let number = number.filter(|number| number.to_string() == version);
    number.ok_or_else(no_such_backup)
}

fn no_such_backup() -> ErrorResponse {
    not_found("there is no such backup")
}
