use clap::{Args, Subcommand};
use hardline::types::ServerName;

use super::help::with_secrets;
use super::options::Account;
use super::values::{non_blank, server_name, user};
use crate::international;
use crate::room_address::RoomAddress;

#[derive(Debug, Args)]
pub(crate) struct Rooms {
    #[command(flatten)]
    pub(crate) account: Account,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Room {
    /// Create a room
    #[command(after_help = with_secrets())]
    Create(Box<CreateRoom>),

    /// Join a room, or accept an invitation to it
    #[command(after_help = with_secrets())]
    Join(Box<JoinRoom>),

    /// Leave a room, or decline an invitation to it
    #[command(after_help = with_secrets())]
    Leave(Box<LeaveRoom>),

    /// Invite users to a room
    #[command(after_help = with_secrets())]
    Invite(Box<Invite>),

    /// List the users who are in a room
    #[command(after_help = with_secrets())]
    Members(Box<Members>),
}

#[derive(Debug, Args)]
pub(crate) struct CreateRoom {
    /// What it is called
    #[arg(long, value_name = "NAME", value_parser = non_blank)]
    pub(crate) name: Option<String>,

    /// What it is about
    #[arg(long, value_name = "TEXT", value_parser = non_blank)]
    pub(crate) topic: Option<String>,

    /// Its alias at your homeserver: tea, for #tea:example.org
    #[arg(long, value_name = "NAME", value_parser = non_blank)]
    pub(crate) alias: Option<String>,

    /// Let everybody find and join it; otherwise users have to be invited
    #[arg(long)]
    pub(crate) public: bool,

    /// Make it one for talking to the user alone who is invited
    #[arg(long, requires = "invite", conflicts_with = "public")]
    pub(crate) direct: bool,

    /// Make it encrypted for good. This command itself does not encrypt: it can neither write nor read there
    #[arg(long)]
    pub(crate) encrypted: bool,

    /// Invite this user, as bob or @bob:example.org; can be given several times
    #[arg(long, value_name = "USER", value_parser = user)]
    pub(crate) invite: Vec<String>,

    #[command(flatten)]
    pub(crate) account: Account,
}

#[derive(Debug, Args)]
pub(crate) struct JoinRoom {
    /// The room: its ID, an alias or a link
    #[arg(value_name = "ROOM", value_parser = international::room)]
    pub(crate) room: RoomAddress,

    /// A server that is in the room, which yours asks for it if it does not know the room yet; can be given several times
    #[arg(long, value_name = "SERVER", value_parser = server_name)]
    pub(crate) via: Vec<ServerName>,

    /// Why, for the others to read
    #[arg(long, value_name = "TEXT", value_parser = non_blank)]
    pub(crate) reason: Option<String>,

    #[command(flatten)]
    pub(crate) account: Account,
}

#[derive(Debug, Args)]
pub(crate) struct LeaveRoom {
    /// The room: its ID, an alias or a link
    #[arg(value_name = "ROOM", value_parser = international::room)]
    pub(crate) room: RoomAddress,

    /// Why, for the others to read
    #[arg(long, value_name = "TEXT", value_parser = non_blank)]
    pub(crate) reason: Option<String>,

    #[command(flatten)]
    pub(crate) account: Account,
}

#[derive(Debug, Args)]
pub(crate) struct Invite {
    /// The room: its ID, an alias or a link
    #[arg(value_name = "ROOM", value_parser = international::room)]
    pub(crate) room: RoomAddress,

    /// Whom to invite, as bob or @bob:example.org
    #[arg(value_name = "USER", required = true, value_parser = user)]
    pub(crate) users: Vec<String>,

    /// Why, for them to read
    #[arg(long, value_name = "TEXT", value_parser = non_blank)]
    pub(crate) reason: Option<String>,

    #[command(flatten)]
    pub(crate) account: Account,
}

#[derive(Debug, Args)]
pub(crate) struct Members {
    /// The room: its ID, an alias or a link
    #[arg(value_name = "ROOM", value_parser = international::room)]
    pub(crate) room: RoomAddress,

    #[command(flatten)]
    pub(crate) account: Account,
}

impl Room {
    pub(crate) fn account(&self) -> &Account {
        match self {
            Self::Create(create) => &create.account,
            Self::Join(join) => &join.account,
            Self::Leave(leave) => &leave.account,
            Self::Invite(invite) => &invite.account,
            Self::Members(members) => &members.account,
        }
    }
}
