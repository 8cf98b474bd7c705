use std::future::Future;

use super::{Client, Clock, Conversation, Transport};
#[cfg(feature = "by-name")]
use crate::by_name::NamedCall;
#[cfg(feature = "unstable")]
use crate::flow::SlidingSync;
#[cfg(feature = "sync")]
use crate::flow::SyncLoop;
use crate::flow::{Callable, Flow, FlowError, OperationFlow};
#[cfg(feature = "by-name")]
use crate::json::{JsonObject, RawJson};
#[cfg(feature = "unstable")]
use crate::types::UserId;
use crate::wire::{ApiResponse, Endpoint, Error, UserIdentifier};

impl<T: Transport, C: Clock> Client<T, C> {
    /// Does one operation, and repeats it if that is safe and the policy says so. It takes the operation or a reference
    /// to it.
    ///
    /// If the server wants user-interactive authentication, the call fails, and [`Error::uia`] says what it wants:
    /// [`call_interactively`](Client::call_interactively) goes through it.
    ///
    /// The future owns its share of the client, so it can be spawned if the operation was moved into it. It is `Send` if
    /// the transport, the clock and their futures are.
    ///
    /// ```
    /// # use hardline::client::{Client, Clock, Transport};
    /// # use hardline::client_api::threepid::GetAccount3pids;
    /// # use hardline::wire::Error;
    /// async fn count(client: &Client<impl Transport, impl Clock>) -> Result<usize, Error> {
    ///     let operation = GetAccount3pids::new();
    ///     let before = client.call(&operation).await?.threepids.len();
    ///     let after = client.call(operation).await?.threepids.len();
    ///     Ok(before.max(after))
    /// }
    /// ```
    ///
    /// # Errors
    /// [`Error`], by who is at fault.
    pub fn call<E: Endpoint>(
        &self,
        operation: E,
    ) -> impl Future<Output = Result<E::Response, Error>> + use<T, C, E> {
        let answer = self.call_answer(operation);
        async move { answer.await.map(|answer| answer.value) }
    }

    /// As [`call`](Client::call), but returns everything that came with the response.
    ///
    /// # Errors
    /// As [`call`](Client::call).
    pub fn call_answer<E: Endpoint>(
        &self,
        operation: E,
    ) -> impl Future<Output = Result<ApiResponse<E::Response>, Error>> + use<T, C, E> {
        let client = self.clone();
        async move { client.call_unattended(operation).await }
    }

    /// Does the operation with this name; its fields are the members of `arguments`. See [`by_name`](crate::by_name).
    ///
    /// ```
    /// # use hardline::client::{Client, Clock, Transport};
    /// use hardline::json::JsonObject;
    /// use hardline::wire::Error;
    ///
    /// async fn versions(client: &Client<impl Transport, impl Clock>) -> Result<String, Error> {
    ///     let response = client.call_by_name("cs:getVersions", JsonObject::new()).await?;
    ///     Ok(response.value.as_str().to_owned())
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`call`](Client::call); it holds [`EncodeError::ByName`](crate::wire::EncodeError::ByName) if there is no
    /// such operation or the arguments do not fit.
    #[cfg(feature = "by-name")]
    pub fn call_by_name(
        &self,
        name: &str,
        arguments: JsonObject,
    ) -> impl Future<Output = Result<ApiResponse<RawJson>, Error>> + use<T, C> {
        let client = self.clone();
        let operation = NamedCall::find(name, arguments);
        async move { client.call_unattended(operation?).await }
    }

    /// Does one operation as a conversation, which goes through user-interactive authentication if the server wants it, and
    /// which can be answered when it stalls. A password that is asked for is that of [`user_id`](Client::user_id), if the
    /// client knows whose session it is. It takes an operation, a reference to one, or with feature `by-name` a
    /// `by_name::NamedCall`.
    ///
    /// [`map_flow`](Conversation::map_flow) sets what the flow may need, such as the stages that the program can complete:
    ///
    /// ```
    /// # use hardline::client::{Client, Clock, Transport};
    /// # use hardline::client_api::threepid::Add3pid;
    /// # use hardline::flow::FlowError;
    /// async fn add(client: &Client<impl Transport, impl Clock>, add: Add3pid) -> Result<(), FlowError> {
    ///     let conversation = client.call_interactively(add);
    ///     conversation.map_flow(|flow| flow.with_password("wonderland".into())).await?;
    ///     Ok(())
    /// }
    /// ```
    pub fn call_interactively<O: Callable>(
        &self,
        operation: O,
    ) -> Conversation<T, C, OperationFlow<O>> {
        let flow = self.operation_flow(operation);
        self.run(match self.user_id() {
            Some(user_id) => flow.with_user(UserIdentifier::user(user_id.as_str())),
            None => flow,
        })
    }

    /// Runs a flow: call [`next`](Conversation::next) on the conversation. It owns its share of the client.
    pub fn run<F: Flow>(&self, flow: F) -> Conversation<T, C, F> {
        Conversation::new(self.clone(), flow)
    }

    /// Asks for what is new, for ever: see [`SyncLoop`](crate::flow::SyncLoop), which [`map_flow`](Conversation::map_flow)
    /// sets up, for example with the token that the program has stored.
    ///
    /// ```
    /// # use hardline::client::{Client, Clock, Next, Transport};
    /// # use hardline::flow::SyncEvent;
    /// # fn store(token: &str) {}
    /// async fn listen(client: &Client<impl Transport, impl Clock>) -> Result<(), Box<dyn std::error::Error>> {
    ///     let mut sync = client.sync();
    ///     loop {
    ///         match sync.next().await {
    ///             Next::Event(SyncEvent::Answer(answer)) => {
    ///                 for (room_id, room) in answer.value.rooms.join.iter() {
    ///                     for event in room.timeline.events.iter().filter_map(Result::ok) {
    ///                         println!("{room_id}: {:?}", event.value.event_type());
    ///                     }
    ///                 }
    ///                 store(&answer.value.next_batch);
    ///                 sync.taken(&answer.value.next_batch)?;
    ///             }
    ///             Next::Event(SyncEvent::Status(status)) => println!("{status}"),
    ///             Next::Event(_) => {}
    ///             Next::Done(result) => return Ok(result?),
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// With [raw rooms](crate::flow::SyncLoop::with_raw_rooms) it is
    /// `client.run(client.sync().into_flow().with_raw_rooms())`.
    #[cfg(feature = "sync")]
    pub fn sync(&self) -> Conversation<T, C, SyncLoop> {
        let flow = SyncLoop::at(self.now(), self.target(), self.next_seed());
        self.run(flow.with_policy(self.policy().clone()))
    }

    /// Follows rooms of this user by sliding sync, for ever: see [`SlidingSync`](crate::flow::SlidingSync).
    ///
    /// ```
    /// # use hardline::client::{Client, Clock, Next, Transport};
    /// # use hardline::client_api::unstable::msc4186::{RoomSubscription, StatePattern};
    /// # use hardline::flow::{SlidingSyncEvent, SlidingSyncTokens, SyncList};
    /// # use hardline::types::UserId;
    /// # fn store(tokens: &SlidingSyncTokens) {}
    /// # async fn listen(client: &Client<impl Transport, impl Clock>, user_id: UserId) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut sync = client.sliding_sync(user_id);
    /// let names = vec![StatePattern::new("m.room.name", "")];
    /// sync.set_list("all", SyncList::growing(20, RoomSubscription::new(1, names)));
    /// loop {
    ///     match sync.next().await {
    ///         Next::Event(SlidingSyncEvent::Answer(answer)) => {
    ///             for (room_id, room) in answer.response.value.rooms.iter() {
    ///                 println!("{room_id}: {:?}", room.name);
    ///             }
    ///             store(&answer.tokens);
    ///             sync.taken(&answer.response.value.pos)?;
    ///         }
    ///         Next::Event(event) => println!("{event}"),
    ///         Next::Done(result) => return Ok(result?),
    ///     }
    /// }
    /// # }
    /// ```
    #[cfg(feature = "unstable")]
    pub fn sliding_sync(&self, user_id: UserId) -> Conversation<T, C, SlidingSync> {
        let flow = SlidingSync::at(self.now(), self.target(), user_id, self.next_seed());
        self.run(flow.with_policy(self.policy().clone()))
    }

    async fn call_unattended<O: Callable>(
        &self,
        operation: O,
    ) -> Result<ApiResponse<O::Response>, Error> {
        let flow = self.operation_flow(operation).unattended();
        let outcome = self.run(flow).outcome().await;
        outcome.map_err(FlowError::into_error)
    }

    fn operation_flow<O: Callable>(&self, operation: O) -> OperationFlow<O> {
        OperationFlow::new(self.now(), operation, self.target(), self.next_seed())
            .with_policy(self.policy().clone())
    }
}

#[cfg(test)]
mod tests;
