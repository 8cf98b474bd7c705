//! What the pages have in common.

use hardline::wire::server::ErrorResponse;
use http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::Value;

use crate::html::{Page, escape, page};

/// A page that says what went wrong, with nothing to be done there.
pub(super) fn error_page(status: StatusCode, message: &str) -> Page {
    let mut page = page("That did not work", &error(message));
    *page.status_mut() = status;
    page
}

/// What went wrong, on a page that may be tried again.
pub(super) fn error(message: &str) -> String {
    format!("<p id=\"error\">{}</p>", escape(message))
}

/// The page for what a client that is no browser would be told in JSON.
pub(super) fn refused(refusal: ErrorResponse) -> Page {
    let status = refusal.status();
    let body: Value = serde_json::from_slice(refusal.into_response().body()).unwrap_or_default();
    let message = body["error"].as_str().unwrap_or("the request is not valid");
    error_page(status, message)
}

/// A form that is sent to the page that it is on, with fields that are not shown.
pub(super) fn form(hidden: &[(&str, &str)], content: &str) -> String {
    let hidden: String = hidden
        .iter()
        .map(|(name, value)| {
            format!(
                "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
                escape(value)
            )
        })
        .collect();
    format!("<form method=\"post\">{hidden}{content}</form>")
}

/// The fields in which users say who they are.
pub(super) const CREDENTIALS: &str = "<p><label>User name <input name=\"user\" autocomplete=\"username\"></label></p>\
     <p><label>Password <input name=\"password\" type=\"password\"></label></p>";

/// The buttons with which users decide.
pub(super) const DECISION: &str = "<button name=\"decision\" value=\"approve\">Approve</button> \
     <button name=\"decision\" value=\"deny\">Deny</button>";

/// A parameter without a value is one that was left out.
pub(super) fn given(parameter: Option<String>) -> Option<String> {
    parameter.filter(|text| !text.is_empty())
}

/// Keeps other sites' pages away from a page: none may show it in a frame, and there are no scripts in it. Its forms go to
/// this server, which may send the browser on to an address with this scheme.
pub(super) fn allow_redirects_to(page: &mut Page, redirect_uri: &str) {
    let scheme = redirect_uri.split(':').next().unwrap_or_default();
    set_policy(page.headers_mut(), &format!(" {scheme}:"));
}

/// The header fields of every page.
pub(super) fn protect(page: &mut Page) {
    let headers = page.headers_mut();
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        set_policy(headers, "");
    }
    for (name, value) in [
        (X_FRAME_OPTIONS, "DENY"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Without it, the form token would leave with a link; with less, forms would have no origin.
        (REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

fn set_policy(headers: &mut HeaderMap, forms_lead_to: &str) {
    let policy = format!(
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'{forms_lead_to}"
    );
    let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(
        "default-src 'none'; frame-ancestors 'none'",
    ));
    headers.insert(CONTENT_SECURITY_POLICY, policy);
}
