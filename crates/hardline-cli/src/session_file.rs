//! Where the access token is kept between one command and the next: a file that only the user can read.

use std::env;
use std::error::Error;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use hardline::flow::{HomeserverAddress, SessionTokens};
use hardline::types::{DeviceId, UserId};
use hardline::wire::BaseUrl;
use serde::{Deserialize, Serialize};

use crate::args::SessionOption;
use crate::cli_error::CliError;
use crate::exit::Exit;

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
    /// The file that is named, or the one of this user.
    pub(crate) fn new(option: &SessionOption) -> Result<Self, CliError> {
        let path = match &option.file {
            Some(path) => path.clone(),
            None => default_path().ok_or_else(|| {
                CliError::usage(
                    "could not find the folder where programs keep their data: name a file with --session",
                )
            })?,
        };
        Ok(Self { path })
    }

    /// The session, where there is one.
    pub(crate) fn load(&self) -> Result<Option<SavedSession>, CliError> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("could not be read", &error)),
        };
        // Asked of the open file, so that it is this one that is read.
        if is_open_to_others(&file).map_err(|error| self.failed("could not be read", &error))? {
            return Err(CliError::new(
                Exit::Local,
                format!(
                    "others can read the access token in {}",
                    self.path.display()
                ),
                "run `chmod 600` on it, and log out and in again if somebody may have read it",
            ));
        }
        let text =
            io::read_to_string(file).map_err(|error| self.failed("could not be read", &error))?;
        self.parse(&text).map(Some)
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
        let write = || -> Result<(), Box<dyn Error>> {
            let form = Form {
                version: VERSION,
                session,
            };
            let mut text = serde_json::to_vec_pretty(&form)?;
            text.push(b'\n');
            self.create_parent()?;
            Ok(replace(&self.path, &text)?)
        };
        write().map_err(|error| self.failed("could not be written", &*error))
    }

    /// The file that is locked in place of this one, which is another file with each session that is saved. It holds nothing.
    pub(crate) fn lock_file(&self) -> io::Result<File> {
        self.create_parent()?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut path = self.path.as_os_str().to_owned();
        path.push(".lock");
        options.open(path)
    }

    /// Forgets the session.
    pub(crate) fn remove(&self) -> Result<(), CliError> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(self.failed("could not be removed", &error))
            }
            _ => Ok(()),
        }
    }

    fn create_parent(&self) -> io::Result<()> {
        match self.path.parent() {
            Some(parent) if parent != Path::new("") => create_folder(parent),
            _ => Ok(()),
        }
    }

    fn failed(&self, what: &str, error: &dyn Error) -> CliError {
        CliError::local(&format!("{} {what}", self.path.display()), error)
    }
}

fn default_path() -> Option<PathBuf> {
    let folder = |name| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let data = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else {
        folder("XDG_DATA_HOME").or_else(|| Some(folder("HOME")?.join(".local/share")))
    };
    Some(data?.join("hardline").join("session.json"))
}

/// Writes a file beside it first, so that the old one is there until the new one is complete.
fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = private_file(&beside)
        .and_then(|mut file| {
            file.write_all(text)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The first error says more than one about tidying up.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Whether the file's mode lets the group or everybody in.
#[cfg(unix)]
fn is_open_to_others(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.metadata()?.permissions().mode() & 0o077 != 0)
}

/// On other systems than Unix, others cannot read the user's own data folder.
#[cfg(not(unix))]
fn is_open_to_others(_: &File) -> io::Result<bool> {
    Ok(false)
}
