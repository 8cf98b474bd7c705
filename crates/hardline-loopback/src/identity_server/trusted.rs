use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hardline::identity_api::association::Threepid;
use hardline::identity_api::email::EmailSubmitTokenGetV2;
use hardline::identity_api::invitation::{StoreInviteV2, StoreInviteV2Response};
use hardline::types::{
    AccessToken, ClientSecret, ServerName, Timestamp, UserId, ValidationSessionId, ValidationToken,
};
use hardline::wire::Endpoint;
use hardline::wire::server::ErrorResponse;

use super::state::{AcceptedInvitation, State};
use crate::server_info::ServerInfo;
use crate::validations::{Asked, Begun, Validated};

/// An identity server as seen by the homeserver that trusts it: what the homeserver does there for a user, without
/// requests.
///
/// Code that has locked the homeserver's state may lock this one, and never the other way round.
#[derive(Clone)]
pub(crate) struct Trusted(Arc<Mutex<State>>);

impl Trusted {
    /// The path of the links in its e-mails.
    pub(crate) const EMAIL_LINK: &str = EmailSubmitTokenGetV2::OPERATION.path;

    pub(super) fn new(state: State) -> Self {
        Self(Arc::new(Mutex::new(state)))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // A handler that panicked may have left its own work half done; the work of others is intact.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a validation session for the user of the access token.
    pub(crate) fn begin(
        &self,
        now: Timestamp,
        access_token: &AccessToken,
        asked: Asked,
    ) -> Result<Begun, ErrorResponse> {
        let state = &mut *self.state();
        state.user_in_good_standing(Some(access_token))?;
        Ok(state.validations.begin(now, &mut state.entropy, asked))
    }

    pub(crate) fn submit(
        &self,
        now: Timestamp,
        sid: &ValidationSessionId,
        client_secret: &ClientSecret,
        token: &ValidationToken,
    ) -> Result<Option<String>, ErrorResponse> {
        let mut state = self.state();
        state.validations.submit(now, sid, client_secret, token)
    }

    /// The address that a session has validated, for the user of the access token.
    pub(crate) fn validated(
        &self,
        now: Timestamp,
        access_token: &AccessToken,
        sid: &ValidationSessionId,
        client_secret: &ClientSecret,
    ) -> Result<Validated, ErrorResponse> {
        let state = self.state();
        state.user_in_good_standing(Some(access_token))?;
        state.validations.validated(now, sid, client_secret)
    }

    /// Binds the address that a session has validated to a user of the homeserver, who has to own the access token.
    pub(crate) fn bind(
        &self,
        now: Timestamp,
        server_name: &ServerName,
        (user_id, access_token): (UserId, &AccessToken),
        session: (&ValidationSessionId, &ClientSecret),
    ) -> Result<(), ErrorResponse> {
        let mut state = self.state();
        let caller = state.user_in_good_standing(Some(access_token))?.clone();
        state.bind(now, server_name, &caller, user_id, session)?;
        Ok(())
    }

    /// The user whom an address is bound to.
    pub(crate) fn user_bound_to(&self, threepid: &Threepid) -> Option<UserId> {
        self.state().bindings.get(threepid).cloned()
    }

    /// Stores an invitation to an address, which is of the user of the access token.
    pub(crate) fn store_invite(
        &self,
        server: &ServerInfo,
        access_token: &AccessToken,
        invite: StoreInviteV2,
    ) -> Result<StoreInviteV2Response, ErrorResponse> {
        let mut state = self.state();
        let caller = state.user_in_good_standing(Some(access_token))?.clone();
        state.store_invite(server, &caller, invite)
    }

    /// The invitations whose addresses were bound to users since the last call.
    pub(crate) fn take_accepted_invitations(&self) -> Vec<AcceptedInvitation> {
        self.state().invitations.take_accepted()
    }

    /// Ends a binding on the homeserver's word, without a session. Returns whether there was one.
    pub(crate) fn unbind(&self, user_id: &UserId, threepid: &Threepid) -> bool {
        self.state().unbind(user_id, threepid)
    }

    /// Ends all bindings of a user.
    pub(crate) fn unbind_all(&self, user_id: &UserId) {
        self.state().bindings.retain(|_, bound| bound != user_id);
    }
}
