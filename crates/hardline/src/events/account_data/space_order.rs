use hardline_derive::Wire;

use crate::events::EventContent;
use crate::types::SpaceChildOrder;

/// `org.matrix.msc3230.space_order`: where a space stands among the user's.
///
/// ```
/// use hardline::events::{RawEvent, SpaceOrder};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "org.matrix.msc3230.space_order", "content": {"order": "a"}}))?;
/// assert_eq!(event.content_as::<SpaceOrder>()?.order().unwrap(), "a");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Proposal: [MSC3230](https://github.com/matrix-org/matrix-spec-proposals/pull/3230).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct SpaceOrder {
    /// Where it stands, compared as text. [`order`](Self::order) knows which count.
    pub order: Option<String>,
}

impl SpaceOrder {
    /// It stands here.
    pub fn new(order: SpaceChildOrder) -> Self {
        Self {
            order: Some(order.into_string()),
        }
    }

    /// Where the space stands. `None` if nothing valid is said of it: it comes last.
    pub fn order(&self) -> Option<SpaceChildOrder> {
        SpaceChildOrder::parse(self.order.as_deref()?).ok()
    }
}

impl EventContent for SpaceOrder {
    const TYPE: &'static str = "org.matrix.msc3230.space_order";
    const OTHER_TYPES: &'static [&'static str] = &["m.space_order"];
}
