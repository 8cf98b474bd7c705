mod builder;
mod chores;
mod data_file;
mod long_poll;
mod outgoing;
mod paced_body;
mod save;
mod saving;
mod server;
mod site;
mod transport;
mod waiters;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use hardline::oauth_api::{AuthorizationUrl, RedirectedUrl, UserCode};
use hardline::types::ServerName;
use tokio::sync::watch;

use crate::{
    AuthorizationServer, Decision, Fault, Homeserver, IdentityServer, Inbox, PageError, Snapshot,
};
pub use builder::Builder;
use site::Site;
pub use transport::LoopbackTransport;

/// A [`Homeserver`], an [`IdentityServer`] and, if it is wanted, an [`AuthorizationServer`] that listen on this machine
/// until they are dropped.
///
/// It runs on a thread of its own, so that blocking programs can talk to it. Dropping it lets requests under way
/// finish, for a quarter of a second at most. With [`Builder::data`], it then writes what it remembers.
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::TcpStream;
/// use hardline_loopback::Loopback;
///
/// let loopback = Loopback::start()?;
/// let mut connection = TcpStream::connect(loopback.local_addr())?;
/// connection.write_all(b"GET /_matrix/client/versions HTTP/1.1\r\nhost: loopback\r\nconnection: close\r\n\r\n")?;
/// let mut response = String::new();
/// connection.read_to_string(&mut response)?;
/// assert!(response.starts_with("HTTP/1.1 200 OK\r\n"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Loopback {
    site: Arc<Site>,
    local_addr: SocketAddr,
    /// Dropping it stops the server.
    stop: Option<watch::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Loopback {
    /// Its base URL, without a slash at the end.
    pub fn url(&self) -> &str {
        self.site.homeserver.base_url()
    }

    /// The server name in its user IDs.
    pub fn server_name(&self) -> &ServerName {
        self.site.homeserver.server_name()
    }

    /// The address that it listens on.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Where people see in a browser what the servers do: texts and e-mails with the codes to copy, accounts and sessions,
    /// rooms with their timelines, and the last hundred exchanges without their secrets. `None` without [`Builder::page`], and
    /// if other machines can reach the loopback: whoever sees the page sees the codes.
    ///
    /// It is below the root of the address, wherever the homeserver is. Websites get nothing of it: no other origin can
    /// read it, or change something there, and it is served under the names of this machine alone. Users of this machine can
    /// open it, and so can whoever reaches it through a proxy here that says it is `localhost`.
    ///
    /// ```
    /// use hardline_loopback::Loopback;
    ///
    /// let loopback = Loopback::start()?;
    /// assert_eq!(loopback.page_url(), None);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn page_url(&self) -> Option<String> {
        let page = self.site.page.as_ref();
        page.map(|page| page.url())
    }

    /// The messages that it sends to people.
    pub fn inbox(&self) -> Inbox {
        self.site.homeserver.inbox()
    }

    /// The homeserver behind the sockets.
    pub fn homeserver(&self) -> &Homeserver {
        &self.site.homeserver
    }

    /// The identity server behind the sockets. Its base URL is the homeserver's.
    ///
    /// ```
    /// use hardline::identity_api::versions::PingV2;
    /// use hardline::wire::{self, BaseUrl, Credentials, Target};
    /// use hardline_loopback::Loopback;
    ///
    /// let loopback = Loopback::start()?;
    /// let target = Target::IdentityServer(BaseUrl::parse(loopback.url())?);
    /// let request = wire::encode(&PingV2::new(), &target, &Credentials::None)?;
    /// # drop(request);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn identity_server(&self) -> &IdentityServer {
        &self.site.identity_server
    }

    /// The authorization server behind the sockets, if there is one: see [`Builder::oauth`]. Its issuer is the homeserver's
    /// base URL with a slash.
    ///
    /// ```
    /// use std::time::Duration;
    /// use hardline_loopback::Loopback;
    ///
    /// let loopback = Loopback::builder().oauth().start()?;
    /// if let Some(authorization_server) = loopback.authorization_server() {
    ///     authorization_server.set_access_token_lifetime(Duration::from_secs(10));
    /// }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn authorization_server(&self) -> Option<&AuthorizationServer> {
        self.site.authorization_server.as_ref()
    }

    /// Plays the user who opens an authorization URL in a browser and decides, and gives the URL that the browser is sent
    /// back to. With `prompt=create`, the user is registered first.
    ///
    /// ```
    /// use hardline::oauth_api::{
    ///     AuthorizationResponse, AuthorizationState, Authorize, CodeChallenge, RegisterClient, Scopes,
    /// };
    /// use hardline::client::BlockingTransport;
    /// use hardline::types::{CodeVerifier, DeviceId};
    /// use hardline::wire::{self, AbsoluteUrl, BaseUrl, Credentials, Target};
    /// use hardline_loopback::{Decision, Loopback};
    ///
    /// let loopback = Loopback::builder().oauth().account("alice", "secret").start()?;
    /// let homeserver = BaseUrl::parse(loopback.url())?;
    /// let endpoint = |path| AbsoluteUrl::given_by(&homeserver, &format!("{}{path}", loopback.url()));
    ///
    /// let client = RegisterClient::native("https://app.example.com/".to_owned(), "http://127.0.0.1/".to_owned());
    /// let request = wire::encode(&client, &Target::Url(endpoint("/oauth2/registration")?), &Credentials::None)?;
    /// let registered = wire::decode::<RegisterClient>(loopback.transport().send(request)?)?;
    ///
    /// let authorize = Authorize::new(
    ///     registered.client_id,
    ///     "http://127.0.0.1:4567/".to_owned(),
    ///     Scopes::of_device(DeviceId::parse("AAABBBCCCDDD")?)?,
    ///     AuthorizationState::from_entropy([1; 32]),
    ///     CodeChallenge::s256(&CodeVerifier::from_entropy([2; 32])),
    /// );
    /// let url = authorize.url(&endpoint("/authorize")?)?;
    /// let redirected = loopback.follow_authorization(&url, &Decision::approve("alice"))?;
    /// assert!(redirected.reveal().starts_with("http://127.0.0.1:4567/#code="));
    /// assert!(AuthorizationResponse::parse(redirected.reveal())?.result.is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`PageError`] if the browser ends on a page instead: the client is unknown, or the redirect URI, or the user. And if
    /// there is no authorization server.
    pub fn follow_authorization(
        &self,
        url: &AuthorizationUrl,
        decision: &Decision,
    ) -> Result<RedirectedUrl, PageError> {
        let now = (self.site.now)();
        let authorization_server = self.authorization_server().ok_or_else(no_oauth)?;
        authorization_server.follow_authorization(now, url, decision)
    }

    /// Plays the user who types the code of a device on another one, and decides.
    ///
    /// ```
    /// use hardline::oauth_api::UserCode;
    /// use hardline_loopback::{Decision, Loopback};
    ///
    /// let loopback = Loopback::builder().oauth().start()?;
    /// // No device waits for this one.
    /// assert!(loopback.decide_device(&UserCode::parse("WDJB-MJHT")?, &Decision::Deny).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`PageError`] if no device waits with this code, or if there is no such user. And if there is no authorization
    /// server.
    pub fn decide_device(
        &self,
        user_code: &UserCode,
        decision: &Decision,
    ) -> Result<(), PageError> {
        let now = (self.site.now)();
        let authorization_server = self.authorization_server().ok_or_else(no_oauth)?;
        authorization_server.decide_device(now, user_code, decision)
    }

    /// A transport to all servers without sockets.
    pub fn transport(&self) -> LoopbackTransport {
        LoopbackTransport::new(Arc::clone(&self.site))
    }

    /// All that the servers remember: see [`Homeserver::snapshot`].
    ///
    /// ```
    /// use hardline_loopback::Loopback;
    ///
    /// let loopback = Loopback::start()?;
    /// assert_eq!(loopback.snapshot().server_name(), loopback.server_name());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn snapshot(&self) -> Snapshot {
        self.site.snapshot()
    }

    /// Writes what the servers remember now, if [`Builder::data`] names a file. It happens by itself each second when there
    /// were requests, and when the loopback is dropped; this one tells whether it could be written.
    ///
    /// ```
    /// use hardline_loopback::Loopback;
    ///
    /// let loopback = Loopback::start()?;
    /// // There is no file.
    /// loopback.save()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// What the operating system says. The file then has what it had.
    pub fn save(&self) -> io::Result<()> {
        self.site.save()
    }

    /// Makes paths with this prefix misbehave from now on. Replaces an earlier fault for the same prefix.
    ///
    /// The paths are those of the operations, without the [`base_path`](Builder::base_path), and as requests have them:
    /// `/_matrix/client/v3/rooms/!room%3Aexample.org/send`. If several prefixes match, the longest counts.
    ///
    /// ```
    /// use hardline_loopback::{Fault, Loopback};
    ///
    /// let loopback = Loopback::start()?;
    /// loopback.set_fault("/_matrix/client/v3/account/3pid", Fault::BadGateway);
    /// loopback.clear_fault("/_matrix/client/v3/account/3pid");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn set_fault(&self, path_prefix: &str, fault: Fault) {
        self.site.faults.set(path_prefix, Some(fault));
    }

    /// Removes a fault. A request that hangs already continues to hang.
    pub fn clear_fault(&self, path_prefix: &str) {
        self.site.faults.set(path_prefix, None);
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // The thread printed its own panic; another one here would hide it.
            let _ = thread.join();
        }
        // Whoever wants to know whether it could be written has called `save`.
        let _ = self.site.save();
    }
}

impl fmt::Debug for Loopback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loopback")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

fn no_oauth() -> PageError {
    PageError::new("there is no authorization server: add one with Builder::oauth")
}
