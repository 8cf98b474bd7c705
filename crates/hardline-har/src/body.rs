use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::mask;

const BASE64: &str = "base64";

/// A body as text in a file, without its secrets.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) encoding: Option<String>,
    pub(crate) comment: Option<&'static str>,
}

impl Text {
    pub(crate) fn of(body: &[u8], mime_type: &str) -> Self {
        let plain = |text: String| Self {
            text,
            encoding: None,
            comment: None,
        };
        if let Ok(mut value) = serde_json::from_slice::<Value>(body) {
            mask::json(&mut value);
            return plain(value.to_string());
        }
        match std::str::from_utf8(body) {
            Ok("") => plain(String::new()),
            Ok(text) if mime_type.contains("json") || text.trim_start().starts_with(['{', '[']) => {
                Self {
                    text: String::new(),
                    encoding: None,
                    comment: Some(
                        "left out: this is not JSON, and may have been meant to be, with secrets",
                    ),
                }
            }
            Ok(text) => plain(mask::pairs(text).into_owned()),
            Err(_) => Self {
                text: STANDARD.encode(body),
                encoding: Some(BASE64.to_owned()),
                comment: None,
            },
        }
    }
}

/// The body of a text in a file. `None` if its encoding is unknown or wrong.
pub(crate) fn bytes(text: &str, encoding: Option<&str>) -> Option<Vec<u8>> {
    match encoding {
        None | Some("") => Some(text.as_bytes().to_vec()),
        Some(BASE64) => STANDARD.decode(text).ok(),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_kept_without_their_secrets() {
        for (body, mime_type, text) in [
            (
                r#"{ "token": "s", "a": 1 }"#,
                "application/json",
                r#"{"a":1,"token":"masked"}"#,
            ),
            (r#"{"token": "s"}"#, "", r#"{"token":"masked"}"#),
            (
                "token=s&a=b",
                "application/x-www-form-urlencoded",
                "token=masked&a=b",
            ),
            ("<html>502</html>", "text/html", "<html>502</html>"),
            ("", "application/json", ""),
        ] {
            let kept = Text::of(body.as_bytes(), mime_type);
            assert_eq!(
                (&*kept.text, kept.encoding, kept.comment),
                (text, None, None)
            );
        }
    }

    #[test]
    fn json_that_is_not_whole_is_left_out() {
        for (body, mime_type) in [
            (r#"{"token": "s"#, "application/json"),
            (r#" {"token": "s"#, "text/plain"),
            (r#""s"#, "application/json; charset=utf-8"),
        ] {
            let kept = Text::of(body.as_bytes(), mime_type);
            assert_eq!(kept.text, "");
            assert!(kept.comment.is_some());
        }
    }

    #[test]
    fn bytes_survive() {
        let kept = Text::of(&[0xff, 0xd8, 0xff], "image/jpeg");
        assert_eq!(kept.encoding.as_deref(), Some("base64"));
        let read = bytes(&kept.text, kept.encoding.as_deref());
        assert_eq!(read.unwrap(), [0xff, 0xd8, 0xff]);
        assert_eq!(bytes("?", Some("base64")), None);
        assert_eq!(bytes("", Some("rot13")), None);
    }
}
