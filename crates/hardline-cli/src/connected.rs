use hardline::client::{Client, Next};
use hardline::flow::{Discovered, Discovery, FlowError, FlowEvent, HomeserverAddress, RetryPolicy};
use hardline::wire::{BaseUrl, Endpoint, Error, Homeserver, Target, is_loopback};
use hardline_hyper::TokioClock;

use crate::args::NetworkOptions;
use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::explain::explain;
use crate::international::to_ascii;
use crate::interrupt::{Interrupt, interrupted};
use crate::network::transport;
use crate::random::seed;
use crate::report::Report;
use crate::step::Step;
use crate::transport::AnyClient;

/// A client of a homeserver whose address and versions are known. Nobody is logged in yet.
pub(crate) struct Connected {
    pub(crate) client: AnyClient,
    pub(crate) homeserver: Homeserver,
    pub(crate) policy: RetryPolicy,
    pub(crate) interrupt: Interrupt,
}

impl Connected {
    /// Finds the homeserver at this address.
    pub(crate) async fn to(
        address: &HomeserverAddress,
        network: &NetworkOptions,
        report: &Report,
        interrupt: &Interrupt,
    ) -> Result<Self, CliError> {
        if let HomeserverAddress::Url(url) = address
            && !url.is_https()
            && !is_this_machine(url)
        {
            report.warning(&format!(
                "{url} is not encrypted: everybody on the way can read the password and the access token"
            ));
        }
        Self::at(address, network, report, interrupt).await
    }

    /// Goes to this URL, without a warning where it is not encrypted: it is a homeserver of this program's own.
    pub(crate) async fn to_own(
        url: BaseUrl,
        network: &NetworkOptions,
        report: &Report,
        interrupt: &Interrupt,
    ) -> Result<Self, CliError> {
        let address = HomeserverAddress::Url(url);
        let mut network = network.clone();
        // The proxy that was named cannot reach it.
        network.proxy = None;
        Self::at(&address, &network, report, interrupt).await
    }

    /// The homeserver at this URL, which is asked for nothing. Requests use the paths that most servers have.
    pub(crate) fn unasked(
        base_url: BaseUrl,
        network: &NetworkOptions,
        report: &Report,
        interrupt: &Interrupt,
    ) -> Result<Self, CliError> {
        let connected = Self {
            client: client(network, report)?,
            homeserver: Homeserver::new(base_url),
            policy: network.policy(),
            interrupt: interrupt.clone(),
        };
        connected.set_target();
        Ok(connected)
    }

    /// Also learns the versions, so that later requests use paths that the server has.
    async fn at(
        address: &HomeserverAddress,
        network: &NetworkOptions,
        report: &Report,
        interrupt: &Interrupt,
    ) -> Result<Self, CliError> {
        let client = client(network, report)?;
        let policy = network.policy();
        let found = discovered(&client, policy.clone(), address.clone(), report, interrupt).await?;
        let homeserver = found.homeserver;
        if let HomeserverAddress::Name(name) = address {
            report.step(&Step::HomeserverFound {
                server_name: name.to_string(),
                homeserver: homeserver.base_url.to_string(),
            });
        }
        let connected = Self {
            client,
            homeserver,
            policy,
            interrupt: interrupt.clone(),
        };
        connected.set_target();
        Ok(connected)
    }

    fn set_target(&self) {
        self.client
            .set_target(Target::Homeserver(self.homeserver.clone()));
    }

    /// Does one operation.
    pub(crate) async fn call<E: Endpoint>(
        &self,
        operation: E,
        doing: Doing,
    ) -> Result<E::Response, CliError> {
        tokio::select! {
            () = self.interrupt.pressed() => Err(interrupted()),
            result = self.client.call(operation) => {
                result.map_err(|error| explain(&error, doing, self.client.now()))
            }
        }
    }
}

/// A client that has no homeserver yet, and so sends nothing.
fn client(network: &NetworkOptions, report: &Report) -> Result<AnyClient, CliError> {
    let nowhere = Target::homeserver("https://invalid.invalid")
        .map_err(|error| CliError::usage(error.to_string()))?;
    let client = Client::new(transport(network, report)?, TokioClock, nowhere);
    Ok(client.with_policy(network.policy()))
}

/// Finds what is at an address. No user is asked for another one, since who gave this one can give it again.
pub(crate) async fn discovered(
    client: &AnyClient,
    policy: RetryPolicy,
    address: HomeserverAddress,
    report: &Report,
    interrupt: &Interrupt,
) -> Result<Discovered, CliError> {
    let doing = match &address {
        HomeserverAddress::Url(_) => Doing::AskingForVersions,
        _ => Doing::FindingTheHomeserver,
    };
    report.busy(doing.in_words());
    let flow = Discovery::new(client.now(), address.clone(), seed()?)
        .with_policy(policy)
        .with_international_names(to_ascii);
    let mut conversation = client.run(flow);
    let failed = |error: &Error| {
        let explained = explain(error, doing, client.now());
        Err(after_trying(&address, explained))
    };
    loop {
        let next = tokio::select! {
            () = interrupt.pressed() => return Err(interrupted()),
            next = conversation.next() => next,
        };
        match next {
            Next::Done(Ok(found)) => return Ok(found),
            Next::Done(Err(FlowError::Refused { source, .. })) => return failed(&source),
            Next::Done(Err(error)) => {
                return Err(CliError::given_up("given up", &error.to_string()));
            }
            Next::Event(FlowEvent::Rejected { error, .. } | FlowEvent::Stalled(error)) => {
                return failed(&error);
            }
            Next::Event(_) => {}
        }
    }
}

/// The same with what was tried, where only a name was given.
pub(crate) fn after_trying(address: &HomeserverAddress, error: CliError) -> CliError {
    let HomeserverAddress::Name(name) = address else {
        return error;
    };
    if !matches!(
        error.exit,
        Exit::Unreachable | Exit::NotMatrix | Exit::Unsupported
    ) {
        return error;
    }
    let host = name.host();
    error.or(&format!(
        "tried https://{host}/.well-known/matrix/client, and https://{name} unless that named another: for a server without encryption give its URL, http://{name}"
    ))
}

fn is_this_machine(url: &BaseUrl) -> bool {
    url.to_string().parse().is_ok_and(|uri| is_loopback(&uri))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_may_go_without_encryption() {
        for (url, is) in [
            ("http://127.0.0.1:8008", true),
            ("http://[::1]:8008", true),
            ("http://LOCALHOST", true),
            ("http://127.0.0.1.example.org", false),
            ("http://192.168.1.2", false),
            ("http://example.org", false),
        ] {
            assert_eq!(is_this_machine(&BaseUrl::parse(url).unwrap()), is, "{url}");
        }
    }
}
