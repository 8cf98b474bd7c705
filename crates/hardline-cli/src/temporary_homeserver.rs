//! A throw-away homeserver, for who has none to try things at.

use std::sync::mpsc::Receiver;

use hardline::types::Password;
use hardline::wire::BaseUrl;
use hardline_loopback::{Loopback, Message};

use crate::advice::CliError;
use crate::args::{Address, NetworkOptions};
use crate::interrupt::Interrupt;
use crate::random::random_text;
use crate::report::{Report, Step};
use crate::session::Session;

const USER: &str = "alice";

/// A homeserver that lives as long as this.
pub(crate) struct TryOut {
    loopback: Loopback,
}

impl TryOut {
    pub(crate) fn start(network: &NetworkOptions, report: &Report) -> Result<Self, CliError> {
        let loopback = Loopback::start()
            .map_err(|error| CliError::local("the homeserver could not be started", &error))?;
        report.step(&Step::LoopbackStarted {
            url: loopback.url().to_owned(),
            transport: network.transport.name(),
        });
        Ok(Self { loopback })
    }

    /// What it sends from now on.
    pub(crate) fn texts(&self) -> Receiver<Message> {
        self.loopback.inbox().subscribe()
    }

    pub(crate) fn base_url(&self) -> Result<BaseUrl, CliError> {
        BaseUrl::parse(self.loopback.url())
            .map_err(|error| CliError::local("the homeserver has no usable address", &error))
    }

    pub(crate) fn address(&self) -> Result<Address, CliError> {
        self.base_url().map(Address::Url)
    }

    /// An account there.
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
