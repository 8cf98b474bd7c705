use std::sync::LazyLock;

use hardline::wire::server::Router;
use hardline::{client_api, identity_api};

/// Finds the operations of both registries by their paths.
pub(super) fn router() -> &'static Router {
    static ROUTER: LazyLock<Router> = LazyLock::new(|| {
        let mut router = Router::new();
        client_api::visit(&mut router);
        identity_api::visit(&mut router);
        router
    });
    &ROUTER
}
