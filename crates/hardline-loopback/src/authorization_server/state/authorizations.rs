use std::collections::BTreeMap;
use std::time::Duration;

use hardline::oauth_api::{AuthorizationState, CodeChallenge, ResponseMode, Scopes};
use hardline::types::{ClientId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::entropy::Entropy;

/// The authorizations that users are being asked for, by the form token of their page.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Authorizations(BTreeMap<String, (Timestamp, Authorization)>);

/// What a client has asked for, which was checked.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Authorization {
    pub(crate) client_id: ClientId,
    pub(crate) client_name: String,
    pub(crate) redirect_uri: String,
    pub(crate) scope: Scopes,
    pub(crate) state: AuthorizationState,
    pub(crate) response_mode: ResponseMode,
    pub(crate) code_challenge: CodeChallenge,
    /// Whether the user registers.
    pub(crate) creates: bool,
}

impl Authorizations {
    /// How long a user may look at the page.
    const LIFETIME: Duration = Duration::from_secs(60 * 60);

    pub(crate) fn ask(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        authorization: Authorization,
    ) -> String {
        self.0.retain(|_, (until, _)| now < *until);
        let token = entropy.letters(32);
        self.0
            .insert(token.clone(), (now + Self::LIFETIME, authorization));
        token
    }

    pub(crate) fn get(&self, now: Timestamp, token: &str) -> Option<&Authorization> {
        let (until, authorization) = self.0.get(token)?;
        (now < *until).then_some(authorization)
    }

    /// The user has decided.
    pub(crate) fn decided(&mut self, token: &str) {
        self.0.remove(token);
    }
}
