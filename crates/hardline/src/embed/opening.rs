use super::forms::config::base_url;
use super::forms::error::EmbedError;
use crate::flow::SessionTokens;
use crate::types::{ClientSecret, Timestamp, UserId};
use crate::wire::{BaseUrl, Homeserver};

/// What a flow that is opened can use besides its arguments.
pub(super) struct Opening<'a> {
    pub(super) now: Timestamp,
    pub(super) homeserver: Option<&'a Homeserver>,
    pub(super) identity_server: Option<&'a str>,
    pub(super) user_id: Option<&'a UserId>,
    #[cfg(feature = "room_events")]
    pub(super) device_id: Option<&'a crate::types::DeviceId>,
    #[cfg_attr(not(feature = "oauth"), allow(dead_code, reason = "what is revoked"))]
    pub(super) tokens: Option<&'a SessionTokens>,
    /// Random bytes, for one secret.
    pub(super) entropy: [u8; 32],
    /// The flow ends the session, which is forgotten at once.
    pub(super) ends_session: bool,
}

impl Opening<'_> {
    pub(super) fn homeserver(&self) -> Result<Homeserver, EmbedError> {
        let homeserver = self.homeserver.cloned();
        homeserver.ok_or_else(|| {
            EmbedError::usage("there is no homeserver: give one, or find it by `discovery` first")
        })
    }

    pub(super) fn user(&self) -> Result<UserId, EmbedError> {
        let user = self.user_id.cloned();
        user.ok_or_else(|| {
            EmbedError::usage("nobody is logged in: give a user_id, or log in first")
        })
    }

    /// The identity server that was given, or else the one that the core knows.
    pub(super) fn identity_server(&self, given: Option<&str>) -> Result<BaseUrl, EmbedError> {
        let url = given.or(self.identity_server).ok_or_else(|| {
            EmbedError::usage("there is no identity server: give its base URL as identity_server")
        })?;
        base_url("identity_server", url)
    }

    /// A secret that the server must not guess.
    pub(super) fn client_secret(&self) -> ClientSecret {
        ClientSecret::from_entropy(self.entropy)
    }

    /// What varies waits.
    pub(super) fn seed(&self) -> u64 {
        let (seed, _) = self.entropy.split_at(8);
        seed.iter()
            .fold(0, |seed, byte| seed << 8 | u64::from(*byte))
    }
}
