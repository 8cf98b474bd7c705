//! What goes on in a room and is not kept, and who is there.

mod typing;

pub use typing::Typing;

use super::contents;

contents![Typing];
