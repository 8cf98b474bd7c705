//! One interface for all backends that run operations and flows.

use hardline::client::{Blocking, BoxTransport, Client, Clock, Next, Transport};
use hardline::flow::{Flow, OperationFlow, RetryPolicy};
use hardline::types::{AccessToken, Timestamp};
use hardline::wire::{Endpoint, Error, Target};
use hardline_hyper::{HyperTransport, TokioClock};
use hardline_isahc::{BlockingClock, IsahcClock, IsahcTransport};

use crate::raw_socket;

/// The backend that runs a flow in the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// hyper on tokio.
    Hyper,
    /// isahc on an executor other than tokio.
    Isahc,
    /// isahc without an executor.
    IsahcBlocking,
    /// A bare socket without a client.
    RawSocket,
}

/// All of them.
pub const BACKENDS: [Backend; 4] = [
    Backend::Hyper,
    Backend::Isahc,
    Backend::IsahcBlocking,
    Backend::RawSocket,
];

/// Runs operations and flows against one server.
pub struct Runner {
    backend: Backend,
    transport: Option<BoxTransport>,
    target: Target,
    policy: RetryPolicy,
    access_token: Option<AccessToken>,
}

impl Runner {
    /// A runner that is not logged in.
    pub fn new(backend: Backend, target: Target) -> Self {
        Self {
            backend,
            transport: None,
            target,
            policy: RetryPolicy::default(),
            access_token: None,
        }
    }

    /// Sets another retry policy.
    #[must_use]
    pub fn with_policy(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Uses this transport whatever the backend, on an executor other than tokio.
    #[must_use]
    pub fn with_transport(mut self, transport: BoxTransport) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Sets the access token, or forgets it.
    pub fn set_access_token(&mut self, access_token: Option<AccessToken>) {
        self.access_token = access_token;
    }

    /// Sets the target of requests.
    pub fn set_target(&mut self, target: Target) {
        self.target = target;
    }

    /// The target of requests.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Does one operation.
    ///
    /// # Errors
    /// The operation's error.
    pub fn call<E: Endpoint>(&self, operation: E) -> Result<E::Response, Error> {
        let flow = OperationFlow::new(raw_socket::now(), operation, self.target.clone(), 0)
            .with_policy(self.policy.clone())
            .unattended();
        match self.run(flow, &mut |_, _, _| {}) {
            Ok(answer) => Ok(answer.value),
            Err(error) => Err(error.into_error()),
        }
    }

    /// Runs a flow to its end; `on_event` replies to its prompts.
    pub fn run<F: Flow>(
        &self,
        flow: F,
        on_event: &mut dyn FnMut(F::Event, &mut F, Timestamp),
    ) -> F::Outcome {
        if let Some(transport) = &self.transport {
            let run = self.over(transport, IsahcClock, flow, on_event);
            return futures_lite::future::block_on(run);
        }
        match self.backend {
            Backend::RawSocket => raw_socket::run(flow, self.access_token.as_ref(), on_event),
            Backend::Hyper => {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                let transport = HyperTransport::builder()
                    .build()
                    .expect("the machine has root certificates");
                let run = self.over(transport, TokioClock, flow, on_event);
                runtime.expect("a runtime can be built").block_on(run)
            }
            Backend::Isahc => {
                let transport = IsahcTransport::builder()
                    .build()
                    .expect("isahc can be set up");
                futures_lite::future::block_on(self.over(transport, IsahcClock, flow, on_event))
            }
            Backend::IsahcBlocking => {
                let transport = IsahcTransport::builder()
                    .build_blocking()
                    .expect("isahc can be set up");
                let run = self.over(Blocking(transport), BlockingClock, flow, on_event);
                futures_lite::future::block_on(run)
            }
        }
    }

    async fn over<F: Flow>(
        &self,
        transport: impl Transport,
        clock: impl Clock,
        flow: F,
        on_event: &mut dyn FnMut(F::Event, &mut F, Timestamp),
    ) -> F::Outcome {
        let client = Client::new(transport, clock, self.target.clone());
        client.set_access_token(self.access_token.clone());
        let mut conversation = client.run(flow);
        loop {
            match conversation.next().await {
                Next::Event(event) => on_event(event, conversation.flow_mut(), client.now()),
                Next::Done(outcome) => return outcome,
            }
        }
    }
}
