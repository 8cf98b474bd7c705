use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
};
use http::{HeaderValue, Response};

/// Lets every page in a browser read the response, as the specification requires: a client's page is never the
/// server's. It may name the version of a text that it means, too.
pub(crate) fn allow<B>(response: &mut Response<B>) {
    let headers = response.headers_mut();
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            ACCESS_CONTROL_ALLOW_METHODS,
            "GET, HEAD, POST, PUT, DELETE, OPTIONS",
        ),
        (
            ACCESS_CONTROL_ALLOW_HEADERS,
            "X-Requested-With, Content-Type, Authorization, If-Match, If-None-Match",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
