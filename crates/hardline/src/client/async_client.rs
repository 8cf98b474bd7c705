use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use super::token_manager::SharedTokenManager;
use super::{Clock, Transport};
use crate::flow::{RetryPolicy, SessionEvent, SessionTokens};
use crate::types::{AccessToken, Timestamp};
use crate::wire::Target;

/// Runs operations and conversations against one server.
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
pub struct Client<T: Transport, C: Clock> {
    transport: T,
    clock: C,
    target: Target,
    session: SharedTokenManager<T, C>,
    policy: RetryPolicy,
    seed: AtomicU64,
}

impl<T: Transport, C: Clock> Client<T, C> {
    /// A client that is not logged in, with the default [`RetryPolicy`].
    pub fn new(transport: T, clock: C, target: Target) -> Self {
        // Clients that start in the same millisecond have the same waits, which does no harm.
        let seed = clock.now().as_millis();
        Self {
            transport,
            clock,
            session: SharedTokenManager::new(target.clone(), seed),
            target,
            policy: RetryPolicy::default(),
            seed: AtomicU64::new(seed),
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
        self.session.set_tokens(Some(tokens));
        self
    }

    /// Sets the listener for the events of the session. Store new tokens as they arrive, since the old ones stop
    /// working.
    #[must_use]
    pub fn on_session_event(
        mut self,
        listener: impl Fn(SessionEvent) + Send + Sync + 'static,
    ) -> Self {
        self.session.set_listener(Box::new(listener));
        self
    }

    /// Sets another policy for [`call`](Client::call). Flows have their own.
    #[must_use]
    pub fn with_policy(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets or forgets the access token. It is sent only to the target's origin.
    pub fn set_access_token(&self, access_token: Option<AccessToken>) {
        self.set_session(access_token.map(SessionTokens::new));
    }

    /// Sets the tokens of the session after a login, or forgets the session.
    pub fn set_session(&self, tokens: Option<SessionTokens>) {
        self.session.set_tokens(tokens);
    }

    /// The current tokens of the session, if there is one.
    pub fn session(&self) -> Option<SessionTokens> {
        self.session.tokens()
    }

    /// Sets the target that requests are sent to.
    pub fn set_target(&mut self, target: Target) {
        self.session.set_target(target.clone());
        self.target = target;
    }

    /// The target that requests are sent to.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The current time, for the methods of flows.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The seed for the jitter of the next flow's waits.
    pub(super) fn next_seed(&self) -> u64 {
        self.seed.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn policy(&self) -> &RetryPolicy {
        &self.policy
    }

    pub(crate) fn transport(&self) -> &T {
        &self.transport
    }

    pub(crate) fn clock(&self) -> &C {
        &self.clock
    }

    pub(crate) fn token_manager(&self) -> &SharedTokenManager<T, C> {
        &self.session
    }
}

impl<T: Transport, C: Clock> fmt::Debug for Client<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}
