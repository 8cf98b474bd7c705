use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderValue, Response, StatusCode};

/// Responses for browsers: HTML pages and redirects.
pub(super) type Page = Response<Vec<u8>>;

/// A page with a heading.
pub(super) fn page(title: &str, content: &str) -> Page {
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body><h1>{title}</h1>{content}</body></html>"
    );
    let mut response = Response::new(html.into_bytes());
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    response
}

/// Sends the browser elsewhere.
pub(super) fn redirect(url: &str) -> Result<Page, ErrorResponse> {
    let location = HeaderValue::from_str(url).map_err(|_| {
        ErrorResponse::bad_request(ErrorCode::InvalidParam, "the URL cannot be redirected to")
    })?;
    let mut response = Response::new(Vec::new());
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}
