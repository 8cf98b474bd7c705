use http::StatusCode;
use http::header::LOCATION;

use crate::wire::{AbsoluteUrl, Error, ErrorKind, InvalidUrl, is_loopback};

/// How many redirects are followed.
const MOVES: u8 = 5;

const WHAT: &str = "URL that a file is fetched from";

/// Where the server sends the client for the file, if it is a redirect of those that media have.
pub(super) fn location(error: &Error) -> Option<&str> {
    let ErrorKind::UnexpectedResponse(response) = error.kind() else {
        return None;
    };
    let is_redirect = matches!(
        response.status,
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT
    );
    let location = response.headers.get(LOCATION).filter(|_| is_redirect)?;
    std::str::from_utf8(location.as_bytes()).ok()
}

/// The URL that a redirect of this URL leads to, after so many others.
///
/// # Errors
/// Why it is not followed.
pub(super) fn follow(
    from: &AbsoluteUrl,
    location: &str,
    moves: u8,
) -> Result<AbsoluteUrl, InvalidUrl> {
    if moves >= MOVES {
        return Err(InvalidUrl::new(WHAT, "it is the sixth redirect in a row"));
    }
    let url = from.resolve(location)?;
    let is_https = |url: &AbsoluteUrl| url.as_uri().scheme_str() == Some("https");
    // Everybody on the way could read the file, and change it.
    if is_https(from) && !is_https(&url) && !is_loopback(url.as_uri()) {
        return Err(InvalidUrl::new(
            WHAT,
            "it is http, though the server that gave it is https",
        ));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::BaseUrl;

    fn url(text: &str) -> AbsoluteUrl {
        let (origin, _) = text.split_at(text.find("/m").unwrap());
        AbsoluteUrl::given_by(&BaseUrl::parse(origin).unwrap(), text).unwrap()
    }

    #[test]
    fn what_is_followed_stays_in_http_and_does_not_lose_its_protection() {
        let secure = url("https://a.example/m/1");
        let plain = url("http://a.example/m/1");
        for (from, location, expected) in [
            (
                &secure,
                "https://cdn.example/x?sig=1",
                Some("https://cdn.example/x?sig=1"),
            ),
            (&secure, "2", Some("https://a.example/m/2")),
            (&secure, "//b.example/m", Some("https://b.example/m")),
            (&secure, "http://cdn.example/x", None),
            (&plain, "http://cdn.example/x", Some("http://cdn.example/x")),
            (
                &plain,
                "https://cdn.example/x",
                Some("https://cdn.example/x"),
            ),
            (&secure, "file:///etc/passwd", None),
            (&secure, "ftp://a.example/x", None),
            (&secure, "data:text/plain,x", None),
            (&secure, "https://user:pass@b.example/", None),
        ] {
            let followed = follow(from, location, 0).ok().map(|url| url.to_string());
            assert_eq!(followed.as_deref(), expected, "{location}");
        }
        assert!(follow(&secure, "2", MOVES - 1).is_ok());
        assert!(follow(&secure, "2", MOVES).is_err());
    }
}
