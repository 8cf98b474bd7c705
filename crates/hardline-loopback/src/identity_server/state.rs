mod invitations;
mod inviting;
mod key;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use hardline::identity_api::association::{BindV2Response, Threepid};
use hardline::identity_api::lookup::Pepper;
use hardline::identity_api::terms::Policy;
use hardline::json::JsonMap;
use hardline::types::{
    AccessToken, ClientSecret, ServerName, Timestamp, UserId, ValidationSessionId,
};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use invitations::AcceptedInvitation;
use invitations::Invitations;
pub(super) use key::Key;

use crate::email_address;
use crate::entropy::Entropy;
use crate::pairs;
use crate::validations::Validations;

/// How long an association is said to hold: a hundred years.
const VALIDITY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// Everything that the identity server remembers.
#[derive(Serialize, Deserialize)]
pub(super) struct State {
    pub(super) entropy: Entropy,
    pub(super) key: Key,
    pub(super) pepper: Pepper,
    pub(super) policies: JsonMap<String, Policy>,
    pub(super) validations: Validations,
    #[serde(with = "pairs")]
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
            policies: JsonMap::new(),
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

    /// The user of this access token.
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

    /// The user of this access token, if they have agreed to the terms.
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

    /// Binds the address that a session has validated to a user, who has to be the caller, and signs the association.
    pub(super) fn bind(
        &mut self,
        now: Timestamp,
        server_name: &ServerName,
        caller: &UserId,
        user_id: UserId,
        (sid, client_secret): (&ValidationSessionId, &ClientSecret),
    ) -> Result<BindV2Response, ErrorResponse> {
        if user_id != *caller {
            return Err(ErrorResponse::new(
                StatusCode::FORBIDDEN,
                ErrorCode::Unauthorized,
                "a user binds to themselves only",
            ));
        }
        let validated = self.validations.validated(now, sid, client_secret)?;
        let threepid = validated.threepid;
        let (not_after, ts) = (now + VALIDITY, validated.at);
        let signed = BTreeMap::from([
            ("address", Value::from(threepid.address.as_str())),
            ("medium", threepid.medium.as_str().into()),
            ("mxid", user_id.as_str().into()),
            ("not_after", not_after.as_millis().into()),
            ("not_before", now.as_millis().into()),
            ("ts", ts.as_millis().into()),
        ]);
        let signatures = self.key.sign(server_name, &signed);
        self.bindings.insert(threepid.clone(), user_id.clone());
        self.invitations
            .accept(&self.key, server_name, &threepid, &user_id);
        let mut answer = BindV2Response::new(threepid.medium, threepid.address, user_id);
        answer.not_before = Some(now);
        answer.not_after = Some(not_after);
        answer.ts = Some(ts);
        answer.signatures = signatures;
        Ok(answer)
    }

    /// Ends a binding if it is of this user, however its address is written. Returns whether there was one.
    pub(super) fn unbind(&mut self, user_id: &UserId, threepid: &Threepid) -> bool {
        let address = email_address::canonical(&threepid.medium, &threepid.address);
        let threepid = Threepid::new(threepid.medium.clone(), address);
        let is_theirs = self.bindings.get(&threepid) == Some(user_id);
        if is_theirs {
            self.bindings.remove(&threepid);
        }
        is_theirs
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
