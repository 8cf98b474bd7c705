use hardline_derive::Wire;

use crate::types::UserId;

/// `m.mentions` of a content: whom it notifies. Since v1.7.
///
/// A message with none, even an empty one, notifies nobody by the names in its text. One without this object was written by
/// an older client, and its text counts.
///
/// ```
/// use hardline::events::Mentions;
/// use hardline::json::RawJson;
/// use hardline::types::UserId;
///
/// let alice = UserId::parse("@alice:example.org")?;
/// let mut mentions = Mentions::new();
/// mentions.add_user(alice.clone());
/// assert!(mentions.has_user(&alice));
/// assert_eq!(RawJson::new(&mentions)?.as_str(), r#"{"user_ids":["@alice:example.org"]}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [user and room mentions](https://spec.matrix.org/v1.19/client-server-api/#user-and-room-mentions).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct Mentions {
    /// The users. Absent means none.
    pub user_ids: Option<Vec<UserId>>,
    /// Whether everybody in the room is meant. Absent means `false`.
    pub room: Option<bool>,
}

impl Mentions {
    /// Nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// The users.
    pub fn users(&self) -> &[UserId] {
        self.user_ids.as_deref().unwrap_or_default()
    }

    /// Whether this user is among them.
    pub fn has_user(&self, user: &UserId) -> bool {
        self.users().contains(user)
    }

    /// Whether everybody in the room is meant.
    pub fn is_room(&self) -> bool {
        self.room == Some(true)
    }

    /// Those of them whom the others do not have.
    pub(super) fn without(self, others: &Self) -> Self {
        let users = self.users().iter().filter(|user| !others.has_user(user));
        let users: Vec<_> = users.cloned().collect();
        Self {
            user_ids: Some(users).filter(|users| !users.is_empty()),
            room: self.room.filter(|_| !others.is_room()),
        }
    }

    /// Adds a user, who is mentioned once however often this is done.
    pub fn add_user(&mut self, user: UserId) {
        if !self.has_user(&user) {
            self.user_ids.get_or_insert_default().push(user);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawJson;

    #[test]
    fn a_user_is_mentioned_once() {
        let alice = UserId::parse("@alice:example.org").unwrap();
        let mut mentions = Mentions::new();
        mentions.add_user(alice.clone());
        mentions.add_user(alice.clone());
        assert_eq!(mentions.users(), [alice]);
        assert!(!mentions.is_room());
    }

    #[test]
    fn nobody_is_not_the_same_as_nothing_said() {
        for text in ["{}", r#"{"user_ids":[]}"#, r#"{"room":true}"#] {
            let mentions: Mentions = serde_json::from_str(text).unwrap();
            assert_eq!(RawJson::new(&mentions).unwrap().as_str(), text);
            assert!(mentions.users().is_empty());
        }
    }
}
