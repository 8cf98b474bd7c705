use hardline::flow::{Flow, FlowError, FlowEvent, Input, InteractiveFlow, NotAwaited, Output};
use hardline::flow::{Prompt, Reply};
use hardline::types::Timestamp;

/// A flow whose transitions are shown: an event `transition` at the level `DEBUG`, with the target `hardline`, whenever
/// its [state](Flow::state) changes. Its fields:
///
/// - `flow`: the flow's type, such as `AddThreepid`,
/// - `from` and `to`: the states, which are the boxes of the flow's diagram,
/// - `input`: what changed it: an [`Input`] by its name, such as `Response`; `reply`, `retry` or `cancel`; or `poll`, if
///   the flow went on by itself.
///
/// They say nothing of what was sent, asked or replied.
///
/// ```
/// use hardline::client_api::discovery::GetVersions;
/// use hardline::flow::{Flow, Input, OperationFlow, Output};
/// use hardline::types::Timestamp;
/// use hardline::wire::Target;
/// use hardline_tracing::TracedFlow;
///
/// let now = Timestamp::from_millis(0);
/// let target = Target::homeserver("https://example.org")?;
/// let mut flow = TracedFlow(OperationFlow::new(now, GetVersions::new(), target, 1));
/// let Output::Send(id, _) = flow.poll_output() else { panic!("it starts with a request") };
/// let response = http::Response::new(r#"{"versions": ["v1.19"]}"#.into());
/// // DEBUG hardline: transition flow=OperationFlow from=Calling to=Over input=Response
/// flow.handle_input(now, Input::Response(id, response));
/// assert_eq!(flow.state(), "Over");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TracedFlow<F>(pub F);

impl<F: Flow> TracedFlow<F> {
    fn watch<T>(&mut self, input: &'static str, act: impl FnOnce(&mut F) -> T) -> T {
        let from = self.0.state();
        let result = act(&mut self.0);
        let to = self.0.state();
        if from != to {
            let flow = type_name::<F>();
            tracing::debug!(target: "hardline", flow, from, to, input, "transition");
        }
        result
    }
}

impl<F: Flow> Flow for TracedFlow<F> {
    type Event = F::Event;
    type Outcome = F::Outcome;

    fn poll_output(&mut self) -> Output<F::Event, F::Outcome> {
        self.watch("poll", F::poll_output)
    }

    fn handle_input(&mut self, now: Timestamp, input: Input) {
        let name = match &input {
            Input::Response(..) => "Response",
            Input::Failed(..) => "Failed",
            Input::Timeout => "Timeout",
            Input::Head(..) => "Head",
            Input::Progress(..) => "Progress",
            Input::BodyEnded(..) => "BodyEnded",
            Input::Held(_) => "Held",
            Input::Released(_) => "Released",
        };
        self.watch(name, |flow| flow.handle_input(now, input));
    }

    fn state(&self) -> &'static str {
        self.0.state()
    }
}

impl<F: InteractiveFlow> InteractiveFlow for TracedFlow<F>
where
    F: Flow<Event = FlowEvent, Outcome = Result<<F as InteractiveFlow>::Success, FlowError>>,
{
    type Success = F::Success;

    fn prompt(&self) -> Option<Prompt> {
        self.0.prompt()
    }

    fn reply(&mut self, now: Timestamp, reply: Reply) -> Result<(), NotAwaited> {
        self.watch("reply", |flow| flow.reply(now, reply))
    }

    fn retry(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.watch("retry", |flow| flow.retry(now))
    }

    fn cancel(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.watch("cancel", |flow| flow.cancel(now))
    }
}

/// The type's own name: without its path, and without what it is generic over.
fn type_name<F>() -> &'static str {
    let name = std::any::type_name::<F>();
    let name = name.split('<').next().unwrap_or(name);
    name.rsplit("::").next().unwrap_or(name)
}
