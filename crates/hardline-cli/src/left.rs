//! What is left of a conversation that ended before it was done, so that it goes on without another message.

use hardline::flow::ThreepidInput;
use hardline::types::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::private_file::PrivateFile;

/// The version of the file's format. Other versions are refused.
const VERSION: u32 = 1;

/// How long the same command goes on by itself, in milliseconds. Messages of most servers are of no use after an hour.
const FRESH: u64 = 60 * 60 * 1000;

/// A conversation that was left.
#[derive(Serialize, Deserialize)]
pub(crate) struct Left {
    version: u32,
    pub(crate) about: About,
    left_at: Timestamp,
    /// It waits for somebody to try again.
    pub(crate) is_stalled: bool,
    flow: Box<RawValue>,
}

/// What a conversation is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct About {
    pub(crate) purpose: Purpose,
    /// The homeserver's base URL.
    pub(crate) homeserver: String,
    /// Whose account it is about, as far as that is known.
    pub(crate) user: Option<String>,
    /// The command logged in by itself, and out again.
    pub(crate) logs_in: bool,
    /// Where the message went.
    pub(crate) threepid: Option<ThreepidInput>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    AddThreepid,
    Register,
    ResetPassword,
}

/// Where a conversation is kept if it is left.
pub(crate) struct Keeper {
    file: PrivateFile,
    about: About,
}

impl Left {
    /// What was left there.
    pub(crate) fn load(file: &PrivateFile) -> Result<Option<Self>, CliError> {
        let Some(text) = file.read()? else {
            return Ok(None);
        };
        // serde_json's own message may repeat a secret.
        let left: Option<Self> = serde_json::from_str(&text).ok();
        let left = left.filter(|left| left.version == VERSION);
        left.map(Some).ok_or_else(|| unusable("it"))
    }

    /// The flow, as it was when it was left.
    pub(crate) fn flow<F: for<'de> Deserialize<'de>>(&self) -> Result<F, CliError> {
        serde_json::from_str(self.flow.get()).map_err(|_| unusable("what it was about"))
    }

    /// Whether the same command may go on with it.
    fn is_fresh(&self, now: Timestamp) -> bool {
        now.as_millis().abs_diff(self.left_at.as_millis()) < FRESH
    }
}

impl Keeper {
    pub(crate) fn new(file: PrivateFile, about: About) -> Self {
        Self { file, about }
    }

    /// What was left of the same conversation a short time ago.
    pub(crate) fn same(&self, now: Timestamp) -> Option<Left> {
        // What cannot be read is begun anew, and replaced.
        let left = Left::load(&self.file).ok()??;
        (left.about == self.about && left.is_fresh(now)).then_some(left)
    }

    /// Keeps a conversation that is left.
    pub(crate) fn keep(
        &self,
        flow: &impl Serialize,
        is_stalled: bool,
        now: Timestamp,
    ) -> Result<(), CliError> {
        let flow = to_raw_value(flow)
            .map_err(|error| CliError::local("could not save what is left", &error))?;
        self.file.write(&Left {
            version: VERSION,
            about: self.about.clone(),
            left_at: now,
            is_stalled,
            flow,
        })
    }

    /// It is done.
    pub(crate) fn forget(&self) -> Result<(), CliError> {
        self.file.remove()
    }
}

fn unusable(what: &str) -> CliError {
    CliError::new(
        Exit::Local,
        format!("{what} was saved by another version of this program, so it cannot go on"),
        "run the same command as before: it begins anew",
    )
}
