//! By which ways calls are made.
//!
//! Proposal: [MSC4143](https://github.com/matrix-org/matrix-spec-proposals/pull/4143).

use hardline::client_api::unstable::msc4143::{GetRtcTransports, GetRtcTransportsResponse};

use super::data::HomeserverData;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<GetRtcTransports>(|context, _| {
        let mut response = GetRtcTransportsResponse::default();
        response
            .rtc_transports
            .clone_from(&context.state.rtc_transports);
        Ok(response)
    });
}
