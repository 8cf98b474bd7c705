use sha2::{Digest, Sha256};

use crate::types::text::text_type;
use crate::types::{Base64, CodeVerifier, InvalidText};

text_type! {
    /// The hash of a [`CodeVerifier`], which an authorization request carries: whoever has the code that comes back can use
    /// it only with the verifier. Only `S256` is used, since `plain` protects nothing.
    ///
    /// ```
    /// use hardline::oauth_api::CodeChallenge;
    /// use hardline::types::CodeVerifier;
    ///
    /// let verifier = CodeVerifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")?;
    /// let challenge = CodeChallenge::s256(&verifier);
    /// assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [RFC 7636, section 4.2](https://www.rfc-editor.org/rfc/rfc7636#section-4.2).
    CodeChallenge, grammar: |text| InvalidText::unless(
        text.len() == 43 && Base64::UrlSafe.decode(text).is_ok(),
        "code challenge",
        "it must be the SHA-256 of a code verifier: 43 characters of 0-9, a-z, A-Z, - and _",
    ), examples: "[0-9a-zA-Z_-]{43}", never_empty
}

impl CodeChallenge {
    /// The challenge of a verifier, by the method `S256`.
    pub fn s256(verifier: &CodeVerifier) -> Self {
        Self(Base64::UrlSafe.encode(Sha256::digest(verifier.reveal())))
    }
}
