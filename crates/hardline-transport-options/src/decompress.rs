use std::io::Read;

use bytes::Bytes;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use hardline::wire::{Failure, FailureClass};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::response;

/// What [`decompress`] unpacks, as the value of `Accept-Encoding`.
pub const ACCEPTED_ENCODINGS: &str = "gzip, deflate";

/// Unpacks the body of a response, if it is packed in one of the [`ACCEPTED_ENCODINGS`], and removes the headers that
/// say so. Anything else is returned as it is.
///
/// # Errors
/// [`TooLarge`](FailureClass::TooLarge) if more than the cap comes out, of which no more is unpacked, and
/// [`Malformed`](FailureClass::Malformed) if it is not packed as it says.
pub fn decompress(head: &mut response::Parts, body: Bytes, cap: usize) -> Result<Bytes, Failure> {
    let Some(encoding) = head.headers.get(CONTENT_ENCODING) else {
        return Ok(body);
    };
    let encoding = encoding.as_bytes().trim_ascii();
    let unpacked = if body.is_empty() {
        return Ok(body);
    } else if encoding.eq_ignore_ascii_case(b"gzip") || encoding.eq_ignore_ascii_case(b"x-gzip") {
        unpack(MultiGzDecoder::new(&body[..]), cap)?
    } else if encoding.eq_ignore_ascii_case(b"deflate") {
        unpack(ZlibDecoder::new(&body[..]), cap)?
    } else {
        return Ok(body);
    };
    head.headers.remove(CONTENT_ENCODING);
    head.headers.remove(CONTENT_LENGTH);
    Ok(unpacked)
}

fn unpack(packed: impl Read, cap: usize) -> Result<Bytes, Failure> {
    let one_too_many = u64::try_from(cap).unwrap_or(u64::MAX).saturating_add(1);
    let mut unpacked = Vec::new();
    packed
        .take(one_too_many)
        .read_to_end(&mut unpacked)
        .map_err(|error| Failure::new(FailureClass::Malformed, error))?;
    if unpacked.len() > cap {
        let why = format!("more than {cap} bytes when unpacked");
        return Err(Failure::new(FailureClass::TooLarge, why));
    }
    Ok(unpacked.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};
    use http::{HeaderValue, Response};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn unpacked(encoding: &'static str, body: &[u8], cap: usize) -> Result<Vec<u8>, FailureClass> {
        let (mut head, ()) = Response::new(()).into_parts();
        let encoding = HeaderValue::from_static(encoding);
        head.headers.insert(CONTENT_ENCODING, encoding);
        let body = decompress(&mut head, Bytes::copy_from_slice(body), cap);
        body.map(Into::into).map_err(|failure| failure.class())
    }

    #[test]
    fn what_is_packed_is_unpacked_and_nothing_else() {
        assert_eq!(unpacked("gzip", &gzip(b"{}"), 2), Ok(b"{}".into()));
        assert_eq!(unpacked("X-GZIP", &gzip(b"{}"), 2), Ok(b"{}".into()));
        let two = [gzip(b"{"), gzip(b"}")].concat();
        assert_eq!(unpacked("gzip", &two, 2), Ok(b"{}".into()));
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(b"{}").unwrap();
        let zlib = zlib.finish().unwrap();
        assert_eq!(unpacked("deflate", &zlib, 2), Ok(b"{}".into()));
        for other in ["br", "identity", "gzip, br"] {
            assert_eq!(unpacked(other, b"{}", 2), Ok(b"{}".into()), "{other}");
        }
        assert_eq!(unpacked("gzip", b"", 2), Ok(Vec::new()));
    }

    #[test]
    fn the_headers_of_what_is_unpacked_say_so_no_more() {
        let (mut head, ()) = Response::new(()).into_parts();
        let packed = gzip(b"{}");
        head.headers.insert(CONTENT_LENGTH, packed.len().into());
        let encoding = HeaderValue::from_static("gzip");
        head.headers.insert(CONTENT_ENCODING, encoding);
        decompress(&mut head, packed.into(), 2).unwrap();
        assert!(head.headers.is_empty());
    }

    #[test]
    fn the_cap_holds_for_what_comes_out() {
        let bomb = gzip(&vec![0; 1024 * 1024]);
        assert!(bomb.len() < 2048);
        assert_eq!(unpacked("gzip", &bomb, 4096), Err(FailureClass::TooLarge));
        assert_eq!(
            unpacked("gzip", &gzip(b"{}"), 1),
            Err(FailureClass::TooLarge)
        );
    }

    #[test]
    fn what_is_not_packed_as_it_says_is_malformed() {
        let packed = gzip(b"{\"versions\":[\"v1.19\"]}");
        for body in [&packed[..packed.len() / 2], b"{}"] {
            assert_eq!(unpacked("gzip", body, 4096), Err(FailureClass::Malformed));
        }
    }
}
