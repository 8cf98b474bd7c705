use bytes::Bytes;
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::header::ORIGIN;
use http::{Method, Request, StatusCode};

/// Refuses a form that another site's page made a browser send. A client that is no browser says nothing of where a form
/// comes from, and nobody can make it send one.
pub(super) fn check(own: &str, request: &Request<Bytes>) -> Result<(), ErrorResponse> {
    if *request.method() != Method::POST {
        return Ok(());
    }
    let headers = request.headers();
    let is_own_origin = headers.get(ORIGIN).is_none_or(|origin| origin == own);
    let is_own_site = headers
        .get("sec-fetch-site")
        .is_none_or(|site| site == "same-origin");
    if is_own_origin && is_own_site {
        return Ok(());
    }
    Err(ErrorResponse::new(
        StatusCode::FORBIDDEN,
        ErrorCode::Forbidden,
        &format!("the form comes from another site: open the page at {own}"),
    ))
}
