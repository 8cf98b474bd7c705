use std::time::{Duration, UNIX_EPOCH};

use http::HeaderMap;
use http::header::{DATE, HeaderName, RETRY_AFTER};

use crate::types::Timestamp;

/// Reads `Retry-After`, as seconds or as a date. A date counts from the response's own `Date`, so that the two clocks
/// need not agree, or from `now` if it has none.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = date(text)?;
    let sent = header_date(headers, DATE).unwrap_or(now);
    Some(until - sent)
}

fn header_date(headers: &HeaderMap, name: HeaderName) -> Option<Timestamp> {
    date(headers.get(name)?.to_str().ok()?)
}

fn date(text: &str) -> Option<Timestamp> {
    let since_epoch = httpdate::parse_http_date(text)
        .ok()?
        .duration_since(UNIX_EPOCH)
        .ok()?;
    Some(Timestamp::default() + since_epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(fields: &[(HeaderName, &str)]) -> Option<Duration> {
        let headers = fields
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()))
            .collect();
        retry_after(&headers, Timestamp::from_millis(1_445_412_420_000))
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(
            wait(&[(RETRY_AFTER, "120")]),
            Some(Duration::from_secs(120))
        );
        let date = "Wed, 21 Oct 2015 07:28:00 GMT";
        assert_eq!(wait(&[(RETRY_AFTER, date)]), Some(Duration::from_secs(60)));
        assert_eq!(
            wait(&[(RETRY_AFTER, date), (DATE, "Wed, 21 Oct 2015 07:27:50 GMT")]),
            Some(Duration::from_secs(10))
        );
        assert_eq!(
            wait(&[(RETRY_AFTER, date), (DATE, "Wed, 21 Oct 2015 08:00:00 GMT")]),
            Some(Duration::ZERO)
        );
    }

    #[test]
    fn nonsense_is_no_wait() {
        for text in [
            "",
            "-1",
            "soon",
            "1.5",
            "99999999999999999999999",
            "Wed, 99 Oct 2015 07:28:00 GMT",
        ] {
            assert_eq!(wait(&[(RETRY_AFTER, text)]), None, "{text}");
        }
        assert_eq!(wait(&[]), None);
    }
}
