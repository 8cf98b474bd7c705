//! Reports, and what administrators do.

use super::data::HomeserverData;
use crate::handlers::Handlers;

pub(super) fn install(_handlers: &mut Handlers<HomeserverData>) {}
