use super::Homeserver;
use crate::personality::Personality;

/// Where the specification leaves a homeserver the choice.
impl Homeserver {
    /// Sets whether guests may register (`POST /register?kind=guest`). Initially they may.
    ///
    /// A guest may read and enter rooms that let guests in, and everything else is `M_GUEST_ACCESS_FORBIDDEN`.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use hardline::types::{ServerName, Timestamp};
    /// use hardline_loopback::Homeserver;
    ///
    /// let homeserver = Homeserver::new(ServerName::parse("example.org")?, "https://example.org", [7; 32]);
    /// homeserver.set_guest_access(false);
    /// let request = http::Request::post("/_matrix/client/v3/register?kind=guest").body(Bytes::from("{}"))?;
    /// assert_eq!(homeserver.handle(Timestamp::from_millis(0), request).status(), 403);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_guest_access(&self, is_allowed: bool) {
        self.state().switches.lets_guests_in = is_allowed;
    }

    /// Sets whether a later request of an authentication session may have `auth` alone. Initially it may: the homeserver
    /// remembers what the first request had, as Synapse does. If not, each request has to have everything.
    ///
    /// ```
    /// use hardline::types::ServerName;
    /// use hardline_loopback::Homeserver;
    ///
    /// let homeserver = Homeserver::new(ServerName::parse("example.org")?, "https://example.org", [7; 32]);
    /// homeserver.set_remembers_request(false);
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    pub fn set_remembers_request(&self, remembers: bool) {
        self.state().switches.remembers_request = remembers;
    }

    /// Sets whether a request for a message (`*/requestToken`) that has an `id_server` begins a session at that identity
    /// server. Initially it does not: the homeserver validates by itself and ignores `id_server`, as the specification has
    /// it. If so, an identity server that it does not trust is `M_SERVER_NOT_TRUSTED`.
    ///
    /// ```
    /// use hardline::types::ServerName;
    /// use hardline_loopback::Homeserver;
    ///
    /// let homeserver = Homeserver::new(ServerName::parse("example.org")?, "https://example.org", [7; 32]);
    /// homeserver.set_delegates_validation(true);
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    pub fn set_delegates_validation(&self, delegates: bool) {
        self.state().switches.delegates_validation = delegates;
    }

    /// Answers like a family of servers from now on, where families differ in what concerns accounts. See
    /// [`personality`](crate::personality).
    ///
    /// ```
    /// use bytes::Bytes;
    /// use hardline::types::{ServerName, Timestamp};
    /// use hardline_loopback::{Homeserver, personality};
    ///
    /// let homeserver = Homeserver::new(ServerName::parse("example.org")?, "https://example.org", [7; 32]);
    /// homeserver.set_personality(&personality::CONTINUWUITY);
    /// let request = http::Request::get("/_matrix/client/v3/account/whoami").body(Bytes::new())?;
    /// let response = homeserver.handle(Timestamp::from_millis(0), request);
    /// assert_eq!(
    ///     response.body(),
    ///     br#"{"errcode":"M_UNAUTHORIZED","error":"Missing access token."}"#,
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_personality(&self, personality: &'static Personality) {
        let switches = &mut self.state().switches;
        switches.personality = Some(personality);
        switches.remembers_request = personality.remembers_request;
    }
}
