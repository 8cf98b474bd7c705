use std::collections::BTreeMap;
use std::time::Duration;

use hardline::types::{AccessToken, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::entropy::Entropy;

/// The proofs of identity that were issued: the user of each, and when it expires.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct OpenIdTokens(BTreeMap<String, (UserId, Timestamp)>);

impl OpenIdTokens {
    /// How long a proof is valid.
    pub(crate) const LIFETIME: Duration = Duration::from_secs(60 * 60);

    pub(crate) fn add(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        user_id: UserId,
    ) -> AccessToken {
        let token = format!("loopback_openid_{}", entropy.letters(32));
        self.0
            .insert(token.clone(), (user_id, now + Self::LIFETIME));
        AccessToken::from(token)
    }

    /// The user of a token, while it is valid.
    pub(crate) fn user(&self, now: Timestamp, token: &AccessToken) -> Option<&UserId> {
        let (user_id, until) = self.0.get(token.reveal())?;
        (now < *until).then_some(user_id)
    }

    pub(super) fn forget(&mut self, user_id: &UserId) {
        self.0.retain(|_, (owner, _)| owner != user_id);
    }
}
