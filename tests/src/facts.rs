//! What the specification says about each operation: the rows of `tests/facts`, one file for each section.

mod kind;
mod members;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use kind::{Kind, Text, Typed};
pub use members::Members;

/// The sections, which are files in `tests/facts` and `tests/vectors`, in the order of the specification. That of OAuth comes last.
pub const SECTIONS: [&str; 19] = [
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
    "unstable",
    "identity",
    "oauth",
];

/// What the specification says about an operation. `tests/facts/README.md` explains a row.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Its name with its API: `cs:ban`.
    pub id: String,
    /// What it does, in a sentence or two.
    pub summary: String,
    /// The HTTP method.
    pub method: String,
    /// All paths it has had, each with the first version that had it; the last one is the current path.
    pub paths: Vec<(String, String)>,
    /// Whether it needs an access token: `required`, `optional` or `none`.
    pub auth: String,
    /// Whether the server may ask for user-interactive authentication.
    pub uia: bool,
    /// The statuses of a successful response, `3XX` for every redirect.
    pub statuses: Vec<String>,
    /// The redirect statuses that a client follows to get the response.
    #[serde(default)]
    pub redirects: Vec<String>,
    /// Whether servers limit its rate.
    #[serde(default)]
    pub rate_limited: bool,
    /// Whether it is deprecated.
    #[serde(default)]
    pub deprecated: bool,
    /// The capability that it requires.
    pub capability: Option<String>,
    /// Its path on servers that advertise an unstable feature: `(feature, path)`.
    #[serde(default)]
    pub unstable: Vec<(String, String)>,
    /// The `M_` error codes by status, `any` if the specification gives none.
    #[serde(default)]
    pub errors: BTreeMap<String, Vec<String>>,
    /// The path parameters.
    #[serde(default)]
    pub path: Members,
    /// The query parameters.
    pub query: Members,
    /// The content type of a request body that is not JSON.
    pub sends: Option<String>,
    /// The members of the request body; `null` if it has none.
    pub body: Option<Members>,
    /// The content types of a response that is not JSON.
    #[serde(default)]
    pub receives: Vec<String>,
    /// The header fields of the response that carry data.
    #[serde(default)]
    pub headers: Members,
    /// The members of the response body; `null` if it has none.
    pub answer: Option<Members>,
    /// Notes on fields: the version that introduced them, their default.
    #[serde(default)]
    pub notes: BTreeMap<String, String>,
}

impl Facts {
    /// The current path.
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

    /// Its anchor in the specification: `client-server-api/#post_matrixclientv3roomsroomidban`.
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
/// If a line is not a row: the file and the line.
pub fn section(name: &str) -> Result<Vec<(Facts, String)>, String> {
    rows(&folder().join(name).with_extension("jsonl"))
}

/// The lines of a file: each row with its text.
pub(crate) fn rows<T: DeserializeOwned>(file: &Path) -> Result<Vec<(T, String)>, String> {
    let text =
        std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let row = |(number, line): (usize, &str)| match serde_json::from_str(line) {
        Ok(facts) => Ok((facts, line.to_owned())),
        Err(error) => Err(format!("{}:{number}: {error}", file.display())),
    };
    (1..).zip(text.lines()).map(row).collect()
}
