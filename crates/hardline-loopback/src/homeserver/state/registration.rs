use std::collections::BTreeMap;

use hardline::types::RegistrationToken;
use hardline::wire::AuthType;

/// How one registers.
pub(crate) struct Registration {
    /// The stages, one list of which is to be completed.
    pub(crate) flows: Vec<Vec<AuthType>>,
    /// How many accounts each token is still good for.
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

    /// Takes one account off a token; `false` where none is left.
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
