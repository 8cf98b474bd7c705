//! `room`.

mod create;
mod find;
mod users;

use std::time::Duration;

use hardline::client_api::membership::{InviteUser, JoinRoom, LeaveRoom};
use hardline::client_api::room_events::GetJoinedMembersByRoom;
use hardline::wire::WithOptions;

use crate::args::{self, Room};
use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::interrupt::Interrupt;
use crate::prompt::Prompt;
use crate::report::Report;
use crate::room_step::{MemberRow, RoomStep};
use crate::session::Session;

use users::user_ids;

pub(crate) use find::find;

/// How long joining a room of other servers may take.
const PATIENCE: Duration = Duration::from_secs(300);

pub(crate) async fn run(room: &Room, report: &Report) -> Result<(), CliError> {
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let session = Session::begin(room.account(), report, &prompt, &interrupt).await?;
    let ended = match room {
        Room::Create(options) => create::run(options, &session, report).await,
        Room::Join(options) => join(options, &session, report).await,
        Room::Leave(options) => leave(options, &session, report).await,
        Room::Invite(options) => invite(options, &session, report).await,
        Room::Members(options) => members(options, &session, report).await,
    };
    session.end(report).await;
    ended
}

async fn join(
    options: &args::JoinRoom,
    session: &Session,
    report: &Report,
) -> Result<(), CliError> {
    let doing = Doing::JoiningTheRoom;
    report.busy(doing.in_words());
    let mut join = JoinRoom::new(options.room.id.clone());
    join.via = options
        .via
        .iter()
        .chain(&options.room.via)
        .cloned()
        .collect();
    join.reason = options.reason.clone();
    let patience = options.account.network.patience(PATIENCE);
    let join = WithOptions::new(join).timeout(patience);
    let joined = session.call(join, doing).await?;
    report.result(&RoomStep::RoomJoined {
        room_id: joined.room_id.to_string(),
    });
    Ok(())
}

async fn leave(
    options: &args::LeaveRoom,
    session: &Session,
    report: &Report,
) -> Result<(), CliError> {
    let room_id = find(&options.room, session, report).await?;
    let doing = Doing::LeavingTheRoom;
    report.busy(doing.in_words());
    let mut leave = LeaveRoom::new(room_id.clone());
    leave.reason = options.reason.clone();
    session.call(leave, doing).await?;
    report.result(&RoomStep::RoomLeft {
        room_id: room_id.to_string(),
    });
    Ok(())
}

/// Invites one after the other: the first whom the server refuses ends it, and those before are told.
async fn invite(
    options: &args::Invite,
    session: &Session,
    report: &Report,
) -> Result<(), CliError> {
    let users = user_ids(&options.users, session)?;
    let room_id = find(&options.room, session, report).await?;
    let doing = Doing::Inviting;
    for user_id in users {
        report.busy(doing.in_words());
        let mut invite = InviteUser::new(room_id.clone(), user_id.clone());
        invite.reason = options.reason.clone();
        let invited = session.call(invite, doing).await;
        invited.map_err(|error| error.after(&format!("could not invite {user_id}")))?;
        report.result(&RoomStep::Invited {
            room_id: room_id.to_string(),
            user_id: user_id.to_string(),
        });
    }
    Ok(())
}

async fn members(
    options: &args::Members,
    session: &Session,
    report: &Report,
) -> Result<(), CliError> {
    let room_id = find(&options.room, session, report).await?;
    let doing = Doing::ListingMembers;
    report.busy(doing.in_words());
    let members = GetJoinedMembersByRoom::new(room_id.clone());
    let joined = session.call(members, doing).await?.joined;
    let mut members: Vec<_> = joined
        .iter()
        .map(|(user_id, member)| MemberRow {
            user_id: user_id.to_string(),
            display_name: member.display_name.clone(),
        })
        .collect();
    members.sort_by(|one, other| one.user_id.cmp(&other.user_id));
    report.result(&RoomStep::Members {
        room_id: room_id.to_string(),
        members,
    });
    Ok(())
}
