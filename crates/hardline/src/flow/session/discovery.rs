//! Finds a homeserver.
//!
//! ```text
//!                .-redirect--.
//!                v           |
//! new --name--> AskingSite --+-- the file cannot be used -------> AwaitingAddress
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
use http::header::LOCATION;

use crate::client_api::discovery::{GetVersions, GetWellknown};
use crate::flow::engine::effort::Effort;
use crate::flow::engine::effort::call_limit::CallLimit;
use crate::flow::engine::{
    CallError, Engine, FlowContext, FlowLogic, Part, Replied, interactive_flow,
};
use crate::flow::{FlowError, FlowEvent, HomeserverAddress, NotAwaited, Prompt, Reply};
#[cfg(feature = "identity")]
use crate::identity_api::versions::PingV2;
use crate::types::{ServerName, Timestamp};
use crate::wire::{
    AbsoluteUrl, BaseUrl, Credentials, DecodeError, EncodeError, Endpoint, Error, ErrorKind,
    Homeserver, InvalidUrl, Target, is_loopback,
};

/// Finds the homeserver of a user or a server name, and what it supports: fetches the well-known file of that name,
/// which may say where the homeserver is, and asks the homeserver for its versions.
///
/// As the specification has it:
/// - Without a well-known file (404), the flow tries the server name itself, as a guess.
/// - If the file is unusable (another status, no JSON, no base URL or an empty one; FAIL_PROMPT), the flow reports that
///   and [asks for an address](Prompt::Homeserver). It does the same if there is no homeserver at a guessed address or at
///   the one that the user gave.
/// - If the base URL in the file is none, or there is no homeserver there, the flow fails (FAIL_ERROR) and guesses
///   nothing.
/// - A URL that the user gives is used as it is, and no well-known file is fetched.
///
/// The flow follows redirects of the well-known file, at most ten, as clients must do from the version after v1.19 on. An
/// unusable identity server is left out of the result and does no harm.
///
/// **No downgrade.** A site is asked over `https`. Neither its redirects nor the URLs in its file may lead to `http`,
/// except on this machine: for a homeserver the flow asks the user, whose own URL may be `http`.
///
/// **The user waits for seconds.** The site has 5 seconds in all for its file, with every redirect and repetition, and
/// so has the identity server. The homeserver has 10 seconds, not counting waits that it asks for by `429`; if it asks
/// for more than the [policy](crate::flow::RetryPolicy) allows, the flow [stalls](FlowEvent::Stalled).
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

type ToAscii = fn(&str) -> Option<String>;

#[derive(Debug, Persist)]
struct Discovering {
    state: State,
    /// Gives the ASCII form of internationalised hosts.
    #[serde(skip)]
    to_ascii: Option<ToAscii>,
}

#[derive(Debug, Persist)]
enum State {
    AskingSite {
        name: ServerName,
        /// The URL that the last redirect goes to.
        moved_to: Option<AbsoluteUrl>,
        moves: u8,
        /// When it was first asked.
        begun: Option<Timestamp>,
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
        let logic = Discovering {
            state,
            to_ascii: None,
        };
        Self(Engine::new(now, logic, seed))
    }

    /// Takes base URLs with an internationalised host from the well-known file too: this gives the ASCII form of such a
    /// host, as for [`HomeserverAddress::parse_international`]. It is not saved with the flow.
    #[must_use]
    pub fn with_international_names(mut self, to_ascii: fn(&str) -> Option<String>) -> Self {
        self.0.logic_mut().to_ascii = Some(to_ascii);
        self
    }
}

impl FlowLogic for Discovering {
    type Success = Discovered;

    #[cfg(feature = "persist")]
    const NAME: &'static str = "Discovery";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<Discovered, FlowError>> {
        let to_ascii = self.to_ascii;
        loop {
            match &mut self.state {
                State::AskingSite {
                    name,
                    moved_to,
                    moves,
                    begun,
                } => {
                    let begun = *begun.get_or_insert(context.now());
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
                    let effort = Effort::USUAL.within(&CallLimit::OPTIONAL).since(begun);
                    let credentials = Credentials::None;
                    let answer = context.attempt_with(effort, &information, &target, &credentials);
                    match ready!(answer) {
                        Ok(information) => {
                            let named = information.homeserver.base_url;
                            match named_url(&named, to_ascii) {
                                Ok(base_url) => {
                                    self.state = State::AskingHomeserver {
                                        base_url,
                                        is_named_by_site: true,
                                        identity_server: information
                                            .identity_server
                                            .map(|server| server.base_url),
                                    };
                                }
                                Err(Unnamed::Absent(error)) => self.ask(context, error),
                                Err(Unnamed::Invalid(error)) => {
                                    return Poll::Ready(Err(refused::<GetWellknown>(error)));
                                }
                            }
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
                                    moves: *moves + 1,
                                    begun: Some(begun),
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
                    let answer = context.attempt_with(
                        Effort::USUAL.within(&CallLimit::DECISIVE),
                        &GetVersions::new(),
                        &target,
                        &Credentials::None,
                    );
                    match ready!(answer) {
                        Ok(versions) => homeserver.supported = Some(versions.supported()),
                        // Somebody is there, for later.
                        Err(refusal) if refusal.error.is_rate_limited() => {
                            let operation = const { &GetVersions::OPERATION };
                            let refusal =
                                ready!(context.settle(operation, refusal, &Credentials::None));
                            return Poll::Ready(Err(refusal.into()));
                        }
                        Err(refusal) if *is_named_by_site => {
                            return Poll::Ready(Err(refusal.into()));
                        }
                        Err(CallError { error, .. }) => {
                            self.ask(context, error);
                            continue;
                        }
                    }
                    let identity_server = identity_server.as_deref();
                    match identity_server.and_then(|url| named_url(url, to_ascii).ok()) {
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
                    let answer = ready!(context.attempt_with(
                        Effort::USUAL.within(&CallLimit::OPTIONAL),
                        &PingV2::new(),
                        &target,
                        &Credentials::None,
                    ));
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

/// Why a URL in the well-known file leads nowhere.
enum Unnamed {
    /// The site names none that can be used (FAIL_PROMPT).
    Absent(Error),
    /// It is not a base URL (FAIL_ERROR).
    Invalid(EncodeError),
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
                begun: None,
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

/// The base URL that the site names.
fn named_url(text: &str, to_ascii: Option<ToAscii>) -> Result<BaseUrl, Unnamed> {
    let text = text.trim();
    let parsed = match to_ascii {
        Some(to_ascii) => BaseUrl::parse_international(text, to_ascii),
        None => BaseUrl::parse(text),
    };
    match parsed {
        Ok(url) if is_downgrade(&url.to_string()) => {
            let error = InvalidUrl::new(
                "base URL that a site may name",
                "it is http, so everybody on the way could read the password: enter it yourself if you trust the way",
            );
            Err(Unnamed::Absent(EncodeError::from(error).into()))
        }
        Ok(url) => Ok(url),
        Err(error) if text.is_empty() => Err(Unnamed::Absent(EncodeError::from(error).into())),
        Err(error) => Err(Unnamed::Invalid(error.into())),
    }
}

/// The base URL of the well-known file: the host only, since the port in a server name is that of federation.
fn site(name: &ServerName) -> Result<BaseUrl, Error> {
    let site = BaseUrl::parse(&format!("https://{}", name.host()));
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
    let location = std::str::from_utf8(answer.headers.get(LOCATION)?.as_bytes()).ok()?;
    if location.trim().is_empty() {
        return None;
    }
    let moved_to = match from {
        Target::Url(url) => url.resolve(location),
        other => {
            let site = other.base_url()?;
            let file = format!("{site}{}", GetWellknown::OPERATION.path);
            AbsoluteUrl::given_by(site, &file).and_then(|url| url.resolve(location))
        }
    };
    moved_to.ok().filter(|url| !is_downgrade(&url.to_string()))
}

/// Whether somebody on the way could read and change what is sent there, unlike what the site said over `https`.
fn is_downgrade(url: &str) -> bool {
    let uri = url.parse::<http::Uri>();
    uri.is_ok_and(|uri| uri.scheme_str() != Some("https") && !is_loopback(&uri))
}

fn refused<E: Endpoint>(error: EncodeError) -> FlowError {
    FlowError::Refused {
        operation: E::OPERATION.name(),
        source: error.into(),
    }
}

#[cfg(test)]
mod tests;
