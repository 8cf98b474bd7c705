use crate::types::InvalidText;
use crate::types::text::{text_enum, text_type};

text_enum! {
    /// The kind of a third-party identifier.
    ///
    /// ```
    /// use hardline::types::Medium;
    ///
    /// assert_eq!(Medium::from("msisdn"), Medium::Msisdn);
    /// assert_eq!(Medium::from("fax"), "fax");
    /// ```
    ///
    /// Specification: [3PID types](https://spec.matrix.org/v1.19/appendices/#3pid-types).
    Medium {
        /// An e-mail address.
        Email = "email",
        /// A phone number: the digits of its international form, without `+`.
        Msisdn = "msisdn",
    }
}

text_type! {
    /// The country whose dialling rules a phone number follows: two upper-case letters from ISO 3166-1, `GB`.
    ///
    /// ```
    /// use hardline::types::CountryCode;
    ///
    /// assert!(CountryCode::parse("GB").is_ok());
    /// assert_eq!(
    ///     CountryCode::parse("gb").unwrap_err().to_string(),
    ///     "not a country code: write the two letters of ISO 3166-1 in upper case, as in GB",
    /// );
    /// ```
    CountryCode, grammar: |text| InvalidText::unless(
        text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()),
        "country code",
        "write the two letters of ISO 3166-1 in upper case, as in GB",
    ), examples: "[A-Z]{2}"
}

text_type! {
    /// The `sid` of a validation session: 1 to 255 characters of `0-9a-zA-Z.=_-`, made by the server that validates.
    ///
    /// ```
    /// use hardline::types::ValidationSessionId;
    ///
    /// assert_eq!(ValidationSessionId::parse("1234")?, "1234");
    /// assert!(ValidationSessionId::parse("12/34").is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification:
    /// [requestToken](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidmsisdnrequesttoken).
    ValidationSessionId, grammar: |text| validation_text(text, "session ID"), examples: "[0-9a-zA-Z.=_-]{1,40}", never_empty
}

/// The grammar that `sid` and `client_secret` share.
pub(crate) fn validation_text(text: &str, what: &'static str) -> Result<(), InvalidText> {
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'=' | b'_' | b'-');
    InvalidText::unless(
        (1..=255).contains(&text.len()) && text.bytes().all(allowed),
        what,
        "it must be 1 to 255 characters of 0-9, a-z, A-Z and .=_-",
    )
}
