use std::collections::BTreeMap;

use hardline::client_api::threepid::ThirdPartyIdentifier;
use hardline::types::{AccessToken, DeviceId, Medium, Password, ServerName, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::Refusal;

use super::openid::OpenIdTokens;
use super::password_hash::PasswordHash;
use super::uia::UiaSessions;
use super::validations::Validations;
use crate::entropy::Entropy;

/// All that the homeserver remembers.
pub(super) struct State {
    pub(super) entropy: Entropy,
    pub(super) uia: UiaSessions,
    pub(super) validations: Validations,
    pub(super) openid: OpenIdTokens,
    accounts: BTreeMap<UserId, Account>,
    /// By access token.
    logins: BTreeMap<String, Login>,
}

struct Account {
    password: PasswordHash,
    threepids: Vec<ThirdPartyIdentifier>,
}

/// A device that is logged in.
#[derive(Clone)]
pub(super) struct Login {
    pub(super) user_id: UserId,
    pub(super) device_id: DeviceId,
    pub(super) access_token: AccessToken,
}

impl State {
    pub(super) fn new(seed: [u8; 32]) -> Self {
        Self {
            entropy: Entropy::new(seed),
            uia: UiaSessions::default(),
            validations: Validations::default(),
            openid: OpenIdTokens::default(),
            accounts: BTreeMap::new(),
            logins: BTreeMap::new(),
        }
    }

    /// The ID of an account that is to be registered: by the grammar for new ones, and not taken.
    pub(super) fn new_user_id(
        &self,
        server_name: &ServerName,
        localpart: &str,
    ) -> Result<UserId, Refusal> {
        let allowed = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._=-/+".contains(&byte)
        };
        let invalid = || {
            Refusal::bad_request(
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
            return Err(Refusal::bad_request(
                ErrorCode::UserInUse,
                "the user name is taken",
            ));
        }
        Ok(user_id)
    }

    pub(super) fn add_account(&mut self, user_id: UserId, password: &Password) {
        let account = Account {
            password: PasswordHash::new(self.entropy.bytes(), password),
            threepids: Vec::new(),
        };
        self.accounts.insert(user_id, account);
    }

    pub(super) fn has_password(&self, user_id: &UserId, password: &Password) -> bool {
        self.accounts
            .get(user_id)
            .is_some_and(|account| account.password.is_of(password))
    }

    /// Logs a device in. A device that is logged in already gets a new token instead of its old one.
    pub(super) fn log_in(&mut self, user_id: UserId, device_id: Option<DeviceId>) -> Login {
        let device_id = device_id.unwrap_or_else(|| {
            DeviceId::parse(self.entropy.capitals(10)).expect("ten letters are not empty")
        });
        self.logins
            .retain(|_, login| (&login.user_id, &login.device_id) != (&user_id, &device_id));
        let login = Login {
            user_id,
            device_id,
            access_token: AccessToken::from(format!("loopback_{}", self.entropy.letters(32))),
        };
        self.logins
            .insert(login.access_token.reveal().to_owned(), login.clone());
        login
    }

    pub(super) fn log_out(&mut self, access_token: &AccessToken) {
        self.logins.remove(access_token.reveal());
    }

    pub(super) fn login_of(&self, access_token: &AccessToken) -> Option<&Login> {
        self.logins.get(access_token.reveal())
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

    pub(super) fn threepids(&self, user_id: &UserId) -> &[ThirdPartyIdentifier] {
        self.accounts
            .get(user_id)
            .map_or(&[], |account| &account.threepids)
    }

    /// Adds an identifier, unless the account has it.
    pub(super) fn add_threepid(&mut self, user_id: &UserId, threepid: ThirdPartyIdentifier) {
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
