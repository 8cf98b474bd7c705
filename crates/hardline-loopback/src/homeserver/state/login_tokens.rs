use std::collections::BTreeMap;
use std::time::Duration;

use hardline::types::{LoginToken, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::entropy::Entropy;

/// The tokens for one login each: the user of each, and when it expires.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct LoginTokens(BTreeMap<String, (UserId, Timestamp)>);

impl LoginTokens {
    /// How long a token is valid, in milliseconds.
    pub(crate) const LIFETIME_MS: u64 = 2 * 60 * 1000;

    pub(crate) fn make(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        user_id: UserId,
    ) -> LoginToken {
        let token = format!("loopback_login_{}", entropy.letters(32));
        self.0.insert(
            token.clone(),
            (user_id, now + Duration::from_millis(Self::LIFETIME_MS)),
        );
        LoginToken::from(token)
    }

    /// The user of a token, which then is spent.
    pub(crate) fn spend(&mut self, now: Timestamp, token: &LoginToken) -> Option<UserId> {
        let (user_id, until) = self.0.remove(token.reveal())?;
        (now < until).then_some(user_id)
    }

    pub(crate) fn forget(&mut self, user_id: &UserId) {
        self.0.retain(|_, (owner, _)| owner != user_id);
    }
}
