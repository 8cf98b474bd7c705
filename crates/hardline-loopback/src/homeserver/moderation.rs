//! Reports, and what administrators do.

mod administration;
mod reports;
mod restrictions;

pub(super) use restrictions::{check, check_locked, suspended};

use super::data::HomeserverData;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    reports::install(handlers);
    administration::install(handlers);
}
