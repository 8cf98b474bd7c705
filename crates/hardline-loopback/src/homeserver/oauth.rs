use std::time::Duration;

use hardline::client_api::devices::Device;
use hardline::types::{ClientId, DeviceId, Password, RefreshToken, Timestamp, UserId};
use hardline::wire::UserIdentifier;
use serde_json::Value;

use super::Homeserver;
use super::state::{IssuedTokens, OAuthSession};
use super::user_identifier::{user_of, user_with};

/// How long a user who has approved it may replace the cross-signing keys: as long as matrix-authentication-service has it.
const RESET_LASTS: Duration = Duration::from_secs(10 * 60);

/// What the authorization server does at the homeserver, without requests.
///
/// Code that has locked the authorization server's state may lock the homeserver's, and never the other way round.
impl Homeserver {
    /// Delegates logins to the authorization server with this metadata.
    pub(crate) fn delegate(&self, metadata: Value) {
        self.state().auth_metadata = Some(metadata);
    }

    /// The user of a name or a user ID, if that is their password.
    pub(crate) fn user_with(&self, user: &str, password: &Password) -> Option<UserId> {
        let state = self.state();
        let identifier = UserIdentifier::user(user);
        user_with(
            &state.accounts,
            self.server_name(),
            identifier.members(),
            password,
        )
        .ok()
        .flatten()
    }

    /// The user of a name or a user ID.
    pub(crate) fn user(&self, user: &str) -> Option<UserId> {
        let state = self.state();
        let identifier = UserIdentifier::user(user);
        user_of(&state.accounts, self.server_name(), identifier.members())
            .ok()
            .flatten()
            .filter(|user_id| state.accounts.is_active(user_id))
    }

    /// Logs in, and gives the ID of the session with its first tokens. `None` if there is no such user any more.
    pub(crate) fn begin_oauth_session(
        &self,
        now: Timestamp,
        lifetime: Duration,
        session: OAuthSession,
    ) -> Option<(String, IssuedTokens)> {
        self.data.change(|state| {
            if !state.accounts.is_active(&session.user_id) {
                return None;
            }
            let id = state.begin_oauth_session(session);
            let tokens = state.issue_oauth_tokens(now, lifetime, &id)?;
            Some((id, tokens))
        })
    }

    /// The next tokens of a session; `None` if the refresh token is not, or no longer, the client's.
    pub(crate) fn refresh_oauth_session(
        &self,
        now: Timestamp,
        lifetime: Duration,
        client_id: &ClientId,
        refresh_token: &RefreshToken,
    ) -> Option<IssuedTokens> {
        self.data
            .change(|state| state.refresh_oauth_tokens(now, lifetime, client_id, refresh_token))
    }

    /// The session of a token of either kind, and its client.
    pub(crate) fn oauth_session_of(&self, token: &str) -> Option<(String, ClientId)> {
        let state = self.state();
        let (id, client_id) = state.oauth_sessions.of_token(token)?;
        Some((id.to_owned(), client_id.clone()))
    }

    /// Ends a session, and deletes its device.
    pub(crate) fn end_oauth_session(&self, id: &str) {
        self.data.change(|state| state.end_oauth_session(id));
    }

    /// The devices of a user.
    pub(crate) fn devices(&self, user_id: &UserId) -> Vec<Device> {
        self.state().devices_of(user_id)
    }

    /// Logs one device of a user out.
    pub(crate) fn log_out_device(&self, user_id: &UserId, device_id: &DeviceId) {
        self.data
            .change(|state| state.log_out_device(user_id, device_id));
    }

    /// Deactivates an account, leaves its rooms, and unbinds its identifiers.
    pub(crate) fn deactivate(&self, now: Timestamp, user_id: &UserId) {
        self.data.change(|state| state.deactivate(now, user_id));
        if let Some(identity_server) = self.data.identity_server.get() {
            identity_server.unbind_all(user_id);
        }
    }

    /// Sets whether clients may also log in without OAuth 2.0. Initially they may.
    ///
    /// If not, `GET /login` and everything else that the authorization server does instead responds `M_UNRECOGNIZED` with
    /// status 404, and `POST /register` `M_FORBIDDEN`, as Synapse does. See
    /// [`Builder::oauth_only`](crate::Builder::oauth_only).
    ///
    /// ```
    /// use hardline_loopback::Loopback;
    ///
    /// let loopback = Loopback::builder().oauth().start()?;
    /// loopback.homeserver().set_legacy_authentication(false);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn set_legacy_authentication(&self, is_allowed: bool) {
        self.state().legacy_authentication = is_allowed;
    }

    /// Lets a user replace the cross-signing keys once more, for ten minutes: what the user approves on the account
    /// management page.
    ///
    /// ```
    /// use hardline::types::{Password, ServerName, Timestamp};
    /// use hardline_loopback::Homeserver;
    ///
    /// let homeserver = Homeserver::new(ServerName::parse("example.org")?, "https://example.org", [7; 32]);
    /// let alice = homeserver.add_account("alice", &Password::from("secret")).unwrap();
    /// let now = Timestamp::from_millis(0);
    /// assert!(!homeserver.may_reset_cross_signing(now, &alice));
    /// homeserver.allow_cross_signing_reset(now, &alice);
    /// assert!(homeserver.may_reset_cross_signing(now, &alice));
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    pub fn allow_cross_signing_reset(&self, now: Timestamp, user_id: &UserId) {
        self.state()
            .cross_signing_resets
            .insert(user_id.clone(), now + RESET_LASTS);
    }

    /// Whether a user has approved that the cross-signing keys are replaced: see
    /// [`allow_cross_signing_reset`](Self::allow_cross_signing_reset).
    pub fn may_reset_cross_signing(&self, now: Timestamp, user_id: &UserId) -> bool {
        let state = self.state();
        let until = state.cross_signing_resets.get(user_id);
        until.is_some_and(|until| now < *until)
    }
}
