use hardline::wire::{Failure, FailureClass};
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, Version, response};

/// The most fields that the head of a response may have.
pub const MAX_FIELDS: usize = 100;

/// The most bytes that a field of the head of a response may have.
pub const MAX_FIELD_BYTES: usize = 100 * 1024;

/// The most bytes that the fields of the head of a response may have together.
pub const MAX_HEAD_BYTES: usize = 300 * 1024;

/// Where a response ends whose library may not know it: checks the head by the same rules for each library.
///
/// `None` if there is nothing to know: the body is chunked, ends with the connection, or is one of HTTP/2.
///
/// # Errors
/// [`TooLarge`](FailureClass::TooLarge) if the head has more than [`MAX_FIELDS`] fields, a field larger than
/// [`MAX_FIELD_BYTES`] or more than [`MAX_HEAD_BYTES`], and [`Malformed`](FailureClass::Malformed) if the length is not a number or the body is encoded
/// for the transfer in a way that was not asked for.
pub fn announced_length(head: &response::Parts) -> Result<Option<u64>, Failure> {
    if head.headers.len() > MAX_FIELDS {
        return Err(Failure::new(
            FailureClass::TooLarge,
            format!("the head has more than {MAX_FIELDS} fields"),
        ));
    }
    let (mut largest, mut all) = (0, 0);
    let (mut length, mut is_encoded) = (None, false);
    for (name, value) in &head.headers {
        largest = largest.max(value.len());
        // With the colon, the space and the line break.
        all += name.as_str().len() + value.len() + 4;
        if name == CONTENT_LENGTH {
            length = length.or(Some(value));
        }
        is_encoded |= name == TRANSFER_ENCODING;
    }
    if all > MAX_HEAD_BYTES {
        return Err(Failure::new(
            FailureClass::TooLarge,
            format!("the head has more than {MAX_HEAD_BYTES} bytes"),
        ));
    }
    if largest > MAX_FIELD_BYTES {
        return Err(Failure::new(
            FailureClass::TooLarge,
            format!("a field of the head has more than {MAX_FIELD_BYTES} bytes"),
        ));
    }
    if head.version > Version::HTTP_11 || is_encoded && is_chunked(&head.headers)? {
        return Ok(None);
    }
    let Some(length) = length else {
        return Ok(None);
    };
    match length.to_str().ok().and_then(|text| text.parse().ok()) {
        Some(length) => Ok(Some(length)),
        None => Err(Failure::new(
            FailureClass::Malformed,
            "the length of the body is not one",
        )),
    }
}

/// True if the body is chunked, and an error if it is encoded in another way too.
fn is_chunked(headers: &HeaderMap) -> Result<bool, Failure> {
    let mut is_chunked = false;
    let values = headers.get_all(TRANSFER_ENCODING).iter();
    for coding in values.flat_map(|value| value.as_bytes().split(|byte| *byte == b',')) {
        let coding = coding.trim_ascii();
        if coding.eq_ignore_ascii_case(b"chunked") && !is_chunked {
            is_chunked = true;
        } else if !coding.is_empty() && (is_chunked || !coding.eq_ignore_ascii_case(b"identity")) {
            return Err(Failure::new(
                FailureClass::Malformed,
                "the body is encoded for the transfer in a way that was not asked for",
            ));
        }
    }
    Ok(is_chunked)
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue, Response};

    use super::*;

    fn length(fields: &[(&str, &str)]) -> Result<Option<u64>, FailureClass> {
        let (mut head, ()) = Response::new(()).into_parts();
        for (name, value) in fields {
            let name: HeaderName = name.parse().unwrap();
            head.headers
                .append(name, HeaderValue::from_str(value).unwrap());
        }
        announced_length(&head).map_err(|failure| failure.class())
    }

    #[test]
    fn a_body_ends_where_the_head_says() {
        let malformed = Err(FailureClass::Malformed);
        for (fields, end) in [
            (&[][..], Ok(None)),
            (&[("content-length", "22")], Ok(Some(22))),
            (&[("content-length", "two")], malformed),
            (&[("content-length", "12345678901234567890123")], malformed),
            (&[("transfer-encoding", "chunked")], Ok(None)),
            (&[("transfer-encoding", "Identity, CHUNKED")], Ok(None)),
            (
                &[("transfer-encoding", "chunked"), ("content-length", "2")],
                Ok(None),
            ),
            (
                &[("transfer-encoding", "identity"), ("content-length", "2")],
                Ok(Some(2)),
            ),
            (&[("transfer-encoding", "identity")], Ok(None)),
            (&[("transfer-encoding", "gzip, chunked")], malformed),
            (&[("transfer-encoding", "chunked, chunked")], malformed),
            (
                &[("transfer-encoding", "xchunked"), ("content-length", "2")],
                malformed,
            ),
        ] {
            assert_eq!(length(fields), end, "{fields:?}");
        }
    }

    #[test]
    fn a_head_has_no_more_than_it_may() {
        let fields = [("x", "y"); MAX_FIELDS + 1];
        assert_eq!(length(&fields[1..]), Ok(None));
        assert_eq!(length(&fields), Err(FailureClass::TooLarge));
        let long = "y".repeat(MAX_FIELD_BYTES + 1);
        assert_eq!(length(&[("x", &long[1..])]), Ok(None));
        assert_eq!(length(&[("x", &long)]), Err(FailureClass::TooLarge));
        let fields = [("x", &long[..9_000]); 40];
        assert_eq!(length(&fields[..30]), Ok(None));
        assert_eq!(length(&fields), Err(FailureClass::TooLarge));
    }
}
