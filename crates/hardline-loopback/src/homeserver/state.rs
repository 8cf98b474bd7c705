mod accounts;
mod devices;
mod login_tokens;
mod openid_tokens;
mod password_hash;
mod registration;
mod uia_sessions;

use std::collections::BTreeMap;

use hardline::client_api::discovery::{GetWellknownPolicyResponse, GetWellknownSupportResponse};
use hardline::types::{AccessToken, DeviceId, Password, RefreshToken, Timestamp, UserId};

pub(super) use accounts::Accounts;
use devices::Devices;
pub(super) use devices::Login;
pub(super) use login_tokens::LoginTokens;
pub(super) use openid_tokens::OpenIdTokens;
use password_hash::PasswordHash;
use registration::Registration;
use uia_sessions::UiaSessions;
pub(super) use uia_sessions::{BoundRequest, Proof};

use crate::entropy::Entropy;
use crate::validations::Validations;

/// Everything that the homeserver remembers: a part for each thing, and what concerns several of them.
pub(super) struct State {
    pub(super) entropy: Entropy,
    pub(super) accounts: Accounts,
    pub(super) devices: Devices,
    pub(super) registration: Registration,
    pub(super) login_tokens: LoginTokens,
    pub(super) openid_tokens: OpenIdTokens,
    pub(super) uia: UiaSessions,
    /// The addresses to which single sign-on sends the browsers that are on its page now, by session.
    pub(super) sso: BTreeMap<String, String>,
    pub(super) validations: Validations,
    /// The validation sessions at the identity server, with the access tokens of the identity server that began them.
    pub(super) delegated: BTreeMap<String, AccessToken>,
    pub(super) support: Option<GetWellknownSupportResponse>,
    pub(super) policy: Option<GetWellknownPolicyResponse>,
}

impl State {
    pub(super) fn new(seed: [u8; 32]) -> Self {
        Self {
            entropy: Entropy::new(seed),
            accounts: Accounts::default(),
            devices: Devices::default(),
            registration: Registration::default(),
            login_tokens: LoginTokens::default(),
            openid_tokens: OpenIdTokens::default(),
            uia: UiaSessions::default(),
            sso: BTreeMap::new(),
            validations: Validations::default(),
            delegated: BTreeMap::new(),
            support: None,
            policy: None,
        }
    }

    pub(super) fn add_account(&mut self, user_id: UserId, password: &Password) {
        let hash = PasswordHash::new(self.entropy.bytes(), password);
        self.accounts.add(user_id, hash);
    }

    pub(super) fn set_password(&mut self, user_id: &UserId, password: &Password) {
        let hash = PasswordHash::new(self.entropy.bytes(), password);
        self.accounts.set_password(user_id, hash);
    }

    /// Removes everything of an account but its name, which stays taken.
    pub(super) fn deactivate(&mut self, user_id: &UserId) {
        self.accounts.deactivate(user_id);
        self.devices.log_out_all(user_id, None);
        self.login_tokens.forget(user_id);
        self.openid_tokens.forget(user_id);
    }

    /// Logs a device in: see [`Devices::log_in`].
    pub(super) fn log_in(
        &mut self,
        now: Timestamp,
        user_id: UserId,
        device_id: Option<DeviceId>,
        can_refresh: bool,
    ) -> Login {
        self.devices
            .log_in(now, &mut self.entropy, user_id, device_id, can_refresh)
    }

    /// The device's next access token for a refresh token; `None` if it is not valid.
    pub(super) fn refresh(
        &mut self,
        now: Timestamp,
        refresh_token: &RefreshToken,
    ) -> Option<Login> {
        self.devices.refresh(now, &mut self.entropy, refresh_token)
    }
}
