use hardline_derive::Persist;

use crate::flow::SessionTokens;
use crate::types::{DeviceId, UserId};

/// A session that an authorization server granted. Store all of it: whoever logs in again for this user, because the
/// session has ended, does so as the same device.
///
/// Specification: [OAuth 2.0 API](https://spec.matrix.org/v1.19/client-server-api/#oauth-20-api).
#[derive(Clone, Debug, PartialEq, Eq, Persist)]
#[non_exhaustive]
pub struct LoggedIn {
    /// Who is logged in.
    pub user_id: UserId,
    /// The device of the session.
    pub device_id: DeviceId,
    /// The tokens, and how they are refreshed and revoked.
    pub tokens: SessionTokens,
}
