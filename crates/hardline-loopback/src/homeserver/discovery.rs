use hardline::client_api::DiscoveryInformation;
use hardline::client_api::discovery::{GetVersions, GetVersionsResponse, GetWellknown};

use super::Homeserver;

/// The newest release of the specification that is advertised: `v1.` and this.
const NEWEST: u32 = 19;

pub(super) fn install(homeserver: &mut Homeserver) {
    homeserver.answer_with::<GetVersions>(|_, _| {
        let mut versions = GetVersionsResponse::default();
        versions.versions.push("r0.6.1".to_owned());
        let releases = 1..=NEWEST;
        versions
            .versions
            .extend(releases.map(|minor| format!("v1.{minor}")));
        Ok(versions)
    });
    homeserver.answer_with::<GetWellknown>(|turn, _| {
        Ok(DiscoveryInformation::new(
            turn.homeserver.base_url().to_owned(),
        ))
    });
}
