use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS,
};
use http::{HeaderValue, Response};

/// Lets every page in a browser read the response, as the specification requires: a client's page is never the
/// server's. It may name the version of a text that it means, too, and learn when it may ask again, which browsers hide
/// otherwise.
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
    // Beside what a response exposes by itself.
    headers.append(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("Retry-After, Date"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_read_when_to_ask_again_and_what_else_the_response_exposes() {
        let mut response = Response::new(());
        let own = HeaderValue::from_static("ETag");
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, own);
        allow(&mut response);
        let exposed = response.headers().get_all(ACCESS_CONTROL_EXPOSE_HEADERS);
        assert!(exposed.iter().eq(["ETag", "Retry-After, Date"]));
    }
}
