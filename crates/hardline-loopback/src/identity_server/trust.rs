use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hardline::identity_api::association::{BindV2, Threepid};
use hardline::types::{AccessToken, ClientSecret, SessionId, UserId};
use hardline::wire::Endpoint;
use hardline::wire::server::Refusal;

use super::association;
use super::state::State;
use super::turn::Turn;
use crate::{Caller, Homeserver};

/// What the homeserver asks of the identity server, which trusts its word. Its own state is locked while it asks; the
/// identity server never asks the homeserver while its own is.
pub(crate) struct Trust(pub(super) Arc<Mutex<State>>);

impl Trust {
    /// Binds what a session has validated to the caller, who shows their token here.
    pub(crate) fn bind(
        &self,
        homeserver: &Homeserver,
        caller: &Caller,
        token: AccessToken,
        (sid, client_secret): (SessionId, ClientSecret),
    ) -> Result<(), Refusal> {
        let mut state = self.state();
        let user_id = state.admit(const { &BindV2::OPERATION }, Some(&token))?;
        let bind = BindV2::new(sid, client_secret, user_id.clone());
        let mut own = Caller::anonymous(caller.now);
        own.user_id = caller.user_id.clone();
        own.access_token = Some(token);
        let mut turn = Turn {
            state: &mut state,
            homeserver,
            caller: &own,
        };
        association::bind(&mut turn, bind).map(drop)
    }

    /// Unbinds something from a user. Tells whether it was bound to them.
    pub(crate) fn unbind(&self, user_id: &UserId, threepid: &Threepid) -> bool {
        let bindings = &mut self.state().bindings;
        let is_bound = bindings.get(threepid) == Some(user_id);
        if is_bound {
            bindings.remove(threepid);
        }
        is_bound
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
