use std::sync::LazyLock;

use hardline::wire::server::Router;

use crate::registries;

/// Finds the operations of all registries by their paths.
pub(super) fn router() -> &'static Router {
    static ROUTER: LazyLock<Router> = LazyLock::new(registries::router);
    &ROUTER
}
