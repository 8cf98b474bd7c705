use hardline_derive::Wire;

use crate::embed::json_flow::{Effect, NewSession};
use crate::flow::{LoggedIn, SessionTokens};
use crate::types::{DeviceId, UserId};

/// What `oauth_login` and `device_login` bring. The core goes on with this session.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct LoggedInForm {
    /// Who is logged in.
    pub user_id: UserId,
    /// The device of the session.
    pub device_id: DeviceId,
    /// The tokens.
    pub session: SessionTokens,
}

impl LoggedInForm {
    pub(super) fn of(login: LoggedIn) -> (Self, Effect) {
        let session = NewSession {
            user_id: login.user_id.clone(),
            device_id: Some(login.device_id.clone()),
            tokens: login.tokens.clone(),
            moved_to: None,
        };
        let form = Self {
            user_id: login.user_id,
            device_id: login.device_id,
            session: login.tokens,
        };
        (form, Effect::LoggedIn(Box::new(session)))
    }
}
