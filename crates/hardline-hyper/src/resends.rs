use hardline::wire::{Failure, FailureClass};
use http::Uri;
use hyper_util::client::legacy;

use crate::clients::Clients;
use crate::connect::was_used;
use crate::failure::{self, NotActedOn};

/// Whether a request is sent again that got no response.
pub(crate) struct Resends {
    may_resend: bool,
    attempt: u32,
    may_have_arrived: bool,
}

impl Resends {
    /// The first attempt of a request that may, or may not, be repeated.
    pub(crate) fn new(may_resend: bool) -> Self {
        Self {
            may_resend,
            attempt: 1,
            may_have_arrived: false,
        }
    }

    /// Goes on to the next attempt.
    ///
    /// # Errors
    /// The failure of the exchange, if this was the last.
    pub(crate) fn after(
        &mut self,
        clients: &Clients,
        uri: &Uri,
        error: legacy::Error,
    ) -> Result<(), Failure> {
        let not_acted_on = failure::not_acted_on(&error);
        if not_acted_on == Some(NotActedOn::WantsHttp1) {
            clients.use_http1(uri);
        }
        let is_stale = self.may_resend
            && error.connect_info().is_some_and(was_used)
            && failure::is_stale(&error);
        let attempts = match not_acted_on {
            // The connection of the second may leave, too.
            Some(NotActedOn::GoneAway) => 3,
            Some(NotActedOn::Refused | NotActedOn::WantsHttp1) => 2,
            None if is_stale => 2,
            None => 1,
        };
        if self.attempt < attempts {
            self.may_have_arrived |= not_acted_on.is_none();
            self.attempt += 1;
            return Ok(());
        }
        let failure = failure::of_request(error);
        if self.may_have_arrived && self.attempt > 1 && failure.class().never_sent() {
            return Err(Failure::new(FailureClass::Interrupted, failure));
        }
        Err(failure)
    }
}
