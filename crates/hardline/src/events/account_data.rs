//! What an account keeps on its server: settings, of all rooms or of one.

use super::contents;

contents![];
