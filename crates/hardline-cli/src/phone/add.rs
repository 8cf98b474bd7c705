use std::sync::mpsc::Receiver;

use hardline::client_api::threepid::GetAccount3pids;
use hardline::drive::Next;
use hardline::flow::{
    AddThreepid, Dialogue, Event, FlowError, Means, Prompt as Asked, Reply, Threepid, Waiting,
};
use hardline::types::{Medium, ValidationToken};
use hardline::wire::Error;
use hardline_loopback::Message;

use crate::advice::{Doing, Trouble, words};
use crate::args::Add;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::loopback::text_message;
use crate::prompt::{Prompt, interrupted};
use crate::random::client_secret;
use crate::report::{Report, Step, shown};
use crate::session::Session;
use crate::try_out::TryOut;

/// Adds a number to an account.
pub(crate) async fn run(
    add: &Add,
    session: &Session,
    report: &Report,
    prompt: &Prompt<'_>,
) -> Result<(), Trouble> {
    Adding::new(add, session, report, prompt, None).run().await
}

/// Adds a number to a throw-away account, at a homeserver that lives as long as this.
pub(crate) async fn try_out(
    add: &Add,
    report: &Report,
    prompt: &Prompt<'_>,
    interrupt: &Interrupt,
) -> Result<(), Trouble> {
    let network = &add.account.network;
    let try_out = TryOut::start(network, report)?;
    let texts = try_out.texts();
    let session = try_out.session(network, report, interrupt).await?;
    Adding::new(add, &session, report, prompt, Some(texts))
        .run()
        .await?;
    report.step(&Step::ThrowAway);
    Ok(())
}

struct Adding<'a> {
    add: &'a Add,
    session: &'a Session,
    report: &'a Report,
    prompt: &'a Prompt<'a>,
    /// What the server would have sent, where it is our own.
    texts: Option<Receiver<Message>>,
    /// What the flow is at: an event that it stalled does not say.
    doing: Doing,
    /// Why the last answer was refused, which is why the command fails where there is no other.
    refused: Option<Trouble>,
}

/// What a person, or a script, says to the flow.
enum Answer {
    Reply(Reply),
    Retry,
}

impl<'a> Adding<'a> {
    fn new(
        add: &'a Add,
        session: &'a Session,
        report: &'a Report,
        prompt: &'a Prompt<'a>,
        texts: Option<Receiver<Message>>,
    ) -> Self {
        Self {
            add,
            session,
            report,
            prompt,
            texts,
            doing: Doing::RequestingTheText,
            refused: None,
        }
    }

    async fn run(mut self) -> Result<(), Trouble> {
        let client = self.session.client();
        let mut conversation = client.run(self.flow()?);
        self.report.busy("asking for a text message");
        loop {
            let next = tokio::select! {
                () = self.session.interrupt.pressed() => return Err(interrupted()),
                next = conversation.next() => next,
            };
            let event = match next {
                Next::Event(event) => event,
                Next::Done(Ok(())) => break,
                Next::Done(Err(error)) => return Err(self.failed(&error)),
            };
            if let Some(answer) = self.happened(event).await? {
                self.report.busy(answer.leads_to());
                if matches!(answer, Answer::Reply(Reply::Code(_))) {
                    self.doing = Doing::SubmittingTheCode;
                }
                let (flow, now) = (conversation.flow_mut(), client.now());
                let told = match answer {
                    Answer::Reply(reply) => flow.reply(now, reply),
                    Answer::Retry => flow.retry(now),
                };
                told.map_err(|error| Trouble::local("the answer came at the wrong time", &error))?;
            }
        }
        self.report.result(&Step::Added {
            user_id: self.session.user.to_string(),
            medium: "msisdn",
            address: self.added_number().await,
        });
        Ok(())
    }

    fn flow(&self) -> Result<AddThreepid, Trouble> {
        let flow = AddThreepid::new(
            self.session.client().now(),
            self.session.homeserver.clone(),
            self.session.user.clone(),
            Threepid::phone(self.add.country.clone(), self.add.number.clone()),
            client_secret()?,
        )
        .with_policy(self.session.policy.clone())
        .with_means(means());
        Ok(match &self.session.password {
            Some(password) => flow.with_password(password.clone()),
            None => flow,
        })
    }

    /// Tells what happened, and asks where something is asked for.
    async fn happened(&mut self, event: Event) -> Result<Option<Answer>, Trouble> {
        match event {
            Event::Asks(asked) => {
                match asked {
                    Asked::Code { send_attempt } => self.report.step(&Step::CodeSent {
                        phone_number: self.add.number.clone(),
                        country: self.add.country.to_string(),
                        send_attempt,
                    }),
                    Asked::Confirmation { .. } => self.report.step(&Step::ConfirmationNeeded),
                    _ => self.report.step(&Step::PasswordNeeded),
                }
                self.answer(&asked).await
            }
            Event::Rejected { prompt, error } => {
                let refused = match prompt {
                    Asked::Code { .. } => {
                        self.report.step(&Step::CodeRejected(words(&error)));
                        self.trouble(&error, Doing::SubmittingTheCode)
                    }
                    Asked::Confirmation { .. } => {
                        self.report.step(&Step::NotConfirmed(words(&error)));
                        self.trouble(&error, Doing::AddingTheNumber)
                    }
                    _ => {
                        self.report.step(&Step::PasswordRejected(words(&error)));
                        Trouble::wrong_password(&error)
                    }
                };
                self.refused = Some(refused);
                self.answer(&prompt).await
            }
            Event::Validated => {
                self.report.step(&Step::CodeAccepted);
                self.report.busy("adding the number");
                self.doing = Doing::AddingTheNumber;
                self.refused = None;
                Ok(None)
            }
            Event::Waiting(Waiting { error, until, .. }) => {
                let wait = until - self.session.client().now();
                self.report.step(&Step::Waiting {
                    wait_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                    why: words(&error),
                });
                self.report.busy("waiting");
                Ok(None)
            }
            Event::Stalled(error) => self.stalled(&error).await.map(Some),
            // What is not known here needs no answer.
            _ => Ok(None),
        }
    }

    async fn answer(&mut self, asked: &Asked) -> Result<Option<Answer>, Trouble> {
        let reply = match asked {
            Asked::Code { .. } => self.code().await?,
            Asked::Confirmation { .. } => self.confirmation().await?,
            Asked::Password => self.password().await?,
            // The flow was told that nothing else can be asked for here.
            _ => return Ok(None),
        };
        Ok(Some(Answer::Reply(reply)))
    }

    async fn code(&mut self) -> Result<Reply, Trouble> {
        let newest = self.show_texts();
        if self.texts.is_some() && !self.prompt.is_terminal() {
            // Nobody is there, and the text is here.
            return match newest {
                Some(message) => Ok(Reply::Code(message.token)),
                None => Err(self.ended(Trouble::given_up("no text message came", "try again"))),
            };
        }
        loop {
            let question = "code in the text message (empty for another text): ";
            let Some(line) = self.prompt.line(question).await? else {
                return Err(self.ended(self.prompt.ended(
                    "code",
                    "the text is sent, so pipe the code in as a line, or run this at a terminal",
                )));
            };
            match (line.trim(), self.prompt.is_terminal()) {
                ("" | "r", true) => return Ok(Reply::Resend),
                ("", false) => {}
                (code, _) => return Ok(Reply::Code(ValidationToken::from(code))),
            }
        }
    }

    async fn confirmation(&mut self) -> Result<Reply, Trouble> {
        self.show_texts();
        match self.prompt.line("press enter when that is done: ").await? {
            Some(_) => Ok(Reply::Done),
            None => Err(self.ended(self.prompt.ended(
                "confirmation",
                "a message is sent, so do what it says and pipe in a line, or run this at a terminal",
            ))),
        }
    }

    async fn password(&mut self) -> Result<Reply, Trouble> {
        let question = format!("password of {}: ", self.session.user);
        match self.prompt.password(&question).await? {
            Some(password) => Ok(Reply::Password(password)),
            None => {
                let mut ended = self.prompt.ended(
                    "password",
                    "the server wants it, so set HARDLINE_PASSWORD, or pipe it in after the code",
                );
                if !self.prompt.is_terminal() {
                    ended.exit = Exit::Authentication;
                }
                Err(self.ended(ended))
            }
        }
    }

    async fn stalled(&mut self, error: &Error) -> Result<Answer, Trouble> {
        let trouble = self.trouble(error, self.doing);
        // Trying again brings no other token.
        if !self.prompt.is_terminal() || trouble.exit == Exit::Authentication {
            return Err(trouble);
        }
        self.report.step(&Step::Stalled(words(error)));
        let answer = self.prompt.line("try again? [Y/n] ").await?;
        match answer.as_deref().map(str::trim) {
            Some("" | "y" | "Y" | "yes") => Ok(Answer::Retry),
            _ => Err(trouble),
        }
    }

    /// Shows the texts that came, where they come here, and gives the newest.
    fn show_texts(&self) -> Option<Message> {
        let mut newest = None;
        for message in self.texts.iter().flat_map(Receiver::try_iter) {
            self.report.step(&text_message(&message));
            newest = Some(message);
        }
        newest
    }

    /// The number as the server knows it, which is how it is removed again.
    async fn added_number(&self) -> String {
        let answer = self.session.call(GetAccount3pids::new(), Doing::Listing);
        let threepids = answer.await.map(|answer| answer.threepids);
        let numbers = threepids.unwrap_or_default().into_iter();
        numbers
            .filter(|threepid| threepid.medium == Medium::Msisdn)
            .max_by_key(|threepid| threepid.added_at)
            .map_or_else(
                || self.add.number.clone(),
                |threepid| shown("msisdn", &threepid.address),
            )
    }

    /// There is no other answer. To a script, that the last one was refused says more than that its input ended.
    fn ended(&mut self, otherwise: Trouble) -> Trouble {
        match self.refused.take() {
            Some(refused) if !self.prompt.is_terminal() => refused,
            _ => otherwise,
        }
    }

    fn failed(&self, error: &FlowError) -> Trouble {
        match error {
            FlowError::Refused { operation, source } => self.trouble(source, (*operation).into()),
            FlowError::UnknownAuthentication(source) => Trouble::new(
                Exit::Authentication,
                source.to_string(),
                "none of it is by password, so add the number with another client",
            ),
            other => Trouble::given_up("given up", &other.to_string()),
        }
    }

    fn trouble(&self, error: &Error, doing: Doing) -> Trouble {
        Trouble::of(error, doing, self.session.client().now())
    }
}

impl Answer {
    fn leads_to(&self) -> &'static str {
        match self {
            Self::Reply(Reply::Code(_)) => "submitting the code",
            Self::Reply(Reply::Resend) => "asking for another text message",
            Self::Reply(_) => "adding the number",
            Self::Retry => "trying again",
        }
    }
}

/// What can be asked for here.
fn means() -> Means {
    let mut means = Means::default();
    means.terms = false;
    means.registration_token = false;
    means
}
