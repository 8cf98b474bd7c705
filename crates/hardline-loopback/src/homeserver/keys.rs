//! Keys of devices and users, backups of room keys, and what devices send each other.

use super::data::HomeserverData;
use crate::handlers::Handlers;

pub(super) fn install(_handlers: &mut Handlers<HomeserverData>) {}
