use crate::types::text::text_enum;

text_enum! {
    /// The `error` of an authorization server: what went wrong, for programs.
    ///
    /// ```
    /// use hardline::wire::OAuthErrorCode;
    ///
    /// assert_eq!(OAuthErrorCode::from("invalid_grant"), OAuthErrorCode::InvalidGrant);
    /// assert_eq!(OAuthErrorCode::from("login_required").as_str(), "login_required");
    /// ```
    ///
    /// Specification: [RFC 6749, section 5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2), and each code's own.
    OAuthErrorCode {
        /// The user, or the server for them, refused.
        AccessDenied = "access_denied",
        /// The user has not yet decided on the device: ask again after the interval. RFC 8628.
        AuthorizationPending = "authorization_pending",
        /// The device code is too old: begin anew. RFC 8628.
        ExpiredToken = "expired_token",
        /// The server does not know the client, or wants another way of authenticating it.
        InvalidClient = "invalid_client",
        /// A field of the client's registration is not accepted. RFC 7591.
        InvalidClientMetadata = "invalid_client_metadata",
        /// The code or the refresh token is not, or no longer, valid, or it is another client's.
        InvalidGrant = "invalid_grant",
        /// A redirect URI of the client's registration is not accepted. RFC 7591.
        InvalidRedirectUri = "invalid_redirect_uri",
        /// A parameter is missing, occurs twice or is malformed.
        InvalidRequest = "invalid_request",
        /// The scope is unknown, malformed, or more than the user may grant.
        InvalidScope = "invalid_scope",
        /// The software statement of the client's registration is not valid. RFC 7591.
        InvalidSoftwareStatement = "invalid_software_statement",
        /// The server met an unexpected condition.
        ServerError = "server_error",
        /// The device asks too often: five seconds are added to the interval. RFC 8628.
        SlowDown = "slow_down",
        /// The server is overloaded or being maintained.
        TemporarilyUnavailable = "temporarily_unavailable",
        /// The software statement of the client's registration is not approved here. RFC 7591.
        UnapprovedSoftwareStatement = "unapproved_software_statement",
        /// The client may not use this grant.
        UnauthorizedClient = "unauthorized_client",
        /// The server does not have this grant.
        UnsupportedGrantType = "unsupported_grant_type",
        /// The server does not have this kind of authorization.
        UnsupportedResponseType = "unsupported_response_type",
        /// The server does not revoke tokens of this kind. RFC 7009.
        UnsupportedTokenType = "unsupported_token_type",
    }
}
