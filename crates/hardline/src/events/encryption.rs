//! End-to-end encryption: encrypted events, room keys, verification of devices, and secrets.

mod encrypted_file;

pub use encrypted_file::{EncryptedFile, JsonWebKey};

use super::contents;

contents![];
