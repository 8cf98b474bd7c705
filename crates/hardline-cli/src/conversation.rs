use std::sync::mpsc::Receiver;

use hardline::client::Next;
use hardline::flow::{
    InteractiveFlow, FlowEvent, FlowError, HomeserverAddress, UiaCapabilities, TermsDocument, Prompt as Asked, Reply,
    SignOnPage, ThreepidInput, RetryScheduled,
};
use hardline::types::{CountryCode, LoginToken, Medium, RegistrationToken, ValidationToken};
use hardline::wire::{Error, Homeserver, Target};
use hardline_loopback::Message;

use crate::advice::{Doing, CliError, words};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::loopback::text_message;
use crate::prompt::{Prompt, interrupted};
use crate::report::{Document, Report, Step};
use crate::sign_on::Landing;
use crate::transport::AnyClient;

/// A conversation of the core's, held with a person at a terminal or with the lines of standard input.
pub(crate) struct Conversation<'a> {
    client: &'a AnyClient,
    report: &'a Report,
    prompt: &'a Prompt<'a>,
    interrupt: &'a Interrupt,
    /// Where messages go, where that is known.
    threepid: Option<ThreepidInput>,
    /// Whose password is asked for.
    whose: String,
    /// Where a browser brings the token of single sign-on.
    landing: Option<Landing>,
    /// What the server would have sent, where it is our own.
    texts: Option<Receiver<Message>>,
    /// What the flow is at: an event that it stalled does not say.
    doing: Doing,
    /// What it is at once the person has shown what they had to.
    last: Doing,
    /// Why the last answer was refused, which is why the command fails where there is no other.
    refused: Option<CliError>,
}

/// What a person, or a script, says to the flow.
enum Answer {
    Reply(Reply),
    Retry,
}

impl<'a> Conversation<'a> {
    /// One that is for doing this in the end.
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
            threepid: None,
            whose: "the account".to_owned(),
            landing: None,
            texts: None,
            doing: last,
            last,
            refused: None,
        }
    }

    /// The same, of which the messages go there.
    pub(crate) fn with_threepid(mut self, threepid: Option<ThreepidInput>) -> Self {
        self.threepid = threepid;
        self
    }

    /// The same, which begins with asking for a message.
    pub(crate) fn beginning_with_a_message(mut self) -> Self {
        self.doing = self.requesting();
        self
    }

    fn requesting(&self) -> Doing {
        match &self.threepid {
            Some(threepid) => requesting(&threepid.medium()),
            None => self.last,
        }
    }

    /// The same, in which this is whose password is asked for.
    pub(crate) fn of(mut self, whose: impl Into<String>) -> Self {
        self.whose = whose.into();
        self
    }

    /// The same, in which a browser brings the token of single sign-on there.
    pub(crate) fn with_landing(mut self, landing: Landing) -> Self {
        self.landing = Some(landing);
        self
    }

    /// The same, of which the messages come here.
    pub(crate) fn with_texts(mut self, texts: Option<Receiver<Message>>) -> Self {
        self.texts = texts;
        self
    }

    /// Holds it, and gives what it brings.
    pub(crate) async fn hold<F: InteractiveFlow>(mut self, flow: F) -> Result<F::Success, CliError> {
        let client = self.client;
        let mut conversation = client.run(flow);
        self.report.busy(self.doing.in_words());
        loop {
            let next = tokio::select! {
                () = self.interrupt.pressed() => return Err(interrupted()),
                next = conversation.next() => next,
            };
            let event = match next {
                Next::Event(event) => event,
                Next::Done(Ok(success)) => return Ok(success),
                Next::Done(Err(error)) => return Err(self.failed(&error)),
            };
            if let Some(answer) = self.happened(event).await? {
                self.doing = match &answer {
                    Answer::Reply(Reply::Code(_)) => Doing::SubmittingTheCode,
                    Answer::Reply(Reply::Threepid(threepid)) => requesting(&threepid.medium()),
                    Answer::Reply(Reply::Resend) => self.requesting(),
                    Answer::Reply(_) => self.last,
                    Answer::Retry => self.doing,
                };
                self.report.busy(self.doing.in_words());
                let (flow, now) = (conversation.flow_mut(), client.now());
                let told = match answer {
                    Answer::Reply(reply) => flow.reply(now, reply),
                    Answer::Retry => flow.retry(now),
                };
                told.map_err(|error| CliError::local("the answer came at the wrong time", &error))?;
            }
        }
    }

    /// Tells what happened, and asks where something is asked for.
    async fn happened(&mut self, event: FlowEvent) -> Result<Option<Answer>, CliError> {
        match event {
            FlowEvent::Asks(asked) => {
                self.asks(&asked);
                self.answer(&asked).await
            }
            FlowEvent::Rejected { prompt, error } => {
                self.refused = Some(self.rejected(&prompt, &error));
                self.answer(&prompt).await
            }
            FlowEvent::Validated => {
                self.report.step(&Step::CodeAccepted);
                self.doing = self.last;
                self.report.busy(self.doing.in_words());
                self.refused = None;
                Ok(None)
            }
            FlowEvent::RetryScheduled(RetryScheduled { error, until, .. }) => {
                let wait = until - self.client.now();
                self.report.step(&Step::Waiting {
                    wait_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                    why: words(&error),
                });
                self.report.busy("waiting");
                Ok(None)
            }
            FlowEvent::Stalled(error) => self.stalled(&error).await.map(Some),
            // What is not known here needs no answer.
            _ => Ok(None),
        }
    }

    fn asks(&self, asked: &Asked) {
        let step = match asked {
            Asked::Code { send_attempt } => match &self.threepid {
                Some(ThreepidInput::Phone { country, number }) => Step::CodeSent {
                    phone_number: number.clone(),
                    country: country.to_string(),
                    send_attempt: *send_attempt,
                },
                _ => Step::ConfirmationNeeded,
            },
            Asked::Confirmation { .. } => Step::ConfirmationNeeded,
            Asked::Password => Step::PasswordNeeded,
            Asked::NewPassword => Step::NewPasswordNeeded,
            Asked::Username => Step::UsernameNeeded,
            Asked::Threepid(medium) => Step::AddressNeeded {
                medium: medium.to_string(),
            },
            Asked::RegistrationToken => Step::RegistrationTokenNeeded,
            Asked::Terms(policies) => Step::TermsNeeded {
                documents: policies.iter().map(document).collect(),
            },
            Asked::Browser { url } => Step::PageNeeded { url: url.clone() },
            Asked::LoginToken { pages } => Step::SignOnNeeded {
                pages: pages.iter().map(sign_on_page).collect(),
            },
            _ => return,
        };
        self.report.step(&step);
    }

    fn rejected(&self, prompt: &Asked, error: &Error) -> CliError {
        let said = words(error);
        match prompt {
            Asked::Code { .. } => {
                self.report.step(&Step::CodeRejected(said));
                self.trouble(error, Doing::SubmittingTheCode)
            }
            Asked::Confirmation { .. } => {
                self.report.step(&Step::NotConfirmed(said));
                CliError::not_taken(
                    error,
                    Exit::Declined,
                    "the server has not heard yet that the message came",
                    "follow the link in the newest one, and then say so",
                )
            }
            Asked::Password => {
                self.report.step(&Step::PasswordRejected(said));
                CliError::not_taken(
                    error,
                    Exit::Authentication,
                    "the server did not take the password",
                    "check it, and that it is that of this account",
                )
            }
            Asked::NewPassword => {
                self.report.step(&Step::NewPasswordRejected(said));
                self.trouble(error, self.last)
            }
            Asked::Username => {
                self.report.step(&Step::UsernameRejected(said));
                self.trouble(error, self.last)
            }
            Asked::Threepid(medium) => {
                self.report.step(&Step::AddressRejected(said));
                self.trouble(error, requesting(medium))
            }
            Asked::RegistrationToken => {
                self.report.step(&Step::RegistrationTokenRejected(said));
                CliError::not_taken(
                    error,
                    Exit::Authentication,
                    "the server did not take the registration token",
                    "check it, or ask its administrator for another",
                )
            }
            Asked::Homeserver => {
                self.report.step(&Step::NoHomeserver(said));
                self.trouble(error, Doing::FindingTheHomeserver)
            }
            Asked::LoginToken { .. } => CliError::not_taken(
                error,
                Exit::Authentication,
                "the server did not take the login token",
                "it is good once and for a short time, so get another",
            ),
            _ => {
                self.report.step(&Step::NotConfirmed(said));
                self.trouble(error, self.last)
            }
        }
    }

    async fn answer(&mut self, asked: &Asked) -> Result<Option<Answer>, CliError> {
        let reply = match asked {
            Asked::Code { .. } => self.code().await?,
            Asked::Confirmation { .. } => self.confirmation().await?,
            Asked::Password => self.password().await?,
            Asked::NewPassword => self.new_password().await?,
            Asked::Username => Reply::Username(self.word("user name", "pipe in another").await?),
            Asked::Threepid(medium) => self.address(medium).await?,
            Asked::RegistrationToken => {
                let advice = "the server's administrator gives tokens out, so pipe one in";
                let token = self.word("registration token", advice).await?;
                Reply::RegistrationToken(RegistrationToken::from(token))
            }
            Asked::Terms(_) => self.agreement().await?,
            Asked::Homeserver => self.homeserver().await?,
            Asked::Browser { .. } => {
                self.line("press enter when that is done: ", "confirmation", PAGE)
                    .await?;
                Reply::Done
            }
            Asked::LoginToken { .. } => self.login_token().await?,
            // The flow was told that nothing else can be asked for here.
            _ => return Ok(None),
        };
        Ok(Some(Answer::Reply(reply)))
    }

    async fn code(&mut self) -> Result<Reply, CliError> {
        let newest = self.show_texts();
        if self.texts.is_some() && !self.prompt.is_terminal() {
            // Nobody is there, and the text is here.
            return match newest {
                Some(message) => Ok(Reply::Code(message.token)),
                None => Err(self.ended(CliError::given_up("no text message came", "try again"))),
            };
        }
        loop {
            let question = "code in the text message (empty for another text): ";
            let line = self.line(question, "code", SENT).await?;
            match (line.trim(), self.prompt.is_terminal()) {
                ("" | "r", true) => return Ok(Reply::Resend),
                ("", false) => {}
                (code, _) => return Ok(Reply::Code(ValidationToken::from(code))),
            }
        }
    }

    async fn confirmation(&mut self) -> Result<Reply, CliError> {
        self.show_texts();
        let question = "press enter when that is done (r for another message): ";
        let advice =
            "a message is sent, so do what it says and pipe in a line, or run this at a terminal";
        let line = self.line(question, "confirmation", advice).await?;
        Ok(match line.trim() {
            "r" => Reply::Resend,
            _ => Reply::Done,
        })
    }

    async fn password(&mut self) -> Result<Reply, CliError> {
        let question = format!("password of {}: ", self.whose);
        let mut ended = self.prompt.ended(
            "password",
            "the server wants it, so set HARDLINE_PASSWORD, or pipe it in after the code",
        );
        if !self.prompt.is_terminal() {
            ended.exit = Exit::Authentication;
        }
        match self.prompt.password(&question).await? {
            Some(password) => Ok(Reply::Password(password)),
            None => Err(self.ended(ended)),
        }
    }

    async fn new_password(&mut self) -> Result<Reply, CliError> {
        let question = format!("new password for {}: ", self.whose);
        match self.prompt.password(&question).await? {
            Some(password) => Ok(Reply::Password(password)),
            None => Err(self.ended(self.prompt.ended(
                "new password",
                "set HARDLINE_PASSWORD to one that the server takes, or pipe it in",
            ))),
        }
    }

    async fn address(&mut self, medium: &Medium) -> Result<Reply, CliError> {
        let threepid = if *medium == Medium::Msisdn {
            let what = "phone number in its international form, +44...";
            let number = self
                .word(what, "the server wants one, so pipe it in")
                .await?;
            // It does not matter for a number that is written so.
            let country = CountryCode::parse("GB")
                .map_err(|error| CliError::local("there is no country", &error))?;
            ThreepidInput::phone(country, number)
        } else {
            let advice = "the server wants one, so name it with --email";
            ThreepidInput::email(self.word("e-mail address", advice).await?)
        };
        self.threepid = Some(threepid.clone());
        Ok(Reply::Threepid(threepid))
    }

    async fn homeserver(&mut self) -> Result<Reply, CliError> {
        let advice = "pipe its URL in, as in https://matrix.example.org";
        let url = self.word("the homeserver's URL", advice).await?;
        let address = HomeserverAddress::parse(&url);
        address
            .map(Reply::Homeserver)
            .map_err(|error| CliError::usage(error.to_string()))
    }

    async fn login_token(&mut self) -> Result<Reply, CliError> {
        let Some(landing) = &self.landing else {
            let token = self.word("login token", "pipe in another").await?;
            return Ok(Reply::LoginToken(LoginToken::from(token)));
        };
        self.report.busy("waiting for the browser");
        tokio::select! {
            () = self.interrupt.pressed() => Err(interrupted()),
            token = landing.token() => Ok(Reply::LoginToken(token)),
        }
    }

    async fn agreement(&mut self) -> Result<Reply, CliError> {
        let advice = "read the documents, and pipe in y where you agree";
        let line = self.line("do you agree? [y/N] ", "agreement", advice);
        match line.await?.trim() {
            "y" | "Y" | "yes" => Ok(Reply::Done),
            _ => Err(CliError::given_up(
                "given up",
                "the server wants agreement with its documents",
            )),
        }
    }

    /// A line that is not empty.
    async fn word(&mut self, what: &str, advice: &str) -> Result<String, CliError> {
        loop {
            let line = self.line(&format!("{what}: "), what, advice).await?;
            if !line.trim().is_empty() {
                return Ok(line.trim().to_owned());
            }
        }
    }

    async fn line(&mut self, question: &str, what: &str, advice: &str) -> Result<String, CliError> {
        match self.prompt.line(question).await? {
            Some(line) => Ok(line),
            None => Err(self.ended(self.prompt.ended(what, advice))),
        }
    }

    async fn stalled(&mut self, error: &Error) -> Result<Answer, CliError> {
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

    /// There is no other answer. To a script, that the last one was refused says more than that its input ended.
    fn ended(&mut self, otherwise: CliError) -> CliError {
        match self.refused.take() {
            Some(refused) if !self.prompt.is_terminal() => refused,
            _ => otherwise,
        }
    }

    fn failed(&self, error: &FlowError) -> CliError {
        match error {
            FlowError::Refused { operation, source } => {
                let doing = Doing::of(*operation).unwrap_or(self.last);
                self.trouble(source, doing)
            }
            FlowError::UnknownAuthentication(source) => CliError::new(
                Exit::Authentication,
                source.to_string(),
                "none of it can be done here, so use another client",
            ),
            FlowError::NoSuchLogin { .. } => CliError::new(
                Exit::Unsupported,
                error.to_string(),
                "log in in another way, or with another client",
            ),
            other => CliError::given_up("given up", &other.to_string()),
        }
    }

    fn trouble(&self, error: &Error, doing: Doing) -> CliError {
        CliError::of(error, doing, self.client.now())
    }
}

const SENT: &str = "the text is sent, so pipe the code in as a line, or run this at a terminal";
const PAGE: &str = "open the page, and pipe in a line when it has no more to ask";

/// The homeserver that a client talks to.
pub(crate) fn homeserver_of(client: &AnyClient) -> Result<Homeserver, CliError> {
    match client.target() {
        Target::Homeserver(homeserver) => Ok(homeserver.clone()),
        _ => Err(CliError::usage("there is no homeserver")),
    }
}

/// What can be asked for where somebody is logged in: nothing but a password.
pub(crate) fn password_only() -> UiaCapabilities {
    let mut uia_capabilities = UiaCapabilities::default();
    uia_capabilities.terms = false;
    uia_capabilities.registration_token = false;
    uia_capabilities.threepid = false;
    uia_capabilities
}

/// All that can be asked for here.
pub(crate) fn all_means() -> UiaCapabilities {
    let mut uia_capabilities = UiaCapabilities::default();
    uia_capabilities.browser = true;
    uia_capabilities
}

fn requesting(medium: &Medium) -> Doing {
    if *medium == Medium::Msisdn {
        Doing::RequestingTheText
    } else {
        Doing::RequestingTheMail
    }
}

fn sign_on_page(page: &SignOnPage) -> Document {
    Document {
        name: page.name.clone().unwrap_or_else(|| "log in".to_owned()),
        url: page.url.clone(),
    }
}

/// A document in English, or in the first language that there is.
fn document(policy: &TermsDocument) -> Document {
    let text = policy
        .languages
        .get("en")
        .or_else(|| policy.languages.values().next());
    Document {
        name: text.map_or_else(|| policy.id.clone(), |text| text.name.clone()),
        url: text.map(|text| text.url.clone()).unwrap_or_default(),
    }
}
