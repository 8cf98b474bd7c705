//! The header fields that keep a file from doing harm in a browser: Synapse's.

use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue};

use crate::html::Page;

/// What a browser may show by itself. SVG, which can contain scripts, is not among it.
const INLINE: &[&str] = &[
    "text/css",
    "text/plain",
    "text/csv",
    "application/json",
    "application/ld+json",
    "image/jpeg",
    "image/gif",
    "image/png",
    "image/apng",
    "image/webp",
    "image/avif",
    "video/mp4",
    "video/webm",
    "video/ogg",
    "video/quicktime",
    "audio/mp4",
    "audio/webm",
    "audio/aac",
    "audio/mpeg",
    "audio/ogg",
    "audio/wave",
    "audio/wav",
    "audio/x-wav",
    "audio/x-pn-wav",
    "audio/flac",
    "audio/x-flac",
];
/// Texts, which are UTF-8 if nothing else is said.
const TEXTS: &[&str] = &[
    "text/css",
    "text/csv",
    "text/html",
    "text/calendar",
    "text/plain",
    "text/javascript",
    "application/json",
    "application/ld+json",
    "application/rtf",
    "image/svg+xml",
    "text/xml",
];
/// What a file's name cannot have where it stands without quotes (RFC 2616, "separators").
const SEPARATORS: &[u8] = b"()<>@,;:\\\"/[]?={} \t";

/// What tells a file from another one at its URL: there is none. Synapse's has no quotes, and it has no ranges either.
pub(super) const ENTITY_TAG: &str = "\"1\"";

/// The fields of everything that has to do with a file, refusals included.
pub(super) fn add_media_headers(response: &mut Page) {
    let policy = "sandbox; default-src 'none'; script-src 'none'; plugin-types application/pdf; \
                  style-src 'unsafe-inline'; media-src 'self'; object-src 'self';";
    set(response, CONTENT_SECURITY_POLICY, policy);
    set(
        response,
        HeaderName::from_static("x-content-security-policy"),
        "sandbox;",
    );
    set(response, X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(response, REFERRER_POLICY, "no-referrer");
    set(
        response,
        HeaderName::from_static("cross-origin-resource-policy"),
        "cross-origin",
    );
    if response.status().is_success() || response.status().is_redirection() {
        let cache = "public,max-age=86400,s-maxage=0,proxy-revalidate";
        set(response, CACHE_CONTROL, cache);
        set(response, ETAG, ENTITY_TAG);
    }
}

/// The fields of a file's content.
pub(super) fn add_file_headers(response: &mut Page, content_type: &str, name: Option<&str>) {
    let lower = content_type.to_ascii_lowercase();
    if TEXTS.contains(&lower.as_str()) {
        let with_charset = format!("{content_type}; charset=UTF-8");
        set(response, CONTENT_TYPE, &with_charset);
    } else {
        set(response, CONTENT_TYPE, content_type);
    }
    let essence = lower.split(';').next().unwrap_or_default();
    let disposition = if INLINE.contains(&essence.trim()) {
        "inline"
    } else {
        "attachment"
    };
    let disposition = match name {
        None | Some("") => disposition.to_owned(),
        Some(name) if is_token(name) => format!("{disposition}; filename={name}"),
        Some(name) => format!("{disposition}; filename*=utf-8''{}", percent_encoded(name)),
    };
    set(response, CONTENT_DISPOSITION, &disposition);
    set(
        response,
        HeaderName::from_static("x-robots-tag"),
        "noindex, nofollow, noarchive, noimageindex",
    );
}

fn is_token(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_graphic() && !SEPARATORS.contains(&byte);
    name.bytes().all(fits)
}

/// Python's `urllib.parse.quote`, which leaves a slash as it is.
fn percent_encoded(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'_' | b'.' | b'-' | b'~' | b'/' => encoded.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// A value that has no place in a header is left out.
fn set(response: &mut Page, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_shows_only_what_does_no_harm() {
        for (content_type, name, expected_type, expected_disposition) in [
            ("image/png", None, "image/png", "inline"),
            (
                "text/html",
                Some("x.html"),
                "text/html; charset=UTF-8",
                "attachment; filename=x.html",
            ),
            (
                "image/svg+xml",
                None,
                "image/svg+xml; charset=UTF-8",
                "attachment",
            ),
            (
                "text/plain; charset=utf-16",
                Some("cat ünï \"1\".png"),
                "text/plain; charset=utf-16",
                "inline; filename*=utf-8''cat%20%C3%BCn%C3%AF%20%221%22.png",
            ),
            (
                "application/octet-stream",
                Some("a\r\nb: c"),
                "application/octet-stream",
                "attachment; filename*=utf-8''a%0D%0Ab%3A%20c",
            ),
        ] {
            let mut response = Page::new(Vec::new());
            add_file_headers(&mut response, content_type, name);
            let headers = response.headers();
            assert_eq!(headers["content-type"], expected_type);
            assert_eq!(headers["content-disposition"], expected_disposition);
        }
    }
}
