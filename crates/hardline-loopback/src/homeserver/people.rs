//! What users say of themselves and keep: profiles, account data, tags, presence, typing, receipts.

use super::data::HomeserverData;
use crate::handlers::Handlers;

pub(super) fn install(_handlers: &mut Handlers<HomeserverData>) {}
