use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, SystemTime};

use hardline::types::{Password, ServerName, Timestamp};
use hardline::wire::Api;
use hardline::wire::server::{ErrorResponse, ServerEndpoint};
use tokio::sync::watch;

use super::saving::Saving;
use super::site::{Now, Site};
use super::waiters::Waiters;
use super::{Loopback, server};
use crate::faults::Faults;
use crate::page::Page;
use crate::personality::Personality;
use crate::{ApplicationService, AuthorizationServer, Caller, Fault, Homeserver, IdentityServer};

impl Loopback {
    /// Starts one on a free port of 127.0.0.1.
    ///
    /// ```
    /// use hardline_loopback::Loopback;
    ///
    /// let loopback = Loopback::start()?;
    /// assert_eq!(loopback.url(), format!("http://{}", loopback.server_name()));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the operating system gives no port, no thread or no random seed.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// A builder, to change the defaults.
    ///
    /// ```
    /// use hardline_loopback::Loopback;
    ///
    /// let loopback = Loopback::builder().base_path("/matrix").account("alice", "secret").start()?;
    /// assert!(loopback.url().ends_with("/matrix"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn builder() -> Builder {
        Builder::default()
    }
}

/// How long nothing may come of a body that is not whole.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

type Configure = Box<dyn FnOnce(&mut Homeserver)>;
type ConfigureIdentity = Box<dyn FnOnce(&mut IdentityServer)>;
type ConfigureAuthorization = Box<dyn FnOnce(&mut AuthorizationServer)>;

/// An account that is there from the beginning.
struct Account {
    localpart: String,
    password: Password,
    is_administrator: bool,
}

impl Account {
    fn new(localpart: &str, password: &str, is_administrator: bool) -> Self {
        Self {
            localpart: localpart.to_owned(),
            password: Password::from(password),
            is_administrator,
        }
    }
}

/// Builds a [`Loopback`] that differs from the default. Made by [`Loopback::builder`].
pub struct Builder {
    listen: SocketAddr,
    base_path: String,
    server_name: Option<ServerName>,
    seed: Option<[u8; 32]>,
    now: Now,
    body_timeout: Duration,
    data: Option<PathBuf>,
    has_page: bool,
    accounts: Vec<Account>,
    services: Vec<ApplicationService>,
    faults: Faults,
    configure: Vec<Configure>,
    configure_identity: Vec<ConfigureIdentity>,
    has_oauth: bool,
    has_legacy_authentication: bool,
    configure_authorization: Vec<ConfigureAuthorization>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            base_path: String::new(),
            server_name: None,
            seed: None,
            now: Box::new(system_time),
            body_timeout: BODY_TIMEOUT,
            data: None,
            has_page: false,
            accounts: Vec::new(),
            services: Vec::new(),
            faults: Faults::default(),
            configure: Vec::new(),
            configure_identity: Vec::new(),
            has_oauth: false,
            has_legacy_authentication: true,
            configure_authorization: Vec::new(),
        }
    }
}

impl Builder {
    /// Listens on this address instead of a free port of 127.0.0.1. Port 0 is a free port.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Puts the homeserver under a path, as in `https://example.org/matrix`.
    #[must_use]
    pub fn base_path(mut self, path: &str) -> Self {
        let path = path.trim_matches('/');
        self.base_path = match path {
            "" => String::new(),
            _ => format!("/{path}"),
        };
        self
    }

    /// Sets the server name; by default it is the address and port.
    #[must_use]
    pub fn server_name(mut self, name: ServerName) -> Self {
        self.server_name = Some(name);
        self
    }

    /// Derives tokens, codes and IDs from this seed; by default the operating system gives one.
    #[must_use]
    pub fn seed(mut self, seed: [u8; 32]) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Sets the clock; by default it is the system's.
    ///
    /// ```
    /// use hardline::types::Timestamp;
    /// use hardline_loopback::Loopback;
    ///
    /// let loopback = Loopback::builder().clock(|| Timestamp::from_millis(0)).start()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.now = Box::new(now);
        self
    }

    /// Sets for how long nothing may come of a body that is not whole; by default ten seconds. Then the request is refused
    /// with status 408, and its connection is closed.
    ///
    /// ```
    /// use std::time::Duration;
    /// use hardline_loopback::Loopback;
    ///
    /// let loopback = Loopback::builder().body_timeout(Duration::from_secs(60)).start()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.body_timeout = timeout;
        self
    }

    /// Keeps all that the servers remember in this file, across restarts; by default, it is in memory alone.
    ///
    /// The file is a [`Snapshot`](crate::Snapshot) that only the user can read, and **it holds secrets**. It is replaced as a
    /// whole, each second when there were requests and when the loopback is dropped. What it has goes before the
    /// [`seed`](Self::seed), and gives the server its name if [`server_name`](Self::server_name) does not. Messages of the
    /// [`Inbox`](crate::Inbox) are not in it. Two loopbacks with one file would overwrite what the other has written.
    ///
    /// ```
    /// use hardline_loopback::Loopback;
    ///
    /// # let folder = std::env::temp_dir().join(format!("hardline-loopback-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// let path = folder.join("data.json");
    /// let first = Loopback::builder().data(&path).account("alice", "secret").start()?;
    /// let name = first.server_name().clone();
    /// drop(first);
    /// let second = Loopback::builder().data(&path).start()?;
    /// assert_eq!(*second.server_name(), name);
    /// # drop(second);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn data(mut self, path: impl Into<PathBuf>) -> Self {
        self.data = Some(path.into());
        self
    }

    /// Answers like a family of servers: see [`Homeserver::set_personality`].
    #[must_use]
    pub fn personality(mut self, personality: &'static Personality) -> Self {
        self.configure.push(Box::new(move |homeserver| {
            homeserver.set_personality(personality);
        }));
        self
    }

    /// Shows people in a browser on this machine what the servers do: see [`Loopback::page_url`]. By default, there is no page,
    /// and no exchange is kept.
    ///
    /// ```
    /// use hardline_loopback::Loopback;
    ///
    /// let loopback = Loopback::builder().page().start()?;
    /// assert_eq!(loopback.page_url(), Some(format!("http://{}/_hardline/", loopback.local_addr())));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn page(mut self) -> Self {
        self.has_page = true;
        self
    }

    /// Registers an account, unless [`data`](Self::data) has it. [`start`](Builder::start) fails if the name is not valid.
    #[must_use]
    pub fn account(mut self, localpart: &str, password: &str) -> Self {
        self.accounts.push(Account::new(localpart, password, false));
        self
    }

    /// Registers an account of an administrator, unless [`data`](Self::data) has it: see [`Homeserver::set_administrator`].
    /// [`start`](Builder::start) fails if the name is not valid.
    #[must_use]
    pub fn administrator(mut self, localpart: &str, password: &str) -> Self {
        self.accounts.push(Account::new(localpart, password, true));
        self
    }

    /// Adds an application service: see [`Homeserver::add_application_service`]. [`start`](Builder::start) fails if its own
    /// user's name is not valid or taken.
    #[must_use]
    pub fn application_service(mut self, service: ApplicationService) -> Self {
        self.services.push(service);
        self
    }

    /// Adds an [`AuthorizationServer`], so that clients can log in with OAuth 2.0 as well as with a password.
    ///
    /// ```
    /// use hardline::client_api::discovery::GetAuthMetadata;
    /// use hardline::client::BlockingTransport;
    /// use hardline::wire::{self, Credentials, Target};
    /// use hardline_loopback::Loopback;
    ///
    /// let loopback = Loopback::builder().oauth().start()?;
    /// let target = Target::homeserver(loopback.url())?;
    /// let request = wire::encode(&GetAuthMetadata::new(), &target, &Credentials::None)?;
    /// let metadata = wire::decode::<GetAuthMetadata>(loopback.transport().send(request)?)?;
    /// assert_eq!(metadata.issuer, format!("{}/", loopback.url()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn oauth(mut self) -> Self {
        self.has_oauth = true;
        self
    }

    /// The same, and nothing else: there is no login with a password. See
    /// [`Homeserver::set_legacy_authentication`].
    #[must_use]
    pub fn oauth_only(mut self) -> Self {
        self.has_legacy_authentication = false;
        self.oauth()
    }

    /// Like [`Homeserver::on`], for operations of the identity server and the authorization server too. The latter is there
    /// with [`oauth`](Self::oauth).
    ///
    /// ```
    /// use hardline::client_api::discovery::{GetVersions, GetVersionsResponse};
    /// use hardline_loopback::Loopback;
    ///
    /// let loopback = Loopback::builder()
    ///     .on(|_caller, _: GetVersions| {
    ///         let mut answer = GetVersionsResponse::default();
    ///         answer.versions.push("r0.5.0".to_owned());
    ///         Ok(answer)
    ///     })
    ///     .start()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn on<E: ServerEndpoint>(
        mut self,
        handler: impl Fn(&Caller, E) -> Result<E::Response, ErrorResponse> + Send + Sync + 'static,
    ) -> Self {
        match const { &E::OPERATION }.api() {
            Api::ClientServer => self.configure.push(Box::new(move |homeserver| {
                homeserver.on(handler);
            })),
            Api::Identity => self
                .configure_identity
                .push(Box::new(move |server| server.on(handler))),
            Api::OAuth => self
                .configure_authorization
                .push(Box::new(move |server| server.on(handler))),
        }
        self
    }

    /// Like [`Loopback::set_fault`], from the first request on.
    #[must_use]
    pub fn fault(self, path_prefix: &str, fault: Fault) -> Self {
        self.faults.set(path_prefix, Some(fault));
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// If the address is taken, an account's name is not valid, an operation of an authorization server has a handler
    /// without [`oauth`](Self::oauth), the file of [`data`](Self::data) is damaged, a newer version's or another server's, or
    /// the operating system gives no thread or no random seed. The file is then as it was.
    pub fn start(self) -> io::Result<Loopback> {
        let seed = match self.seed {
            Some(seed) => seed,
            None => {
                let mut seed = [0; 32];
                getrandom::fill(&mut seed)?;
                seed
            }
        };
        let listener = TcpListener::bind(self.listen)?;
        listener.set_nonblocking(true)?;
        let local_addr = listener.local_addr()?;
        let reachable = reachable(local_addr);
        let mut saving = match &self.data {
            Some(path) => Some(Saving::begin(path)?),
            None => None,
        };
        let found = saving.as_ref().and_then(Saving::found);
        let found = found.map(|found| found.server_name().clone());
        let server_name = match self.server_name.or_else(|| found.clone()) {
            Some(name) => name,
            None => ServerName::parse(reachable.to_string()).map_err(io::Error::other)?,
        };
        let base_url = format!("http://{reachable}{}", self.base_path);
        let mut homeserver = Homeserver::new(server_name, &base_url, seed);
        if let Some(saving) = &saving {
            saving.restore(&homeserver)?;
        }
        for account in self.accounts {
            // The accounts of the last time are there already.
            let known = found.as_ref().and(homeserver.user(&account.localpart));
            let user_id = match known {
                Some(user_id) => user_id,
                None => homeserver
                    .add_account(&account.localpart, &account.password)
                    .map_err(invalid)?,
            };
            if account.is_administrator {
                homeserver.set_administrator(&user_id, true);
            }
        }
        for service in self.services {
            let added = homeserver.add_application_service(service);
            added.map_err(invalid)?;
        }
        for configure in self.configure {
            configure(&mut homeserver);
        }
        let homeserver = Arc::new(homeserver);
        // The same seed for all would give all the same tokens.
        let mut identity_server = IdentityServer::new(Arc::clone(&homeserver), other(seed, 0xff));
        for configure in self.configure_identity {
            configure(&mut identity_server);
        }
        homeserver.set_legacy_authentication(self.has_legacy_authentication);
        let mut authorization_server = self
            .has_oauth
            .then(|| AuthorizationServer::new(Arc::clone(&homeserver), other(seed, 0x55)));
        for configure in self.configure_authorization {
            let authorization_server = authorization_server.as_mut().ok_or_else(|| {
                let reason = "there is no authorization server: add one with Builder::oauth";
                io::Error::new(io::ErrorKind::InvalidInput, reason)
            })?;
            configure(authorization_server);
        }
        if let Some(saving) = &mut saving {
            saving.restore_others(&identity_server, authorization_server.as_ref())?;
        }
        let page = self
            .has_page
            .then(|| Page::new(local_addr, Arc::clone(&homeserver)));
        let site = Arc::new(Site {
            homeserver,
            identity_server,
            authorization_server,
            faults: self.faults,
            now: self.now,
            body_timeout: self.body_timeout,
            saving,
            waiters: Waiters::default(),
            page: page.flatten(),
            runtime: OnceLock::new(),
        });
        let (stop, stopped) = watch::channel(());
        let serve = server::prepare(listener, Arc::clone(&site), stopped)?;
        let thread = thread::Builder::new()
            .name("hardline-loopback".to_owned())
            .spawn(serve)?;
        Ok(Loopback {
            site,
            local_addr,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("listen", &self.listen)
            .field("base_path", &self.base_path)
            .field("server_name", &self.server_name)
            .field("faults", &self.faults)
            .field("has_oauth", &self.has_oauth)
            .finish_non_exhaustive()
    }
}

/// The address at which this machine reaches a listener: nobody can connect to the unspecified address.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => {
            address.set_ip(std::net::Ipv6Addr::LOCALHOST.into());
        }
        _ => {}
    }
    address
}

/// The refusal of an account.
fn invalid(refusal: ErrorResponse) -> io::Error {
    let body = refusal.into_response().into_body();
    let reason = String::from_utf8_lossy(&body);
    io::Error::new(io::ErrorKind::InvalidInput, reason)
}

/// Another seed, derived from this one.
fn other(seed: [u8; 32], mask: u8) -> [u8; 32] {
    seed.map(|byte| byte ^ mask)
}

fn system_time() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let millis = since.unwrap_or_default().as_millis();
    Timestamp::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}
