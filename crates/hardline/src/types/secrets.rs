use crate::types::InvalidText;
use crate::types::identifiers::opaque_id;
use crate::types::text::secret_type;

secret_type! {
    /// What only the client that asked for a validation knows: 1 to 255 of `0-9a-zA-Z.=_-`.
    ///
    /// Specification: [requestToken](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidmsisdnrequesttoken).
    ClientSecret, examples: "[0-9a-zA-Z.=_-]{1,40}"
}

impl ClientSecret {
    /// A secret from 32 random bytes that the caller drew: the core has no source of randomness.
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

    /// A secret that was made elsewhere.
    ///
    /// # Errors
    /// [`InvalidText`] where it has other characters than `0-9a-zA-Z.=_-`, none, or more than 255.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidText> {
        let text = text.into();
        opaque_id(&text, "client secret")?;
        Ok(Self(text))
    }
}

secret_type! {
    /// The token that says who makes a request.
    ///
    /// Specification: [using access tokens](https://spec.matrix.org/v1.19/client-server-api/#using-access-tokens).
    AccessToken, opaque
}

secret_type! {
    /// The token that a new access token is had for.
    ///
    /// Specification: [refreshing access tokens](https://spec.matrix.org/v1.19/client-server-api/#refreshing-access-tokens).
    RefreshToken, opaque
}

secret_type! {
    /// A user's password.
    Password, opaque
}

secret_type! {
    /// What a person received to prove that a phone number or e-mail address is theirs: the code of a text message.
    ValidationToken, opaque
}

secret_type! {
    /// The token that logs a device in once: from single sign-on, or from a device that is logged in.
    ///
    /// Specification: [token-based login](https://spec.matrix.org/v1.19/client-server-api/#token-based).
    LoginToken, opaque
}

secret_type! {
    /// The token that lets a person register, from the homeserver's administrator.
    ///
    /// Specification: [token-authenticated registration](https://spec.matrix.org/v1.19/client-server-api/#token-authenticated-registration).
    RegistrationToken, opaque
}
