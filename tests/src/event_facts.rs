//! What the specification says of each type of event: the rows of `tests/facts/events`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::facts::{self, Members};

/// The files in `tests/facts/events` and `tests/vectors/events`, as the modules of `hardline::events` are.
pub const GROUPS: [&str; 7] = [
    "account_data",
    "call",
    "encryption",
    "ephemeral",
    "message",
    "push",
    "room",
];

/// What the specification says of a type of event, or of a form of it. `tests/facts/README.md` explains a row.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventFacts {
    /// The type, or what it begins with.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Whether something follows in the type.
    #[serde(default)]
    pub is_prefix: bool,
    /// Where such events are: `room_state`, `message_like`, `to_device`, `ephemeral`, `account_data_global`,
    /// `account_data_room`, `presence`, or two of them with `|` between.
    pub kind: String,
    /// Which form of the type it is: a member and its value, `msgtype=m.image`.
    pub variant: Option<String>,
    /// The version that it came in with.
    pub since: Option<String>,
    /// Whether it should not be used any more.
    #[serde(default)]
    pub deprecated: bool,
    /// Where the specification describes it.
    pub anchor: Option<String>,
    /// The members of the content.
    pub content: Members,
    /// The members of the content that stay when it is redacted, by room versions: `1-10`. `*` stands for all.
    #[serde(default)]
    pub redaction_keeps: BTreeMap<String, Vec<String>>,
}

impl EventFacts {
    /// The paths of what stays in rooms of this version.
    ///
    /// # Panics
    /// If the versions are not two numbers with a hyphen between.
    pub fn kept_in(&self, version: u8) -> Vec<&str> {
        let of_version = self.redaction_keeps.iter().filter(|(versions, _)| {
            let (first, last) = versions.split_once('-').expect("two versions");
            let number = |text: &str| text.parse::<u8>().expect("a version is a number");
            (number(first)..=number(last)).contains(&version)
        });
        let paths = of_version.flat_map(|(_, paths)| paths);
        paths.map(String::as_str).collect()
    }
}

/// The rows of a group.
///
/// # Errors
/// If a line is not a row: the file and the line.
pub fn group(name: &str) -> Result<Vec<EventFacts>, String> {
    facts::rows(
        &facts::folder()
            .join("events")
            .join(name)
            .with_extension("jsonl"),
    )
    .map(|rows| rows.into_iter().map(|(row, _)| row).collect())
}

/// The rows of all groups.
///
/// # Errors
/// Those of [`group`].
pub fn all() -> Result<Vec<EventFacts>, String> {
    let groups = GROUPS.into_iter().map(group);
    let groups: Vec<_> = groups.collect::<Result<_, _>>()?;
    Ok(groups.into_iter().flatten().collect())
}
