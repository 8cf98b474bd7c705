use std::fmt;

use crate::events::room::appearance::{RoomCanonicalAlias, RoomName};
use crate::types::UserId;

/// What a room is made a name of: its state and the summary of a sync.
///
/// ```
/// use hardline::events::{RoomHero, RoomNaming};
/// use hardline::types::UserId;
///
/// let mut naming = RoomNaming::new(3, 1);
/// naming.heroes = vec![
///     RoomHero::new(UserId::parse("@bob:example.org")?, Some("Bob".to_owned())),
///     RoomHero::new(UserId::parse("@carol:example.org")?, None),
/// ];
/// assert_eq!(naming.display_name().to_string(), "Bob, @carol:example.org and 1 other");
/// # Ok::<(), hardline::types::InvalidText>(())
/// ```
///
/// Specification: [calculating the display name for a room](https://spec.matrix.org/v1.19/client-server-api/#calculating-the-display-name-for-a-room).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoomNaming {
    /// The room's name.
    pub name: Option<RoomName>,
    /// The room's aliases.
    pub canonical_alias: Option<RoomCanonicalAlias>,
    /// The members to name the room after: `m.heroes` of the summary, without the user. At most 5.
    pub heroes: Vec<RoomHero>,
    /// How many users are in the room, the user included: `m.joined_member_count`.
    pub joined_member_count: u64,
    /// How many users are invited: `m.invited_member_count`.
    pub invited_member_count: u64,
}

impl RoomNaming {
    /// A room of so many users of which nothing else is known.
    pub fn new(joined_member_count: u64, invited_member_count: u64) -> Self {
        Self {
            joined_member_count,
            invited_member_count,
            ..Self::default()
        }
    }

    /// What to call the room. For people who read English, write it with `Display`.
    pub fn display_name(&self) -> RoomDisplayName {
        if let Some(name) = self.name.as_ref().and_then(RoomName::name) {
            return RoomDisplayName::Name(name.to_owned());
        }
        let aliases = self.canonical_alias.as_ref();
        if let Some(alias) = aliases.and_then(RoomCanonicalAlias::alias) {
            return RoomDisplayName::Alias(alias.to_string());
        }
        let names = self.heroes.iter().map(|hero| self.called(hero)).collect();
        let users = self
            .joined_member_count
            .saturating_add(self.invited_member_count);
        if users <= 1 {
            return RoomDisplayName::Empty { left: names };
        }
        let heroes = u64::try_from(self.heroes.len()).unwrap_or(u64::MAX);
        RoomDisplayName::Members {
            names,
            others: (users - 1).saturating_sub(heroes),
        }
    }

    /// What a hero is called, with their ID if another one is called the same.
    fn called(&self, hero: &RoomHero) -> String {
        let Some(name) = hero.name() else {
            return hero.user_id.to_string();
        };
        let mut others = self
            .heroes
            .iter()
            .filter(|other| other.user_id != hero.user_id);
        if hero.is_ambiguous || others.any(|other| other.name() == Some(name)) {
            format!("{name} ({})", hero.user_id)
        } else {
            name.to_owned()
        }
    }
}

/// A member to name a room after.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoomHero {
    /// The member.
    pub user_id: UserId,
    /// What they are called in the room: the `displayname` of their `m.room.member`.
    pub displayname: Option<String>,
    /// Whether another member of the room is called the same. That of two heroes is seen without it.
    pub is_ambiguous: bool,
}

impl RoomHero {
    /// A member who is called this, as nobody else is.
    pub fn new(user_id: UserId, displayname: Option<String>) -> Self {
        Self {
            user_id,
            displayname,
            is_ambiguous: false,
        }
    }

    fn name(&self) -> Option<&str> {
        self.displayname.as_deref().filter(|name| !name.is_empty())
    }
}

/// What to call a room.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RoomDisplayName {
    /// Its name.
    Name(String),
    /// Its main alias.
    Alias(String),
    /// After members, and how many others there are beside them and the user.
    Members {
        /// What the members are called. It may be empty: then only their number is known.
        names: Vec<String>,
        /// How many others there are.
        others: u64,
    },
    /// The user is alone in it.
    Empty {
        /// What those who were in it are called.
        left: Vec<String>,
    },
}

impl fmt::Display for RoomDisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) | Self::Alias(name) => f.write_str(name),
            Self::Members { names, others } => f.write_str(&listed(names, *others)),
            Self::Empty { left } if left.is_empty() => f.write_str("Empty room"),
            Self::Empty { left } => write!(f, "Empty room (was {})", listed(left, 0)),
        }
    }
}

/// `Alice, Bob and 2 others`
fn listed(names: &[String], others: u64) -> String {
    let others = match others {
        0 => None,
        1 => Some("1 other".to_owned()),
        others => Some(format!("{others} others")),
    };
    let mut parts: Vec<&str> = names.iter().chain(&others).map(String::as_str).collect();
    match parts.pop() {
        Some(last) if parts.is_empty() => last.to_owned(),
        Some(last) => format!("{} and {last}", parts.join(", ")),
        None => "Nobody".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::RoomAliasId;

    fn room(joined: u64, invited: u64, heroes: &[(&str, Option<&str>)]) -> RoomNaming {
        let mut naming = RoomNaming::new(joined, invited);
        naming.heroes = heroes
            .iter()
            .map(|(user, name)| {
                let user = UserId::parse(format!("@{user}:a.org")).unwrap();
                RoomHero::new(user, name.map(str::to_owned))
            })
            .collect();
        naming
    }

    #[test]
    fn a_name_counts_before_an_alias_and_that_before_members() {
        let mut naming = room(2, 0, &[("b", Some("Bob"))]);
        assert_eq!(naming.display_name().to_string(), "Bob");
        let alias = RoomAliasId::parse("#tea:a.org").unwrap();
        naming.canonical_alias = Some(RoomCanonicalAlias::new(alias));
        naming.name = Some(RoomName::new(String::new()));
        assert_eq!(naming.display_name().to_string(), "#tea:a.org");
        naming.name = Some(RoomName::new("Tea".to_owned()));
        assert_eq!(naming.display_name().to_string(), "Tea");
    }

    #[test]
    fn members_are_listed_and_others_counted() {
        let three = [("b", Some("Bob")), ("c", Some("Carol")), ("d", Some(""))];
        for (joined, invited, heroes, expected) in [
            (2, 0, 1, "Bob"),
            (1, 1, 1, "Bob"),
            (3, 0, 2, "Bob and Carol"),
            (4, 0, 3, "Bob, Carol and @d:a.org"),
            (4, 0, 2, "Bob, Carol and 1 other"),
            (100, 7, 3, "Bob, Carol, @d:a.org and 103 others"),
            (5, 0, 0, "4 others"),
            (2, 0, 3, "Bob, Carol and @d:a.org"),
        ] {
            let name = room(joined, invited, &three[..heroes]).display_name();
            assert_eq!(name.to_string(), expected, "{joined} {invited} {heroes}");
        }
    }

    #[test]
    fn a_room_that_all_others_left_is_empty() {
        let bob = [("b", Some("Bob")), ("c", None)];
        let name = room(1, 0, &bob).display_name();
        assert_eq!(name.to_string(), "Empty room (was Bob and @c:a.org)");
        assert_eq!(room(1, 0, &[]).display_name().to_string(), "Empty room");
        assert_eq!(room(0, 0, &[]).display_name().to_string(), "Empty room");
    }

    #[test]
    fn members_of_one_name_are_told_apart() {
        let naming = room(
            4,
            0,
            &[
                ("b", Some("Bob")),
                ("evil", Some("Bob")),
                ("c", Some("Carol")),
            ],
        );
        assert_eq!(
            naming.display_name().to_string(),
            "Bob (@b:a.org), Bob (@evil:a.org) and Carol"
        );
        let mut naming = room(2, 0, &[("b", Some("Bob"))]);
        naming.heroes[0].is_ambiguous = true;
        assert_eq!(naming.display_name().to_string(), "Bob (@b:a.org)");
    }
}
