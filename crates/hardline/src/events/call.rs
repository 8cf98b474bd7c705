//! Voice and video calls.

use super::contents;

contents![];
