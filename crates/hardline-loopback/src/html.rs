use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderValue, Response, StatusCode};

/// Responses for browsers: HTML pages and redirects.
pub(crate) type Page = Response<Vec<u8>>;

/// A page with a heading. Neither is escaped.
pub(crate) fn page(title: &str, content: &str) -> Page {
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

/// Sends the browser elsewhere: with `StatusCode::SEE_OTHER` after a form, so that it is not sent again.
pub(crate) fn redirect(status: StatusCode, url: &str) -> Result<Page, ErrorResponse> {
    let location = HeaderValue::from_str(url).map_err(|_| {
        ErrorResponse::bad_request(ErrorCode::InvalidParam, "the URL cannot be redirected to")
    })?;
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}

/// A text as it stands in a page, inside an element or a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_text_is_shown() {
        assert_eq!(
            escape("<a href=\"x\">&'ä</a>"),
            "&lt;a href=&quot;x&quot;&gt;&amp;&#39;ä&lt;/a&gt;"
        );
    }
}
