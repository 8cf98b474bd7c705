use std::sync::mpsc::Receiver;

use hardline::flow::{Prompt as Asked, Reply, SignOnPage, ThreepidInput};
use hardline::oauth_api::{AuthorizationUrl, RedirectedUrl};
use hardline::types::{LoginToken, Medium, Password, RegistrationToken, ValidationToken};
use hardline_loopback::Message;

use crate::args::phone_number;
use crate::browser;
use crate::cli_error::CliError;
use crate::international::homeserver;
use crate::interrupt::{Interrupt, interrupted};
use crate::prompt::Prompt;
use crate::redirect_listener::RedirectListener;
use crate::report::Report;
use crate::step::Step;

const PIPE_CODE: &str =
    "the server has sent the text, so pipe the code in as a line, or run this at a terminal";
const PIPE_CONFIRMATION: &str = "the server has sent a message, so do what it says and pipe in a line, or run this at a terminal";
const PIPE_PAGE: &str = "open the page, and pipe in a line once you are done there";

/// Gets the answers to what a flow asks: from the user at a terminal, or from the lines of standard input.
pub(super) struct Answers<'a> {
    report: &'a Report,
    prompt: &'a Prompt<'a>,
    interrupt: &'a Interrupt,
    /// Where messages go, where that is known.
    pub(super) threepid: Option<ThreepidInput>,
    /// Whose password is asked for.
    pub(super) whose: String,
    /// That password, until the flow has it.
    pub(super) known_password: Option<Password>,
    /// Where a browser comes back from a page of the server.
    pub(super) redirect_listener: Option<RedirectListener>,
    /// Whether pages are opened in a browser.
    pub(super) opens_browser: bool,
    /// The page of the authorization server that the user was shown last.
    page: Option<AuthorizationUrl>,
    /// The last line of standard input was read.
    input_ended: bool,
    /// The messages of a homeserver of this program's own.
    pub(super) texts: Option<Receiver<Message>>,
    /// Why the server rejected the last answer, which is why the command fails if there is no other.
    pub(super) rejected: Option<CliError>,
}

impl<'a> Answers<'a> {
    pub(super) fn new(
        report: &'a Report,
        prompt: &'a Prompt<'a>,
        interrupt: &'a Interrupt,
    ) -> Self {
        Self {
            report,
            prompt,
            interrupt,
            threepid: None,
            whose: "the account".to_owned(),
            known_password: None,
            redirect_listener: None,
            opens_browser: false,
            page: None,
            input_ended: false,
            texts: None,
            rejected: None,
        }
    }

    /// The reply; `None` for what the flow cannot ask here.
    pub(super) async fn reply(&mut self, asked: &Asked) -> Result<Option<Reply>, CliError> {
        Ok(Some(match asked {
            Asked::Code { .. } => self.code().await?,
            Asked::Confirmation { .. } => self.confirmation().await?,
            Asked::NewMessage { .. } => {
                let advice = "pipe in y to have another message sent";
                self.decision("send another message? [y/N] ", advice)
                    .await?;
                Reply::Resend
            }
            Asked::Deactivation => {
                let advice = "pipe in y if you want that";
                let question = "deactivate the account, for ever? [y/N] ";
                self.decision(question, advice).await?;
                Reply::Done
            }
            Asked::Password => self.password().await?,
            Asked::NewPassword => self.new_password().await?,
            Asked::Username => Reply::Username(self.word("user name", "pipe in another").await?),
            Asked::Threepid(medium) => self.address(medium).await?,
            Asked::RegistrationToken => {
                let advice = "get one from the server's administrator, and pipe it in";
                let token = self.word("registration token", advice).await?;
                Reply::RegistrationToken(RegistrationToken::from(token))
            }
            Asked::Terms(_) => self.agreement().await?,
            Asked::Homeserver => self.homeserver().await?,
            Asked::Browser { .. } => {
                let question = "press enter when you are done there: ";
                self.line(question, "confirmation", PIPE_PAGE).await?;
                Reply::Done
            }
            Asked::LoginToken { pages } => self.login_token(pages).await?,
            Asked::Authorization { url, .. } => self.redirected(url).await?,
            _ => return Ok(None),
        }))
    }

    async fn code(&mut self) -> Result<Reply, CliError> {
        let newest = self.show_texts();
        if self.texts.is_some() && !self.prompt.is_terminal() {
            // No user is there to type the code, but the text is.
            return match newest {
                Some(message) => Ok(Reply::Code(message.token)),
                None => Err(self.ended(CliError::given_up("no text message came", "try again"))),
            };
        }
        loop {
            let question = "code in the text message (leave empty for another text): ";
            let line = self.line(question, "code", PIPE_CODE).await?;
            match (line.trim(), self.prompt.is_terminal()) {
                ("" | "r", true) => return Ok(Reply::Resend),
                ("", false) => {}
                (code, _) => return Ok(Reply::Code(ValidationToken::from(code))),
            }
        }
    }

    async fn confirmation(&mut self) -> Result<Reply, CliError> {
        self.show_texts();
        let question = "press enter when you have done that (r for another message): ";
        let line = self
            .line(question, "confirmation", PIPE_CONFIRMATION)
            .await?;
        Ok(match line.trim() {
            "r" => Reply::Resend,
            _ => Reply::Done,
        })
    }

    async fn password(&mut self) -> Result<Reply, CliError> {
        if let Some(password) = self.known_password.take() {
            return Ok(Reply::Password(password));
        }
        let question = format!("password of {}: ", self.whose);
        match self.prompt.password(&question).await? {
            Some(password) => Ok(Reply::Password(password)),
            None => Err(self.ended(self.prompt.ended(
                "password",
                "the server asks for it, so set HARDLINE_PASSWORD, or pipe it in after the code",
            ))),
        }
    }

    async fn new_password(&mut self) -> Result<Reply, CliError> {
        let question = format!("new password for {}: ", self.whose);
        match self.prompt.new_password(&question).await? {
            Some(password) => Ok(Reply::Password(password)),
            None => Err(self.ended(self.prompt.ended(
                "new password",
                "set HARDLINE_PASSWORD to a password that the server accepts, or pipe it in",
            ))),
        }
    }

    async fn address(&mut self, medium: &Medium) -> Result<Reply, CliError> {
        let threepid = if *medium == Medium::Msisdn {
            let what = "phone number in its international form, +44...";
            let advice = "the server asks for one, so pipe it in";
            loop {
                match phone_number(&self.word(what, advice).await?, None) {
                    Ok(number) => break number,
                    Err(error) if self.prompt.is_terminal() => {
                        self.report.warning(&error.sentence());
                    }
                    Err(error) => return Err(error),
                }
            }
        } else {
            let advice = "the server asks for one, so give it with --email";
            ThreepidInput::email(self.word("e-mail address", advice).await?)
        };
        self.threepid = Some(threepid.clone());
        Ok(Reply::Threepid(threepid))
    }

    async fn homeserver(&mut self) -> Result<Reply, CliError> {
        let advice = "pipe its URL in, as in https://matrix.example.org";
        loop {
            let url = self.word("the homeserver's URL", advice).await?;
            match homeserver(&url) {
                Ok(address) => return Ok(Reply::Homeserver(address)),
                Err(error) if self.prompt.is_terminal() => self.report.warning(&error.to_string()),
                Err(error) => return Err(CliError::usage(error.to_string())),
            }
        }
    }

    async fn login_token(&mut self, pages: &[SignOnPage]) -> Result<Reply, CliError> {
        let Some(listener) = &self.redirect_listener else {
            let token = self.word("login token", "pipe in another").await?;
            return Ok(Reply::LoginToken(LoginToken::from(token)));
        };
        // Of several the user chooses one.
        if let [page] = pages
            && self.opens_browser
            && browser::open(&page.url)
        {
            self.report.step(&Step::BrowserOpened);
        }
        self.report.busy("waiting for the browser");
        tokio::select! {
            () = self.interrupt.pressed() => Err(interrupted()),
            token = listener.login_token() => Ok(Reply::LoginToken(token)),
        }
    }

    /// Whether the user has to go to another page than they were shown last.
    pub(super) fn is_another_page(&self, asked: &Asked) -> bool {
        matches!(asked, Asked::Authorization { url, .. } if self.page.as_ref() != Some(url))
    }

    /// The URL that the browser comes back to, or that the user pastes since the browser is on another machine.
    async fn redirected(&mut self, page: &AuthorizationUrl) -> Result<Reply, CliError> {
        if self.page.as_ref() != Some(page) {
            self.page = Some(page.clone());
            if self.opens_browser && browser::open(page.reveal()) {
                self.report.step(&Step::BrowserOpened);
            }
        }
        loop {
            if self.input_ended {
                // A script that brings a wrong address has no other.
                if let Some(rejected) = self.rejected.take() {
                    return Err(rejected);
                }
                self.report.busy("waiting for the browser");
            }
            let browser = async {
                match &self.redirect_listener {
                    Some(listener) => listener.redirected().await,
                    None => std::future::pending().await,
                }
            };
            let question = "or paste the address of the page that it ends on: ";
            let line = tokio::select! {
                () = self.interrupt.pressed() => return Err(interrupted()),
                url = browser => return Ok(Reply::Redirected(url)),
                line = self.prompt.line(question), if !self.input_ended => line?,
            };
            match line {
                Some(line) if line.trim().is_empty() => {}
                Some(line) => return Ok(Reply::Redirected(RedirectedUrl::from(line.trim()))),
                None if self.prompt.is_terminal() => {
                    return Err(self.prompt.ended("address", ""));
                }
                None => self.input_ended = true,
            }
        }
    }

    async fn agreement(&mut self) -> Result<Reply, CliError> {
        let advice = "read the documents, and pipe in y if you agree";
        let line = self.line("do you agree? [y/N] ", "agreement", advice);
        match line.await?.trim() {
            "y" | "Y" | "yes" => Ok(Reply::Done),
            _ => Err(CliError::given_up(
                "given up",
                "the server requires that you agree to its documents",
            )),
        }
    }

    /// Ends the command unless the user says yes.
    async fn decision(&mut self, question: &str, advice: &str) -> Result<(), CliError> {
        match self.line(question, "decision", advice).await?.trim() {
            "y" | "Y" | "yes" => Ok(()),
            _ => Err(self.ended(CliError::given_up("given up", "you did not want to go on"))),
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

    /// Shows the texts that have come from a homeserver of this program's own, and returns the newest.
    fn show_texts(&self) -> Option<Message> {
        let mut newest = None;
        for message in self.texts.iter().flat_map(Receiver::try_iter) {
            self.report.step(&Step::text_message(&message));
            newest = Some(message);
        }
        newest
    }

    /// There is no other answer. For a script, why the last one was rejected says more than that its input ended.
    fn ended(&mut self, otherwise: CliError) -> CliError {
        match self.rejected.take() {
            Some(rejected) if !self.prompt.is_terminal() => rejected,
            _ => otherwise,
        }
    }
}
