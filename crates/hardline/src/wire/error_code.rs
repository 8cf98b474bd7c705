use crate::types::text::text_enum;

text_enum! {
    /// The `errcode` of an error: what went wrong, for programs.
    ///
    /// ```
    /// use hardline::wire::ErrorCode;
    ///
    /// assert_eq!(ErrorCode::from("M_THREEPID_IN_USE"), ErrorCode::ThreepidInUse);
    /// assert_eq!(ErrorCode::from("ORG_EXAMPLE_FULL").as_str(), "ORG_EXAMPLE_FULL");
    /// ```
    ///
    /// Specification: [standard error response](https://spec.matrix.org/v1.19/client-server-api/#standard-error-response).
    ErrorCode {
        /// The JSON is valid and not what the operation takes.
        BadJson = "M_BAD_JSON",
        /// A phone number lies where the server sends no texts to.
        DestinationRejected = "M_DESTINATION_REJECTED",
        /// The identity server could not send its e-mail.
        EmailSendError = "M_EMAIL_SEND_ERROR",
        /// The name is reserved for an application service.
        Exclusive = "M_EXCLUSIVE",
        /// Not allowed; on login and authentication stages: a wrong password.
        Forbidden = "M_FORBIDDEN",
        /// Not a phone number.
        InvalidAddress = "M_INVALID_ADDRESS",
        /// Not an e-mail address.
        InvalidEmail = "M_INVALID_EMAIL",
        /// A value does not follow the rules for it.
        InvalidParam = "M_INVALID_PARAM",
        /// The pepper of a lookup is not, or no longer, the identity server's.
        InvalidPepper = "M_INVALID_PEPPER",
        /// Not a phone number. Sydent's code.
        InvalidPhoneNumber = "M_INVALID_PHONE_NUMBER",
        /// The user name does not follow the rules.
        InvalidUsername = "M_INVALID_USERNAME",
        /// Too many requests: see [`Error::retry_after`](crate::wire::Error::retry_after).
        LimitExceeded = "M_LIMIT_EXCEEDED",
        /// A required value is missing.
        MissingParam = "M_MISSING_PARAM",
        /// Required values are missing. Sydent's code.
        MissingParams = "M_MISSING_PARAMS",
        /// The request needs an access token.
        MissingToken = "M_MISSING_TOKEN",
        /// There is no such thing.
        NotFound = "M_NOT_FOUND",
        /// The body is not JSON.
        NotJson = "M_NOT_JSON",
        /// There is no such validation session.
        NoValidSession = "M_NO_VALID_SESSION",
        /// The identity server could not send its text message.
        SendError = "M_SEND_ERROR",
        /// The server does not trust the identity server.
        ServerNotTrusted = "M_SERVER_NOT_TRUSTED",
        /// The validation session was not validated.
        SessionNotValidated = "M_SESSION_NOT_VALIDATED",
        /// The validation session is too old: ask for a new code.
        SessionExpired = "M_SESSION_EXPIRED",
        /// The terms of service are not agreed to.
        TermsNotSigned = "M_TERMS_NOT_SIGNED",
        /// The validation session is not known or not validated.
        ThreepidAuthFailed = "M_THREEPID_AUTH_FAILED",
        /// This phone number or e-mail address is not accepted here.
        ThreepidDenied = "M_THREEPID_DENIED",
        /// The phone number or e-mail address belongs to an account.
        ThreepidInUse = "M_THREEPID_IN_USE",
        /// The server adds no identifiers of this kind.
        ThreepidMediumNotSupported = "M_THREEPID_MEDIUM_NOT_SUPPORTED",
        /// No account has the phone number or e-mail address.
        ThreepidNotFound = "M_THREEPID_NOT_FOUND",
        /// The code is not the one that was sent.
        TokenIncorrect = "M_TOKEN_INCORRECT",
        /// The body is larger than the server takes.
        TooLarge = "M_TOO_LARGE",
        /// No token, or none that is valid. The identity server's code.
        Unauthorized = "M_UNAUTHORIZED",
        /// Something went wrong that has no code of its own.
        Unknown = "M_UNKNOWN",
        /// The access token is not, or no longer, valid.
        UnknownToken = "M_UNKNOWN_TOKEN",
        /// The server does not have this endpoint, or not for this method.
        Unrecognized = "M_UNRECOGNIZED",
        /// The account is deactivated.
        UserDeactivated = "M_USER_DEACTIVATED",
        /// The user name is taken.
        UserInUse = "M_USER_IN_USE",
        /// The account is locked.
        UserLocked = "M_USER_LOCKED",
        /// The account is suspended.
        UserSuspended = "M_USER_SUSPENDED",
        /// The password is too weak.
        WeakPassword = "M_WEAK_PASSWORD",
    }
}
