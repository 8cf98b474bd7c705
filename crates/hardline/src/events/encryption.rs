//! End-to-end encryption: encrypted events, room keys, verification of devices, and secrets.

use super::contents;

contents![];
