use hardline::types::AccessToken;

/// The registration of an application service: a bridge to another network, or a bot with many users. Made known by
/// [`Builder::application_service`](crate::Builder::application_service).
///
/// It may do what its own user may, and act as any user of its namespaces with `user_id` in the query of a request; it
/// registers and logs such users in with the type `m.login.application_service`. Nobody else registers them, or makes
/// such aliases. The homeserver asks it for its third-party networks and pings it; it sends it no events.
///
/// ```
/// use hardline_loopback::{ApplicationService, Loopback};
///
/// let bridge = ApplicationService::new("irc", "the service's token")
///     .url("http://127.0.0.1:9999")
///     .users("irc_")
///     .aliases("irc_")
///     .protocol("irc");
/// let loopback = Loopback::builder().application_service(bridge).start()?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ApplicationService {
    pub(crate) id: String,
    pub(crate) token: AccessToken,
    pub(crate) homeserver_token: AccessToken,
    pub(crate) url: Option<String>,
    pub(crate) sender: String,
    pub(crate) users: Vec<String>,
    pub(crate) aliases: Vec<String>,
    pub(crate) protocols: Vec<String>,
}

impl ApplicationService {
    /// One with this ID, which authenticates itself to the homeserver with a token. Its own user has the ID as its name.
    pub fn new(id: &str, token: &str) -> Self {
        Self {
            id: id.to_owned(),
            token: AccessToken::from(token),
            homeserver_token: AccessToken::from("the homeserver's token"),
            url: None,
            sender: id.to_owned(),
            users: Vec::new(),
            aliases: Vec::new(),
            protocols: Vec::new(),
        }
    }

    /// Sets where the homeserver reaches it: on this machine, with `http`.
    #[must_use]
    pub fn url(mut self, url: &str) -> Self {
        self.url = Some(url.trim_end_matches('/').to_owned());
        self
    }

    /// Sets what the homeserver authenticates itself to it with.
    #[must_use]
    pub fn homeserver_token(mut self, token: &str) -> Self {
        self.homeserver_token = AccessToken::from(token);
        self
    }

    /// Sets the name of its own user, without the server name.
    #[must_use]
    pub fn sender(mut self, localpart: &str) -> Self {
        localpart.clone_into(&mut self.sender);
        self
    }

    /// Adds a namespace: all users whose names, without the `@`, begin so are its own.
    #[must_use]
    pub fn users(mut self, beginning: &str) -> Self {
        self.users.push(beginning.to_owned());
        self
    }

    /// Adds a namespace: all aliases that begin so, without the `#`, are its own.
    #[must_use]
    pub fn aliases(mut self, beginning: &str) -> Self {
        self.aliases.push(beginning.to_owned());
        self
    }

    /// Adds a third-party network protocol, which the service is asked about.
    #[must_use]
    pub fn protocol(mut self, protocol: &str) -> Self {
        self.protocols.push(protocol.to_owned());
        self
    }

    /// Whether a user with this name is its own.
    pub(crate) fn has_user(&self, localpart: &str) -> bool {
        self.sender == localpart || begins(localpart, &self.users)
    }

    pub(crate) fn has_alias(&self, localpart: &str) -> bool {
        begins(localpart, &self.aliases)
    }
}

fn begins(text: &str, beginnings: &[String]) -> bool {
    let mut beginnings = beginnings.iter();
    beginnings.any(|beginning| text.starts_with(beginning.as_str()))
}
