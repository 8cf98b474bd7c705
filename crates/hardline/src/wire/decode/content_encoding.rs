use http::HeaderMap;
use http::header::CONTENT_ENCODING;

/// How a body is encoded that the transport did not decode: the value of `Content-Encoding`, or what the first bytes
/// tell. Requests of this library ask for no encoding, but some proxies compress whatever passes.
pub(crate) fn content_encoding(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    if body.is_empty() {
        return None;
    }
    let fields = headers.get_all(CONTENT_ENCODING).iter();
    let named: Vec<_> = fields
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .filter(|value| !matches!(&*value.trim().to_ascii_lowercase(), "" | "identity"))
        .collect();
    if !named.is_empty() {
        // A transport that decodes may leave the header field there.
        return (!is_text(body)).then(|| named.join(", "));
    }
    let evident = match body {
        [0x1f, 0x8b, ..] => "gzip",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "zstd",
        [0x78, 0x9c | 0xda, ..] => "deflate",
        _ => return None,
    };
    Some(evident.to_owned())
}

fn is_text(body: &[u8]) -> bool {
    let beginning = &body[..body.len().min(64)];
    match std::str::from_utf8(beginning) {
        Ok(_) => true,
        // The last character may be cut.
        Err(error) => error.error_len().is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GZIP: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\x56\x4a";

    fn encoding(fields: &[&str], body: &[u8]) -> Option<String> {
        let fields = fields
            .iter()
            .map(|value| (CONTENT_ENCODING, value.parse().unwrap()));
        content_encoding(&fields.collect(), body)
    }

    #[test]
    fn an_encoding_is_named_by_the_header_field_or_evident() {
        for (fields, body, expected) in [
            (&["gzip"][..], GZIP, Some("gzip")),
            (&["br"], b"\x0b\x02\x80\xff\xfe", Some("br")),
            (&["deflate"], b"\xab\x56\xca\xff", Some("deflate")),
            (&["zstd"], b"\x28\xb5\x2f\xfd\x04", Some("zstd")),
            (&["x-gzip"], GZIP, Some("x-gzip")),
            (&["gzip", "br"], b"\x0b\x02\x80\xff", Some("gzip, br")),
            (&["identity"], GZIP, Some("gzip")),
            (&[], GZIP, Some("gzip")),
            (&[], b"\x28\xb5\x2f\xfd\x04", Some("zstd")),
            (&[], b"\x78\x9c\xab", Some("deflate")),
        ] {
            assert_eq!(encoding(fields, body).as_deref(), expected, "{fields:?}");
        }
    }

    #[test]
    fn text_is_not_encoded_whatever_the_header_field_says() {
        for (fields, body) in [
            (&["gzip"][..], &b"{\"errcode\": \"M_UNKNOWN\""[..]),
            (&["gzip"], "<html>é".as_bytes()),
            (&["gzip"], b""),
            (&["identity"], b"\xff\xfe"),
            (&[], b"xml"),
            (&[], b"{}"),
        ] {
            assert_eq!(encoding(fields, body), None, "{body:?}");
        }
    }
}
