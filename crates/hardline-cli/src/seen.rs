//! How far the rooms are that `tail` has shown.

use std::collections::BTreeMap;

use hardline::types::RoomId;
use serde::{Deserialize, Serialize};

use crate::cli_error::CliError;
use crate::private_file::PrivateFile;
use crate::session::Session;

/// The version of the file's format. Others are begun anew: all that is lost is what was seen.
const VERSION: u32 = 1;

/// How many rooms are remembered.
const MOST: usize = 1_000;

/// How far a room is, and where that is kept.
pub(crate) struct Seen {
    /// `None` if nobody uses the session again.
    file: Option<PrivateFile>,
    user: String,
    room_id: RoomId,
    since: Option<String>,
}

/// What the file holds.
#[derive(Default, Serialize, Deserialize)]
struct Form {
    version: u32,
    /// Whose rooms they are: a token is of no use to others.
    user: String,
    /// The tokens of the rooms.
    since: BTreeMap<String, String>,
}

impl Seen {
    pub(crate) fn load(session: &Session, room_id: &RoomId) -> Result<Self, CliError> {
        let mut seen = Self {
            file: session.kept_file("seen.json"),
            user: session.user.to_string(),
            room_id: room_id.clone(),
            since: None,
        };
        seen.since = seen.form()?.since.remove(room_id.as_str());
        Ok(seen)
    }

    /// The token of what was shown last.
    pub(crate) fn since(&self) -> Option<String> {
        self.since.clone()
    }

    /// Everything up to this token was shown. Others may show other rooms at the same time.
    pub(crate) fn save(&mut self, since: &str) -> Result<(), CliError> {
        if self.since.as_deref() == Some(since) {
            return Ok(());
        }
        self.since = Some(since.to_owned());
        let mut form = self.form()?;
        if form.since.len() >= MOST && !form.since.contains_key(self.room_id.as_str()) {
            form.since.pop_first();
        }
        form.since
            .insert(self.room_id.to_string(), since.to_owned());
        match &self.file {
            Some(file) => file.write(&form),
            None => Ok(()),
        }
    }

    fn form(&self) -> Result<Form, CliError> {
        let text = match &self.file {
            Some(file) => file.read()?,
            None => None,
        };
        let form: Option<Form> = text.and_then(|text| serde_json::from_str(&text).ok());
        let form = form.filter(|form| form.version == VERSION && form.user == self.user);
        Ok(form.unwrap_or_else(|| Form {
            version: VERSION,
            user: self.user.clone(),
            since: BTreeMap::new(),
        }))
    }
}
