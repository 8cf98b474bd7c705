use crate::types::InvalidText;
use crate::types::text::text_type;

text_type! {
    /// What an authorization server calls a client since its registration: printable ASCII. It is no secret.
    ///
    /// ```
    /// use hardline::oauth_api::ClientId;
    ///
    /// assert_eq!(ClientId::parse("s6BhdRkqt3")?, "s6BhdRkqt3");
    /// assert!(ClientId::parse("").is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [RFC 6749, section 2.2](https://www.rfc-editor.org/rfc/rfc6749#section-2.2).
    ClientId, grammar: |text| InvalidText::unless(
        !text.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~')),
        "client ID",
        "it must be printable ASCII",
    ), examples: "[ -~]{1,30}", never_empty
}
