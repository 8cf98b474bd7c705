//! What people say in rooms.

use super::contents;

contents![];
