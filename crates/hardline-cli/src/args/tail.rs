use clap::Args;

use super::options::Account;
use crate::international;
use crate::room_address::RoomAddress;

#[derive(Debug, Args)]
pub(crate) struct Tail {
    /// The room: its ID, an alias or a link
    #[arg(value_name = "ROOM", value_parser = international::room)]
    pub(crate) room: RoomAddress,

    /// Begin with this many of the latest events [default: what is new since the last `tail` of the room, or else 10]
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u16).range(0..=1000))]
    pub(crate) lines: Option<u16>,

    #[command(flatten)]
    pub(crate) account: Account,
}
