use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, Response};

use crate::body::Text;
use crate::known::Known;
use crate::mask;

/// A request and its response as text, without their secrets: for logs, and for people who want to see what goes over
/// the wire. The [names](crate::SECRET_NAMES) and header fields that a recording masks are masked.
///
/// ```
/// use hardline_har::MaskedExchange;
///
/// let request = http::Request::post("https://example.org/_matrix/client/v3/logout")
///     .header("authorization", "Bearer syt_s3cret")
///     .body(b"{}".to_vec())?;
/// let exchange = MaskedExchange::of(&request);
/// assert_eq!(
///     exchange.request(),
///     "POST https://example.org/_matrix/client/v3/logout\nauthorization: masked\n\n{}",
/// );
/// let response = http::Response::builder().status(401).body(r#"{"error":"syt_s3cret is no token"}"#.into())?;
/// assert_eq!(exchange.response(&response), "HTTP/1.1 401 Unauthorized\n\n{\"error\":\"masked is no token\"}");
/// # Ok::<(), http::Error>(())
/// ```
pub struct MaskedExchange {
    request: String,
    known: Known,
}

impl MaskedExchange {
    /// The exchange that this request begins.
    pub fn of(request: &Request<Vec<u8>>) -> Self {
        let url = request.uri().to_string();
        let first = format!("{} {}", request.method(), mask::pairs(&url));
        Self {
            request: text(first, request.headers(), request.body()),
            known: Known::of(request),
        }
    }

    /// The request: its method and URL, its header fields, an empty line, its body.
    pub fn request(&self) -> &str {
        &self.request
    }

    /// The response: its version and status, its header fields, an empty line, its body. What it repeats of the request's
    /// secrets is masked too.
    pub fn response(&self, response: &Response<Bytes>) -> String {
        let first = format!("{:?} {}", response.version(), response.status());
        let shown = text(first, response.headers(), response.body());
        self.known.mask_text(shown)
    }
}

impl std::fmt::Debug for MaskedExchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("MaskedExchange")
            .field(&self.request)
            .finish()
    }
}

fn text(mut text: String, headers: &HeaderMap, body: &[u8]) -> String {
    for field in mask::headers(headers) {
        text.push_str(&format!("\n{}: {}", field.name, field.value));
    }
    if body.is_empty() {
        return text;
    }
    text.push_str("\n\n");
    let mime_type = headers.get(CONTENT_TYPE).map(|value| value.as_bytes());
    let mime_type = String::from_utf8_lossy(mime_type.unwrap_or_default());
    let body_text = Text::of(body, &mime_type);
    match (body_text.encoding, body_text.comment) {
        (Some(_), _) => text.push_str(&format!("({} bytes that are not text)", body.len())),
        (None, Some(comment)) => text.push_str(&format!("({} bytes {comment})", body.len())),
        (None, None) => text.push_str(&body_text.text),
    }
    text
}
