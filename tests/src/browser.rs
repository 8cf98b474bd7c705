//! What a person's browser does with a link in a mail, and with the form on the page that it leads to.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, Response};

use crate::by_hand;

/// Follows a link, and confirms what its page asks for, if anything.
///
/// # Panics
/// Where the link leads nowhere.
pub fn follow(link: &str) {
    let request = Request::get(link).body(Vec::new());
    let page = open(request.expect("the link is a URL"));
    let html = String::from_utf8_lossy(page.body());
    if html.contains("<form method=\"post\"") {
        let (url, query) = link.split_once('?').unwrap_or((link, ""));
        let fields = hidden_fields(&html);
        let form = if fields.is_empty() { query } else { &fields };
        let request = Request::post(if fields.is_empty() { link } else { url })
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.as_bytes().to_vec());
        open(request.expect("the link is a URL"));
    }
}

fn open(request: Request<Vec<u8>>) -> Response<Bytes> {
    let url = request.uri().to_string();
    let page = by_hand::browse(request).expect("the page is there");
    assert!(page.status().is_success(), "{url}: {page:?}");
    page
}

/// The hidden fields of a form, which have nothing in them that would have to be escaped.
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
