use std::fmt;
use std::future::{Future, poll_fn};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::token_manager::SharedTokenManager;
use super::{Clock, TokenStore, Transport};
use crate::flow::{RefreshMethod, RetryPolicy, SessionEvent, SessionTokens};
use crate::types::{AccessToken, DeviceId, Timestamp, UserId};
use crate::wire::{BaseUrl, Homeserver, Target};

/// Runs operations and conversations against one server.
///
/// It is cheap to clone, and clones share everything but the [policy](Client::with_policy): the transport with its
/// connections, the server, the session and its refresh. It is `Send` and `Sync` if the transport, the clock and their
/// futures are `Send` (and the first two `Sync`), so that every task can have a clone.
///
/// ```
/// use hardline::client_api::discovery::GetVersions;
/// use hardline::client::{Client, Clock, transport_fn};
/// use hardline::types::Timestamp;
/// use hardline::wire::Target;
///
/// # struct Stopped;
/// # impl Clock for Stopped {
/// #     type Sleep = std::future::Pending<()>;
/// #     fn now(&self) -> Timestamp { Timestamp::from_millis(0) }
/// #     fn sleep_until(&self, _: Timestamp) -> Self::Sleep { std::future::pending() }
/// # }
/// # let clock = Stopped;
/// let transport = transport_fn(|_| async { Ok(http::Response::new(r#"{"versions": ["v1.19"]}"#.into())) });
/// let client = Client::new(transport, clock, Target::homeserver("https://example.org")?);
/// let versions = async { client.call(GetVersions::new()).await };
/// # let versions = std::pin::pin!(versions);
/// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// # let std::task::Poll::Ready(versions) = versions.poll(&mut context) else { panic!("it is ready at once") };
/// # assert_eq!(versions?.versions, ["v1.19"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`discover`](Client::discover) makes one from a server name. Then [`log_in`](Client::log_in) or
/// [`with_session`](Client::with_session), [`call`](Client::call) operations, and [`run`](Client::run) flows.
pub struct Client<T: Transport, C: Clock> {
    shared: Arc<Shared<T, C>>,
    policy: RetryPolicy,
}

/// What all clones of a client have in common.
struct Shared<T: Transport, C: Clock> {
    transport: T,
    clock: C,
    session: SharedTokenManager<T, C>,
    known: Mutex<Known>,
    seed: AtomicU64,
}

/// What the client knows of its server and its user.
struct Known {
    target: Target,
    identity_server: Option<BaseUrl>,
    user: Option<(UserId, Option<DeviceId>)>,
}

impl<T: Transport, C: Clock> Client<T, C> {
    /// A client that is not logged in, with the default [`RetryPolicy`]. If you have a server's name rather than its URL,
    /// use [`discover`](Client::discover).
    pub fn new(transport: T, clock: C, target: Target) -> Self {
        // Clients that start in the same millisecond have the same waits, which does no harm.
        let seed = clock.now().as_millis();
        Self {
            shared: Arc::new(Shared {
                transport,
                clock,
                session: SharedTokenManager::new(target.clone(), seed),
                known: Mutex::new(Known {
                    target,
                    identity_server: None,
                    user: None,
                }),
                seed: AtomicU64::new(seed),
            }),
            policy: RetryPolicy::default(),
        }
    }

    /// Logs the client in with this access token, which is not refreshed.
    #[must_use]
    pub fn with_access_token(self, access_token: AccessToken) -> Self {
        self.with_session(SessionTokens::new(access_token))
    }

    /// Logs the client in with these tokens. The access token is refreshed before it expires and when the server
    /// rejects it, once for all operations and conversations that wait for it.
    #[must_use]
    pub fn with_session(self, tokens: SessionTokens) -> Self {
        self.set_session(Some(tokens));
        self
    }

    /// Says whose session it is, for [`user_id`](Client::user_id) and [`device_id`](Client::device_id).
    /// [`log_in`](Client::log_in) and [`register`](Client::register) do that by themselves.
    #[must_use]
    pub fn with_user(self, user_id: UserId, device_id: Option<DeviceId>) -> Self {
        self.set_user(user_id, device_id);
        self
    }

    /// Keeps the tokens of the session in a store, which other processes may share: the session in it is the client's, and
    /// if there is none, the client's goes there. From then on the store has what the client has: new tokens, those of
    /// [`log_in`](Client::log_in), [`register`](Client::register) and [`set_session`](Client::set_session), and none
    /// after [`log_out`](Client::log_out). The store knows nothing of servers: give each its own.
    #[must_use]
    pub fn with_store(self, store: impl TokenStore + 'static) -> Self {
        self.shared.session.set_store(Arc::new(store));
        self
    }

    /// Sets how tokens are refreshed: as [`LegacyRefresh`](crate::flow::LegacyRefresh) by default.
    #[must_use]
    pub fn with_refresh_method(self, method: impl RefreshMethod + 'static) -> Self {
        self.shared.session.set_refresh_method(method);
        self
    }

    /// Sets the listener for the events of the session, in place of [`next_session_event`](Client::next_session_event).
    /// Store new tokens as they arrive, since the old ones stop working: no request uses new ones before the listener
    /// returns. It is told what happened before there was a listener too, and is called in the task that happens to be
    /// polled, never twice at a time.
    #[must_use]
    pub fn on_session_event(self, listener: impl Fn(SessionEvent) + Send + Sync + 'static) -> Self {
        self.shared.session.set_listener(Arc::new(listener));
        self
    }

    /// Sets another policy for [`call`](Client::call) on this client and on clones of it. Clones that exist already keep
    /// theirs, so that a clone is what a few calls with a policy of their own need. Flows have their own.
    #[must_use]
    pub fn with_policy(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets or forgets the access token. It is sent only to the target's origin.
    pub fn set_access_token(&self, access_token: Option<AccessToken>) {
        self.set_session(access_token.map(SessionTokens::new));
    }

    /// Sets the tokens of the session after a login, or forgets the session, for all clones and in the
    /// [store](Client::with_store). Whose they are is then unknown: see [`with_user`](Client::with_user).
    pub fn set_session(&self, tokens: Option<SessionTokens>) {
        self.known().user = None;
        self.shared.session.set_session(tokens);
    }

    /// The current tokens of the session, if there is one.
    pub fn session(&self) -> Option<SessionTokens> {
        self.shared.session.tokens()
    }

    /// The user who is logged in, or was until the session ended, if the client knows: after
    /// [`log_in`](Client::log_in), [`register`](Client::register) or [`with_user`](Client::with_user).
    pub fn user_id(&self) -> Option<UserId> {
        let known = self.known();
        known.user.as_ref().map(|(user_id, _)| user_id.clone())
    }

    /// The device that is logged in, or was until the session ended, if the client knows. Some servers do not say which
    /// one it is.
    pub fn device_id(&self) -> Option<DeviceId> {
        let known = self.known();
        known.user.as_ref().and_then(|(_, device)| device.clone())
    }

    /// Sets the target that requests are sent to, for all clones. Flows that have begun keep the target they began with.
    ///
    /// A session belongs to one server. With another URL of the same origin it goes on; at any other origin, or at an identity
    /// server in place of a homeserver, the client forgets its tokens (a [store](Client::with_store) does not), and abandons
    /// a refresh that is in progress. If the new URL is the same server's, set the session again after this.
    pub fn set_target(&self, target: Target) {
        if !self.target().is_same_server(&target) {
            let mut known = self.known();
            known.user = None;
            known.identity_server = None;
        }
        self.shared.session.set_target(target.clone());
        self.known().target = target;
    }

    /// The target that requests are sent to.
    pub fn target(&self) -> Target {
        self.known().target.clone()
    }

    /// The homeserver that requests are sent to, for the constructors of flows; `None` if the target is no homeserver.
    pub fn homeserver(&self) -> Option<Homeserver> {
        match &self.known().target {
            Target::Homeserver(homeserver) => Some(homeserver.clone()),
            _ => None,
        }
    }

    /// The identity server that [discovery](Client::discover) found beside the homeserver.
    pub fn identity_server(&self) -> Option<BaseUrl> {
        self.known().identity_server.clone()
    }

    /// The current time, for the constructors of flows.
    pub fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    /// Waits so long by the client's clock: for a program that tries again later.
    pub fn sleep(&self, time: Duration) -> C::Sleep {
        self.shared.clock.sleep_until(self.now() + time)
    }

    /// A seed for the jitter of a flow's waits, for the constructors of flows: another one each time.
    pub fn next_seed(&self) -> u64 {
        self.shared.seed.fetch_add(1, Ordering::Relaxed)
    }

    /// The next event of the session: new tokens, a refresh that failed, the end of the session. Events wait until somebody
    /// fetches them, the newest 64 if nobody does; [`session`](Client::session) always has the current tokens. Several
    /// tasks that wait share the events; with a [listener](Client::on_session_event) there are none here.
    ///
    /// A task that waits for events also moves a refresh on if nobody else does. The future owns its share of the client,
    /// and dropping it loses nothing.
    ///
    /// ```
    /// # use hardline::client::{Client, Clock, Transport};
    /// # use hardline::flow::{SessionEvent, SessionTokens};
    /// # fn store(_: &SessionTokens) {}
    /// async fn watch(client: &Client<impl Transport, impl Clock>) {
    ///     loop {
    ///         match client.next_session_event().await {
    ///             SessionEvent::Refreshed(tokens) => store(&tokens),
    ///             SessionEvent::LoggedOut { .. } => return,
    ///             other => println!("{other:?}"),
    ///         }
    ///     }
    /// }
    /// ```
    pub fn next_session_event(&self) -> impl Future<Output = SessionEvent> + use<T, C> {
        let client = self.clone();
        poll_fn(move |context| {
            let shared = &client.shared;
            let (transport, clock) = (&shared.transport, &shared.clock);
            shared.session.poll_event(transport, clock, context)
        })
    }

    /// All events of the session that wait to be [fetched](Client::next_session_event), without waiting for one.
    pub fn session_events(&self) -> Vec<SessionEvent> {
        self.shared.session.take_events()
    }

    /// Forgets whose session it was, once it is over.
    pub(super) fn forget_user(&self) {
        if self.session().is_none() {
            self.known().user = None;
        }
    }

    pub(super) fn set_user(&self, user_id: UserId, device_id: Option<DeviceId>) {
        self.known().user = Some((user_id, device_id));
    }

    pub(super) fn set_identity_server(&self, identity_server: Option<BaseUrl>) {
        self.known().identity_server = identity_server;
    }

    pub(super) fn policy(&self) -> &RetryPolicy {
        &self.policy
    }

    pub(super) fn transport(&self) -> &T {
        &self.shared.transport
    }

    pub(super) fn clock(&self) -> &C {
        &self.shared.clock
    }

    pub(super) fn token_manager(&self) -> &SharedTokenManager<T, C> {
        &self.shared.session
    }

    /// A panic elsewhere leaves nothing half-written here.
    fn known(&self) -> MutexGuard<'_, Known> {
        let known = self.shared.known.lock();
        known.unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Transport, C: Clock> Clone for Client<T, C> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            policy: self.policy.clone(),
        }
    }
}

impl<T: Transport, C: Clock> fmt::Debug for Client<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.known();
        f.debug_struct("Client")
            .field("target", &known.target)
            .field("user", &known.user)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
