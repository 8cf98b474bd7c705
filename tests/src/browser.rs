//! What a user's browser does with a link in a mail, and with the form on the page behind it.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{Request, Response};

use crate::raw_socket::{Limits, exchange};

/// Follows a link, and submits the confirmation form on its page, if any.
///
/// # Panics
/// If the link does not work.
pub fn follow(link: &str) {
    let request = Request::get(link).body(Vec::new());
    let page = open(request.expect("the link is a URL"));
    assert!(page.status().is_success(), "{link}: {page:?}");
    let html = String::from_utf8_lossy(page.body());
    if html.contains("<form method=\"post\"") {
        let (url, query) = link.split_once('?').unwrap_or((link, ""));
        let fields = hidden_fields(&html);
        let form = if fields.is_empty() { query } else { &fields };
        let request = Request::post(if fields.is_empty() { link } else { url })
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.as_bytes().to_vec());
        let page = open(request.expect("the link is a URL"));
        assert!(page.status().is_success(), "{link}: {page:?}");
    }
}

/// Logs in on the loopback's single sign-on page, and returns the URL that the browser is redirected to.
///
/// # Panics
/// If it is not redirected.
pub fn sign_on(url: &str, user: &str, password: &str) -> String {
    let request = Request::get(url).body(Vec::new());
    let page = location(&open(request.expect("the page has a URL")));
    let (page, session) = page.split_once('?').expect("the page has a session");
    let form = format!(
        "{session}&user={user}&password={}",
        password.replace(' ', "+")
    );
    let request = Request::post(page)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form.into_bytes());
    location(&open(request.expect("the page has a URL")))
}

fn open(request: Request<Vec<u8>>) -> Response<Bytes> {
    exchange(&request, &Limits::default()).expect("the page is there")
}

fn location(redirect: &Response<Bytes>) -> String {
    let location = redirect.headers().get(LOCATION);
    let location = location.and_then(|location| location.to_str().ok());
    location
        .unwrap_or_else(|| panic!("{redirect:?}"))
        .to_owned()
}

/// The hidden fields of a form, whose values need no unescaping.
fn hidden_fields(html: &str) -> String {
    let value = |input: &str, name: &str| -> Option<String> {
        let (_, rest) = input.split_once(&format!("{name}=\""))?;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let inputs = html.split("<input type=\"hidden\"").skip(1);
    let fields = inputs.filter_map(|input| {
        Some(format!(
            "{}={}",
            value(input, "name")?,
            value(input, "value")?
        ))
    });
    fields.collect::<Vec<_>>().join("&")
}
