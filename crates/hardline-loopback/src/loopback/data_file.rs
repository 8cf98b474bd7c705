use std::error::Error;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::snapshot::{Snapshot, SnapshotError};

/// The file in which a loopback keeps what its servers remember.
pub(super) struct DataFile {
    path: PathBuf,
    /// The hash of what was written last: the same is not written again. Whoever writes holds it.
    written: Mutex<Option<[u8; 32]>>,
}

impl DataFile {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            // The file that a link leads to is replaced, and not the link.
            path: fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()),
            written: Mutex::new(None),
        }
    }

    /// What the file has; `None` if there is no file yet.
    pub(super) fn read(&self) -> io::Result<Option<Snapshot>> {
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("cannot be read", error.kind(), error)),
        };
        let snapshot = Snapshot::parse(&text).map_err(|error| self.refused(error))?;
        Ok(Some(snapshot))
    }

    /// Writes a snapshot, unless the file has it.
    pub(super) fn write(&self, snapshot: &Snapshot) -> io::Result<()> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let text = snapshot.to_json();
        let hash: [u8; 32] = Sha256::digest(&text).into();
        if *written == Some(hash) {
            return Ok(());
        }
        replace(&self.path, &text)
            .map_err(|error| self.failed("cannot be written", error.kind(), error))?;
        *written = Some(hash);
        Ok(())
    }

    /// The file's content is refused.
    pub(super) fn refused(&self, error: SnapshotError) -> io::Error {
        let what = "was not read and is left as it is";
        self.failed(what, ErrorKind::InvalidData, error)
    }

    fn failed(
        &self,
        what: &'static str,
        kind: ErrorKind,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> io::Error {
        let path = self.path.clone();
        let source = source.into();
        io::Error::new(kind, DataFileError { path, what, source })
    }
}

/// Replaces a file as a whole: whoever reads it finds the old content or the new one, whatever happens meanwhile.
fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    // One that was left behind could have other permissions.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = for_the_user_alone()
        .open(&beside)
        .and_then(|mut file| {
            file.write_all(text)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written?;
    sync_folder(path);
    Ok(())
}

/// A new file that only the user can read, from the beginning.
fn for_the_user_alone() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a new name last, where folders are files: elsewhere there is nothing to do.
fn sync_folder(path: &Path) {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
}

/// What went wrong with the file.
#[derive(Debug)]
struct DataFileError {
    path: PathBuf,
    what: &'static str,
    source: Box<dyn Error + Send + Sync>,
}

impl fmt::Display for DataFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The source is part of it: an `io::Error` of it shows nothing else.
        write!(f, "{} {}: {}", self.path.display(), self.what, self.source)
    }
}

impl Error for DataFileError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.source()
    }
}
