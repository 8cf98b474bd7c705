use std::collections::BTreeMap;

use hardline::client_api::threepid::ListedThreepid;
use hardline::types::{Medium, Password, ServerName, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;

use super::password_hash::PasswordHash;

/// The registered users, and what belongs to them.
#[derive(Default)]
pub(crate) struct Accounts(BTreeMap<UserId, Account>);

struct Account {
    /// None if it is deactivated.
    password: Option<PasswordHash>,
    threepids: Vec<ListedThreepid>,
}

impl Accounts {
    /// The ID of a new account: follows the grammar for new ones, and is not taken.
    pub(crate) fn new_user_id(
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
        if self.0.contains_key(&user_id) {
            return Err(ErrorResponse::bad_request(
                ErrorCode::UserInUse,
                "the user name is taken",
            ));
        }
        Ok(user_id)
    }

    pub(super) fn add(&mut self, user_id: UserId, password: PasswordHash) {
        let account = Account {
            password: Some(password),
            threepids: Vec::new(),
        };
        self.0.insert(user_id, account);
    }

    pub(crate) fn has_password(&self, user_id: &UserId, password: &Password) -> bool {
        let kept = self
            .0
            .get(user_id)
            .and_then(|account| account.password.as_ref());
        kept.is_some_and(|kept| kept.is_of(password))
    }

    pub(super) fn set_password(&mut self, user_id: &UserId, password: PasswordHash) {
        if let Some(account) = self.0.get_mut(user_id) {
            account.password = Some(password);
        }
    }

    pub(super) fn deactivate(&mut self, user_id: &UserId) {
        if let Some(account) = self.0.get_mut(user_id) {
            account.password = None;
            account.threepids.clear();
        }
    }

    /// Whether there is such a user, who has not left.
    pub(crate) fn is_active(&self, user_id: &UserId) -> bool {
        self.0
            .get(user_id)
            .is_some_and(|account| account.password.is_some())
    }

    pub(crate) fn is_deactivated(&self, user_id: &UserId) -> bool {
        self.0
            .get(user_id)
            .is_some_and(|account| account.password.is_none())
    }

    /// The user who has this identifier.
    pub(crate) fn owner_of(&self, medium: &Medium, address: &str) -> Option<&UserId> {
        let owns = |account: &Account| {
            let mut threepids = account.threepids.iter();
            threepids.any(|known| known.medium == *medium && known.address == address)
        };
        let mut accounts = self.0.iter();
        accounts
            .find(|(_, account)| owns(account))
            .map(|(user_id, _)| user_id)
    }

    pub(crate) fn threepids(&self, user_id: &UserId) -> &[ListedThreepid] {
        self.0
            .get(user_id)
            .map_or(&[], |account| &account.threepids)
    }

    /// Adds an identifier, unless the account has it.
    pub(crate) fn add_threepid(&mut self, user_id: &UserId, threepid: ListedThreepid) {
        let Some(account) = self.0.get_mut(user_id) else {
            return;
        };
        let mut threepids = account.threepids.iter();
        if !threepids
            .any(|known| (&known.medium, &known.address) == (&threepid.medium, &threepid.address))
        {
            account.threepids.push(threepid);
        }
    }

    pub(crate) fn remove_threepid(&mut self, user_id: &UserId, medium: &Medium, address: &str) {
        if let Some(account) = self.0.get_mut(user_id) {
            account
                .threepids
                .retain(|known| (&known.medium, &*known.address) != (medium, address));
        }
    }
}
