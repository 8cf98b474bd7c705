use std::collections::{BTreeMap, BTreeSet};

use hardline::identity_api::association::Threepid;
use hardline::identity_api::lookup::Pepper;
use hardline::identity_api::terms::Policy;
use hardline::types::{AccessToken, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;

use super::invitation::Invitations;
use super::keys::Key;
use crate::entropy::Entropy;
use crate::validations::Validations;

/// All that the identity server remembers.
pub(super) struct State {
    pub(super) entropy: Entropy,
    pub(super) key: Key,
    pub(super) pepper: Pepper,
    pub(super) policies: BTreeMap<String, Policy>,
    pub(super) validations: Validations,
    pub(super) bindings: BTreeMap<Threepid, UserId>,
    pub(super) invitations: Invitations,
    /// By access token.
    users: BTreeMap<String, UserId>,
    /// The URLs that users agreed to.
    agreed: BTreeMap<UserId, BTreeSet<String>>,
}

impl State {
    pub(super) fn new(seed: [u8; 32]) -> Self {
        let mut entropy = Entropy::new(seed);
        Self {
            key: Key::from_seed(&entropy.bytes()),
            pepper: pepper(&mut entropy),
            entropy,
            policies: BTreeMap::new(),
            validations: Validations::default(),
            bindings: BTreeMap::new(),
            invitations: Invitations::default(),
            users: BTreeMap::new(),
            agreed: BTreeMap::new(),
        }
    }

    pub(super) fn rotate_pepper(&mut self) -> Pepper {
        self.pepper = pepper(&mut self.entropy);
        self.pepper.clone()
    }

    /// Logs a user in.
    pub(super) fn log_in(&mut self, user_id: UserId) -> AccessToken {
        let token = format!("identity_{}", self.entropy.letters(32));
        self.users.insert(token.clone(), user_id);
        AccessToken::from(token)
    }

    pub(super) fn log_out(&mut self, token: &AccessToken) {
        self.users.remove(token.reveal());
    }

    /// Whose access token that is.
    pub(super) fn user_of(&self, token: Option<&AccessToken>) -> Result<&UserId, ErrorResponse> {
        let user_id = token.and_then(|token| self.users.get(token.reveal()));
        user_id.ok_or_else(|| {
            ErrorResponse::new(
                StatusCode::UNAUTHORIZED,
                ErrorCode::Unauthorized,
                "the request has no access token that is known here",
            )
        })
    }

    /// Whose access token that is, who has agreed to the terms.
    pub(super) fn user_in_good_standing(
        &self,
        token: Option<&AccessToken>,
    ) -> Result<&UserId, ErrorResponse> {
        let user_id = self.user_of(token)?;
        if self.has_agreed(user_id) {
            return Ok(user_id);
        }
        Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::TermsNotSigned,
            "agree to the terms first",
        ))
    }

    pub(super) fn agree(&mut self, user_id: UserId, urls: impl IntoIterator<Item = String>) {
        self.agreed.entry(user_id).or_default().extend(urls);
    }

    /// Whether a user has agreed to each policy, in whichever language.
    fn has_agreed(&self, user_id: &UserId) -> bool {
        let agreed = |policy: &Policy| {
            let urls = self.agreed.get(user_id);
            urls.is_some_and(|urls| {
                let mut translations = policy.translations.values();
                translations.any(|translation| urls.contains(&translation.url))
            })
        };
        self.policies.values().all(agreed)
    }
}

fn pepper(entropy: &mut Entropy) -> Pepper {
    Pepper::parse(entropy.letters(12)).expect("letters follow the grammar")
}
