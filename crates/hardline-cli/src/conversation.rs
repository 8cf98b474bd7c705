mod answers;
mod failures;
mod questions;
mod rejection;

use std::sync::mpsc::Receiver;
use std::task::{Context, Poll, Waker};

use hardline::client::{Conversation as Flowing, Next};
use hardline::flow::{
    FlowError, FlowEvent, InteractiveFlow, Prompt as Asked, Reply, RetryScheduled, ThreepidInput,
};
use hardline::types::Password;
use hardline_hyper::TokioClock;
use hardline_loopback::Message;
use serde::Serialize;

use answers::Answers;

use crate::any_transport::AnyTransport;
use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::interrupt::{Interrupt, interrupted};
use crate::left::{Keeper, Left};
use crate::prompt::Prompt;
use crate::redirect_listener::RedirectListener;
use crate::report::Report;
use crate::server_words::ServerWords;
use crate::step::Step;
use crate::transport::AnyClient;

/// Runs a flow: a user at a terminal, or the lines of standard input, answers what it asks.
pub(crate) struct Conversation<'a> {
    client: &'a AnyClient,
    report: &'a Report,
    prompt: &'a Prompt<'a>,
    interrupt: &'a Interrupt,
    answers: Answers<'a>,
    /// What the flow is doing: an event that it stalled does not say.
    doing: Doing,
    /// What it does once the user has shown what they had to.
    last: Doing,
    /// The last answer was the wish for another message.
    was_resend: bool,
    /// The server has sent a message.
    has_message: bool,
    is_stalled: bool,
    /// Where it is kept if it is left.
    keeper: Option<Keeper>,
    /// It goes on with what was left.
    is_resumed: bool,
    /// The user types a code on another device.
    has_device_code: bool,
}

/// A flow that is being run.
type Running<F> = Flowing<AnyTransport, TokioClock, F>;

/// What the user, or a script, tells the flow.
enum Answer {
    Reply(Reply),
    Retry,
}

impl<'a> Conversation<'a> {
    /// A conversation whose purpose is `last`.
    pub(crate) fn new(
        client: &'a AnyClient,
        report: &'a Report,
        prompt: &'a Prompt<'a>,
        interrupt: &'a Interrupt,
        last: Doing,
    ) -> Self {
        Self {
            client,
            report,
            prompt,
            interrupt,
            answers: Answers::new(report, prompt, interrupt),
            doing: last,
            last,
            was_resend: false,
            has_message: false,
            is_stalled: false,
            keeper: None,
            is_resumed: false,
            has_device_code: false,
        }
    }

    /// Says where messages go.
    pub(crate) fn with_threepid(mut self, threepid: Option<ThreepidInput>) -> Self {
        self.answers.threepid = threepid;
        self
    }

    /// Says that it begins by asking for a message.
    pub(crate) fn beginning_with_a_message(mut self) -> Self {
        self.doing = self.requesting();
        self
    }

    /// Says where it is kept if it is left once a message is on its way.
    pub(crate) fn with_keeper(mut self, keeper: Option<Keeper>) -> Self {
        self.keeper = keeper;
        self
    }

    /// Says that it goes on with what was left.
    pub(crate) fn resuming(mut self, left: &Left) -> Self {
        self.is_resumed = true;
        self.has_message = true;
        self.is_stalled = left.is_stalled;
        self.doing = self.last;
        self
    }

    /// Says which password it is, so that the user is not asked for it.
    pub(crate) fn with_password(mut self, password: Option<Password>) -> Self {
        self.answers.known_password = password;
        self
    }

    /// Whether the server sent a message that the user had to act on.
    pub(crate) fn has_message(&self) -> bool {
        self.has_message
    }

    /// Says whose password is asked for.
    pub(crate) fn of(mut self, whose: impl Into<String>) -> Self {
        self.answers.whose = whose.into();
        self
    }

    /// Takes what a browser brings, which this opens if it is to.
    pub(crate) fn with_redirect_listener(
        mut self,
        listener: RedirectListener,
        opens_browser: bool,
    ) -> Self {
        self.answers.redirect_listener = Some(listener);
        self.answers.opens_browser = opens_browser;
        self
    }

    /// Takes the messages from a homeserver of this program's own.
    pub(crate) fn with_texts(mut self, texts: Option<Receiver<Message>>) -> Self {
        self.answers.texts = texts;
        self
    }

    /// Runs the flow to its end, and returns its result.
    pub(crate) async fn run<F>(&mut self, flow: F) -> Result<F::Success, CliError>
    where
        F: InteractiveFlow + Serialize,
    {
        let mut conversation = self.client.run(flow);
        self.report.busy(self.doing.in_words());
        match self.converse(&mut conversation).await {
            Ok(outcome) => {
                if let (Some(keeper), true) = (&self.keeper, self.is_resumed) {
                    keeper.forget()?;
                }
                outcome.map_err(|error| self.failed(&error))
            }
            Err(error) => {
                if let (Some(keeper), true) = (&self.keeper, self.has_message) {
                    self.leave(keeper, conversation);
                }
                Err(error)
            }
        }
    }

    /// The flow's own end; as an error, why it is left before.
    async fn converse<F: InteractiveFlow>(
        &mut self,
        conversation: &mut Running<F>,
    ) -> Result<Result<F::Success, FlowError>, CliError> {
        if self.is_resumed {
            self.go_on(conversation).await?;
        }
        loop {
            let next = tokio::select! {
                () = self.interrupt.pressed() => return Err(interrupted()),
                next = conversation.next() => next,
            };
            let event = match next {
                Next::Event(event) => event,
                Next::Done(outcome) => return Ok(outcome),
            };
            if let Some(answer) = self.on_event(event).await? {
                self.answer(conversation, answer)?;
            }
        }
    }

    /// Asks again what was asked when the conversation was left.
    async fn go_on<F: InteractiveFlow>(
        &mut self,
        conversation: &mut Running<F>,
    ) -> Result<(), CliError> {
        self.report.step(&Step::Resumed);
        let answer = match conversation.flow().prompt() {
            _ if self.is_stalled => Answer::Retry,
            Some(asked) => match self.answers.reply(&asked).await? {
                Some(reply) => Answer::Reply(reply),
                None => return Ok(()),
            },
            None => return Ok(()),
        };
        self.answer(conversation, answer)
    }

    fn answer<F: InteractiveFlow>(
        &mut self,
        conversation: &mut Running<F>,
        answer: Answer,
    ) -> Result<(), CliError> {
        self.is_stalled = false;
        self.was_resend = matches!(answer, Answer::Reply(Reply::Resend));
        self.doing = match &answer {
            Answer::Reply(Reply::Code(_)) => Doing::SubmittingTheCode,
            Answer::Reply(Reply::Threepid(threepid)) => Doing::requesting(&threepid.medium()),
            Answer::Reply(Reply::Resend) => self.requesting(),
            Answer::Reply(_) => self.last,
            Answer::Retry => self.doing,
        };
        self.report.busy(self.doing.in_words());
        let taken = match answer {
            Answer::Reply(reply) => conversation.reply(reply),
            Answer::Retry => conversation.retry(),
        };
        taken.map_err(|error| CliError::local("the answer came at the wrong time", &error))
    }

    /// Keeps what is left, so that the user need not begin anew.
    fn leave<F: InteractiveFlow + Serialize>(&self, keeper: &Keeper, mut conversation: Running<F>) {
        // It has to have told all that it has to tell.
        let mut context = Context::from_waker(Waker::noop());
        while let Poll::Ready(next) = conversation.poll_next(&mut context) {
            if matches!(next, Next::Done(_)) {
                return;
            }
        }
        match keeper.keep(
            &conversation.into_flow(),
            self.is_stalled,
            self.client.now(),
        ) {
            Ok(()) => self.report.step(&Step::Left),
            Err(error) => self.report.warning(&error.sentence()),
        }
    }

    /// Reports what happened, and asks for an answer where the flow needs one.
    async fn on_event(&mut self, event: FlowEvent) -> Result<Option<Answer>, CliError> {
        match event {
            FlowEvent::Asks(asked) => {
                self.note(&asked);
                if matches!(asked, Asked::Password)
                    && let Some(password) = self.answers.known_password.take()
                {
                    return Ok(Some(Answer::Reply(Reply::Password(password))));
                }
                let threepid = self.answers.threepid.as_ref();
                if let Some(step) = questions::step(&asked, threepid, self.client.now()) {
                    self.report.step(&step);
                }
                self.has_device_code = matches!(asked, Asked::DeviceAuthorization { .. });
                if self.has_device_code {
                    self.report.busy("waiting for your approval");
                }
                Ok(self.answers.reply(&asked).await?.map(Answer::Reply))
            }
            FlowEvent::Rejected { prompt, error } => {
                self.note(&prompt);
                let words = ServerWords::of(&error);
                if let Some(step) = rejection::step(&prompt, self.was_resend, words) {
                    self.report.step(&step);
                }
                let now = self.client.now();
                let resending = self.was_resend.then(|| self.requesting());
                self.answers.rejected =
                    Some(rejection::error(&prompt, &error, resending, self.last, now));
                // The page that the user was on may be of no use any more.
                if self.answers.is_another_page(&prompt)
                    && let Some(step) = questions::step(&prompt, None, now)
                {
                    self.report.step(&step);
                }
                Ok(self.answers.reply(&prompt).await?.map(Answer::Reply))
            }
            FlowEvent::Validated => {
                self.report.step(&Step::CodeAccepted);
                self.doing = self.last;
                self.report.busy(self.doing.in_words());
                self.answers.rejected = None;
                Ok(None)
            }
            FlowEvent::RetryScheduled(RetryScheduled { error, until, .. }) => {
                let wait = until - self.client.now();
                self.report.step(&Step::Waiting {
                    wait_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                    why: ServerWords::of(&error),
                });
                self.report.busy("waiting");
                Ok(None)
            }
            FlowEvent::Stalled(error) => self.stalled(&error).await.map(Some),
            // Other events need no answer.
            _ => Ok(None),
        }
    }

    /// Whether the server has sent a message by now.
    fn note(&mut self, asked: &Asked) {
        self.has_message |= matches!(
            asked,
            Asked::Code { .. } | Asked::Confirmation { .. } | Asked::NewMessage { .. }
        );
    }

    fn requesting(&self) -> Doing {
        match &self.answers.threepid {
            Some(threepid) => Doing::requesting(&threepid.medium()),
            None => self.last,
        }
    }
}
