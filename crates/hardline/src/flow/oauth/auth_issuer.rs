use hardline_derive::{Request, Response};

use crate::wire::{Endpoint, Operation};

/// Asks who the authorization server is, in the way of homeservers from before v1.15. It never was in the
/// specification, so it is not among the operations.
#[derive(Debug, Request)]
pub(super) struct GetAuthIssuer {}

impl Endpoint for GetAuthIssuer {
    const OPERATION: Operation = Operation::get(
        "getAuthIssuer",
        "/_matrix/client/unstable/org.matrix.msc2965/auth_issuer",
    );
    type Response = AuthIssuer;
}

#[derive(Debug, Response)]
pub(super) struct AuthIssuer {
    pub(super) issuer: String,
}
