use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::Bytes;
use hardline::types::Timestamp;
use hardline::wire::server::{ErrorResponse, access_token};
use hardline::wire::{Auth, ErrorCode, Operation};
use http::Request;
use http::header::USER_AGENT;
use tokio::sync::watch;

use super::errors::unauthorized;
use super::state::{Connection, State};
use super::wakers::Wakers;
use super::{guests, legacy, masquerade, moderation};
use crate::Caller;
use crate::handlers::ClientAddress;
use crate::identity_server::Trusted;
use crate::server_info::ServerInfo;

/// A homeserver without its handlers, which work on this.
pub(super) struct HomeserverData {
    pub(super) info: ServerInfo,
    pub(super) identity_server: OnceLock<Trusted>,
    /// What waits for changes.
    pub(super) wakers: Wakers,
    /// What it has to do by itself, for whoever has a clock.
    pub(super) chores: watch::Sender<Chores>,
    state: Mutex<State>,
    /// Whether the state may have changed since somebody asked.
    is_touched: AtomicBool,
    uia_turn: Mutex<()>,
}

/// What a homeserver has to do that no request asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chores {
    /// When something happens by itself next.
    pub(crate) deadline: Option<Timestamp>,
    /// How many notifications wait to be sent to push gateways.
    pub(crate) pushes: usize,
}

impl HomeserverData {
    pub(super) fn new(info: ServerInfo, state: State) -> Self {
        Self {
            info,
            identity_server: OnceLock::new(),
            wakers: Wakers::default(),
            chores: watch::Sender::default(),
            state: Mutex::new(state),
            is_touched: AtomicBool::new(true),
            uia_turn: Mutex::new(()),
        }
    }

    /// Held by a request of an authentication session, so that a request and its retry do not both succeed. Whoever holds
    /// it may lock the state, and never the other way round.
    pub(super) fn uia_turn(&self) -> MutexGuard<'_, ()> {
        self.uia_turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.is_touched.store(true, Ordering::Relaxed);
        self.unchanged_state()
    }

    /// The state, for whoever does not change it.
    pub(super) fn unchanged_state(&self) -> MutexGuard<'_, State> {
        // A handler that panicked may have left its own work half done; the work of others is intact.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the state may have changed since this was asked last.
    pub(super) fn was_touched(&self) -> bool {
        self.is_touched.swap(false, Ordering::Relaxed)
    }

    /// Changes the state, and wakes what waits for the change.
    pub(super) fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.state();
        let made = change(&mut state);
        let position = state.stream.position();
        let concerned = state.stream.take_concerned();
        let chores = Chores {
            deadline: state.next_deadline(),
            pushes: state.push.outgoing.len(),
        };
        self.chores.send_if_modified(|known| {
            let is_different = *known != chores;
            *known = chores;
            is_different
        });
        drop(state);
        self.wakers.wake(position, concerned);
        made
    }

    /// Who sends the request, if the operation requires that.
    pub(super) fn caller(
        &self,
        now: Timestamp,
        operation: &Operation,
        request: &Request<Bytes>,
    ) -> Result<Caller, ErrorResponse> {
        if !self.state().legacy_authentication {
            legacy::check(operation)?;
        }
        let auth = operation.auth;
        let anonymous = Caller::anonymous(now);
        let token = match auth {
            Auth::None => return Ok(anonymous),
            Auth::Optional | Auth::Required | Auth::Identity => access_token(request),
        };
        let Some(token) = token else {
            return match auth {
                Auth::Optional => Ok(anonymous),
                _ => Err(unauthorized(
                    ErrorCode::MissingToken,
                    "the request has no access token",
                )),
            };
        };
        if let Some(caller) = masquerade::caller(&self.state(), &self.info, now, &token, request)? {
            return Ok(caller);
        }
        let owner = self.state().owner_of(now, &token);
        match owner {
            Some(owner) if !owner.is_expired => {
                let mut state = self.state();
                if state.accounts.is_guest(&owner.user_id) {
                    guests::check(operation)?;
                }
                moderation::check(&state, &owner.user_id, operation)?;
                let (user_id, device_id) = (&owner.user_id, &owner.device_id);
                state
                    .connections
                    .note(user_id, device_id, connection(now, request));
                drop(state);
                Ok(Caller {
                    now,
                    user_id: Some(owner.user_id),
                    device_id: Some(owner.device_id),
                    access_token: Some(token),
                    application_service: None,
                })
            }
            // A token that is no longer valid does not matter if the operation needs none, except for authentication.
            _ if auth == Auth::Optional && !operation.uia => Ok(anonymous),
            Some(_) => Err(unauthorized(
                ErrorCode::UnknownToken,
                "the access token has expired: refresh it",
            )
            .with("soft_logout", &true)),
            None => Err(unauthorized(
                ErrorCode::UnknownToken,
                "the access token is not known here",
            )
            .with("soft_logout", &false)),
        }
    }
}

/// Where a request comes from.
fn connection(now: Timestamp, request: &Request<Bytes>) -> Connection {
    let user_agent = request.headers().get(USER_AGENT);
    let user_agent = user_agent.and_then(|agent| agent.to_str().ok());
    let address = request.extensions().get::<ClientAddress>();
    Connection {
        address: address.map(|ClientAddress(address)| *address),
        user_agent: user_agent.map(str::to_owned),
        last_seen: now,
    }
}
