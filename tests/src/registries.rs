//! The operations of all APIs, and an address for each of them.

use hardline::types::ServerName;
use hardline::wire::server::{ArbitraryEndpointVisitor, Router};
use hardline::wire::{
    AbsoluteUrl, BaseUrl, EndpointVisitor, Operation, RegisteredEndpoint, Target, TargetKind,
};
use hardline::{client_api, identity_api, oauth_api};

const NAME: &str = "server.example";

/// Shows a visitor every operation.
pub fn visit(visitor: &mut impl EndpointVisitor) {
    client_api::visit(visitor);
    identity_api::visit(visitor);
    oauth_api::visit(visitor);
}

/// The same, with what property tests need.
pub fn visit_arbitrary(visitor: &mut impl ArbitraryEndpointVisitor) {
    client_api::visit_arbitrary(visitor);
    identity_api::visit_arbitrary(visitor);
    oauth_api::visit_arbitrary(visitor);
}

/// Finds every operation by its path.
pub fn router() -> Router {
    struct AtPaths(Router);

    impl EndpointVisitor for AtPaths {
        fn visit<E: RegisteredEndpoint>(&mut self) {
            let operation = const { &E::OPERATION };
            match operation.target_kind() {
                TargetKind::Url => self.0.add_at(path(operation), operation),
                _ => self.0.add(operation),
            }
        }
    }

    let mut router = AtPaths(Router::new());
    visit(&mut router);
    router.0
}

/// The path of an operation, also of one that is sent to a URL that the server chooses.
///
/// # Panics
/// If it is one of these and has no path here yet.
pub fn path(operation: &Operation) -> &'static str {
    match (operation.path, operation.id) {
        ("", "getAuthorizationServerMetadata") => "/.well-known/oauth-authorization-server",
        ("", "getOpenIdConfiguration") => "/.well-known/openid-configuration",
        ("", "registerClient") => "/oauth2/registration",
        ("", "authorize") => "/authorize",
        ("", "authorizeDevice") => "/oauth2/device",
        ("", "exchangeCode" | "refreshAccessToken" | "exchangeDeviceCode") => "/oauth2/token",
        ("", "revokeToken") => "/oauth2/revoke",
        (
            "",
            "msc4108GetRendezvousSession"
            | "msc4108UpdateRendezvousSession"
            | "msc4108DeleteRendezvousSession",
        ) => "/rendezvous/session",
        ("", id) => panic!("{id} needs a path for the tests"),
        (path, _) => path,
    }
}

/// A target of the kind that an operation needs.
pub fn target(operation: &Operation) -> Target {
    let base_url = format!("https://{NAME}");
    let base = || BaseUrl::parse(&base_url).expect("it is a base URL");
    match operation.target_kind() {
        TargetKind::Homeserver => Target::homeserver(&base_url).expect("it is a base URL"),
        TargetKind::IdentityServer => Target::IdentityServer(base()),
        TargetKind::ServerName => {
            let name = ServerName::parse(NAME).expect("it is a server name");
            Target::server_name(&name).expect("it makes a URL")
        }
        TargetKind::Url => {
            let url = format!("{base_url}{}", path(operation));
            Target::Url(AbsoluteUrl::given_by(&base(), &url).expect("it is a URL"))
        }
    }
}
