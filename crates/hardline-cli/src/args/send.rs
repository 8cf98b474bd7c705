use std::io::{self, Read};
use std::path::PathBuf;

use clap::Args;

use super::options::Account;
use crate::cli_error::CliError;
use crate::international;
use crate::printable::without_mark;
use crate::room_address::RoomAddress;

/// Longer than what servers take.
const LONGEST: u64 = 1024 * 1024;

#[derive(Debug, Args)]
pub(crate) struct Send {
    /// The room: its ID, an alias or a link
    #[arg(value_name = "ROOM", value_parser = international::room)]
    pub(crate) room: RoomAddress,

    /// What to say, or - for what is on standard input; with --file, the file's caption
    #[arg(value_name = "TEXT", required_unless_present = "file")]
    text: Option<String>,

    /// Upload this file, and send it: as a picture, a sound, a film or a file, by its type
    #[arg(long, value_name = "FILE", conflicts_with_all = ["notice", "emote"])]
    pub(crate) file: Option<PathBuf>,

    /// Send it as what a program says, which other programs do not answer
    #[arg(long, conflicts_with = "emote")]
    pub(crate) notice: bool,

    /// Send it as what you do: "waves", shown as "* Alice waves"
    #[arg(long)]
    pub(crate) emote: bool,

    #[command(flatten)]
    pub(crate) account: Account,
}

impl Send {
    /// What to say, without the line break at its end. `None` where there is a file without a caption.
    pub(crate) fn text(&self) -> Result<Option<String>, CliError> {
        let Some(mut text) = self.text.clone() else {
            return Ok(None);
        };
        if text == "-" {
            let login = &self.account.login;
            if login.password_stdin || login.access_token_stdin {
                return Err(CliError::usage(
                    "standard input can hold the message or a secret, not both",
                ));
            }
            let mut read = String::new();
            let input = io::stdin().lock().take(LONGEST).read_to_string(&mut read);
            input.map_err(|error| {
                CliError::usage(format!("could not read standard input: {error}"))
            })?;
            text = without_mark(&read)
                .trim_end_matches(['\r', '\n'])
                .to_owned();
        }
        if text.trim().is_empty() {
            return Err(CliError::usage(
                "there is nothing to send: the text is empty",
            ));
        }
        Ok(Some(text))
    }
}
