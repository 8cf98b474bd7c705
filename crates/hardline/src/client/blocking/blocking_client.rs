use std::fmt;
use std::time::Duration;

use super::BlockingConversation;
use crate::client::block_on::block_on;
use crate::client::{Blocking, BlockingTransport, Client, Clock, TokenStore};
use crate::client_api::account::Register;
use crate::client_api::session::Login;
#[cfg(feature = "unstable")]
use crate::flow::SlidingSync;
#[cfg(feature = "sync")]
use crate::flow::SyncLoop;
use crate::flow::{
    Callable, Discovery, Flow, FlowError, HomeserverAddress, LogIn, OperationFlow, RefreshMethod,
    RegisterAccount, RetryPolicy, SessionEvent, SessionTokens,
};
#[cfg(feature = "oauth")]
use crate::flow::{DeviceLogin, OAuthLogin};
#[cfg(feature = "by-name")]
use crate::json::{JsonObject, RawJson};
#[cfg(feature = "oauth")]
use crate::oauth_api::RegisterClient;
use crate::types::{AccessToken, ClientSecret, DeviceId, Timestamp, UserId};
use crate::wire::{ApiResponse, BaseUrl, Endpoint, Error, Homeserver, Target};

/// A [`Client`] whose calls block until they are done, over a transport and a clock that block. It has the same methods.
///
/// ```
/// use hardline::client_api::discovery::GetVersions;
/// use hardline::client::{BlockingClient, BlockingTransport, Clock};
/// use hardline::types::Timestamp;
/// use hardline::wire::{Failure, Target};
///
/// struct Canned;
///
/// impl BlockingTransport for Canned {
///     fn send(&self, _: http::Request<Vec<u8>>) -> Result<http::Response<bytes::Bytes>, Failure> {
///         Ok(http::Response::new(r#"{"versions": ["v1.19"]}"#.into()))
///     }
/// }
///
/// # struct Stopped;
/// # impl Clock for Stopped {
/// #     type Sleep = std::future::Ready<()>;
/// #     fn now(&self) -> Timestamp { Timestamp::from_millis(0) }
/// #     fn sleep_until(&self, _: Timestamp) -> Self::Sleep { std::future::ready(()) }
/// # }
/// # let clock = Stopped;
/// let client = BlockingClient::new(Canned, clock, Target::homeserver("https://example.org")?);
/// assert_eq!(client.call(GetVersions::new())?.versions, ["v1.19"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Clones share everything, so that every thread can have one.
pub struct BlockingClient<T: BlockingTransport, C: Clock>(Client<Blocking<T>, C>);

impl<T: BlockingTransport, C: Clock> BlockingClient<T, C> {
    /// As [`Client::new`].
    pub fn new(transport: T, clock: C, target: Target) -> Self {
        Self(Client::new(Blocking(transport), clock, target))
    }

    /// As [`Client::discover`].
    ///
    /// # Errors
    /// As [`Client::discover`].
    pub fn discover(transport: T, clock: C, address: HomeserverAddress) -> Result<Self, FlowError> {
        block_on(Client::discover(Blocking(transport), clock, address)).map(Self)
    }

    /// A blocking client that shares everything with this client.
    pub fn of(client: Client<Blocking<T>, C>) -> Self {
        Self(client)
    }

    /// As [`Client::with_access_token`].
    #[must_use]
    pub fn with_access_token(self, access_token: AccessToken) -> Self {
        Self(self.0.with_access_token(access_token))
    }

    /// As [`Client::with_session`].
    #[must_use]
    pub fn with_session(self, tokens: SessionTokens) -> Self {
        Self(self.0.with_session(tokens))
    }

    /// As [`Client::with_user`].
    #[must_use]
    pub fn with_user(self, user_id: UserId, device_id: Option<DeviceId>) -> Self {
        Self(self.0.with_user(user_id, device_id))
    }

    /// As [`Client::with_store`].
    #[must_use]
    pub fn with_store(self, store: impl TokenStore + 'static) -> Self {
        Self(self.0.with_store(store))
    }

    /// As [`Client::with_refresh_method`].
    #[must_use]
    pub fn with_refresh_method(self, method: impl RefreshMethod + 'static) -> Self {
        Self(self.0.with_refresh_method(method))
    }

    /// As [`Client::on_session_event`].
    #[must_use]
    pub fn on_session_event(self, listener: impl Fn(SessionEvent) + Send + Sync + 'static) -> Self {
        Self(self.0.on_session_event(listener))
    }

    /// As [`Client::with_policy`].
    #[must_use]
    pub fn with_policy(self, policy: RetryPolicy) -> Self {
        Self(self.0.with_policy(policy))
    }

    /// As [`Client::set_access_token`].
    pub fn set_access_token(&self, access_token: Option<AccessToken>) {
        self.0.set_access_token(access_token);
    }

    /// As [`Client::set_session`].
    pub fn set_session(&self, tokens: Option<SessionTokens>) {
        self.0.set_session(tokens);
    }

    /// As [`Client::session`].
    pub fn session(&self) -> Option<SessionTokens> {
        self.0.session()
    }

    /// As [`Client::user_id`].
    pub fn user_id(&self) -> Option<UserId> {
        self.0.user_id()
    }

    /// As [`Client::device_id`].
    pub fn device_id(&self) -> Option<DeviceId> {
        self.0.device_id()
    }

    /// As [`Client::set_target`].
    pub fn set_target(&self, target: Target) {
        self.0.set_target(target);
    }

    /// As [`Client::target`].
    pub fn target(&self) -> Target {
        self.0.target()
    }

    /// As [`Client::homeserver`].
    pub fn homeserver(&self) -> Option<Homeserver> {
        self.0.homeserver()
    }

    /// As [`Client::identity_server`].
    pub fn identity_server(&self) -> Option<BaseUrl> {
        self.0.identity_server()
    }

    /// As [`Client::now`].
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }

    /// Waits so long by the client's clock, as [`Client::sleep`].
    pub fn sleep(&self, time: Duration) {
        block_on(self.0.sleep(time));
    }

    /// As [`Client::next_seed`].
    pub fn next_seed(&self) -> u64 {
        self.0.next_seed()
    }

    /// As [`Client::next_session_event`]: blocks until there is one. [`session_events`](Self::session_events) does not.
    pub fn next_session_event(&self) -> SessionEvent {
        block_on(self.0.next_session_event())
    }

    /// As [`Client::session_events`].
    pub fn session_events(&self) -> Vec<SessionEvent> {
        self.0.session_events()
    }

    /// As [`Client::call`].
    ///
    /// # Errors
    /// [`Error`], by who is at fault.
    pub fn call<E: Endpoint>(&self, operation: E) -> Result<E::Response, Error> {
        block_on(self.0.call(operation))
    }

    /// As [`Client::call_answer`].
    ///
    /// # Errors
    /// [`Error`], by who is at fault.
    pub fn call_answer<E: Endpoint>(
        &self,
        operation: E,
    ) -> Result<ApiResponse<E::Response>, Error> {
        block_on(self.0.call_answer(operation))
    }

    /// As [`Client::call_by_name`].
    ///
    /// # Errors
    /// As [`Client::call_by_name`].
    #[cfg(feature = "by-name")]
    pub fn call_by_name(
        &self,
        name: &str,
        arguments: JsonObject,
    ) -> Result<ApiResponse<RawJson>, Error> {
        block_on(self.0.call_by_name(name, arguments))
    }

    /// As [`Client::call_interactively`].
    pub fn call_interactively<O: Callable>(
        &self,
        operation: O,
    ) -> BlockingConversation<T, C, OperationFlow<O>> {
        BlockingConversation::of(self.0.call_interactively(operation))
    }

    /// As [`Client::run`].
    pub fn run<F: Flow>(&self, flow: F) -> BlockingConversation<T, C, F> {
        BlockingConversation::of(self.0.run(flow))
    }

    /// As [`Client::sync`].
    ///
    /// ```
    /// # use hardline::client::{BlockingClient, BlockingTransport, Clock, Next};
    /// # use hardline::flow::SyncEvent;
    /// # fn listen(client: &BlockingClient<impl BlockingTransport, impl Clock>) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut sync = client.sync();
    /// while let Some(next) = sync.next() {
    ///     match next {
    ///         Next::Event(SyncEvent::Answer(answer)) => sync.taken(&answer.value.next_batch)?,
    ///         Next::Event(_) => {}
    ///         Next::Done(result) => result?,
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "sync")]
    pub fn sync(&self) -> BlockingConversation<T, C, SyncLoop> {
        BlockingConversation::of(self.0.sync())
    }

    /// As [`Client::sliding_sync`].
    ///
    /// ```
    /// # use hardline::client::{BlockingClient, BlockingTransport, Clock, Next};
    /// # use hardline::flow::SlidingSyncEvent;
    /// # use hardline::types::UserId;
    /// # fn listen(client: &BlockingClient<impl BlockingTransport, impl Clock>, user_id: UserId) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut sync = client.sliding_sync(user_id);
    /// while let Some(next) = sync.next() {
    ///     match next {
    ///         Next::Event(SlidingSyncEvent::Answer(answer)) => sync.taken(&answer.response.value.pos)?,
    ///         Next::Event(_) => {}
    ///         Next::Done(result) => result?,
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "unstable")]
    pub fn sliding_sync(&self, user_id: UserId) -> BlockingConversation<T, C, SlidingSync> {
        BlockingConversation::of(self.0.sliding_sync(user_id))
    }

    /// As [`Client::find_homeserver`].
    pub fn find_homeserver(
        &self,
        address: HomeserverAddress,
    ) -> BlockingConversation<T, C, Discovery> {
        BlockingConversation::of(self.0.find_homeserver(address))
    }

    /// As [`Client::log_in`].
    ///
    /// ```
    /// # use hardline::client::{BlockingClient, BlockingTransport, Clock};
    /// # use hardline::client_api::session::Login;
    /// # use hardline::wire::UserIdentifier;
    /// # fn log_in(client: &BlockingClient<impl BlockingTransport, impl Clock>) -> Result<(), Box<dyn std::error::Error>> {
    /// let login = Login::password(UserIdentifier::user("alice"), "wonderland".into());
    /// println!("hello, {}", client.log_in(login).finish()?.user_id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn log_in(&self, login: Login) -> BlockingConversation<T, C, LogIn> {
        BlockingConversation::of(self.0.log_in(login))
    }

    /// As [`Client::log_in_with_browser`].
    #[cfg(feature = "oauth")]
    pub fn log_in_with_browser(
        &self,
        client: RegisterClient,
        entropy: [u8; 32],
    ) -> BlockingConversation<T, C, OAuthLogin> {
        BlockingConversation::of(self.0.log_in_with_browser(client, entropy))
    }

    /// As [`Client::log_in_with_device_code`].
    #[cfg(feature = "oauth")]
    pub fn log_in_with_device_code(
        &self,
        client: RegisterClient,
        entropy: [u8; 32],
    ) -> BlockingConversation<T, C, DeviceLogin> {
        BlockingConversation::of(self.0.log_in_with_device_code(client, entropy))
    }

    /// As [`Client::register`].
    pub fn register(
        &self,
        register: Register,
        client_secret: ClientSecret,
    ) -> BlockingConversation<T, C, RegisterAccount> {
        BlockingConversation::of(self.0.register(register, client_secret))
    }

    /// As [`Client::log_out`].
    ///
    /// # Errors
    /// As [`Client::log_out`].
    pub fn log_out(&self) -> Result<(), Error> {
        block_on(self.0.log_out())
    }
}

impl<T: BlockingTransport, C: Clock, F: Flow> BlockingConversation<T, C, F> {
    /// As [`Conversation::client`](crate::client::Conversation::client).
    pub fn client(&self) -> BlockingClient<T, C> {
        BlockingClient(self.conversation().client().clone())
    }
}

impl<T: BlockingTransport, C: Clock> Clone for BlockingClient<T, C> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: BlockingTransport, C: Clock> fmt::Debug for BlockingClient<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
