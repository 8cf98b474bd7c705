use std::collections::BTreeMap;
use std::time::Duration;

use hardline::types::{AccessToken, DeviceId, RefreshToken, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::entropy::Entropy;

/// How long the access token of a device that can refresh is valid.
const TOKEN_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// The devices that are logged in, and their tokens.
#[derive(Serialize, Deserialize)]
pub(crate) struct Devices {
    pub(crate) token_lifetime: Duration,
    /// By access token.
    logins: BTreeMap<String, Login>,
    /// The device of each refresh token.
    refresh_tokens: BTreeMap<String, (UserId, DeviceId)>,
}

/// A device that is logged in.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Login {
    pub(crate) user_id: UserId,
    pub(crate) device_id: DeviceId,
    pub(crate) access_token: AccessToken,
    pub(crate) display_name: Option<String>,
    pub(crate) expiring: Option<Expiring>,
}

/// The data of an access token that expires.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Expiring {
    at: Timestamp,
    pub(crate) refresh_token: RefreshToken,
    /// The refresh token that gave it, which stays valid until the access token is used: the response may be lost.
    replaced: Option<RefreshToken>,
}

impl Login {
    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        self.expiring
            .as_ref()
            .is_some_and(|expiring| expiring.at <= now)
    }
}

impl Expiring {
    /// For how many milliseconds the access token is still valid.
    pub(crate) fn millis_left(&self, now: Timestamp) -> u64 {
        self.at.as_millis().saturating_sub(now.as_millis())
    }
}

impl Default for Devices {
    fn default() -> Self {
        Self {
            token_lifetime: TOKEN_LIFETIME,
            logins: BTreeMap::new(),
            refresh_tokens: BTreeMap::new(),
        }
    }
}

impl Devices {
    /// Logs a device in. A device that is logged in already keeps its name, and gets new tokens instead of its old ones.
    /// The token of one that can refresh expires.
    pub(super) fn log_in(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        user_id: UserId,
        device_id: Option<DeviceId>,
        display_name: Option<String>,
        can_refresh: bool,
    ) -> Login {
        let device_id = device_id.unwrap_or_else(|| {
            DeviceId::parse(entropy.capitals(10)).expect("ten letters are not empty")
        });
        let known = self.remove(&user_id, &device_id);
        let display_name = known.map_or(display_name, |known| known.display_name);
        let expiring = can_refresh.then(|| self.expiring(now, entropy, &user_id, &device_id, None));
        self.add(entropy, (user_id, device_id), display_name, expiring)
    }

    /// The device's next access token for a refresh token; `None` if it is not valid.
    pub(super) fn refresh(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        refresh_token: &RefreshToken,
    ) -> Option<Login> {
        let (user_id, device_id) = self.refresh_tokens.get(refresh_token.reveal()).cloned()?;
        let known = self.remove(&user_id, &device_id);
        let device = (user_id.clone(), device_id.clone());
        self.refresh_tokens
            .insert(refresh_token.reveal().to_owned(), device);
        let replaced = Some(refresh_token.clone());
        let expiring = self.expiring(now, entropy, &user_id, &device_id, replaced);
        let display_name = known.and_then(|known| known.display_name);
        Some(self.add(entropy, (user_id, device_id), display_name, Some(expiring)))
    }

    fn expiring(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        user_id: &UserId,
        device_id: &DeviceId,
        replaced: Option<RefreshToken>,
    ) -> Expiring {
        let refresh_token = format!("loopback_refresh_{}", entropy.letters(32));
        let device = (user_id.clone(), device_id.clone());
        self.refresh_tokens.insert(refresh_token.clone(), device);
        Expiring {
            at: now + self.token_lifetime,
            refresh_token: RefreshToken::from(refresh_token),
            replaced,
        }
    }

    fn add(
        &mut self,
        entropy: &mut Entropy,
        (user_id, device_id): (UserId, DeviceId),
        display_name: Option<String>,
        expiring: Option<Expiring>,
    ) -> Login {
        let login = Login {
            user_id,
            device_id,
            access_token: AccessToken::from(format!("loopback_{}", entropy.letters(32))),
            display_name,
            expiring,
        };
        self.logins
            .insert(login.access_token.reveal().to_owned(), login.clone());
        login
    }

    /// Logs out all devices of a user but one.
    pub(crate) fn log_out_all(&mut self, user_id: &UserId, but: Option<&DeviceId>) {
        let stays = |user: &UserId, device: &DeviceId| user != user_id || Some(device) == but;
        self.logins
            .retain(|_, login| stays(&login.user_id, &login.device_id));
        self.refresh_tokens
            .retain(|_, (user, device)| stays(user, device));
    }

    /// Logs a device out: its last login.
    pub(super) fn remove(&mut self, user_id: &UserId, device_id: &DeviceId) -> Option<Login> {
        let is_it = |user: &UserId, device: &DeviceId| (user, device) == (user_id, device_id);
        self.refresh_tokens
            .retain(|_, (user, device)| !is_it(user, device));
        let mut logins = self.logins.values();
        let access_token = logins
            .find(|login| is_it(&login.user_id, &login.device_id))
            .map(|login| login.access_token.reveal().to_owned())?;
        self.logins.remove(&access_token)
    }

    /// The devices of a user.
    pub(super) fn of_user(&self, user_id: &UserId) -> impl Iterator<Item = &Login> {
        let logins = self.logins.values();
        logins.filter(move |login| login.user_id == *user_id)
    }

    /// The name of a device of a user.
    pub(super) fn name_of(
        &mut self,
        user_id: &UserId,
        device_id: &DeviceId,
    ) -> Option<&mut Option<String>> {
        let mut logins = self.logins.values_mut();
        let login =
            logins.find(|login| (&login.user_id, &login.device_id) == (user_id, device_id))?;
        Some(&mut login.display_name)
    }

    /// The login of an access token. The token is then in use, and the refresh token that gave it is no longer valid.
    /// Expired access tokens are still known.
    pub(crate) fn login_of(&mut self, access_token: &AccessToken) -> Option<Login> {
        let login = self.logins.get_mut(access_token.reveal())?;
        let replaced = login
            .expiring
            .as_mut()
            .and_then(|expiring| expiring.replaced.take());
        if let Some(replaced) = replaced {
            self.refresh_tokens.remove(replaced.reveal());
        }
        Some(login.clone())
    }
}
