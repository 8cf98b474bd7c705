use super::{Client, Clock, Conversation, Next, Transport};
#[cfg(feature = "by-name")]
use crate::by_name::NamedCall;
use crate::flow::{Callable, Flow, FlowError, OperationFlow};
#[cfg(feature = "by-name")]
use crate::json::{JsonObject, RawJson};
use crate::wire::{ApiResponse, Endpoint, Error};

impl<T: Transport, C: Clock> Client<T, C> {
    /// Does one operation, and repeats it if that is safe and the policy says so.
    ///
    /// # Errors
    /// [`Error`], by who is at fault.
    pub async fn call<E: Endpoint>(&self, operation: E) -> Result<E::Response, Error> {
        self.call_answer(operation).await.map(|answer| answer.value)
    }

    /// As [`call`](Client::call), but returns everything that came with the response.
    ///
    /// # Errors
    /// As [`call`](Client::call).
    pub async fn call_answer<E: Endpoint>(
        &self,
        operation: E,
    ) -> Result<ApiResponse<E::Response>, Error> {
        self.call_unattended(operation).await
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
    pub async fn call_by_name(
        &self,
        name: &str,
        arguments: JsonObject,
    ) -> Result<ApiResponse<RawJson>, Error> {
        self.call_unattended(NamedCall::find(name, arguments)?)
            .await
    }

    async fn call_unattended<O: Callable>(
        &self,
        operation: O,
    ) -> Result<ApiResponse<O::Response>, Error> {
        let target = self.target().clone();
        let flow = OperationFlow::new(self.now(), operation, target, self.next_seed())
            .with_policy(self.policy().clone())
            .unattended();
        let mut conversation = self.run(flow);
        loop {
            if let Next::Done(result) = conversation.next().await {
                return result.map_err(FlowError::into_error);
            }
        }
    }

    /// Runs a flow.
    pub fn run<F: Flow>(&self, flow: F) -> Conversation<'_, T, C, F> {
        Conversation::new(self, flow)
    }
}
