use hardline_derive::Wire;

use crate::events::EventContent;
use crate::types::UserId;

/// `m.typing`: who is typing in the room now. Each replaces the one before.
///
/// ```
/// use hardline::events::{RawEvent, Typing};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.typing", "content": {"user_ids": ["@alice:example.org"]}}))?;
/// assert_eq!(event.content_as::<Typing>()?.user_ids, ["@alice:example.org"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.typing`](https://spec.matrix.org/v1.19/client-server-api/#mtyping).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct Typing {
    /// Who is typing.
    pub user_ids: Vec<UserId>,
}

impl Typing {
    /// These users are typing.
    pub fn new(user_ids: Vec<UserId>) -> Self {
        Self { user_ids }
    }
}

impl EventContent for Typing {
    const TYPE: &'static str = "m.typing";
}
