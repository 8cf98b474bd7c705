use crate::international;

/// A user of whom a name, an address or a number is given.
pub(super) fn user(text: &str) -> Result<String, String> {
    let user = international::user(text).map_err(|error| error.to_string())?;
    non_blank(&user).map_err(str::to_owned)
}

/// Text without the white space around it, which must not be empty.
pub(super) fn non_blank(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        Err("it is empty")
    } else {
        Ok(text.to_owned())
    }
}

/// A page that authorization servers accept as one about a client.
pub(super) fn client_uri(text: &str) -> Result<String, String> {
    let text = text.trim();
    let url: http::Uri = text.parse().map_err(|_| "it is not a URL".to_owned())?;
    let host = url.authority().filter(|host| !host.as_str().contains('@'));
    if url.scheme_str() != Some("https") || host.is_none() {
        return Err("it has to be a page at https://, without a user name".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_a_page_that_is_encrypted() {
        assert_eq!(
            client_uri(" https://example.org/hardline ").unwrap(),
            "https://example.org/hardline"
        );
        for url in [
            "http://example.org",
            "example.org",
            "https://a@example.org",
            "https://",
            "a b",
        ] {
            assert!(client_uri(url).is_err(), "{url}");
        }
    }
}
