use crate::types::text::text_type;
use crate::types::{InvalidText, ServerName};

text_type! {
    /// A file that a homeserver stores: `mxc://server/media`. The media ID is made of `A-Za-z0-9_-`.
    ///
    /// ```
    /// use hardline::types::MxcUri;
    ///
    /// let avatar = MxcUri::parse("mxc://example.org/abc_9")?;
    /// assert_eq!(avatar.server_name().unwrap(), "example.org");
    /// assert_eq!(avatar.media_id(), Some("abc_9"));
    /// assert!(MxcUri::parse("mxc://example.org/../admin").is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [Matrix content URIs](https://spec.matrix.org/v1.19/client-server-api/#matrix-content-mxc-uris).
    MxcUri, grammar: mxc_uri, examples: "mxc://[a-z][a-z0-9-]{0,10}\\.org/[A-Za-z0-9_-]{1,20}"
}

impl MxcUri {
    /// The file with this ID on this server.
    ///
    /// # Errors
    /// [`InvalidText`] if the two do not make a content URI, as with [`parse`](Self::parse).
    pub fn from_parts(server: &ServerName, media_id: &str) -> Result<Self, InvalidText> {
        Self::parse(format!("mxc://{server}/{media_id}"))
    }

    /// The server that stores the file. `None` if somebody sent something that is not a content URI.
    pub fn server_name(&self) -> Option<ServerName> {
        let (server, _) = parts(&self.0)?;
        ServerName::parse(server).ok()
    }

    /// The server's name for the file. `None` if somebody sent something that is not a content URI.
    ///
    /// URIs from other users are read leniently: old media IDs may have characters that new ones may not, and a query
    /// or a fragment, which some clients append, is cut off. An ID with `/`, `\` or a dot is refused, since it could
    /// lead out of the path that it is put into.
    pub fn media_id(&self) -> Option<&str> {
        let (_, media) = parts(&self.0)?;
        let media = media.split(['?', '#']).next()?;
        let is_safe = !media.is_empty()
            && !media.contains(|c: char| matches!(c, '/' | '\\' | '.') || c.is_control());
        is_safe.then_some(media)
    }
}

fn parts(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix("mxc://")?.split_once('/')
}

fn mxc_uri(text: &str) -> Result<(), InvalidText> {
    const WHAT: &str = "content URI";
    let (server, media) = parts(text).ok_or(InvalidText::new(
        WHAT,
        "it must have the form mxc://server/media",
    ))?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    InvalidText::unless(
        !media.is_empty() && media.bytes().all(allowed),
        WHAT,
        "its media ID must be made of 0-9, a-z, A-Z, _ and -",
    )?;
    ServerName::parse(server)
        .map(drop)
        .map_err(|_| InvalidText::new(WHAT, "its server is not a server name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_uris_follow_the_grammar() {
        let server = ServerName::parse("example.org:8448").unwrap();
        let uri = MxcUri::from_parts(&server, "a_B-0").unwrap();
        assert_eq!(uri, "mxc://example.org:8448/a_B-0");
        for bad in [
            "",
            "mxc://example.org",
            "mxc://example.org/",
            "mxc:///a",
            "mxc://a.b/c/d",
            "http://a.b/c",
        ] {
            assert!(MxcUri::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn uris_from_others_are_read_if_that_is_safe() {
        for (text, media_id) in [
            ("mxc://example.org/a~b", Some("a~b")),
            ("mxc://example.org/abc#LKO2", Some("abc")),
            ("mxc://example.org/abc?x=1", Some("abc")),
            ("mxc://example.org/..", None),
            ("mxc://example.org/a/b", None),
            ("mxc://example.org/a\\b", None),
            ("mxc://example.org/#", None),
            ("mxc://example.org", None),
            ("https://example.org/a", None),
            ("", None),
        ] {
            let uri: MxcUri = serde_json::from_value(text.into()).unwrap();
            assert_eq!(uri.media_id(), media_id, "{text}");
        }
    }
}
