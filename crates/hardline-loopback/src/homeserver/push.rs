//! Push rules, pushers, and what users are notified of.

mod notifications;
mod pushers;
mod rules;

use super::data::HomeserverData;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    rules::install(handlers);
    pushers::install(handlers);
    notifications::install(handlers);
}
