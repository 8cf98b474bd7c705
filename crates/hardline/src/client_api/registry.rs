#[cfg(feature = "proptest")]
use crate::wire::ArbitraryEndpointVisitor;
use crate::wire::EndpointVisitor;
#[cfg(feature = "server")]
use crate::wire::server::ServerEndpointVisitor;

/// Shows a visitor every operation of the Client-Server API that the enabled features have.
///
/// This is the one list of them: the router, the checks against the specification and the tests are driven from it.
///
/// ```
/// use hardline::client_api;
/// use hardline::wire::{RegisteredEndpoint, EndpointVisitor};
///
/// struct Names(Vec<String>);
///
/// impl EndpointVisitor for Names {
///     fn visit<E: RegisteredEndpoint>(&mut self) {
///         self.0.push(E::OPERATION.name().to_string());
///     }
/// }
///
/// let mut names = Names(Vec::new());
/// client_api::visit(&mut names);
/// assert!(names.0.contains(&"cs:requestTokenTo3PIDMSISDN".to_owned()));
/// ```
pub fn visit(visitor: &mut impl EndpointVisitor) {
    in_every_section!(visit(visitor));
}

/// The same, as operations that can be answered.
///
/// ```
/// # #[cfg(feature = "by-name")] {
/// use hardline::by_name::Operations;
/// use hardline::client_api;
///
/// let mut operations = Operations::new();
/// client_api::visit_server(&mut operations);
/// assert!(operations.find("cs:login").is_ok());
/// # }
/// ```
#[cfg(feature = "server")]
pub fn visit_server(visitor: &mut impl ServerEndpointVisitor) {
    in_every_section!(visit_server(visitor));
}

/// The same, as operations that can be made up: an [`ArbitraryEndpointVisitor`] has an example.
#[cfg(feature = "proptest")]
pub fn visit_arbitrary(visitor: &mut impl ArbitraryEndpointVisitor) {
    in_every_section!(visit_arbitrary(visitor));
}

/// Calls this function of each section that is there.
macro_rules! in_every_section {
    ($method:ident($visitor:ident)) => {
        // Without a section there is nothing to show.
        let _ = &$visitor;
        #[cfg(feature = "discovery")]
        discovery::$method($visitor);
        #[cfg(feature = "session")]
        session::$method($visitor);
        #[cfg(feature = "account")]
        account::$method($visitor);
        #[cfg(feature = "threepid")]
        threepid::$method($visitor);
        #[cfg(feature = "identity")]
        openid::$method($visitor);
    };
}
use in_every_section;

#[cfg(feature = "discovery")]
mod discovery {
    use crate::client_api::discovery::{
        GetAuthMetadata, GetCapabilities, GetVersions, GetWellknown, GetWellknownPolicy,
        GetWellknownSupport,
    };

    crate::wire::operations![
        GetAuthMetadata,
        GetCapabilities,
        GetVersions,
        GetWellknown,
        GetWellknownPolicy,
        GetWellknownSupport
    ];
}

#[cfg(feature = "session")]
mod session {
    use crate::client_api::session::{
        GenerateLoginToken, GetLoginFlows, Login, Logout, LogoutAll, RedirectToIdp, RedirectToSso,
        Refresh,
    };

    crate::wire::operations![
        GenerateLoginToken,
        GetLoginFlows,
        Login,
        Logout,
        LogoutAll,
        RedirectToIdp,
        RedirectToSso,
        Refresh
    ];
}

#[cfg(feature = "account")]
mod account {
    use crate::client_api::account::{
        ChangePassword, CheckUsernameAvailability, DeactivateAccount, GetTokenOwner, Register,
        RegistrationTokenValidity, RequestTokenToRegisterEmail, RequestTokenToRegisterMsisdn,
        RequestTokenToResetPasswordEmail, RequestTokenToResetPasswordMsisdn,
    };

    crate::wire::operations![
        ChangePassword,
        CheckUsernameAvailability,
        DeactivateAccount,
        GetTokenOwner,
        Register,
        RegistrationTokenValidity,
        RequestTokenToRegisterEmail,
        RequestTokenToRegisterMsisdn,
        RequestTokenToResetPasswordEmail,
        RequestTokenToResetPasswordMsisdn
    ];
}

#[cfg(feature = "threepid")]
mod threepid {
    use crate::client_api::threepid::{
        Add3pid, Bind3pid, Delete3pidFromAccount, GetAccount3pids, Post3pids,
        RequestTokenTo3pidEmail, RequestTokenTo3pidMsisdn, Unbind3pidFromAccount,
    };

    crate::wire::operations![
        Add3pid,
        Bind3pid,
        Delete3pidFromAccount,
        GetAccount3pids,
        Post3pids,
        RequestTokenTo3pidEmail,
        RequestTokenTo3pidMsisdn,
        Unbind3pidFromAccount
    ];
}

#[cfg(feature = "identity")]
mod openid {
    use crate::client_api::openid::RequestOpenIdToken;

    crate::wire::operations![RequestOpenIdToken];
}

#[cfg(all(
    test,
    feature = "discovery",
    feature = "session",
    feature = "account",
    feature = "threepid",
    feature = "identity"
))]
mod tests {
    use super::*;
    use crate::wire::{Operation, RegisteredEndpoint, SupportedVersions, Target, TargetKind};

    struct Operations(Vec<&'static Operation>);

    impl EndpointVisitor for Operations {
        fn visit<E: RegisteredEndpoint>(&mut self) {
            self.0.push(const { &E::OPERATION });
        }
    }

    /// Names and paths on a homeserver that advertises this, of the operations that it has.
    fn paths(release: &str, feature: Option<&str>) -> Vec<(&'static str, &'static str)> {
        let mut operations = Operations(Vec::new());
        visit(&mut operations);
        let supported = SupportedVersions::new([release], feature.map(|name| (name, true)));
        let Ok(Target::Homeserver(mut homeserver)) = Target::homeserver("https://example.org")
        else {
            panic!("not a homeserver")
        };
        homeserver.supported = Some(supported.clone());
        let target = Target::Homeserver(homeserver);
        let of_homeservers = operations
            .0
            .into_iter()
            .filter(|operation| operation.host() == TargetKind::Homeserver);
        of_homeservers
            .filter_map(|operation| {
                let path = supported.path_of(operation);
                assert_eq!(path.is_some(), target.is_supported(operation));
                Some((operation.id(), path?))
            })
            .collect()
    }

    #[test]
    fn a_server_of_the_first_releases_gets_their_paths() {
        let old = paths("r0.6.1", None);
        for (id, path) in &old {
            assert!(
                path.starts_with("/_matrix/client/r0/") || *id == "getVersions",
                "{id}: {path}"
            );
        }
        let lacking = [
            "getAuthMetadata",
            "generateLoginToken",
            "redirectToIdP",
            "refresh",
            "registrationTokenValidity",
        ];
        for id in lacking {
            assert!(old.iter().all(|(known, _)| *known != id), "{id}");
        }
        assert_eq!(old.len() + lacking.len(), paths("v1.19", None).len());
    }

    #[test]
    fn each_release_brings_its_operations() {
        let has =
            |release: &str, id: &str| paths(release, None).iter().any(|(known, _)| *known == id);
        for (id, without, with) in [
            ("getCapabilities", "r0.4.0", "r0.5.0"),
            ("redirectToSSO", "r0.4.0", "r0.5.0"),
            ("add3PID", "r0.5.0", "r0.6.0"),
            ("bind3PID", "r0.5.0", "r0.6.0"),
            ("unbind3pidFromAccount", "r0.5.0", "r0.6.0"),
            ("redirectToIdP", "r0.6.1", "v1.1"),
            ("registrationTokenValidity", "v1.1", "v1.2"),
            ("refresh", "v1.2", "v1.3"),
            ("generateLoginToken", "v1.6", "v1.7"),
            ("getAuthMetadata", "v1.14", "v1.15"),
        ] {
            assert!(!has(without, id), "{id} in {without}");
            assert!(has(with, id), "{id} in {with}");
        }
    }

    #[test]
    fn an_unstable_feature_brings_its_paths_where_the_release_does_not() {
        for (id, feature, path) in [
            (
                "getAuthMetadata",
                "org.matrix.msc2965",
                "/_matrix/client/unstable/org.matrix.msc2965/auth_metadata",
            ),
            (
                "refresh",
                "org.matrix.msc2918",
                "/_matrix/client/unstable/org.matrix.msc2918.refresh_token/refresh",
            ),
            (
                "generateLoginToken",
                "org.matrix.msc3882",
                "/_matrix/client/unstable/org.matrix.msc3882/login/get_token",
            ),
            (
                "registrationTokenValidity",
                "org.matrix.msc3231",
                "/_matrix/client/unstable/org.matrix.msc3231/register/org.matrix.msc3231.login.registration_token/validity",
            ),
            (
                "redirectToIdP",
                "org.matrix.msc2858",
                "/_matrix/client/unstable/org.matrix.msc2858/login/sso/redirect/{idpId}",
            ),
            (
                "add3PID",
                "m.separate_add_and_bind",
                "/_matrix/client/unstable/account/3pid/add",
            ),
            (
                "bind3PID",
                "m.separate_add_and_bind",
                "/_matrix/client/unstable/account/3pid/bind",
            ),
            (
                "unbind3pidFromAccount",
                "m.separate_add_and_bind",
                "/_matrix/client/unstable/account/3pid/unbind",
            ),
        ] {
            assert!(paths("r0.5.0", Some(feature)).contains(&(id, path)), "{id}");
            assert!(!paths("v1.19", Some(feature)).contains(&(id, path)), "{id}");
        }
    }
}
