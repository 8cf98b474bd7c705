use std::collections::BTreeMap;
use std::time::Duration;

use hardline::client_api::discovery::{GetWellknownPolicyResponse, GetWellknownSupportResponse};
use hardline::client_api::threepid::ListedThreepid;
use hardline::types::{
    AccessToken, DeviceId, Medium, Password, RefreshToken, ServerName, Timestamp, UserId,
};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;

use super::login_tokens::LoginTokens;
use super::openid::OpenIdTokens;
use super::password_hash::PasswordHash;
use super::registration::Registration;
use super::sso::SsoSessions;
use super::uia::UiaSessions;
use crate::entropy::Entropy;
use crate::validations::Validations;

/// How long the access token of a device that can refresh is good.
const TOKEN_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// All that the homeserver remembers.
pub(super) struct State {
    pub(super) entropy: Entropy,
    pub(super) uia: UiaSessions,
    pub(super) validations: Validations,
    /// The validation sessions at the identity server, and the identity server's access tokens that they were asked for with.
    pub(super) delegated: BTreeMap<String, AccessToken>,
    pub(super) registration: Registration,
    pub(super) login_tokens: LoginTokens,
    pub(super) openid_tokens: OpenIdTokens,
    pub(super) sso: SsoSessions,
    pub(super) support: Option<GetWellknownSupportResponse>,
    pub(super) policy: Option<GetWellknownPolicyResponse>,
    pub(super) token_lifetime: Duration,
    accounts: BTreeMap<UserId, Account>,
    /// By access token.
    logins: BTreeMap<String, Login>,
    /// Which device each refresh token is of.
    refresh_tokens: BTreeMap<String, (UserId, DeviceId)>,
}

struct Account {
    /// None where it is deactivated.
    password: Option<PasswordHash>,
    threepids: Vec<ListedThreepid>,
}

/// A device that is logged in.
#[derive(Clone)]
pub(super) struct Login {
    pub(super) user_id: UserId,
    pub(super) device_id: DeviceId,
    pub(super) access_token: AccessToken,
    pub(super) expiring: Option<Expiring>,
}

/// What belongs to an access token that is not good for ever.
#[derive(Clone)]
pub(super) struct Expiring {
    pub(super) at: Timestamp,
    pub(super) refresh_token: RefreshToken,
    /// The refresh token that it was had for, which stays good until the access token is used: the answer may be lost.
    replaced: Option<RefreshToken>,
}

impl Login {
    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        self.expiring
            .as_ref()
            .is_some_and(|expiring| expiring.at <= now)
    }
}

impl State {
    pub(super) fn new(seed: [u8; 32]) -> Self {
        Self {
            entropy: Entropy::new(seed),
            uia: UiaSessions::default(),
            validations: Validations::default(),
            delegated: BTreeMap::new(),
            registration: Registration::default(),
            login_tokens: LoginTokens::default(),
            openid_tokens: OpenIdTokens::default(),
            sso: SsoSessions::new(),
            support: None,
            policy: None,
            token_lifetime: TOKEN_LIFETIME,
            accounts: BTreeMap::new(),
            logins: BTreeMap::new(),
            refresh_tokens: BTreeMap::new(),
        }
    }

    /// The ID of an account that is to be registered: by the grammar for new ones, and not taken.
    pub(super) fn new_user_id(
        &self,
        server_name: &ServerName,
        localpart: &str,
    ) -> Result<UserId, ErrorResponse> {
        let allowed = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._=-/+".contains(&byte)
        };
        let invalid = || {
            ErrorResponse::bad_request(
                ErrorCode::InvalidUsername,
                "a user name is made of a-z, 0-9 and ._=-/+",
            )
        };
        if localpart.is_empty() || !localpart.bytes().all(allowed) {
            return Err(invalid());
        }
        let user_id =
            UserId::parse(format!("@{localpart}:{server_name}")).map_err(|_| invalid())?;
        if self.accounts.contains_key(&user_id) {
            return Err(ErrorResponse::bad_request(
                ErrorCode::UserInUse,
                "the user name is taken",
            ));
        }
        Ok(user_id)
    }

    pub(super) fn add_account(&mut self, user_id: UserId, password: &Password) {
        let account = Account {
            password: Some(PasswordHash::new(self.entropy.bytes(), password)),
            threepids: Vec::new(),
        };
        self.accounts.insert(user_id, account);
    }

    pub(super) fn has_password(&self, user_id: &UserId, password: &Password) -> bool {
        let kept = self
            .accounts
            .get(user_id)
            .and_then(|account| account.password.as_ref());
        kept.is_some_and(|kept| kept.is_of(password))
    }

    pub(super) fn set_password(&mut self, user_id: &UserId, password: &Password) {
        let hash = PasswordHash::new(self.entropy.bytes(), password);
        if let Some(account) = self.accounts.get_mut(user_id) {
            account.password = Some(hash);
        }
    }

    /// Leaves nothing of an account but its name, which stays taken.
    pub(super) fn deactivate(&mut self, user_id: &UserId) {
        if let Some(account) = self.accounts.get_mut(user_id) {
            account.password = None;
            account.threepids.clear();
        }
        self.log_out_all(user_id, None);
        self.login_tokens.forget(user_id);
        self.openid_tokens.forget(user_id);
    }

    pub(super) fn is_deactivated(&self, user_id: &UserId) -> bool {
        self.accounts
            .get(user_id)
            .is_some_and(|account| account.password.is_none())
    }

    /// Logs a device in. A device that is logged in already gets new tokens instead of its old ones. The token of one that
    /// can refresh expires.
    pub(super) fn log_in(
        &mut self,
        now: Timestamp,
        user_id: UserId,
        device_id: Option<DeviceId>,
        can_refresh: bool,
    ) -> Login {
        let device_id = device_id.unwrap_or_else(|| {
            DeviceId::parse(self.entropy.capitals(10)).expect("ten letters are not empty")
        });
        self.remove_device(&user_id, &device_id);
        let expiring = can_refresh.then(|| self.expiring(now, &user_id, &device_id, None));
        self.add_login(user_id, device_id, expiring)
    }

    /// The device's next access token for a refresh token; `None` where it is not good.
    pub(super) fn refresh(
        &mut self,
        now: Timestamp,
        refresh_token: &RefreshToken,
    ) -> Option<Login> {
        let (user_id, device_id) = self.refresh_tokens.get(refresh_token.reveal()).cloned()?;
        self.remove_device(&user_id, &device_id);
        let device = (user_id.clone(), device_id.clone());
        self.refresh_tokens
            .insert(refresh_token.reveal().to_owned(), device);
        let expiring = self.expiring(now, &user_id, &device_id, Some(refresh_token.clone()));
        Some(self.add_login(user_id, device_id, Some(expiring)))
    }

    fn expiring(
        &mut self,
        now: Timestamp,
        user_id: &UserId,
        device_id: &DeviceId,
        replaced: Option<RefreshToken>,
    ) -> Expiring {
        let refresh_token = format!("loopback_refresh_{}", self.entropy.letters(32));
        let device = (user_id.clone(), device_id.clone());
        self.refresh_tokens.insert(refresh_token.clone(), device);
        Expiring {
            at: now + self.token_lifetime,
            refresh_token: RefreshToken::from(refresh_token),
            replaced,
        }
    }

    fn add_login(
        &mut self,
        user_id: UserId,
        device_id: DeviceId,
        expiring: Option<Expiring>,
    ) -> Login {
        let login = Login {
            user_id,
            device_id,
            access_token: AccessToken::from(format!("loopback_{}", self.entropy.letters(32))),
            expiring,
        };
        self.logins
            .insert(login.access_token.reveal().to_owned(), login.clone());
        login
    }

    pub(super) fn log_out(&mut self, access_token: &AccessToken) {
        if let Some(login) = self.logins.remove(access_token.reveal()) {
            self.remove_device(&login.user_id, &login.device_id);
        }
    }

    /// Logs out all devices of a user but one.
    pub(super) fn log_out_all(&mut self, user_id: &UserId, but: Option<&DeviceId>) {
        let stays = |user: &UserId, device: &DeviceId| user != user_id || Some(device) == but;
        self.logins
            .retain(|_, login| stays(&login.user_id, &login.device_id));
        self.refresh_tokens
            .retain(|_, (user, device)| stays(user, device));
    }

    fn remove_device(&mut self, user_id: &UserId, device_id: &DeviceId) {
        let is_it = |user: &UserId, device: &DeviceId| (user, device) == (user_id, device_id);
        self.logins
            .retain(|_, login| !is_it(&login.user_id, &login.device_id));
        self.refresh_tokens
            .retain(|_, (user, device)| !is_it(user, device));
    }

    /// Whose access token that is, which thereby is in use: what it replaced is no longer good. One that has expired is
    /// known still.
    pub(super) fn login_of(&mut self, access_token: &AccessToken) -> Option<Login> {
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

    /// Whose identifier that is.
    pub(super) fn owner_of(&self, medium: &Medium, address: &str) -> Option<&UserId> {
        let mut accounts = self.accounts.iter();
        let owns = |account: &Account| {
            let mut threepids = account.threepids.iter();
            threepids.any(|known| known.medium == *medium && known.address == address)
        };
        accounts
            .find(|(_, account)| owns(account))
            .map(|(user_id, _)| user_id)
    }

    pub(super) fn threepids(&self, user_id: &UserId) -> &[ListedThreepid] {
        self.accounts
            .get(user_id)
            .map_or(&[], |account| &account.threepids)
    }

    /// Adds an identifier, unless the account has it.
    pub(super) fn add_threepid(&mut self, user_id: &UserId, threepid: ListedThreepid) {
        let Some(account) = self.accounts.get_mut(user_id) else {
            return;
        };
        let mut threepids = account.threepids.iter();
        if !threepids
            .any(|known| (&known.medium, &known.address) == (&threepid.medium, &threepid.address))
        {
            account.threepids.push(threepid);
        }
    }

    pub(super) fn remove_threepid(&mut self, user_id: &UserId, medium: &Medium, address: &str) {
        if let Some(account) = self.accounts.get_mut(user_id) {
            account
                .threepids
                .retain(|known| (&known.medium, &*known.address) != (medium, address));
        }
    }
}
