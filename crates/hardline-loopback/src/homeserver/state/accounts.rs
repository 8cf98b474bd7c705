use std::collections::BTreeMap;

use hardline::client_api::threepid::ListedThreepid;
use hardline::types::{Medium, Password, ServerName, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use serde::{Deserialize, Serialize};

use super::password_hash::PasswordHash;
use crate::email_address;

/// The registered users, and what belongs to them.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Accounts(BTreeMap<UserId, Account>);

#[derive(Serialize, Deserialize)]
struct Account {
    standing: Standing,
    threepids: Vec<ListedThreepid>,
}

/// What an account is.
#[derive(Serialize, Deserialize)]
enum Standing {
    User(PasswordHash),
    /// It has no password: it lasts as long as its device.
    Guest,
    /// A user of an application service, which has no password either.
    Bridged,
    Deactivated,
}

impl Accounts {
    /// The ID of a new account: follows the grammar for new ones, and is not taken. Capitals become small letters.
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
        let localpart = localpart.to_ascii_lowercase();
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
        self.insert(user_id, Standing::User(password));
    }

    pub(super) fn add_guest(&mut self, user_id: UserId) {
        self.insert(user_id, Standing::Guest);
    }

    pub(crate) fn add_bridged(&mut self, user_id: UserId) {
        self.insert(user_id, Standing::Bridged);
    }

    fn insert(&mut self, user_id: UserId, standing: Standing) {
        let threepids = Vec::new();
        self.0.insert(
            user_id,
            Account {
                standing,
                threepids,
            },
        );
    }

    pub(crate) fn has_password(&self, user_id: &UserId, password: &Password) -> bool {
        match self.standing(user_id) {
            Some(Standing::User(kept)) => kept.is_of(password),
            _ => false,
        }
    }

    pub(super) fn set_password(&mut self, user_id: &UserId, password: PasswordHash) {
        if let Some(account) = self.0.get_mut(user_id) {
            account.standing = Standing::User(password);
        }
    }

    pub(super) fn deactivate(&mut self, user_id: &UserId) {
        if let Some(account) = self.0.get_mut(user_id) {
            account.standing = Standing::Deactivated;
            account.threepids.clear();
        }
    }

    /// Whether there is such a user, who has not left.
    pub(crate) fn is_active(&self, user_id: &UserId) -> bool {
        matches!(
            self.standing(user_id),
            Some(Standing::User(_) | Standing::Guest | Standing::Bridged)
        )
    }

    pub(crate) fn is_bridged(&self, user_id: &UserId) -> bool {
        matches!(self.standing(user_id), Some(Standing::Bridged))
    }

    pub(crate) fn is_guest(&self, user_id: &UserId) -> bool {
        matches!(self.standing(user_id), Some(Standing::Guest))
    }

    pub(crate) fn is_deactivated(&self, user_id: &UserId) -> bool {
        matches!(self.standing(user_id), Some(Standing::Deactivated))
    }

    /// All users, those who have left too.
    pub(crate) fn users(&self) -> impl ExactSizeIterator<Item = &UserId> {
        self.0.keys()
    }

    fn standing(&self, user_id: &UserId) -> Option<&Standing> {
        self.0.get(user_id).map(|account| &account.standing)
    }

    /// The user who has this identifier, however its address is written.
    pub(crate) fn owner_of(&self, medium: &Medium, address: &str) -> Option<&UserId> {
        let address = email_address::canonical(medium, address);
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
    pub(crate) fn add_threepid(&mut self, user_id: &UserId, mut threepid: ListedThreepid) {
        threepid.address = email_address::canonical(&threepid.medium, &threepid.address);
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

    /// Removes an identifier, however its address is written.
    pub(crate) fn remove_threepid(&mut self, user_id: &UserId, medium: &Medium, address: &str) {
        let address = email_address::canonical(medium, address);
        if let Some(account) = self.0.get_mut(user_id) {
            account
                .threepids
                .retain(|known| (&known.medium, &known.address) != (medium, &address));
        }
    }
}
