use std::collections::BTreeMap;

use hardline::types::RegistrationToken;
use hardline::wire::AuthType;
use serde::{Deserialize, Serialize};

/// The rules of registration.
#[derive(Serialize, Deserialize)]
pub(crate) struct Registration {
    /// The lists of stages, one of which has to be completed.
    pub(crate) flows: Vec<Vec<AuthType>>,
    /// How many accounts each token still allows.
    tokens: BTreeMap<String, u32>,
}

impl Default for Registration {
    fn default() -> Self {
        Self {
            flows: vec![vec![AuthType::Dummy]],
            tokens: BTreeMap::new(),
        }
    }
}

impl Registration {
    pub(crate) fn add_token(&mut self, token: &RegistrationToken, accounts: u32) {
        self.tokens.insert(token.reveal().to_owned(), accounts);
    }

    pub(crate) fn is_valid(&self, token: &RegistrationToken) -> bool {
        self.tokens
            .get(token.reveal())
            .is_some_and(|accounts| *accounts > 0)
    }

    /// Takes one account off a token; `false` if none is left.
    pub(crate) fn spend(&mut self, token: &RegistrationToken) -> bool {
        match self.tokens.get_mut(token.reveal()) {
            Some(accounts) if *accounts > 0 => {
                *accounts -= 1;
                true
            }
            _ => false,
        }
    }
}
