//! What the specification says of each operation: the rows of `tests/facts`, one file for each section.

mod kind;
mod members;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use kind::{Kind, Text, Typed};
pub use members::Members;

/// The sections, which are files of `tests/facts` and of `tests/vectors`, in the order of the specification.
pub const SECTIONS: [&str; 17] = [
    "discovery",
    "session",
    "account",
    "threepid",
    "devices",
    "e2ee",
    "sync",
    "room_events",
    "rooms",
    "membership",
    "user_data",
    "ephemeral",
    "media",
    "push",
    "moderation",
    "integrations",
    "identity",
];

/// What the specification says of an operation. `tests/facts/README.md` explains a row.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Its name with its API: `cs:ban`.
    pub id: String,
    /// What it does, in a sentence or two.
    pub summary: String,
    /// The HTTP method.
    pub method: String,
    /// The paths it has had, each with the first release that had it; the last is its path now.
    pub paths: Vec<(String, String)>,
    /// Whether an access token goes with it: `required`, `optional` or `none`.
    pub auth: String,
    /// Whether the server may ask for user-interactive authentication.
    pub uia: bool,
    /// The statuses that are an answer, `3XX` for every redirect.
    pub statuses: Vec<String>,
    /// The statuses of redirects that a client follows to the answer.
    #[serde(default)]
    pub redirects: Vec<String>,
    /// Whether servers limit how often it may be asked.
    #[serde(default)]
    pub rate_limited: bool,
    /// Whether the specification advises against it.
    #[serde(default)]
    pub deprecated: bool,
    /// The capability without which a server refuses it.
    pub capability: Option<String>,
    /// Where it is on servers that advertise an unstable feature: `(feature, path)`.
    #[serde(default)]
    pub unstable: Vec<(String, String)>,
    /// The `M_` codes of errors by status, `any` where the specification names none.
    #[serde(default)]
    pub errors: BTreeMap<String, Vec<String>>,
    /// The fields of the path.
    #[serde(default)]
    pub path: Members,
    /// The fields of the query.
    pub query: Members,
    /// The content type of a body that is not JSON.
    pub sends: Option<String>,
    /// The members of the request's body; `null` where it has none.
    pub body: Option<Members>,
    /// The content types of an answer that is not JSON.
    #[serde(default)]
    pub receives: Vec<String>,
    /// The header fields of the answer that say something of it.
    #[serde(default)]
    pub headers: Members,
    /// The members of the answer's body; `null` where it has none.
    pub answer: Option<Members>,
    /// What else is said of a field: since when it is there, what stands for it where it is missing.
    #[serde(default)]
    pub notes: BTreeMap<String, String>,
}

impl Facts {
    /// Its path now.
    pub fn current_path(&self) -> &str {
        self.paths.last().map_or("", |(_, path)| path)
    }

    /// The `operationId`, without the API.
    pub fn operation_id(&self) -> &str {
        self.id.split_once(':').map_or(&self.id, |(_, id)| id)
    }

    /// Whether it belongs to the Identity Service API.
    pub fn is_identity(&self) -> bool {
        self.id.starts_with("is:")
    }

    /// Where the specification has it: `client-server-api/#post_matrixclientv3roomsroomidban`.
    pub fn anchor(&self) -> String {
        let page = if self.is_identity() {
            "identity-service-api"
        } else {
            "client-server-api"
        };
        let heading = format!("{}{}", self.method, self.current_path()).to_ascii_lowercase();
        let kept = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
        let anchor: String = heading.chars().filter(kept).collect();
        format!("{page}/#{anchor}")
    }
}

/// The folder of the facts.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("facts")
}

/// The lines of a section: each row with its text.
///
/// # Errors
/// The file, and the line where one is not a row.
pub fn section(name: &str) -> Result<Vec<(Facts, String)>, String> {
    let file = folder().join(name).with_extension("jsonl");
    let text =
        std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let row = |(number, line): (usize, &str)| match serde_json::from_str(line) {
        Ok(facts) => Ok((facts, line.to_owned())),
        Err(error) => Err(format!("{}:{number}: {error}", file.display())),
    };
    (1..).zip(text.lines()).map(row).collect()
}
