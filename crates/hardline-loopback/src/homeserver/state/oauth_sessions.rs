use std::collections::BTreeMap;
use std::time::Duration;

use hardline::oauth_api::Scopes;
use hardline::types::{AccessToken, ClientId, DeviceId, RefreshToken, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::entropy::Entropy;

/// The sessions that the authorization server has begun, and their tokens. A device has one session at most.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct OAuthSessions {
    /// By ID.
    sessions: BTreeMap<String, OAuthSession>,
    access_tokens: BTreeMap<String, IssuedAccess>,
    refresh_tokens: BTreeMap<String, IssuedRefresh>,
}

/// Who is logged in, on what.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct OAuthSession {
    pub(crate) user_id: UserId,
    pub(crate) device_id: DeviceId,
    pub(crate) client_id: ClientId,
    /// The name of its device: first that of the client.
    pub(crate) display_name: Option<String>,
    pub(crate) scope: Scopes,
    pub(crate) can_refresh: bool,
}

/// The tokens that a client gets.
pub(crate) struct IssuedTokens {
    pub(crate) access_token: AccessToken,
    pub(crate) refresh_token: Option<RefreshToken>,
    pub(crate) expires_in: Duration,
    pub(crate) scope: Scopes,
}

/// The session of an access token.
pub(crate) struct OAuthLogin {
    pub(crate) user_id: UserId,
    pub(crate) device_id: DeviceId,
    expires_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct IssuedAccess {
    session: String,
    expires_at: Timestamp,
    /// The refresh token that gave it, which stays valid until this one is used: the response may be lost.
    given_for: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct IssuedRefresh {
    session: String,
    given_for: Option<String>,
    replacement: Replacement,
}

/// What was given for a refresh token.
#[derive(Serialize, Deserialize)]
enum Replacement {
    None,
    /// Tokens that nobody has used yet.
    Unused {
        access_token: String,
        refresh_token: String,
    },
    /// Tokens that are in use.
    Used,
}

impl OAuthLogin {
    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }
}

impl OAuthSessions {
    /// Begins a session, instead of the one that the device has.
    pub(super) fn begin(&mut self, entropy: &mut Entropy, session: OAuthSession) -> String {
        self.end_device(&session.user_id, &session.device_id);
        let id = entropy.letters(24);
        self.sessions.insert(id.clone(), session);
        id
    }

    /// The first tokens of a session. `None` if it has ended.
    pub(super) fn issue(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        lifetime: Duration,
        id: &str,
    ) -> Option<IssuedTokens> {
        let session = self.sessions.get(id)?.clone();
        Some(self.add(now, entropy, lifetime, (id, &session), None))
    }

    /// New tokens for a refresh token. The old one can be used again until one of the new ones is; then the new ones of the
    /// time before are void. Afterwards, somebody else has it: the session ends. `None` if it is not, or no longer, valid.
    pub(super) fn refresh(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        lifetime: Duration,
        client_id: &ClientId,
        refresh_token: &RefreshToken,
    ) -> Option<IssuedTokens> {
        let token = refresh_token.reveal();
        let issued = self.refresh_tokens.get_mut(token)?;
        let id = issued.session.clone();
        let session = self.sessions.get(&id)?.clone();
        if session.client_id != *client_id {
            return None;
        }
        let given_for = issued.given_for.take();
        match std::mem::replace(&mut issued.replacement, Replacement::None) {
            Replacement::None => {}
            Replacement::Unused {
                access_token,
                refresh_token,
            } => {
                self.access_tokens.remove(&access_token);
                self.refresh_tokens.remove(&refresh_token);
            }
            Replacement::Used => {
                self.end(&id);
                return None;
            }
        }
        self.replacement_is_used(given_for);
        Some(self.add(now, entropy, lifetime, (&id, &session), Some(token)))
    }

    fn add(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        lifetime: Duration,
        (id, session): (&str, &OAuthSession),
        given_for: Option<&str>,
    ) -> IssuedTokens {
        let access_token = format!("loopback_oauth_{}", entropy.letters(32));
        self.access_tokens.insert(
            access_token.clone(),
            IssuedAccess {
                session: id.to_owned(),
                expires_at: now + lifetime,
                given_for: given_for.map(str::to_owned),
            },
        );
        let refresh_token = session.can_refresh.then(|| {
            let refresh_token = format!("loopback_oauth_refresh_{}", entropy.letters(32));
            let issued = IssuedRefresh {
                session: id.to_owned(),
                given_for: given_for.map(str::to_owned),
                replacement: Replacement::None,
            };
            self.refresh_tokens.insert(refresh_token.clone(), issued);
            refresh_token
        });
        if let (Some(old), Some(new)) = (given_for, &refresh_token)
            && let Some(old) = self.refresh_tokens.get_mut(old)
        {
            old.replacement = Replacement::Unused {
                access_token: access_token.clone(),
                refresh_token: new.clone(),
            };
        }
        IssuedTokens {
            access_token: AccessToken::from(access_token),
            refresh_token: refresh_token.map(RefreshToken::from),
            expires_in: lifetime,
            scope: session.scope.clone(),
        }
    }

    /// The session of an access token, which then is in use. Expired ones are still known.
    pub(super) fn login_of(&mut self, access_token: &AccessToken) -> Option<OAuthLogin> {
        let issued = self.access_tokens.get_mut(access_token.reveal())?;
        let session = self.sessions.get(&issued.session)?;
        let login = OAuthLogin {
            user_id: session.user_id.clone(),
            device_id: session.device_id.clone(),
            expires_at: issued.expires_at,
        };
        let given_for = issued.given_for.take();
        self.replacement_is_used(given_for);
        Some(login)
    }

    fn replacement_is_used(&mut self, given_for: Option<String>) {
        if let Some(old) = given_for.and_then(|old| self.refresh_tokens.get_mut(&old)) {
            old.replacement = Replacement::Used;
        }
    }

    /// The session of a token of either kind, and its client.
    pub(crate) fn of_token(&self, token: &str) -> Option<(&str, &ClientId)> {
        let access = self.access_tokens.get(token).map(|issued| &issued.session);
        let refresh = self.refresh_tokens.get(token).map(|issued| &issued.session);
        let (id, session) = self.sessions.get_key_value(access.or(refresh)?)?;
        Some((id, &session.client_id))
    }

    /// The user of a session.
    pub(super) fn user_of(&self, id: &str) -> Option<UserId> {
        self.sessions.get(id).map(|session| session.user_id.clone())
    }

    /// The user of the session of a refresh token.
    pub(super) fn user_of_refresh_token(&self, token: &RefreshToken) -> Option<UserId> {
        let issued = self.refresh_tokens.get(token.reveal())?;
        self.user_of(&issued.session)
    }

    /// The sessions of a user.
    pub(super) fn of_user(&self, user_id: &UserId) -> impl Iterator<Item = &OAuthSession> {
        let sessions = self.sessions.values();
        sessions.filter(move |session| session.user_id == *user_id)
    }

    /// The name of a device of a user.
    pub(super) fn name_of(
        &mut self,
        user_id: &UserId,
        device_id: &DeviceId,
    ) -> Option<&mut Option<String>> {
        let mut sessions = self.sessions.values_mut();
        let session = sessions
            .find(|session| (&session.user_id, &session.device_id) == (user_id, device_id))?;
        Some(&mut session.display_name)
    }

    /// Ends a session: its tokens are no longer known.
    pub(super) fn end(&mut self, id: &str) {
        self.sessions.remove(id);
        self.forget_tokens();
    }

    pub(super) fn end_device(&mut self, user_id: &UserId, device_id: &DeviceId) {
        self.end_where(|session| session.user_id == *user_id && session.device_id == *device_id);
    }

    /// Ends all sessions of a user but that of one device.
    pub(super) fn end_all(&mut self, user_id: &UserId, but: Option<&DeviceId>) {
        self.end_where(|session| session.user_id == *user_id && Some(&session.device_id) != but);
    }

    fn end_where(&mut self, ends: impl Fn(&OAuthSession) -> bool) {
        self.sessions.retain(|_, session| !ends(session));
        self.forget_tokens();
    }

    fn forget_tokens(&mut self) {
        let sessions = &self.sessions;
        self.access_tokens
            .retain(|_, issued| sessions.contains_key(&issued.session));
        self.refresh_tokens
            .retain(|_, issued| sessions.contains_key(&issued.session));
    }
}
