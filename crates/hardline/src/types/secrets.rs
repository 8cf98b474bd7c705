use crate::types::text::secret_type;
use crate::types::third_party::validation_text;
use crate::types::{Base64, InvalidText};

secret_type! {
    /// A secret that only the client that requested a validation knows: 1 to 255 characters of `0-9a-zA-Z.=_-`.
    ///
    /// ```
    /// use hardline::types::ClientSecret;
    ///
    /// let secret: ClientSecret = "monkeys_are_GREAT".parse()?;
    /// assert_eq!(format!("{secret:?}"), "ClientSecret(…)");
    /// assert!(ClientSecret::parse("a b").is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification:
    /// [requestToken](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidmsisdnrequesttoken).
    ClientSecret, grammar: |text| validation_text(text, "client secret"), examples: "[0-9a-zA-Z.=_-]{1,40}"
}

impl ClientSecret {
    /// Makes a secret from 32 random bytes that the caller provides, since the core has no source of randomness.
    ///
    /// ```
    /// use hardline::types::ClientSecret;
    ///
    /// let secret = ClientSecret::from_entropy([7; 32]);
    /// assert_eq!(secret.reveal().len(), 64);
    /// assert_eq!(format!("{secret:?}"), "ClientSecret(…)");
    /// ```
    pub fn from_entropy(entropy: [u8; 32]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digits = entropy.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        Self(
            digits
                .map(|digit| char::from(DIGITS[usize::from(digit)]))
                .collect(),
        )
    }
}

secret_type! {
    /// Proves at the end of an OAuth login that the same client began it: 43 to 128 characters of `0-9a-zA-Z.~_-`.
    ///
    /// ```
    /// use hardline::types::CodeVerifier;
    ///
    /// let verifier = CodeVerifier::from_entropy([7; 32]);
    /// assert_eq!(verifier.reveal(), "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc");
    /// assert!(CodeVerifier::parse("too short").is_err());
    /// ```
    ///
    /// Specification: [RFC 7636, section 4.1](https://www.rfc-editor.org/rfc/rfc7636#section-4.1).
    CodeVerifier, grammar: |text| InvalidText::unless(
        (43..=128).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'~' | b'_' | b'-')),
        "code verifier",
        "it must be 43 to 128 characters of 0-9, a-z, A-Z and .~_-",
    ), examples: "[0-9a-zA-Z.~_-]{43,60}"
}

impl CodeVerifier {
    /// Makes a verifier from 32 random bytes that the caller provides, since the core has no source of randomness.
    pub fn from_entropy(entropy: [u8; 32]) -> Self {
        Self(Base64::UrlSafe.encode(entropy))
    }
}

secret_type! {
    /// The token that identifies who makes a request.
    ///
    /// ```
    /// use hardline::types::AccessToken;
    ///
    /// let secret = AccessToken::from("abc");
    /// assert_eq!(secret.reveal(), "abc");
    /// assert_eq!(format!("{secret:?}"), "AccessToken(…)");
    /// ```
    ///
    /// Specification: [using access tokens](https://spec.matrix.org/v1.19/client-server-api/#using-access-tokens).
    AccessToken, token
}

secret_type! {
    /// The token that is exchanged for a new access token.
    ///
    /// ```
    /// use hardline::types::RefreshToken;
    ///
    /// let secret = RefreshToken::from("abc");
    /// assert_eq!(secret.reveal(), "abc");
    /// assert_eq!(format!("{secret:?}"), "RefreshToken(…)");
    /// ```
    ///
    /// Specification: [refreshing access
    /// tokens](https://spec.matrix.org/v1.19/client-server-api/#refreshing-access-tokens).
    RefreshToken, token
}

secret_type! {
    /// A user's password.
    ///
    /// ```
    /// use hardline::types::Password;
    ///
    /// let secret = Password::from("abc");
    /// assert_eq!(secret.reveal(), "abc");
    /// assert_eq!(format!("{secret:?}"), "Password(…)");
    /// ```
    Password, opaque
}

secret_type! {
    /// The code that a user received to prove that a phone number or e-mail address is theirs, such as the code in a
    /// text message.
    ///
    /// ```
    /// use hardline::types::ValidationToken;
    ///
    /// let secret = ValidationToken::from("abc");
    /// assert_eq!(secret.reveal(), "abc");
    /// assert_eq!(format!("{secret:?}"), "ValidationToken(…)");
    /// ```
    ValidationToken, opaque
}

secret_type! {
    /// A token that logs a device in once: from single sign-on, or from a device that is already logged in.
    ///
    /// ```
    /// use hardline::types::LoginToken;
    ///
    /// let secret = LoginToken::from("abc");
    /// assert_eq!(secret.reveal(), "abc");
    /// assert_eq!(format!("{secret:?}"), "LoginToken(…)");
    /// ```
    ///
    /// Specification: [token-based login](https://spec.matrix.org/v1.19/client-server-api/#token-based).
    LoginToken, token
}

secret_type! {
    /// The token from the homeserver's administrator that lets a user register.
    ///
    /// ```
    /// use hardline::types::RegistrationToken;
    ///
    /// let secret = RegistrationToken::from("abc");
    /// assert_eq!(secret.reveal(), "abc");
    /// assert_eq!(format!("{secret:?}"), "RegistrationToken(…)");
    /// ```
    ///
    /// Specification: [token-authenticated
    /// registration](https://spec.matrix.org/v1.19/client-server-api/#token-authenticated-registration).
    RegistrationToken, opaque
}

secret_type! {
    /// The key of a session of messages in a room (Megolm): it decrypts them, from its message index on.
    ///
    /// ```
    /// use hardline::types::SessionKey;
    ///
    /// let secret = SessionKey::from("AgAAAADxKHa9");
    /// assert_eq!(secret.reveal(), "AgAAAADxKHa9");
    /// assert_eq!(format!("{secret:?}"), "SessionKey(…)");
    /// ```
    ///
    /// Specification: [`m.room_key`](https://spec.matrix.org/v1.19/client-server-api/#mroom_key).
    SessionKey, opaque
}

secret_type! {
    /// The key of an encrypted file, in unpadded base64 for URLs.
    ///
    /// ```
    /// use hardline::types::FileKey;
    ///
    /// let secret = FileKey::from("aWF6-32KGYaC3A_FEUCk1Bt0JA37zP0wrStgmdCaW-0");
    /// assert_eq!(format!("{secret:?}"), "FileKey(…)");
    /// ```
    ///
    /// Specification: [sending encrypted
    /// attachments](https://spec.matrix.org/v1.19/client-server-api/#sending-encrypted-attachments).
    FileKey, opaque
}

secret_type! {
    /// What devices of a user share with one another and with nobody else: a private key, or what proves that a code was
    /// scanned.
    ///
    /// ```
    /// use hardline::types::SecretValue;
    ///
    /// let secret = SecretValue::from("abc");
    /// assert_eq!(secret.reveal(), "abc");
    /// assert_eq!(format!("{secret:?}"), "SecretValue(…)");
    /// ```
    ///
    /// Specification: [secrets](https://spec.matrix.org/v1.19/client-server-api/#secrets).
    SecretValue, opaque
}
