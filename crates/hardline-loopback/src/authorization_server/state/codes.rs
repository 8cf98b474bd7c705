use std::collections::BTreeMap;

use hardline::oauth_api::{AuthorizationCode, CodeChallenge, Scopes};
use hardline::types::{ClientId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::entropy::Entropy;

/// The codes that browsers have brought back, used ones too.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Codes(BTreeMap<String, Code>);

/// What a code is bound to.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) client_id: ClientId,
    pub(crate) redirect_uri: String,
    pub(crate) code_challenge: CodeChallenge,
    pub(crate) scope: Scopes,
    pub(crate) user_id: UserId,
    pub(crate) expires_at: Timestamp,
    /// The session that it began, once it was used.
    pub(crate) session: Option<String>,
}

impl Codes {
    pub(crate) fn make(&mut self, entropy: &mut Entropy, code: Code) -> AuthorizationCode {
        let text = format!("loopback_code_{}", entropy.letters(32));
        self.0.insert(text.clone(), code);
        AuthorizationCode::from(text)
    }

    pub(crate) fn get(&self, code: &AuthorizationCode) -> Option<&Code> {
        self.0.get(code.reveal())
    }

    /// Remembers what a code was used for.
    pub(crate) fn used(&mut self, code: &AuthorizationCode, session: String) {
        if let Some(code) = self.0.get_mut(code.reveal()) {
            code.session = Some(session);
        }
    }
}
