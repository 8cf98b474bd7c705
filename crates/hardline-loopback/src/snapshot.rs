use std::error::Error;
use std::fmt;

use hardline::types::ServerName;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

/// The name of the format.
const FORMAT: &str = "hardline-loopback";
/// The newest version of the format, and the only one so far.
const VERSION: u32 = 1;

/// All that a homeserver remembers, and the servers beside it: see [`Homeserver::snapshot`](crate::Homeserver::snapshot).
///
/// As text, it is one JSON document with a checksum. **It holds secrets**: access tokens, codes, the seed of everything random,
/// and passwords as hashes that do not withstand an attack. `Debug` shows none of them.
#[derive(Clone)]
pub struct Snapshot(pub(crate) Contents);

/// What each server remembers. Servers that are not there now keep what they had.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Contents {
    pub(crate) server_name: ServerName,
    pub(crate) homeserver: Box<RawValue>,
    pub(crate) identity_server: Option<Box<RawValue>>,
    pub(crate) authorization_server: Option<Box<RawValue>>,
}

/// The document as it is written.
#[derive(Serialize, Deserialize)]
struct Document {
    format: String,
    version: u32,
    /// Of the contents as they are written.
    sha256: String,
    contents: Box<RawValue>,
}

/// What can be read of every version of the document.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

impl Snapshot {
    /// Reads a snapshot from its text.
    ///
    /// # Errors
    /// [`SnapshotError`]: the text is no snapshot, is damaged, or is one of a newer version.
    pub fn parse(text: &[u8]) -> Result<Self, SnapshotError> {
        let head: Head = serde_json::from_slice(text).map_err(SnapshotError::Damaged)?;
        if head.format != FORMAT {
            return Err(SnapshotError::Foreign { found: head.format });
        }
        if head.version > VERSION {
            let found = head.version;
            return Err(SnapshotError::Newer { found });
        }
        let document: Document = serde_json::from_slice(text).map_err(SnapshotError::Damaged)?;
        if checksum(&document.contents) != document.sha256 {
            return Err(SnapshotError::Changed);
        }
        serde_json::from_str(document.contents.get())
            .map(Self)
            .map_err(SnapshotError::Damaged)
    }

    /// The text of the snapshot.
    pub fn to_json(&self) -> Vec<u8> {
        let contents = raw(&self.0);
        let document = Document {
            format: FORMAT.to_owned(),
            version: VERSION,
            sha256: checksum(&contents),
            contents,
        };
        raw(&document).get().as_bytes().to_vec()
    }

    /// The name of the homeserver whose snapshot it is.
    pub fn server_name(&self) -> &ServerName {
        &self.0.server_name
    }
}

/// What a server remembers, as JSON.
pub(crate) fn raw<T: Serialize>(state: &T) -> Box<RawValue> {
    // All keys of its maps are texts, and nothing in it can fail.
    serde_json::value::to_raw_value(state).expect("what a server remembers has a JSON form")
}

/// What a server remembered.
pub(crate) fn read<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Result<T, SnapshotError> {
    serde_json::from_str(raw.get()).map_err(SnapshotError::Damaged)
}

fn checksum(contents: &RawValue) -> String {
    let hash = Sha256::digest(contents.get());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("server_name", &self.0.server_name)
            .finish_non_exhaustive()
    }
}

/// Why a snapshot cannot be restored. It shows none of the snapshot's secrets.
#[derive(Debug)]
#[non_exhaustive]
pub enum SnapshotError {
    /// It is not whole, or it is no snapshot.
    Damaged(serde_json::Error),
    /// It was changed since it was written.
    Changed,
    /// It is another program's.
    Foreign {
        /// What it says it is.
        found: String,
    },
    /// A newer version of this library has written it.
    Newer {
        /// The version of its format.
        found: u32,
    },
    /// It is that of a homeserver with another name, which all of its user IDs have.
    OtherServer {
        /// The name in the snapshot.
        found: ServerName,
    },
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged(_) => f.write_str("it is damaged or no snapshot of a loopback"),
            Self::Changed => f.write_str("it was changed since it was written"),
            Self::Foreign { found } => write!(f, "its format is {found:?} and not {FORMAT:?}"),
            Self::Newer { found } => write!(
                f,
                "a newer version of the loopback has written it: its version is {found}, and this one reads {VERSION}"
            ),
            Self::OtherServer { found } => {
                write!(f, "it is that of another homeserver: start it as {found}")
            }
        }
    }
}

impl Error for SnapshotError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Damaged(source) => Some(source),
            _ => None,
        }
    }
}
