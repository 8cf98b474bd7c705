use crate::events::RoomPower;
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
    /// Who may do what in the room. Without it nobody may notify the whole room.
    pub power: Option<RoomPower>,
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
            power: None,
            is_subscribed_to_thread: None,
            room_version_features: Vec::new(),
        }
    }
}
