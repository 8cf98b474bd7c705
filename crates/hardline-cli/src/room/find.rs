use hardline::client_api::rooms::GetRoomIdByAlias;
use hardline::types::RoomId;

use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::report::Report;
use crate::room_address::RoomAddress;
use crate::session::Session;

/// The ID of a room: the server knows that of an alias.
pub(crate) async fn find(
    room: &RoomAddress,
    session: &Session,
    report: &Report,
) -> Result<RoomId, CliError> {
    if let Some(room_id) = room.id.room_id() {
        return Ok(room_id);
    }
    let unknown = || {
        CliError::new(
            Exit::Declined,
            format!("there is no room with the alias {}", room.id),
            "check it, or give the room's ID",
        )
    };
    let Some(alias) = room.id.room_alias_id() else {
        return Err(unknown());
    };
    let doing = Doing::FindingTheRoom;
    report.busy(doing.in_words());
    let found = session.call(GetRoomIdByAlias::new(alias), doing).await?;
    found.room_id.ok_or_else(unknown)
}
