use hardline::wire::{Failure, FailureClass};
use http::Uri;
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::{
    AbortSignal, Headers, ReferrerPolicy, Request, RequestCache, RequestCredentials, RequestInit,
    RequestMode, RequestRedirect,
};

use super::failure::failure;

/// The request as fetch takes it.
pub(super) fn request(
    request: http::Request<Vec<u8>>,
    signal: &AbortSignal,
) -> Result<Request, Failure> {
    // `data:` and `blob:` would be read from this machine, with a status of 200.
    if !matches!(request.uri().scheme_str(), Some("http" | "https")) {
        let why = "only absolute URLs of http and https are supported";
        return Err(Failure::new(FailureClass::Unsendable, why));
    }
    build(request, signal).map_err(|thrown| failure(FailureClass::Unsendable, &thrown))
}

fn build(request: http::Request<Vec<u8>>, signal: &AbortSignal) -> Result<Request, JsValue> {
    let (head, body) = request.into_parts();
    let headers = Headers::new()?;
    for (name, value) in &head.headers {
        // Each byte is a character to fetch, as it is in the header field.
        let value: String = value.as_bytes().iter().copied().map(char::from).collect();
        headers.append(name.as_str(), &value)?;
    }
    let init = RequestInit::new();
    init.set_method(head.method.as_str());
    init.set_headers(&headers);
    if !body.is_empty() {
        init.set_body(&Uint8Array::from(body.as_slice()));
    }
    init.set_mode(RequestMode::Cors);
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_redirect(redirect(&head.uri));
    init.set_signal(Some(signal));
    Request::new_with_str_and_init(&head.uri.to_string(), &init)
}

/// Fetch hides where a redirect goes, so the browser has to follow those that clients follow.
fn redirect(uri: &Uri) -> RequestRedirect {
    let allows = |query: &str| query.split('&').any(|field| field == "allow_redirect=true");
    if uri.path() == "/.well-known/matrix/client" || uri.query().is_some_and(allows) {
        RequestRedirect::Follow
    } else {
        RequestRedirect::Manual
    }
}
