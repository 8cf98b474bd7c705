//! Push rules, pushers, and what users are notified of.

use super::data::HomeserverData;
use crate::handlers::Handlers;

pub(super) fn install(_handlers: &mut Handlers<HomeserverData>) {}
