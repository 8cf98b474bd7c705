use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// Distinguishes the files that one process writes at the same time.
static COUNTER: AtomicU64 = AtomicU64::new(0);

/// Writes a file completely or not at all: beside its place first, and renamed once it is on the disk.
pub(crate) fn whole(path: &Path, contents: &[u8]) -> io::Result<()> {
    let Some(name) = path.file_name() else {
        let reason = "a recording is saved under the name of a file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    };
    let mut beside = OsString::from(".");
    beside.push(name);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    beside.push(format!(".{}-{number}.tmp", process::id()));
    let beside = path.with_file_name(beside);

    let written = write(&beside, contents).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The first error is reported; another one here would only hide it.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn write(path: &Path, contents: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(contents)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::path::PathBuf;

    use super::*;

    fn directory(name: &str) -> PathBuf {
        let directory = env::temp_dir().join(format!("hardline-har-{name}-{}", process::id()));
        fs::create_dir_all(&directory).unwrap();
        directory
    }

    fn names(directory: &Path) -> Vec<OsString> {
        let entries = fs::read_dir(directory).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect()
    }

    #[test]
    fn a_file_is_replaced_and_nothing_stays_beside_it() {
        let directory = directory("replaced");
        let path = directory.join("a.har");
        whole(&path, b"first").unwrap();
        whole(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(names(&directory), ["a.har"]);
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn what_cannot_be_put_in_its_place_leaves_nothing() {
        let directory = directory("taken");
        let path = directory.join("a.har");
        // A folder cannot be replaced by a file.
        fs::create_dir(&path).unwrap();
        whole(&path, b"anything").unwrap_err();
        assert_eq!(names(&directory), ["a.har"]);
        fs::remove_dir_all(directory).unwrap();
        assert_eq!(
            whole(Path::new("/"), b"").unwrap_err().kind(),
            io::ErrorKind::InvalidInput
        );
    }
}
