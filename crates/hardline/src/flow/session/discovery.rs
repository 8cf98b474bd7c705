//! Finds a homeserver.
//!
//! ```text
//!                .-redirect--.
//!                v           |
//! new --name--> AskingSite --+-- the file is unusable ----------> AwaitingAddress
//!  |             ^   |  |                                            |  |    ^
//!  |             |   |  '-- 404: the name is a guess --.             |  |    |
//!  |             |   '----- a base URL --------------. |             |  |    |
//!  |             '------------- name ----------------|-|-------------'  |    |
//!  |                                                 v v                |    |
//!  '--URL---------------------------------------> AskingHomeserver <----URL  |
//!                                                  |  |  |                   |
//!         Refused <-- no homeserver at the base ---'  |  '-- no homeserver --'
//!                     URL of the well-known file      |      at a guess or the
//!                                                     v      user's address
//!                                          AskingIdentityServer --> done
//! ```

use std::task::{Poll, ready};

use hardline_derive::Persist;
use http::Uri;
use http::header::LOCATION;

use crate::client_api::discovery::{GetVersions, GetWellknown};
use crate::flow::engine::{
    CallError, Engine, FlowContext, FlowLogic, Part, Replied, interactive_flow,
};
use crate::flow::{FlowError, FlowEvent, HomeserverAddress, NotAwaited, Prompt, Reply};
#[cfg(feature = "identity")]
use crate::identity_api::versions::PingV2;
use crate::types::{ServerName, Timestamp};
use crate::wire::{
    AbsoluteUrl, BaseUrl, Credentials, DecodeError, EncodeError, Endpoint, Error, ErrorKind,
    Homeserver, Target,
};

/// Finds the homeserver of a user or a server name, and what it supports: fetches the well-known file of that name,
/// which may say where the homeserver is, and asks the homeserver for its versions.
///
/// As the specification has it:
/// - Without a well-known file (404), the flow tries the server name itself, as a guess.
/// - If the file is unusable (another status, no JSON, no base URL; FAIL_PROMPT), the flow reports that and [asks for
///   an address](Prompt::Homeserver). It does the same if there is no homeserver at a guessed address or at the one
///   that the user gave.
/// - If there is no homeserver at the base URL in the file, the flow fails (FAIL_ERROR) and guesses nothing.
/// - A URL that the user gives is used as it is, and no well-known file is fetched.
///
/// The flow follows redirects of the well-known file, at most ten and never from `https` to `http`, as clients must do
/// from the version after v1.19 on. An unusable identity server is left out of the result and does no harm.
///
/// ```
/// use hardline::flow::{Discovery, Flow, HomeserverAddress, Output};
/// use hardline::types::Timestamp;
///
/// let address = HomeserverAddress::parse("@alice:example.org")?;
/// let mut flow = Discovery::new(Timestamp::from_millis(0), address, 1);
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it starts with a request") };
/// assert_eq!(request.uri(), "https://example.org/.well-known/matrix/client");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [well-known URI](https://spec.matrix.org/v1.19/client-server-api/#well-known-uris).
#[derive(Debug, Persist)]
pub struct Discovery(Engine<Discovering>);

/// The result of discovery.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Discovered {
    /// The homeserver, with what it supports.
    pub homeserver: Homeserver,
    /// The identity server that the well-known file suggests, if it responds. Without the feature `identity` it is not
    /// asked.
    pub identity_server: Option<BaseUrl>,
}

#[derive(Debug, Persist)]
struct Discovering {
    state: State,
}

#[derive(Debug, Persist)]
enum State {
    AskingSite {
        name: ServerName,
        /// The URL that the last redirect goes to.
        moved_to: Option<AbsoluteUrl>,
        moves: u8,
    },
    AskingHomeserver {
        base_url: BaseUrl,
        /// The base URL comes from the well-known file: it is neither a guess nor the user's input.
        is_named_by_site: bool,
        /// The base URL of the identity server, exactly as it is in the well-known file.
        identity_server: Option<String>,
    },
    #[cfg(feature = "identity")]
    AskingIdentityServer {
        homeserver: Homeserver,
        base_url: BaseUrl,
    },
    AwaitingAddress,
}

/// How many redirects are followed.
const MOVES: u8 = 10;

interactive_flow!(Discovery, brings: Discovered);

impl Discovery {
    /// Starts the flow. The first request is ready immediately. `seed` varies the waits; any number that differs
    /// between clients will do.
    pub fn new(now: Timestamp, address: HomeserverAddress, seed: u64) -> Self {
        let state = State::looking_for(address);
        Self(Engine::new(now, Discovering { state }, seed))
    }
}

impl FlowLogic for Discovering {
    type Success = Discovered;

    #[cfg(feature = "persist")]
    const NAME: &'static str = "Discovery";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<Discovered, FlowError>> {
        loop {
            match &self.state {
                State::AskingSite {
                    name,
                    moved_to,
                    moves,
                } => {
                    let target = match moved_to {
                        Some(url) => Target::Url(url.clone()),
                        None => match site(name) {
                            Ok(site) => Target::ServerName(site),
                            Err(error) => {
                                self.ask(context, error);
                                continue;
                            }
                        },
                    };
                    let information = GetWellknown::new();
                    match ready!(context.attempt(&information, &target, &Credentials::None)) {
                        Ok(information) => {
                            let base_url = BaseUrl::parse(&information.homeserver.base_url)
                                .map_err(|error| refused::<GetWellknown>(error.into()))?;
                            self.state = State::AskingHomeserver {
                                base_url,
                                is_named_by_site: true,
                                identity_server: information
                                    .identity_server
                                    .map(|server| server.base_url),
                            };
                        }
                        Err(CallError { error, .. })
                            if error.status().is_some_and(|s| s == 404) =>
                        {
                            match BaseUrl::parse(&format!("https://{name}")) {
                                Ok(guess) => self.state = State::asking(guess),
                                Err(error) => self.ask(context, EncodeError::from(error).into()),
                            }
                        }
                        Err(CallError { error, .. }) => match moved(&target, &error) {
                            Some(url) if *moves < MOVES => {
                                self.state = State::AskingSite {
                                    name: name.clone(),
                                    moved_to: Some(url),
                                    moves: moves + 1,
                                };
                            }
                            _ => self.ask(context, error),
                        },
                    }
                }
                State::AskingHomeserver {
                    base_url,
                    is_named_by_site,
                    identity_server,
                } => {
                    let mut homeserver = Homeserver::new(base_url.clone());
                    let target = Target::Homeserver(homeserver.clone());
                    match ready!(context.attempt(&GetVersions::new(), &target, &Credentials::None))
                    {
                        Ok(versions) => homeserver.supported = Some(versions.supported()),
                        Err(refusal) if *is_named_by_site => {
                            return Poll::Ready(Err(refusal.into()));
                        }
                        Err(CallError { error, .. }) => {
                            self.ask(context, error);
                            continue;
                        }
                    }
                    let identity_server = identity_server.as_deref();
                    match identity_server.and_then(|url| BaseUrl::parse(url).ok()) {
                        #[cfg(feature = "identity")]
                        Some(base_url) => {
                            self.state = State::AskingIdentityServer {
                                homeserver,
                                base_url,
                            };
                        }
                        identity_server => {
                            return Poll::Ready(Ok(Discovered {
                                homeserver,
                                identity_server,
                            }));
                        }
                    }
                }
                #[cfg(feature = "identity")]
                State::AskingIdentityServer {
                    homeserver,
                    base_url,
                } => {
                    let target = Target::IdentityServer(base_url.clone());
                    let answer =
                        ready!(context.attempt(&PingV2::new(), &target, &Credentials::None));
                    return Poll::Ready(Ok(Discovered {
                        homeserver: homeserver.clone(),
                        identity_server: answer.is_ok().then(|| base_url.clone()),
                    }));
                }
                State::AwaitingAddress => return Poll::Pending,
            }
        }
    }

    fn active(&self) -> &dyn Part {
        self
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        self
    }
}

impl Part for Discovering {
    fn prompt(&self) -> Option<Prompt> {
        matches!(self.state, State::AwaitingAddress).then_some(Prompt::Homeserver)
    }

    fn reply(&mut self, reply: Reply, _: bool) -> Result<Replied, NotAwaited> {
        match (&self.state, reply) {
            (State::AwaitingAddress, Reply::Homeserver(address)) => {
                self.state = State::looking_for(address);
                Ok(Replied::Restart)
            }
            _ => Err(NotAwaited),
        }
    }

    fn state(&self) -> &'static str {
        match self.state {
            State::AskingSite { .. } => "AskingSite",
            State::AskingHomeserver { .. } => "AskingHomeserver",
            #[cfg(feature = "identity")]
            State::AskingIdentityServer { .. } => "AskingIdentityServer",
            State::AwaitingAddress => "AwaitingAddress",
        }
    }
}

impl Discovering {
    /// There is no homeserver where it was looked for, so the user must say where it is.
    fn ask(&mut self, context: &mut FlowContext<'_>, error: Error) {
        context.emit(FlowEvent::Rejected {
            prompt: Prompt::Homeserver,
            error,
        });
        self.state = State::AwaitingAddress;
    }
}

impl State {
    fn looking_for(address: HomeserverAddress) -> Self {
        match address {
            HomeserverAddress::Name(name) => Self::AskingSite {
                name,
                moved_to: None,
                moves: 0,
            },
            HomeserverAddress::Url(base_url) => Self::asking(base_url),
        }
    }

    /// Asks the supposed homeserver for its versions.
    fn asking(base_url: BaseUrl) -> Self {
        Self::AskingHomeserver {
            base_url,
            is_named_by_site: false,
            identity_server: None,
        }
    }
}

/// The base URL of the well-known file: the host only, since the port in a server name is that of federation.
fn site(name: &ServerName) -> Result<BaseUrl, Error> {
    let name = name.as_str();
    let end = match name.find(']') {
        Some(bracket) => bracket + 1,
        None => name.find(':').unwrap_or(name.len()),
    };
    let site = BaseUrl::parse(&format!("https://{}", &name[..end]));
    site.map_err(|error| EncodeError::from(error).into())
}

/// Where a redirect goes, if it may be followed.
fn moved(from: &Target, error: &Error) -> Option<AbsoluteUrl> {
    let ErrorKind::UnexpectedResponse(answer) = error.kind() else {
        return None;
    };
    if !matches!(answer.error, DecodeError::Redirect) {
        return None;
    }
    let location = answer.headers.get(LOCATION)?.to_str().ok()?;
    let location = location.split('#').next()?;
    let from = match from {
        Target::Url(url) => origin(url.as_uri())?,
        other => other.base_url()?.to_string(),
    };
    let to = if location.starts_with("//") {
        format!("https:{location}")
    } else if location.starts_with('/') {
        format!("{from}{location}")
    } else {
        location.to_owned()
    };
    AbsoluteUrl::given_by(&BaseUrl::parse(&from).ok()?, &to).ok()
}

fn origin(uri: &Uri) -> Option<String> {
    Some(format!("{}://{}", uri.scheme()?, uri.authority()?))
}

fn refused<E: Endpoint>(error: EncodeError) -> FlowError {
    FlowError::Refused {
        operation: E::OPERATION.name(),
        source: error.into(),
    }
}

#[cfg(test)]
mod tests;
