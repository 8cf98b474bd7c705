use crate::client_api::discovery::{AccountManagementAction, AuthMetadata};
use crate::types::DeviceId;
use crate::wire::{BaseUrl, PageUrl};

/// What a user wants to do on the account management page of an authorization server, which has no API for it: a link
/// that leads right there.
///
/// ```
/// use hardline::client_api::discovery::{AccountManagementAction, AuthMetadata};
/// use hardline::oauth_api::AccountManagementLink;
/// use hardline::types::DeviceId;
/// use hardline::wire::BaseUrl;
/// # let mut metadata = AuthMetadata::new("https://a.example/".into(), String::new(), String::new(), String::new(), String::new());
///
/// metadata.account_management_uri = Some("https://account.example.org/?lang=en".to_owned());
/// metadata.account_management_actions_supported = Some(vec![AccountManagementAction::DeviceDelete]);
/// let homeserver = BaseUrl::parse("https://matrix.example.org")?;
/// let link = AccountManagementLink::DeviceDelete(DeviceId::parse("A&B")?);
/// assert_eq!(
///     metadata.account_management_url(&homeserver, Some(&link)).as_deref(),
///     Some("https://account.example.org/?lang=en&action=org.matrix.device_delete&device_id=A%26B"),
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [OAuth 2.0 account management](https://spec.matrix.org/v1.19/client-server-api/#oauth-20-account-management).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountManagementLink {
    /// See or change the profile: name, avatar, addresses.
    Profile,
    /// See all devices.
    DevicesList,
    /// See one device.
    DeviceView(DeviceId),
    /// Log out one device.
    DeviceDelete(DeviceId),
    /// Deactivate the account.
    AccountDeactivate,
    /// Reset the cross-signing keys.
    CrossSigningReset,
}

impl AccountManagementLink {
    /// Whether the server says that its page has this, under its name or one from before v1.18. If not,
    /// [`AuthMetadata::account_management_url`] leads to the page's beginning, where the user may find it.
    ///
    /// ```
    /// use hardline::client_api::discovery::{AccountManagementAction, AuthMetadata};
    /// use hardline::oauth_api::AccountManagementLink;
    /// # let mut metadata = AuthMetadata::new("https://a.example/".into(), String::new(), String::new(), String::new(), String::new());
    ///
    /// metadata.account_management_actions_supported =
    ///     Some(vec![AccountManagementAction::from("org.matrix.sessions_list")]);
    /// assert!(AccountManagementLink::DevicesList.is_supported_by(&metadata));
    /// assert!(!AccountManagementLink::Profile.is_supported_by(&metadata));
    /// ```
    pub fn is_supported_by(&self, metadata: &AuthMetadata) -> bool {
        self.advertised(metadata).is_some()
    }

    /// The first of its names that the server advertises.
    fn advertised(&self, metadata: &AuthMetadata) -> Option<&'static str> {
        let advertised = metadata.account_management_actions_supported.as_deref();
        let advertised = advertised.unwrap_or_default();
        let names = self.names().iter().copied();
        names
            .map(|name| (name, AccountManagementAction::from(name)))
            .find(|(_, action)| advertised.contains(action))
            .map(|(name, _)| name)
    }

    /// The name of the action, and those that it had before v1.18, the latest first.
    fn names(&self) -> &'static [&'static str] {
        match self {
            Self::Profile => &["org.matrix.profile", "profile"],
            Self::DevicesList => &[
                "org.matrix.devices_list",
                "org.matrix.sessions_list",
                "sessions_list",
            ],
            Self::DeviceView(_) => &[
                "org.matrix.device_view",
                "org.matrix.session_view",
                "session_view",
            ],
            Self::DeviceDelete(_) => &[
                "org.matrix.device_delete",
                "org.matrix.session_end",
                "session_end",
            ],
            Self::AccountDeactivate => &["org.matrix.account_deactivate"],
            Self::CrossSigningReset => &["org.matrix.cross_signing_reset"],
        }
    }

    fn device_id(&self) -> Option<&DeviceId> {
        match self {
            Self::DeviceView(device_id) | Self::DeviceDelete(device_id) => Some(device_id),
            _ => None,
        }
    }
}

impl AuthMetadata {
    /// The URL of the page where the user manages the account, for a browser; with a link, of what the user wants there.
    ///
    /// Links are for what the server advertises. Anything else leads to the page's beginning: the user may find there
    /// what the server does not advertise. [`AccountManagementLink::is_supported_by`] tells both apart.
    ///
    /// `None` if the server names no page, or one that no browser should get: a URL that is not `http` or `https`, has a
    /// user name, or is `http` although the homeserver, which gave it, uses `https`.
    ///
    /// ```
    /// use hardline::client_api::discovery::AuthMetadata;
    /// use hardline::oauth_api::AccountManagementLink;
    /// use hardline::wire::BaseUrl;
    /// # let mut metadata = AuthMetadata::new("https://a.example/".into(), String::new(), String::new(), String::new(), String::new());
    ///
    /// let homeserver = BaseUrl::parse("https://matrix.example.org")?;
    /// assert_eq!(metadata.account_management_url(&homeserver, None), None);
    /// metadata.account_management_uri = Some("https://account.example.org/".to_owned());
    /// let url = metadata.account_management_url(&homeserver, Some(&AccountManagementLink::Profile));
    /// assert_eq!(url.as_deref(), Some("https://account.example.org/"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn account_management_url(
        &self,
        homeserver: &BaseUrl,
        link: Option<&AccountManagementLink>,
    ) -> Option<String> {
        let page = self.account_management_uri.as_deref()?;
        let page = PageUrl::given_by(homeserver, page).ok()?;
        let Some((link, action)) = link.and_then(|link| Some((link, link.advertised(self)?)))
        else {
            return Some(page.to_string());
        };
        let mut pairs = vec![("action", action)];
        pairs.extend(link.device_id().map(|id| ("device_id", id.as_str())));
        Some(page.with_pairs(&pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The metadata of a server with this page, which advertises these actions.
    fn metadata(page: &str, actions: Option<&[&str]>) -> AuthMetadata {
        let [issuer, a, b, c, d] = [(); 5].map(|()| "https://account.example.org/".to_owned());
        let mut metadata = AuthMetadata::new(issuer, a, b, c, d);
        metadata.account_management_uri = Some(page.to_owned());
        metadata.account_management_actions_supported =
            actions.map(|names| names.iter().map(|name| (*name).into()).collect());
        metadata
    }

    fn url(
        page: &str,
        actions: Option<&[&str]>,
        link: Option<&AccountManagementLink>,
    ) -> Option<String> {
        let homeserver = BaseUrl::parse("https://example.org").unwrap();
        metadata(page, actions).account_management_url(&homeserver, link)
    }

    fn links() -> [AccountManagementLink; 6] {
        let device = || DeviceId::parse("D+ä/?&#=%").unwrap();
        [
            AccountManagementLink::Profile,
            AccountManagementLink::DevicesList,
            AccountManagementLink::DeviceView(device()),
            AccountManagementLink::DeviceDelete(device()),
            AccountManagementLink::AccountDeactivate,
            AccountManagementLink::CrossSigningReset,
        ]
    }

    const PAGE: &str = "https://account.example.org/account/";
    const DEVICE: &str = "&device_id=D%2B%C3%A4%2F%3F%26%23%3D%25";
    const STANDARD: [&str; 6] = [
        "org.matrix.profile",
        "org.matrix.devices_list",
        "org.matrix.device_view",
        "org.matrix.device_delete",
        "org.matrix.account_deactivate",
        "org.matrix.cross_signing_reset",
    ];
    const OLD: [&str; 4] = [
        "org.matrix.profile",
        "org.matrix.sessions_list",
        "org.matrix.session_view",
        "org.matrix.session_end",
    ];
    const OLDEST: [&str; 4] = ["profile", "sessions_list", "session_view", "session_end"];

    #[test]
    fn each_action_has_the_name_that_the_server_knows() {
        let both = [STANDARD.as_slice(), &OLD, &OLDEST].concat();
        for (advertised, names) in [
            (&STANDARD[..], &STANDARD[..]),
            (&OLD, &OLD),
            (&OLDEST, &OLDEST),
            (&both, &STANDARD),
        ] {
            for (index, link) in links().iter().enumerate() {
                let expected = match names.get(index) {
                    Some(name) => {
                        let device = link.device_id().map_or("", |_| DEVICE);
                        format!("{PAGE}?action={name}{device}")
                    }
                    None => PAGE.to_owned(),
                };
                let given = url(PAGE, Some(advertised), Some(link));
                assert_eq!(given, Some(expected), "{link:?}");
                let is_supported = link.is_supported_by(&metadata(PAGE, Some(advertised)));
                assert_eq!(is_supported, names.get(index).is_some());
            }
        }
    }

    #[test]
    fn what_is_not_advertised_leads_to_the_page_itself() {
        for advertised in [None, Some(&[][..]), Some(&["org.example.other"])] {
            for link in links().iter().map(Some).chain([None]) {
                assert_eq!(url(PAGE, advertised, link).as_deref(), Some(PAGE));
            }
        }
    }

    #[test]
    fn a_query_that_is_there_stays() {
        for (page, expected) in [
            ("https://a.example", "https://a.example/?action="),
            ("https://a.example/?", "https://a.example/?action="),
            (
                "https://a.example/?lang=en",
                "https://a.example/?lang=en&action=",
            ),
            (
                "https://a.example/x?a=b&",
                "https://a.example/x?a=b&action=",
            ),
        ] {
            let given = url(page, Some(&STANDARD), Some(&AccountManagementLink::Profile));
            assert_eq!(given, Some(format!("{expected}org.matrix.profile")));
        }
        assert_eq!(
            url(
                "https://a.example/?lang=en#/home",
                Some(&STANDARD),
                Some(&links()[1])
            )
            .as_deref(),
            Some("https://a.example/?lang=en&action=org.matrix.devices_list#/home")
        );
    }

    #[test]
    fn a_url_that_no_browser_should_get_is_none() {
        for page in [
            "",
            "/account",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "http://account.example.org/",
            "https://user:pass@account.example.org/",
            "--version",
        ] {
            assert_eq!(url(page, Some(&STANDARD), None), None, "{page}");
            assert_eq!(
                url(page, Some(&STANDARD), Some(&links()[0])),
                None,
                "{page}"
            );
        }
        let homeserver = BaseUrl::parse("http://127.0.0.1:8008").unwrap();
        let page = "http://127.0.0.1:8080/account/";
        let given = metadata(page, None).account_management_url(&homeserver, None);
        assert_eq!(given.as_deref(), Some(page));
    }
}
