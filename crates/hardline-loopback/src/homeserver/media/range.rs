use http::HeaderMap;
use http::header::{IF_RANGE, RANGE};

use super::file_headers::ENTITY_TAG;

/// A part of a file: the places of its first and its last byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) first: usize,
    pub(super) last: usize,
}

/// The file has nothing of what is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unsatisfiable;

impl Range {
    /// The part of a file of this size that a request asks for; `None` is the whole file. So is what cannot be understood, and
    /// several parts at once, as HTTP allows.
    pub(super) fn asked_for(
        headers: &HeaderMap,
        size: usize,
    ) -> Result<Option<Self>, Unsatisfiable> {
        // Who has a part of something else wants the whole.
        if headers.get(IF_RANGE).is_some_and(|tag| tag != ENTITY_TAG) {
            return Ok(None);
        }
        let asked = headers.get(RANGE).and_then(|value| value.to_str().ok());
        let asked = asked.and_then(|value| value.strip_prefix("bytes="));
        let Some((first, last)) = asked.and_then(|asked| asked.split_once('-')) else {
            return Ok(None);
        };
        match (first, first.parse::<usize>(), last, last.parse::<usize>()) {
            // The last bytes of the file.
            ("", _, _, Ok(0)) => Err(Unsatisfiable),
            ("", _, _, Ok(count)) => Self::within(size.saturating_sub(count), size, size),
            (_, Ok(first), "", _) => Self::within(first, size, size),
            (_, Ok(first), _, Ok(last)) if first <= last => Self::within(first, last, size),
            _ => Ok(None),
        }
    }

    fn within(first: usize, last: usize, size: usize) -> Result<Option<Self>, Unsatisfiable> {
        if first >= size {
            return Err(Unsatisfiable);
        }
        let last = last.min(size - 1);
        Ok(Some(Self { first, last }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_within_the_file() {
        let part = |first, last| Ok(Some(Range { first, last }));
        for (value, expected) in [
            ("bytes=0-9", part(0, 9)),
            ("bytes=5-", part(5, 99)),
            ("bytes=90-1000", part(90, 99)),
            ("bytes=-10", part(90, 99)),
            ("bytes=-1000", part(0, 99)),
            ("bytes=99-99", part(99, 99)),
            ("bytes=100-", Err(Unsatisfiable)),
            ("bytes=-0", Err(Unsatisfiable)),
            ("bytes=9-0", Ok(None)),
            ("bytes=0-1,5-6", Ok(None)),
            ("bytes=-", Ok(None)),
            ("bytes=a-b", Ok(None)),
            ("lines=0-9", Ok(None)),
            ("bytes=99999999999999999999-", Ok(None)),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RANGE, value.parse().unwrap());
            assert_eq!(Range::asked_for(&headers, 100), expected, "{value}");
        }
        assert_eq!(Range::asked_for(&HeaderMap::new(), 100), Ok(None));
    }

    #[test]
    fn a_range_of_another_file_is_the_whole() {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, "bytes=5-".parse().unwrap());
        headers.insert(IF_RANGE, ENTITY_TAG.parse().unwrap());
        let (first, last) = (5, 9);
        assert_eq!(
            Range::asked_for(&headers, 10),
            Ok(Some(Range { first, last }))
        );
        for other in ["\"2\"", "W/\"1\"", "1", "Mon, 30 Nov 2026 12:00:00 GMT"] {
            headers.insert(IF_RANGE, other.parse().unwrap());
            assert_eq!(Range::asked_for(&headers, 10), Ok(None), "{other}");
            // It is the whole, where the range would be behind its end, too.
            assert_eq!(Range::asked_for(&headers, 3), Ok(None), "{other}");
        }
    }

    #[test]
    fn an_empty_file_has_no_ranges() {
        let mut headers = HeaderMap::new();
        for value in ["bytes=0-", "bytes=-5"] {
            headers.insert(RANGE, value.parse().unwrap());
            assert_eq!(Range::asked_for(&headers, 0), Err(Unsatisfiable), "{value}");
        }
    }
}
