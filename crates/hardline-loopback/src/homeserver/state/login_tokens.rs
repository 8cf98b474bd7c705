use std::collections::BTreeMap;
use std::time::Duration;

use hardline::types::{LoginToken, Timestamp, UserId};

use crate::entropy::Entropy;

/// How long a token for one login is good.
pub(super) const LIFETIME: Duration = Duration::from_secs(2 * 60);

/// The tokens for one login each: whose they are, and until when.
#[derive(Default)]
pub(super) struct LoginTokens(BTreeMap<String, (UserId, Timestamp)>);

impl LoginTokens {
    pub(super) fn make(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        user_id: UserId,
    ) -> LoginToken {
        let token = format!("loopback_login_{}", entropy.letters(32));
        self.0.insert(token.clone(), (user_id, now + LIFETIME));
        LoginToken::from(token)
    }

    /// Whose token that is, once.
    pub(super) fn spend(&mut self, now: Timestamp, token: &LoginToken) -> Option<UserId> {
        let (user_id, until) = self.0.remove(token.reveal())?;
        (now < until).then_some(user_id)
    }

    pub(super) fn forget(&mut self, user_id: &UserId) {
        self.0.retain(|_, (owner, _)| owner != user_id);
    }
}
