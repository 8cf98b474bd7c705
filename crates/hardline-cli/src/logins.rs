//! Where sessions are: one file for each account that is logged in.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::args::SessionOption;
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::secrets::env_secret;
use crate::session_file::SessionFile;

const SUFFIX: &str = ".json";

/// A login by the name that it was given.
pub(crate) struct NamedSession {
    /// `None` for the one that is used where none is named.
    pub(crate) name: Option<String>,
    pub(crate) file: SessionFile,
}

/// The file that is named, or the one of the account that is, or that of the login without a name.
pub(crate) fn file_of(option: &SessionOption) -> Result<SessionFile, CliError> {
    if let Some(path) = &option.file {
        return Ok(SessionFile::at(path.clone()));
    }
    let folder = folder()?;
    let name = option.account.clone();
    let Some(name) = name.or_else(|| env_secret("HARDLINE_ACCOUNT")) else {
        return Ok(unnamed(&folder));
    };
    let own = accounts(&folder).join(file_name(&name));
    if own.exists() {
        return Ok(SessionFile::at(own));
    }
    let logins = logins(&folder)?.into_iter();
    let mut files = logins
        .map(|login| login.file)
        .filter(|file| file.is_of(&name));
    match (files.next(), files.next()) {
        (Some(file), None) => Ok(file),
        // A login may give it this name.
        (None, _) => Ok(SessionFile::at(own)),
        (Some(_), Some(_)) => Err(CliError::new(
            Exit::Usage,
            format!("several logins are of {name}"),
            "name one as `hardline accounts` lists it",
        )),
    }
}

/// All logins of this user of the machine.
pub(crate) fn all() -> Result<Vec<NamedSession>, CliError> {
    logins(&folder()?)
}

fn logins(folder: &Path) -> Result<Vec<NamedSession>, CliError> {
    let mut found = vec![NamedSession {
        name: None,
        file: unnamed(folder),
    }];
    let accounts = accounts(folder);
    let entries = match fs::read_dir(&accounts) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(found),
        Err(error) => {
            let what = format!("{} could not be read", accounts.display());
            return Err(CliError::local(&what, &error));
        }
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut named: Vec<_> = paths
        .filter_map(|path| {
            let name = name_of(path.file_name()?.to_str()?)?;
            let file = SessionFile::at(path);
            Some(NamedSession {
                name: Some(name),
                file,
            })
        })
        .collect();
    named.sort_by(|one, other| one.name.cmp(&other.name));
    found.extend(named);
    Ok(found)
}

fn unnamed(folder: &Path) -> SessionFile {
    SessionFile::at(folder.join("session.json"))
}

fn accounts(folder: &Path) -> PathBuf {
    folder.join("accounts")
}

fn folder() -> Result<PathBuf, CliError> {
    default_folder().ok_or_else(|| {
        CliError::usage(
            "could not find the folder where programs keep their data: name a file with --session",
        )
    })
}

fn default_folder() -> Option<PathBuf> {
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
    Some(data?.join("hardline"))
}

/// A file's name, whatever characters the account's has.
fn file_name(name: &str) -> String {
    let mut file_name = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => file_name.push(byte.into()),
            // File systems may take upper and lower case for the same.
            _ => file_name.push_str(&format!("%{byte:02x}")),
        }
    }
    file_name + SUFFIX
}

/// The account's name; `None` for a file that is no session's.
fn name_of(file_name: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = file_name.strip_suffix(SUFFIX)?.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                let digits = std::str::from_utf8(&digits).ok()?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
            }
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => bytes.push(byte),
            _ => return None,
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_is_that_of_a_file() {
        for (name, file) in [
            ("work", "work.json"),
            ("@bob:example.org", "%40bob%3aexample%2eorg.json"),
            ("../x", "%2e%2e%2fx.json"),
            ("Work", "%57ork.json"),
            ("é", "%c3%a9.json"),
        ] {
            assert_eq!(file_name(name), file);
            assert_eq!(name_of(file).as_deref(), Some(name));
        }
        for other in [
            "work.json.lock",
            "work.left.json",
            "x.json.12.new",
            "%zz.json",
        ] {
            assert_eq!(name_of(other), None, "{other}");
        }
    }
}
