use hardline::client::Client;
use hardline::client_api::discovery::{GetVersions, GetWellknown};
use hardline::flow::RetryPolicy;
use hardline::types::ServerName;
use hardline::wire::{
    BaseUrl, DecodeError, Endpoint, Error, ErrorKind, Homeserver, Target, is_loopback,
};
use hardline_hyper::TokioClock;

use crate::args::{Address, NetworkOptions};
use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::explain::explain;
use crate::interrupt::Interrupt;
use crate::prompt::interrupted;
use crate::report::Report;
use crate::step::Step;
use crate::transport::AnyClient;

/// How often `.well-known` may redirect: example.org to www.example.org, and perhaps once more.
const MOST_REDIRECTS: usize = 3;

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
        address: &Address,
        network: &NetworkOptions,
        report: &Report,
        interrupt: &Interrupt,
    ) -> Result<Self, CliError> {
        let mut client = client(network)?;
        let url = match address {
            Address::Url(url) => url.clone(),
            Address::Name(name) => well_known(&mut client, name, report, interrupt).await?,
        };
        if !url.is_https() && !is_this_machine(&url) {
            report.warning(&format!(
                "{url} is not encrypted: everybody on the way can read the password and the access token"
            ));
        }
        Self::at(url, client, network, report, interrupt).await
    }

    /// Goes to this URL, without a warning where it is not encrypted: it is a homeserver of this program's own.
    pub(crate) async fn to_own(
        url: BaseUrl,
        network: &NetworkOptions,
        report: &Report,
        interrupt: &Interrupt,
    ) -> Result<Self, CliError> {
        Self::at(url, client(network)?, network, report, interrupt).await
    }

    /// Asks for the versions, so that later requests use paths that the server has.
    async fn at(
        url: BaseUrl,
        client: AnyClient,
        network: &NetworkOptions,
        report: &Report,
        interrupt: &Interrupt,
    ) -> Result<Self, CliError> {
        let mut connected = Self {
            client,
            homeserver: Homeserver::new(url),
            policy: network.policy(),
            interrupt: interrupt.clone(),
        };
        connected.set_target();
        let doing = Doing::AskingForVersions;
        report.busy(doing.in_words());
        let versions = connected.call(GetVersions::new(), doing).await?;
        connected.homeserver.supported = Some(versions.supported());
        connected.set_target();
        Ok(connected)
    }

    fn set_target(&mut self) {
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
fn client(network: &NetworkOptions) -> Result<AnyClient, CliError> {
    let nowhere = Target::homeserver("https://invalid.invalid")
        .map_err(|error| CliError::usage(error.to_string()))?;
    let client = Client::new(network.transport.build()?, TokioClock, nowhere);
    Ok(client.with_policy(network.policy()))
}

/// Asks the site that the server is named after. If it has no `.well-known`, the name is the best guess.
async fn well_known(
    client: &mut AnyClient,
    name: &ServerName,
    report: &Report,
    interrupt: &Interrupt,
) -> Result<BaseUrl, CliError> {
    let no_url = |error: &dyn std::error::Error| CliError::usage(error.to_string());
    let mut site = Target::server_name(name).map_err(|error| no_url(&error))?;
    report.busy("finding the homeserver");
    let mut redirects = 0;
    let found = loop {
        client.set_target(site);
        let result = tokio::select! {
            () = interrupt.pressed() => return Err(interrupted()),
            result = client.call(GetWellknown::new()) => result,
        };
        match result {
            Ok(found) => break found,
            Err(error) if error.status() == Some(http::StatusCode::NOT_FOUND) => {
                return BaseUrl::parse(&format!("https://{name}")).map_err(|error| no_url(&error));
            }
            Err(error) => match other_site(&error) {
                Some(other) if redirects < MOST_REDIRECTS => {
                    redirects += 1;
                    site = other;
                }
                _ => {
                    let now = client.now();
                    return Err(explain(&error, Doing::FindingTheHomeserver, now));
                }
            },
        }
    };
    let url = BaseUrl::parse(&found.homeserver.base_url).map_err(|error| {
        CliError::new(
            Exit::NotMatrix,
            format!("{name} names a homeserver that cannot be used ({error})"),
            "give the homeserver's URL with --homeserver",
        )
    })?;
    report.step(&Step::HomeserverFound {
        server_name: name.to_string(),
        homeserver: url.to_string(),
    });
    Ok(url)
}

/// The site that `.well-known` redirects to. Transports follow no redirect, because requests carry secrets; this one
/// carries none, and the specification asks for it.
fn other_site(error: &Error) -> Option<Target> {
    let ErrorKind::UnexpectedResponse(answer) = error.kind() else {
        return None;
    };
    let DecodeError::Redirect = answer.error else {
        return None;
    };
    let location = answer.headers.get(http::header::LOCATION)?.to_str().ok()?;
    let site = BaseUrl::parse(location.strip_suffix("/.well-known/matrix/client")?).ok()?;
    site.is_https().then_some(Target::ServerName(site))
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

    #[test]
    fn well_known_may_be_sent_on_to_another_site_over_https() {
        let redirected = |location: &'static str| {
            let response = http::Response::builder()
                .status(301)
                .header("location", location)
                .body("")
                .unwrap();
            other_site(&hardline::wire::decode::<GetWellknown>(response).unwrap_err())
        };
        let www = redirected("https://www.example.org/.well-known/matrix/client");
        assert_eq!(
            www.unwrap().base_url().unwrap().to_string(),
            "https://www.example.org"
        );
        assert!(redirected("http://www.example.org/.well-known/matrix/client").is_none());
        assert!(redirected("https://example.org/login").is_none());
    }
}
