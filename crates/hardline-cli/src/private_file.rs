use std::error::Error;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::printable::without_mark;

/// A file that only the user can read.
#[derive(Clone)]
pub(crate) struct PrivateFile {
    path: PathBuf,
}

impl PrivateFile {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// The text, where there is one. A file that others can read is refused.
    pub(crate) fn read(&self) -> Result<Option<String>, CliError> {
        let failed = |error| self.failed("could not be read", &error);
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        // Asked of the open file, so that it is this one that is read.
        if is_open_to_others(&file).map_err(failed)? {
            return Err(CliError::new(
                Exit::Local,
                format!(
                    "others can read the access token in {}",
                    self.path.display()
                ),
                "run `chmod 600` on it, and log out and in again if somebody may have read it",
            ));
        }
        let text = io::read_to_string(file).map_err(failed)?;
        Ok(Some(without_mark(&text).to_owned()))
    }

    /// Writes it as JSON in place of an earlier one: completely, or not at all.
    pub(crate) fn write(&self, form: &impl Serialize) -> Result<(), CliError> {
        let write = || -> Result<(), Box<dyn Error>> {
            let mut text = serde_json::to_vec_pretty(form)?;
            text.push(b'\n');
            create_parent(&self.path)?;
            Ok(replace(&self.path, &text)?)
        };
        write().map_err(|error| self.failed("could not be written", &*error))
    }

    /// Removes it, if it is there.
    pub(crate) fn remove(&self) -> Result<(), CliError> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(self.failed("could not be removed", &error))
            }
            _ => Ok(()),
        }
    }

    /// The file that is locked in place of this one, which is another file each time it is written. It holds nothing.
    pub(crate) fn lock_file(&self) -> io::Result<File> {
        create_parent(&self.path)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut path = self.path.as_os_str().to_owned();
        path.push(".lock");
        options.open(path)
    }

    fn failed(&self, what: &str, error: &dyn Error) -> CliError {
        CliError::local(&format!("{} {what}", self.path.display()), error)
    }
}

/// Makes the folder that a file is in.
fn create_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if parent != Path::new("") => create_folder(parent),
        _ => Ok(()),
    }
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
