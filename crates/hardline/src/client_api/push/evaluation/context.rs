use std::collections::BTreeMap;

use crate::types::{RoomId, UserId};

/// What push rules need to know besides the event.
///
/// ```
/// use hardline::client_api::push::PushContext;
/// use hardline::types::{RoomId, UserId};
///
/// let mut context = PushContext::new(
///     UserId::parse("@alice:example.org")?,
///     RoomId::parse("!tea:example.org")?,
///     2,
/// );
/// context.display_name = Some("Alice".to_owned());
/// # Ok::<(), hardline::types::InvalidText>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PushContext {
    /// The user whose rules they are.
    pub user_id: UserId,
    /// The room: events of a sync do not name it.
    pub room_id: RoomId,
    /// How many users have joined the room.
    pub member_count: u64,
    /// The user's display name in the room, for the deprecated condition `contains_display_name`.
    pub display_name: Option<String>,
    /// The power levels of the room. Without them nobody may notify the whole room.
    pub levels: Option<NotificationLevels>,
    /// Whether the user is subscribed to the event's thread, if it is in one: for the condition
    /// `io.element.msc4306.thread_subscription`.
    pub is_subscribed_to_thread: Option<bool>,
    /// The features of the room's version, for the condition `org.matrix.msc3931.room_version_supports`.
    pub room_version_features: Vec<String>,
}

impl PushContext {
    /// A context of which nothing else is known.
    pub fn new(user_id: UserId, room_id: RoomId, member_count: u64) -> Self {
        Self {
            user_id,
            room_id,
            member_count,
            display_name: None,
            levels: None,
            is_subscribed_to_thread: None,
            room_version_features: Vec::new(),
        }
    }
}

/// Who may notify the whole room, by its power levels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotificationLevels {
    /// The levels of users. From room version 12 on, give the creators of the room `i64::MAX`.
    pub users: BTreeMap<UserId, i64>,
    /// The level of everybody else.
    pub users_default: i64,
    /// The level that a kind of notification needs: `room`. One that is not listed needs 50.
    pub notifications: BTreeMap<String, i64>,
}

impl NotificationLevels {
    /// What a kind of notification needs if the room does not say.
    const DEFAULT: i64 = 50;

    pub(super) fn may_notify(&self, sender: &UserId, kind: &str) -> bool {
        let level = self.users.get(sender).unwrap_or(&self.users_default);
        level >= self.notifications.get(kind).unwrap_or(&Self::DEFAULT)
    }
}
