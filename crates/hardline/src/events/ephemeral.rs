//! What goes on in a room and is not kept, and who is there.

mod presence;
mod receipt;
mod typing;

pub use presence::Presence;
pub use receipt::{Receipt, ReceiptData};
pub use typing::Typing;

use super::contents;

contents![Presence, Receipt, Typing];
