//! The URLs of others that browsers are sent to.

use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::Uri;

/// The schemes that belong to browsers and the system, some of which run what is in the URL: none is an app's own.
const NO_APPS: &[&str] = &[
    "about",
    "blob",
    "chrome",
    "chrome-extension",
    "cid",
    "content",
    "data",
    "feed",
    "file",
    "filesystem",
    "ftp",
    "intent",
    "jar",
    "javascript",
    "livescript",
    "mailto",
    "mhtml",
    "mocha",
    "moz-extension",
    "ms-its",
    "res",
    "resource",
    "shell",
    "sms",
    "tel",
    "urn",
    "vbscript",
    "view-source",
    "ws",
    "wss",
    "wyciwyg",
];

/// Whether it is a URL of the web, with a host.
pub(crate) fn is_web(url: &str) -> bool {
    scheme(url).is_some_and(|scheme| is_http(&scheme)) && has_host(url)
}

/// Refuses what a browser must not be sent to after somebody has logged in: all but URLs of the web, and those with a scheme
/// of an app's own.
///
/// # Errors
/// `M_INVALID_PARAM`.
pub(crate) fn check_redirect(url: &str) -> Result<(), ErrorResponse> {
    let is_allowed = match scheme(url) {
        Some(scheme) if is_http(&scheme) => has_host(url),
        Some(scheme) => !NO_APPS.contains(&scheme.as_str()),
        None => false,
    };
    if is_allowed {
        return Ok(());
    }
    Err(ErrorResponse::bad_request(
        ErrorCode::InvalidParam,
        "a browser is sent to URLs of the web or of an app's own scheme only",
    ))
}

/// The scheme of a URL in small letters. `None` if it is no URL: browsers skip white space and control characters, so one
/// with any could be taken for another.
fn scheme(url: &str) -> Option<String> {
    if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let (scheme, _) = url.split_once(':')?;
    let in_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let begins = scheme.bytes().next()?.is_ascii_alphabetic();
    (begins && scheme.bytes().all(in_scheme)).then(|| scheme.to_ascii_lowercase())
}

fn is_http(scheme: &str) -> bool {
    matches!(scheme, "http" | "https")
}

fn has_host(url: &str) -> bool {
    let url: Option<Uri> = url.parse().ok();
    let url = url.filter(|url| url.scheme().is_some());
    url.is_some_and(|url| url.host().is_some_and(|host| !host.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_go_to_the_web_and_to_apps() {
        for url in [
            "https://app.example/?a=1#top",
            "HTTP://127.0.0.1:4567/",
            "app://done",
            "element://vector/webapp/",
            "io.element.desktop:/vector/webapp/",
            "im.fluffychat://login",
        ] {
            assert!(check_redirect(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn browsers_run_nothing_and_open_no_files() {
        for url in [
            "",
            "/relative",
            "//host/path",
            "app.example",
            "https:",
            "https://",
            "https:///path",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            " javascript:alert(1)",
            "java\tscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:https://a.example/1",
            "file:///etc/passwd",
            "view-source:https://a.example",
            "about:blank",
            "1app://x",
            "https://a.example/ä",
        ] {
            assert!(check_redirect(url).is_err(), "{url:?}");
        }
        assert!(is_web("https://a.example") && !is_web("app://a.example"));
    }
}
