use serde::{Deserialize, Serialize};

mod account_visits;
mod authorizations;
mod clients;
mod codes;
mod device_grants;
mod lifetimes;

use account_visits::AccountVisits;
use authorizations::Authorizations;
use codes::Codes;
use device_grants::DeviceGrants;
use lifetimes::Lifetimes;

pub(super) use authorizations::Authorization;
pub(super) use clients::{Client, Clients};
pub(super) use codes::Code;
pub(super) use device_grants::{DeviceDecision, DeviceGrant, Poll};

use crate::entropy::Entropy;

/// Everything that the authorization server remembers, a part for each thing. Sessions and their tokens are the homeserver's.
#[derive(Serialize, Deserialize)]
pub(super) struct State {
    pub(super) entropy: Entropy,
    pub(super) lifetimes: Lifetimes,
    pub(super) clients: Clients,
    pub(super) authorizations: Authorizations,
    pub(super) codes: Codes,
    pub(super) device_grants: DeviceGrants,
    pub(super) account_visits: AccountVisits,
}

impl State {
    pub(super) fn new(seed: [u8; 32]) -> Self {
        Self {
            entropy: Entropy::new(seed),
            lifetimes: Lifetimes::default(),
            clients: Clients::default(),
            authorizations: Authorizations::default(),
            codes: Codes::default(),
            device_grants: DeviceGrants::default(),
            account_visits: AccountVisits::default(),
        }
    }
}
