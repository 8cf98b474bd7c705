/// Whether a text is a media type: a type, a slash and a subtype, and perhaps parameters (RFC 9110, section 8.3.1).
pub(super) fn is_media_type(text: &str) -> bool {
    let (essence, parameters) = text.split_once(';').unwrap_or((text, ""));
    let is_token = |token: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !token.is_empty() && token.bytes().all(fits)
    };
    essence
        .trim()
        .split_once('/')
        .is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
        && parameters
            .bytes()
            .all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_has_two_parts() {
        for good in [
            "image/png",
            "text/plain; charset=utf-8",
            "application/vnd.a+json;x=\"y\"",
        ] {
            assert!(is_media_type(good), "{good}");
        }
        for bad in [
            "",
            "image",
            "/png",
            "image/",
            "image/p ng",
            "a/b/c",
            "image/png\r\nX: y",
            "a/b; é",
        ] {
            assert!(!is_media_type(bad), "{bad}");
        }
    }
}
