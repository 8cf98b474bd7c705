use std::collections::BTreeMap;
use std::time::Duration;

use hardline::types::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::entropy::Entropy;

/// The visits of users to the account page, by the form token of the page: there are no cookies, so that no other site's page
/// has a part in them.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct AccountVisits(BTreeMap<String, AccountVisit>);

/// A page that somebody looks at.
#[derive(Serialize, Deserialize)]
pub(crate) struct AccountVisit {
    /// None until the user has said who it is.
    pub(crate) user_id: Option<UserId>,
    until: Timestamp,
}

impl AccountVisits {
    /// How long a page can be used.
    const LIFETIME: Duration = Duration::from_secs(10 * 60);

    pub(crate) fn begin(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        user_id: Option<UserId>,
    ) -> String {
        self.0.retain(|_, visit| now < visit.until);
        let token = entropy.letters(32);
        let until = now + Self::LIFETIME;
        self.0
            .insert(token.clone(), AccountVisit { user_id, until });
        token
    }

    /// Takes the visit of a form, each of which is sent once.
    pub(crate) fn take(&mut self, now: Timestamp, token: &str) -> Option<AccountVisit> {
        let visit = self.0.remove(token)?;
        (now < visit.until).then_some(visit)
    }
}
