//! Where the access token is kept between one command and the next: a file that only the user can read.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use hardline::flow::{HomeserverAddress, SessionTokens};
use hardline::types::{DeviceId, UserId};
use hardline::wire::BaseUrl;
use serde::{Deserialize, Serialize};

use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::private_file::PrivateFile;

/// The version of the file's format. Other versions are refused.
const VERSION: u32 = 1;

/// The file that keeps a session.
#[derive(Clone)]
pub(crate) struct SessionFile {
    path: PathBuf,
}

/// Who is logged in, where, and the tokens to prove it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SavedSession {
    /// The homeserver's base URL.
    pub(crate) homeserver: String,
    pub(crate) user_id: UserId,
    /// Missing if the server did not say.
    pub(crate) device_id: Option<DeviceId>,
    pub(crate) tokens: SessionTokens,
}

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct Form<S> {
    version: u32,
    session: S,
}

impl SavedSession {
    /// Whether it is the same session, perhaps with other tokens.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let who = |saved: &Self| {
            let device_id = saved.device_id.clone();
            (saved.homeserver.clone(), saved.user_id.clone(), device_id)
        };
        who(self) == who(other)
    }

    /// The same with other tokens.
    pub(crate) fn with(&self, tokens: SessionTokens) -> Self {
        Self {
            tokens,
            ..self.clone()
        }
    }

    pub(crate) fn address(&self) -> Result<HomeserverAddress, CliError> {
        self.base_url().map(HomeserverAddress::Url)
    }

    pub(crate) fn base_url(&self) -> Result<BaseUrl, CliError> {
        BaseUrl::parse(&self.homeserver).map_err(|error| {
            CliError::local("the saved session has no usable homeserver address", &error)
        })
    }
}

impl SessionFile {
    /// This file.
    pub(crate) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Whether it holds a session of this user, who is named in whole or by the part before the server's.
    pub(crate) fn is_of(&self, user: &str) -> bool {
        // A file that cannot be read is of nobody.
        let saved = self.load().ok().flatten();
        saved.is_some_and(|saved| {
            let user_id = &saved.user_id;
            user == user_id.as_str() || user.trim_start_matches('@') == user_id.localpart()
        })
    }

    /// What is left of a conversation beside the session. Only the user can read it either.
    pub(crate) fn left(&self) -> PrivateFile {
        self.beside("left.json")
    }

    /// A file beside the session, with this ending of its name.
    pub(crate) fn beside(&self, ending: &str) -> PrivateFile {
        PrivateFile::new(self.path.with_extension(ending))
    }

    /// The session, where there is one.
    pub(crate) fn load(&self) -> Result<Option<SavedSession>, CliError> {
        let text = PrivateFile::new(self.path.clone()).read()?;
        text.map(|text| self.parse(&text)).transpose()
    }

    fn parse(&self, text: &str) -> Result<SavedSession, CliError> {
        let cannot_be_used = |why: &str| {
            CliError::new(
                Exit::Local,
                format!("{} {why}", self.path.display()),
                "remove it and log in again, or name another file with --session",
            )
        };
        // serde_json's own message may repeat a secret.
        let form: Form<serde::de::IgnoredAny> =
            serde_json::from_str(text).map_err(|_| cannot_be_used("does not hold a session"))?;
        if form.version != VERSION {
            return Err(cannot_be_used(
                "was written by another version of this program",
            ));
        }
        let form: Form<SavedSession> = serde_json::from_str(text)
            .map_err(|_| cannot_be_used("holds only parts of a session"))?;
        Ok(form.session)
    }

    /// Saves a session in place of an earlier one: completely, or not at all.
    pub(crate) fn save(&self, session: &SavedSession) -> Result<(), CliError> {
        let form = Form {
            version: VERSION,
            session,
        };
        PrivateFile::new(self.path.clone()).write(&form)
    }

    /// The file that is locked in place of this one.
    pub(crate) fn lock_file(&self) -> io::Result<File> {
        PrivateFile::new(self.path.clone()).lock_file()
    }

    /// Forgets the session.
    pub(crate) fn remove(&self) -> Result<(), CliError> {
        PrivateFile::new(self.path.clone()).remove()
    }
}
