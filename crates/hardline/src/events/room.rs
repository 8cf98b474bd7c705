//! The state of a room.

use super::contents;

contents![];
