use hardline::wire::{ErrorCode, ServerError};

use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::exit::Exit;

/// Explains what a server refused about a room, where that means something else than it does about an account.
pub(super) fn explain(refused: &ServerError, doing: Doing) -> Option<CliError> {
    use Doing::*;
    use ErrorCode as Code;
    let (what, advice) = match (refused.errcode.as_ref()?, doing) {
        (Code::NotFound, FindingTheRoom | JoiningTheRoom) => (
            "there is no such room",
            "check the alias, or the ID and whether --via names a server that is in the room",
        ),
        (Code::RoomInUse, CreatingTheRoom) => (
            "the alias belongs to another room",
            "choose another with --alias",
        ),
        (Code::Exclusive, CreatingTheRoom) => (
            "the server keeps this alias for somebody else",
            "choose another with --alias",
        ),
        (Code::Forbidden, JoiningTheRoom) => (
            "the room lets in nobody who was not invited, or not you",
            "ask one of its members to invite you",
        ),
        (Code::Forbidden, Inviting) => (
            "you may not invite this user to this room",
            "you have to be in it and allowed to invite, and they must be neither in it nor banned",
        ),
        (Code::Forbidden | Code::NotFound, LeavingTheRoom) => (
            "you are neither in this room nor invited to it",
            "`hardline rooms` lists those that you are",
        ),
        (Code::Forbidden, ListingMembers) => (
            "only members see who is in a room",
            "join it first: hardline room join",
        ),
        (Code::Forbidden, Sending) => (
            "you may not write in this room",
            "join it (hardline room join), or ask one of its moderators",
        ),
        (Code::TooLarge, Sending) => (
            "the message is too long for the server",
            "send it in parts, or as a file",
        ),
        (Code::Forbidden, ReadingTheRoom) => (
            "only members see what happens in this room",
            "join it first: hardline room join",
        ),
        (Code::TooLarge, Uploading) => (
            "the file is too large for the server",
            "make it smaller, or ask the server's administrator",
        ),
        (Code::NotFound, Downloading) => ("there is no such file", "check its URI"),
        (Code::NotYetUploaded, Downloading) => {
            ("the file has not been uploaded yet", "try again later")
        }
        _ => return None,
    };
    Some(CliError::new(Exit::Declined, what, advice))
}
