use std::time::{Duration, UNIX_EPOCH};

use http::HeaderMap;
use http::header::{DATE, HeaderName, RETRY_AFTER};

use crate::types::Timestamp;
use crate::wire::decode::body_fields::last;

/// The shortest wait. Servers that say 0 mean "soon", and requests in a row without a pause help nobody.
const SHORTEST: Duration = Duration::from_secs(1);
/// The longest wait: a year. Times can be added to it without overflowing.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How long a response asks to wait: the longest of what its `Retry-After` and its member `retry_after_ms` say. What
/// cannot be read counts as not said.
pub(crate) fn retry_after(headers: &HeaderMap, body: &[u8], now: Timestamp) -> Option<Duration> {
    let fields = headers.get_all(RETRY_AFTER).iter();
    let from_headers = fields.filter_map(|value| {
        let text = value.to_str().ok()?.trim();
        let first = seconds(text).or_else(|| until(text, headers, now));
        // Some proxies join repeated fields with commas.
        first.or_else(|| {
            text.split(',')
                .filter_map(|part| seconds(part.trim()))
                .max()
        })
    });
    let from_body = last(body, "retry_after_ms", |value| {
        let text = std::str::from_utf8(value).ok()?;
        Some(seconds(text.trim_matches('"').trim())? / 1000)
    });
    let longest = from_headers.chain(from_body).max()?;
    Some(longest.clamp(SHORTEST, LONGEST))
}

/// A number of seconds, with or without a fraction. One that no `Duration` holds is the longest there is.
fn seconds(text: &str) -> Option<Duration> {
    // Names such as "inf" are numbers to Rust, and so is a negative one.
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let seconds: f64 = text.parse().ok()?;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

/// The time until a date. It counts from the response's own `Date`, so that the two clocks need not agree, or from `now`
/// if it has none.
fn until(text: &str, headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
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

    const DATE_OF_RESPONSE: &str = "Wed, 21 Oct 2015 07:27:00 GMT";

    fn wait(fields: &[(HeaderName, &str)], body: &str) -> Option<u128> {
        let headers = fields
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()))
            .collect();
        let now = Timestamp::from_millis(1_445_412_420_000);
        retry_after(&headers, body.as_bytes(), now).map(|wait| wait.as_millis())
    }

    #[test]
    fn the_header_field_is_seconds_or_a_date() {
        for (text, millis) in [
            ("120", 120_000),
            (" 2 ", 2_000),
            ("2.5", 2_500),
            ("0", 1_000),
            ("0.2", 1_000),
            ("99999999999999999999999", LONGEST.as_millis()),
            ("1e400", LONGEST.as_millis()),
            ("Wed, 21 Oct 2015 07:28:00 GMT", 60_000),
            ("Wednesday, 21-Oct-15 07:28:00 GMT", 60_000),
            ("Wed Oct 21 07:28:00 2015", 60_000),
            // The past, and a far future.
            ("Wed, 21 Oct 2015 07:00:00 GMT", 1_000),
            ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST.as_millis()),
        ] {
            assert_eq!(wait(&[(RETRY_AFTER, text)], ""), Some(millis), "{text}");
        }
    }

    #[test]
    fn a_date_counts_from_the_date_of_the_response() {
        let until = "Wed, 21 Oct 2015 07:28:00 GMT";
        for (sent, millis) in [
            (DATE_OF_RESPONSE, 60_000),
            ("Wed, 21 Oct 2015 07:27:50 GMT", 10_000),
            ("Wed, 21 Oct 2015 08:00:00 GMT", 1_000),
        ] {
            let fields = [(RETRY_AFTER, until), (DATE, sent)];
            assert_eq!(wait(&fields, ""), Some(millis), "{sent}");
        }
    }

    #[test]
    fn the_member_of_the_body_is_milliseconds() {
        for (value, millis) in [
            ("2000", 2_000),
            ("2000.0", 2_000),
            ("1500.5", 1_500),
            ("2e3", 2_000),
            (r#""2000""#, 2_000),
            (r#"" 2500.5 ""#, 2_500),
            ("0", 1_000),
            ("1", 1_000),
            ("18446744073709551616", LONGEST.as_millis()),
            ("1e999", LONGEST.as_millis()),
        ] {
            let body = format!(r#"{{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": {value}}}"#);
            assert_eq!(wait(&[], &body), Some(millis), "{value}");
            let cut = format!(r#"{{"retry_after_ms": {value}, "errcode": "M_LIM"#);
            assert_eq!(wait(&[], &cut), Some(millis), "{value}");
            let marked = format!("\u{feff}{body}");
            assert_eq!(wait(&[], &marked), Some(millis), "{value}");
        }
    }

    #[test]
    fn the_longest_wait_counts() {
        let body = |millis: u32| format!(r#"{{"retry_after_ms": {millis}}}"#);
        assert_eq!(wait(&[(RETRY_AFTER, "7")], &body(1_500)), Some(7_000));
        assert_eq!(wait(&[(RETRY_AFTER, "0")], &body(5_000)), Some(5_000));
        assert_eq!(wait(&[(RETRY_AFTER, "soon")], &body(5_000)), Some(5_000));
        assert_eq!(
            wait(&[(RETRY_AFTER, "7")], r#"{"retry_after_ms": null}"#),
            Some(7_000)
        );
        let two = [(RETRY_AFTER, "2"), (RETRY_AFTER, "9"), (RETRY_AFTER, "x")];
        assert_eq!(wait(&two, ""), Some(9_000));
        assert_eq!(wait(&[(RETRY_AFTER, "2, 9")], ""), Some(9_000));
    }

    #[test]
    fn nonsense_is_no_wait() {
        for text in [
            "",
            "-1",
            "soon",
            "inf",
            "nan",
            "0x10",
            "5 minutes",
            "Wed, 99 Oct 2015 07:28:00 GMT",
        ] {
            assert_eq!(wait(&[(RETRY_AFTER, text)], ""), None, "{text}");
        }
        for value in [
            "null",
            "-2000",
            "true",
            r#""""#,
            r#""soon""#,
            r#""-1""#,
            "[5]",
            "{}",
        ] {
            let body = format!(r#"{{"retry_after_ms": {value}}}"#);
            assert_eq!(wait(&[], &body), None, "{value}");
        }
        assert_eq!(wait(&[], ""), None);
        assert_eq!(wait(&[], "<html>"), None);
    }
}
