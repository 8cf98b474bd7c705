//! Files: uploaded, downloaded, and made smaller.

use super::data::HomeserverData;
use crate::handlers::Handlers;

pub(super) fn install(_handlers: &mut Handlers<HomeserverData>) {}
