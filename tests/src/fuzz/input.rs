use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use percent_encoding::percent_decode;

/// Bytes, read from the beginning.
pub(super) struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The bytes up to the next line break, which is skipped.
    pub(super) fn line(&mut self) -> &'a [u8] {
        let end = self.0.iter().position(|byte| *byte == b'\n');
        let (line, rest) = match end {
            Some(end) => (&self.0[..end], &self.0[end + 1..]),
            None => (self.0, &[][..]),
        };
        self.0 = rest;
        line
    }

    /// The text of the next line, with percent-encoding for what a line cannot contain.
    pub(super) fn text(&mut self) -> Cow<'a, str> {
        percent_decode(self.line()).decode_utf8_lossy()
    }

    /// The header fields up to an empty line. Invalid lines are skipped.
    pub(super) fn headers(&mut self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        while !self.0.is_empty() {
            let line = self.line();
            if line.is_empty() {
                break;
            }
            let colon = line.iter().position(|byte| *byte == b':');
            let Some(colon) = colon else { continue };
            let name = HeaderName::from_bytes(&line[..colon]);
            let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
            if let (Ok(name), Ok(value)) = (name, value) {
                // No HTTP library lets more than this through.
                let _ = headers.try_append(name, value);
            }
        }
        headers
    }

    /// A response: its status on a line, its header fields, an empty line, its body.
    pub(super) fn response(&mut self) -> Response<Vec<u8>> {
        let status = self.text().trim().parse().ok();
        let status = status.and_then(|status| StatusCode::from_u16(status).ok());
        let headers = self.headers();
        let mut response = Response::new(self.rest().to_vec());
        *response.status_mut() = status.unwrap_or_default();
        *response.headers_mut() = headers;
        response
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All that is left.
    pub(super) fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }
}
