use hardline::types::AccessToken;
use hardline::wire::server::{ArbitraryEndpoint, ErrorResponse, Route, decode_request};
use hardline::wire::{self, Credentials, TargetKind};
use http::Request;
use serde_json::Value;

use super::router::router;
use crate::registries;

/// What the server half accepts, it accepts again when our own client sends it.
pub(super) fn check<E: ArbitraryEndpoint>(route: &Route, request: &Request<Vec<u8>>) {
    let operation: E = match decode_request(route, request) {
        Ok(operation) => operation,
        Err(refusal) => return look_at(refusal),
    };
    if !matches!(
        E::OPERATION.target_kind(),
        TargetKind::Homeserver | TargetKind::Url
    ) {
        return;
    }
    let target = registries::target(const { &E::OPERATION });
    let credentials = Credentials::Token(AccessToken::from("syt_fuzz"));
    // Another client may send what ours refuses: an empty segment, or one half of a pair of fields.
    let Ok(again) = wire::encode(&operation, &target, &credentials) else {
        return;
    };
    let route = router().route(&again).unwrap();
    if route.operation.name() == E::OPERATION.name() {
        let decoded: E = decode_request(&route, &again).expect("it is what a client sends");
        assert_eq!(decoded, operation);
    }
}

fn look_at(refusal: ErrorResponse) {
    assert_eq!(refusal.status(), 400);
    let _: Value = serde_json::from_slice(refusal.into_response().body()).unwrap();
}
