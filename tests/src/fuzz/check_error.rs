use hardline::types::Timestamp;
use hardline::wire::server::ArbitraryEndpoint;
use hardline::wire::{self, Error, ErrorKind};
use http::Response;
use serde_json::Value;

/// Decodes a response that is an error of the operation.
pub(super) fn check<E: ArbitraryEndpoint>(response: Response<Vec<u8>>) {
    check_decoded(response, |response| wire::decode::<E>(response).err());
}

fn check_decoded(response: Response<Vec<u8>>, decode: fn(Response<Vec<u8>>) -> Option<Error>) {
    // serde_json takes the last of several members with the same name, the decoder the first, so repeated names are not
    // compared.
    let body: Option<Value> = serde_json::from_slice(response.body()).ok();
    let is_once = response
        .body()
        .windows(7)
        .filter(|name| name == b"errcode")
        .count()
        == 1;
    let expected = body.as_ref().and_then(|body| body.get("errcode")?.as_str());
    let status = response.status();
    let error = decode(response).expect("that status is no answer");
    assert_eq!(error.status(), Some(status));
    if let Some(expected) = expected.filter(|_| is_once) {
        assert_eq!(
            error.errcode().map(|errcode| errcode.as_str()),
            Some(expected)
        );
    }
    look_at(&error);
}

/// Calls every method of an error.
pub(super) fn look_at(error: &Error) {
    let now = Timestamp::from_millis(1_795_422_468_726);
    let _ = error.retry_after(now);
    assert!(!error.is_soft_logout() || error.errcode().is_some());
    assert_eq!(
        error.uia().is_some(),
        matches!(error.kind(), ErrorKind::Uia(_))
    );
    let body = match error.kind() {
        ErrorKind::Server(refused) => refused.body.len(),
        ErrorKind::UnexpectedResponse(answer) => answer.body.len(),
        ErrorKind::Uia(_) => usize::MAX / 128,
        other => panic!("{other:?} for a response"),
    };
    let shown = format!("{error} {error:?}");
    assert!(
        shown.len() <= 64 * (body + 4096),
        "{} for {body}",
        shown.len()
    );
}
