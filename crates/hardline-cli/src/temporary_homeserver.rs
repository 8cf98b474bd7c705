//! A temporary homeserver, for users who have none to try things with.

use std::sync::mpsc::Receiver;

use hardline::types::Password;
use hardline::wire::BaseUrl;
use hardline_loopback::{Loopback, Message};

use crate::args::NetworkOptions;
use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::interrupt::Interrupt;
use crate::random::random_text;
use crate::report::Report;
use crate::session::Session;
use crate::step::Step;

const USER: &str = "alice";

/// A homeserver that runs until this is dropped.
pub(crate) struct TemporaryHomeserver {
    loopback: Loopback,
}

impl TemporaryHomeserver {
    pub(crate) fn start(network: &NetworkOptions, report: &Report) -> Result<Self, CliError> {
        let loopback = Loopback::start()
            .map_err(|error| CliError::local("could not start the homeserver", &error))?;
        report.step(&Step::LoopbackStarted {
            url: loopback.url().to_owned(),
            transport: network.transport.name(),
        });
        Ok(Self { loopback })
    }

    /// The messages that it sends from now on.
    pub(crate) fn texts(&self) -> Receiver<Message> {
        self.loopback.inbox().subscribe()
    }

    pub(crate) fn base_url(&self) -> Result<BaseUrl, CliError> {
        BaseUrl::parse(self.loopback.url())
            .map_err(|error| CliError::local("the homeserver has no usable address", &error))
    }

    /// A client of it that is not logged in.
    pub(crate) async fn connected(
        &self,
        network: &NetworkOptions,
        report: &Report,
        interrupt: &Interrupt,
    ) -> Result<Connected, CliError> {
        Connected::to_own(self.base_url()?, network, report, interrupt).await
    }

    /// A new account there, logged in.
    pub(crate) async fn session(
        &self,
        network: &NetworkOptions,
        report: &Report,
        interrupt: &Interrupt,
    ) -> Result<Session, CliError> {
        let password = Password::from(random_text()?);
        Session::register(self.base_url()?, USER, password, network, report, interrupt).await
    }
}
