use crate::wire::percent_encode;
use crate::wire::{AuthType, Operation, SpecVersion, Target};

const FALLBACK: Operation = Operation::get(
    "fallback",
    "/_matrix/client/v3/auth/{authType}/fallback/web",
)
.since(SpecVersion::v1(1))
.older(&[(
    SpecVersion::r0(4),
    "/_matrix/client/r0/auth/{authType}/fallback/web",
)]);

/// The page where the user completes a stage in a browser, under the path that the server's versions have.
///
/// Specification:
/// [fallback](https://spec.matrix.org/v1.19/client-server-api/#fallback).
pub(super) fn fallback_page(target: &Target, stage: &AuthType, session: &str) -> String {
    let mut page = target
        .base_url()
        .map(ToString::to_string)
        .unwrap_or_default();
    let path = target.path_of(&FALLBACK).unwrap_or(FALLBACK.path);
    let (before, after) = path.split_once("{authType}").unwrap_or((path, ""));
    page.push_str(before);
    percent_encode(stage.as_str(), &mut page);
    page.push_str(after);
    page.push_str("?session=");
    percent_encode(session, &mut page);
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{BaseUrl, Homeserver, SupportedVersions};

    #[test]
    fn the_page_is_where_the_servers_versions_have_it() {
        let page = |versions: Option<&[&'static str]>| {
            let mut homeserver = Homeserver::new(BaseUrl::parse("https://a.org/m").unwrap());
            homeserver.supported =
                versions.map(|versions| SupportedVersions::new(versions.iter().copied(), []));
            let target = Target::Homeserver(homeserver);
            fallback_page(&target, &AuthType::from("org.example/x"), "a&b")
        };
        let at = |version: &str| {
            format!(
                "https://a.org/m/_matrix/client/{version}/auth/org.example%2Fx/fallback/web?session=a%26b"
            )
        };
        for versions in [
            None,
            Some(&[][..]),
            Some(&["v1.1"]),
            Some(&["r0.6.1", "v1.2"]),
            Some(&["r0.6.1", "v2.0"]),
        ] {
            assert_eq!(page(versions), at("v3"), "{versions:?}");
        }
        for versions in [&["r0.6.1"][..], &["r0.5.0", "r0.6.0"], &["r0.0.1"]] {
            assert_eq!(page(Some(versions)), at("r0"), "{versions:?}");
        }
    }
}
