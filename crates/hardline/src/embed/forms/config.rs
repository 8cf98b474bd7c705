use hardline_derive::Wire;

use super::error::EmbedError;
use crate::flow::SessionTokens;
use crate::json::JsonMap;
use crate::types::{DeviceId, UserId};
use crate::wire::{BaseUrl, Homeserver, SupportedVersions};

/// What a [`Core`](crate::embed::Core) begins with, and what [`Core::session`](crate::embed::Core::session) says.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct ConfigForm {
    /// The base URL of the homeserver. Without one, run the flow `discovery` first.
    pub homeserver: Option<String>,
    /// The versions that it supports, as `cs:getVersions` and `discovery` say. Without them the newest paths are used.
    pub versions: Option<Vec<String>>,
    /// Its unstable features, from there too.
    pub unstable_features: Option<JsonMap<String, bool>>,
    /// The base URL of the identity server that flows use if they are given no other.
    pub identity_server: Option<String>,
    /// Who is logged in.
    pub user_id: Option<UserId>,
    /// The device that is logged in.
    pub device_id: Option<DeviceId>,
    /// The tokens of the session.
    pub session: Option<SessionTokens>,
    /// Varies the waits between attempts to refresh. Any number that differs between programs will do.
    pub seed: Option<u64>,
    /// The program keeps the tokens where other processes change them too: it answers `load_tokens` and `refreshed`.
    pub has_store: Option<bool>,
}

impl ConfigForm {
    /// The homeserver with what it supports.
    pub(crate) fn homeserver(&self) -> Result<Option<Homeserver>, EmbedError> {
        let Some(url) = &self.homeserver else {
            return Ok(None);
        };
        let mut homeserver = Homeserver::new(base_url("homeserver", url)?);
        homeserver.supported = self.versions.as_ref().map(|versions| {
            let features = self.unstable_features.iter().flat_map(JsonMap::iter);
            SupportedVersions::new(
                versions.iter().map(String::as_str),
                features.map(|(name, on)| (name.as_str(), *on)),
            )
        });
        Ok(Some(homeserver))
    }

    pub(crate) fn set_homeserver(&mut self, homeserver: &Homeserver) {
        self.homeserver = Some(homeserver.base_url.to_string());
        let supported = homeserver.supported.as_ref();
        self.versions = supported.map(|supported| {
            let newest = supported.newest().map(|version| version.to_string());
            newest.into_iter().collect()
        });
        self.unstable_features = supported.map(|supported| {
            let features = supported.features();
            features.map(|name| (name.to_owned(), true)).collect()
        });
    }
}

/// The base URL that a member has.
pub(crate) fn base_url(member: &str, url: &str) -> Result<BaseUrl, EmbedError> {
    BaseUrl::parse(url).map_err(|error| EmbedError::usage(format_args!("{member}: {error}")))
}
