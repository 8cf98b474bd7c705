use crate::types::InvalidText;
use crate::types::text::text_type;

text_type! {
    /// An identifier without a meaning of its own, such as that of a call or of a party to it: 1 to 255 characters of
    /// `0-9a-zA-Z.~_-`.
    ///
    /// ```
    /// use hardline::types::OpaqueId;
    ///
    /// assert!(OpaqueId::parse("A.b-c_d~e").is_ok());
    /// assert!(OpaqueId::parse("a/b").is_err());
    /// ```
    ///
    /// Specification: [opaque identifiers](https://spec.matrix.org/v1.19/appendices/#opaque-identifiers).
    OpaqueId, grammar: |text| opaque_id(text, "opaque identifier"), examples: "[0-9a-zA-Z.~_-]{1,40}"
}

text_type! {
    /// A single sign-on provider that a homeserver offers: an opaque identifier from the homeserver's login flows.
    ///
    /// ```
    /// use hardline::types::IdentityProviderId;
    ///
    /// assert!(IdentityProviderId::parse("oidc-github").is_ok());
    /// assert!(IdentityProviderId::parse("").is_err());
    /// ```
    ///
    /// Specification: [client login via SSO](https://spec.matrix.org/v1.19/client-server-api/#client-login-via-sso).
    IdentityProviderId, grammar: |text| opaque_id(text, "identity provider's ID"), examples: "[a-z][0-9a-zA-Z.~_-]{0,20}", never_empty
}

text_type! {
    /// What an authorization server calls a client since its registration: printable ASCII. It is no secret.
    ///
    /// ```
    /// use hardline::types::ClientId;
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

text_type! {
    /// A name from a set that anyone may extend, such as a room type or a profile field: a letter `a-z`, then up to 254
    /// characters of `a-z0-9._-`.
    ///
    /// Names that begin with `m.` belong to the specification. Your own begin with a reversed domain name,
    /// `org.example.`.
    ///
    /// ```
    /// use hardline::types::NamespacedId;
    ///
    /// assert!(NamespacedId::parse("org.example.board-game").is_ok());
    /// assert!(NamespacedId::parse("m.Space").is_err());
    /// ```
    ///
    /// Specification: [common namespaced identifier
    /// grammar](https://spec.matrix.org/v1.19/appendices/#common-namespaced-identifier-grammar).
    NamespacedId, grammar: |text| InvalidText::unless(
        text.len() <= 255
            && text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
            && text.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-')
            }),
        "namespaced identifier",
        "it must be a letter of a-z, then up to 254 characters of a-z, 0-9 and ._-",
    ), examples: "[a-z][a-z0-9._-]{0,30}"
}

text_type! {
    /// What a user types for an image of an image pack, without the colons: 1 to 100 characters of `A-Za-z0-9_-`. It is
    /// case-sensitive.
    ///
    /// ```
    /// use hardline::types::Shortcode;
    ///
    /// assert!(Shortcode::parse("cat_wave").is_ok());
    /// assert!(Shortcode::parse(":cat_wave:").is_err());
    /// ```
    ///
    /// Specification: [shortcode grammar](https://spec.matrix.org/v1.19/client-server-api/#shortcode-grammar).
    Shortcode, grammar: |text| InvalidText::unless(
        (1..=100).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')),
        "shortcode",
        "it must be 1 to 100 characters of 0-9, a-z, A-Z, _ and -",
    ), examples: "[A-Za-z0-9_-]{1,30}"
}

fn opaque_id(text: &str, what: &'static str) -> Result<(), InvalidText> {
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'~' | b'_' | b'-');
    InvalidText::unless(
        (1..=255).contains(&text.len()) && text.bytes().all(allowed),
        what,
        "it must be 1 to 255 characters of 0-9, a-z, A-Z and .~_-",
    )
}
