use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::{Kind, Typed};

/// The members of an object with their types, in the order of the specification.
///
/// In the path of a member, `[]` stands for the elements of a list and `{*}` for the values of a map, and a name with a
/// dot is quoted: `rooms.join.{*}.timeline.events`, `"m.homeserver".base_url`. The empty path is the whole value, if it
/// is not an object of these members.
#[derive(Clone, Debug, Default)]
pub struct Members(Vec<(String, Typed)>);

impl Members {
    /// All members, including nested ones.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Typed)> {
        self.0.iter().map(|(path, typed)| (path.as_str(), typed))
    }

    /// The type of the whole value, if it is not an object of these members.
    pub fn whole(&self) -> Option<&Kind> {
        self.iter()
            .find(|(path, _)| path.is_empty())
            .map(|(_, typed)| &typed.kind)
    }

    /// The members of the object at a path (the whole value if empty), by name.
    pub fn of<'a>(&'a self, parent: &'a str) -> impl Iterator<Item = (String, &'a str, &'a Typed)> {
        self.iter().filter_map(move |(path, typed)| {
            let rest = path.strip_prefix(parent)?;
            let rest = match parent {
                "" => rest,
                _ => rest.strip_prefix('.')?,
            };
            Some((own_name(rest)?, path, typed))
        })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The name in a path of one step; `None` for a deeper path.
fn own_name(path: &str) -> Option<String> {
    if let Some(quoted) = path.strip_prefix('"') {
        return quoted
            .strip_suffix('"')
            .filter(|name| !name.contains('"'))
            .map(str::to_owned);
    }
    let is_one = !path.is_empty() && !path.contains(['.', '[', '{', '"']);
    is_one.then(|| path.to_owned())
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("members with their types")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
