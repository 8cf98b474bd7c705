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
    /// Specification: [standard error
    /// response](https://spec.matrix.org/v1.19/client-server-api/#standard-error-response).
    ErrorCode {
        /// Application services cannot log in here: the homeserver's own pages do that.
        AppserviceLoginUnsupported = "M_APPSERVICE_LOGIN_UNSUPPORTED",
        /// A room has no such alias, or it is the alias of another room.
        BadAlias = "M_BAD_ALIAS",
        /// The JSON is valid, but it is not what the operation takes.
        BadJson = "M_BAD_JSON",
        /// The state of the room does not allow the change.
        BadState = "M_BAD_STATE",
        /// The application service responded with an unsuccessful status: see
        /// [`ServerError::bad_status`](crate::wire::ServerError::bad_status).
        BadStatus = "M_BAD_STATUS",
        /// The room is the server notices room, which cannot be left.
        CannotLeaveServerNoticeRoom = "M_CANNOT_LEAVE_SERVER_NOTICE_ROOM",
        /// The media already has its content.
        CannotOverwriteMedia = "M_CANNOT_OVERWRITE_MEDIA",
        /// The captcha was not solved.
        CaptchaInvalid = "M_CAPTCHA_INVALID",
        /// A captcha has to be solved.
        CaptchaNeeded = "M_CAPTCHA_NEEDED",
        /// The homeserver cannot reach the application service.
        ConnectionFailed = "M_CONNECTION_FAILED",
        /// The application service did not respond in time.
        ConnectionTimeout = "M_CONNECTION_TIMEOUT",
        /// The user has not agreed to the server's policies: see
        /// [`ServerError::consent_uri`](crate::wire::ServerError::consent_uri). Synapse's code.
        ConsentNotGiven = "M_CONSENT_NOT_GIVEN",
        /// The server sends no text messages to the phone number's region.
        DestinationRejected = "M_DESTINATION_REJECTED",
        /// The user has already given this reaction to this event.
        DuplicateAnnotation = "M_DUPLICATE_ANNOTATION",
        /// The validation e-mail could not be sent.
        EmailSendError = "M_EMAIL_SEND_ERROR",
        /// The name is reserved for an application service.
        Exclusive = "M_EXCLUSIVE",
        /// Not allowed. On login and in authentication stages: a wrong password.
        Forbidden = "M_FORBIDDEN",
        /// Guests are not allowed.
        GuestAccessForbidden = "M_GUEST_ACCESS_FORBIDDEN",
        /// The server does not support the room's version: see
        /// [`ServerError::room_version`](crate::wire::ServerError::room_version).
        IncompatibleRoomVersion = "M_INCOMPATIBLE_ROOM_VERSION",
        /// Not a phone number.
        InvalidAddress = "M_INVALID_ADDRESS",
        /// Not an e-mail address.
        InvalidEmail = "M_INVALID_EMAIL",
        /// A value does not follow the rules for it.
        InvalidParam = "M_INVALID_PARAM",
        /// The hashes were not made with the server's current pepper: see
        /// [`ServerError::lookup_pepper`](crate::wire::ServerError::lookup_pepper).
        InvalidPepper = "M_INVALID_PEPPER",
        /// Not a phone number. Sydent's code.
        InvalidPhoneNumber = "M_INVALID_PHONE_NUMBER",
        /// The state asked for a new room contradicts itself.
        InvalidRoomState = "M_INVALID_ROOM_STATE",
        /// A signature does not match the signed data.
        InvalidSignature = "M_INVALID_SIGNATURE",
        /// The user name does not follow the rules.
        InvalidUsername = "M_INVALID_USERNAME",
        /// The user does not accept this invitation.
        InviteBlocked = "M_INVITE_BLOCKED",
        /// The name of a profile field is longer than 255 bytes.
        KeyTooLarge = "M_KEY_TOO_LARGE",
        /// Too many requests: see [`Error::retry_after`](crate::wire::Error::retry_after).
        LimitExceeded = "M_LIMIT_EXCEEDED",
        /// A required value is missing.
        MissingParam = "M_MISSING_PARAM",
        /// Required values are missing. Sydent's code.
        MissingParams = "M_MISSING_PARAMS",
        /// The request needs an access token.
        MissingToken = "M_MISSING_TOKEN",
        /// The resource does not exist.
        NotFound = "M_NOT_FOUND",
        /// The body is not JSON.
        NotJson = "M_NOT_JSON",
        /// The media has no content yet.
        NotYetUploaded = "M_NOT_YET_UPLOADED",
        /// There is no such validation session.
        NoValidSession = "M_NO_VALID_SESSION",
        /// The password is in a dictionary of common passwords. Synapse's code.
        PasswordInDictionary = "M_PASSWORD_IN_DICTIONARY",
        /// The password has no digit. Synapse's code.
        PasswordNoDigit = "M_PASSWORD_NO_DIGIT",
        /// The password has no lower-case letter. Synapse's code.
        PasswordNoLowercase = "M_PASSWORD_NO_LOWERCASE",
        /// The password has no symbol. Synapse's code.
        PasswordNoSymbol = "M_PASSWORD_NO_SYMBOL",
        /// The password has no upper-case letter. Synapse's code.
        PasswordNoUppercase = "M_PASSWORD_NO_UPPERCASE",
        /// The password is too short. Synapse's code.
        PasswordTooShort = "M_PASSWORD_TOO_SHORT",
        /// The whole profile would be larger than 64 KiB.
        ProfileTooLarge = "M_PROFILE_TOO_LARGE",
        /// The server has reached one of its own limits: see
        /// [`ServerError::admin_contact`](crate::wire::ServerError::admin_contact).
        ResourceLimitExceeded = "M_RESOURCE_LIMIT_EXCEEDED",
        /// The alias for the new room is taken.
        RoomInUse = "M_ROOM_IN_USE",
        /// The validation text could not be sent.
        SendError = "M_SEND_ERROR",
        /// The server does not trust the identity server.
        ServerNotTrusted = "M_SERVER_NOT_TRUSTED",
        /// The validation session is too old: ask for a new code.
        SessionExpired = "M_SESSION_EXPIRED",
        /// The validation session has not been validated.
        SessionNotValidated = "M_SESSION_NOT_VALIDATED",
        /// The user has not agreed to the terms of service.
        TermsNotSigned = "M_TERMS_NOT_SIGNED",
        /// The validation session is not known or not validated.
        ThreepidAuthFailed = "M_THREEPID_AUTH_FAILED",
        /// This phone number or e-mail address is not accepted here.
        ThreepidDenied = "M_THREEPID_DENIED",
        /// The phone number or e-mail address belongs to an account.
        ThreepidInUse = "M_THREEPID_IN_USE",
        /// The server does not add identifiers of this kind.
        ThreepidMediumNotSupported = "M_THREEPID_MEDIUM_NOT_SUPPORTED",
        /// No account has the phone number or e-mail address.
        ThreepidNotFound = "M_THREEPID_NOT_FOUND",
        /// The code is not the one that was sent.
        TokenIncorrect = "M_TOKEN_INCORRECT",
        /// The body is larger than the server accepts.
        TooLarge = "M_TOO_LARGE",
        /// The server cannot tell whether the user may join the room.
        UnableToAuthoriseJoin = "M_UNABLE_TO_AUTHORISE_JOIN",
        /// The server is not allowed to let anybody join the room.
        UnableToGrantJoin = "M_UNABLE_TO_GRANT_JOIN",
        /// The token is missing or invalid. The identity server's code.
        Unauthorized = "M_UNAUTHORIZED",
        /// An error that has no code of its own.
        Unknown = "M_UNKNOWN",
        /// The application service's user has no such device.
        UnknownDevice = "M_UNKNOWN_DEVICE",
        /// The access token is not valid, or no longer valid.
        UnknownToken = "M_UNKNOWN_TOKEN",
        /// The server does not have this endpoint, or not for this method.
        Unrecognized = "M_UNRECOGNIZED",
        /// The server cannot create rooms with this version.
        UnsupportedRoomVersion = "M_UNSUPPORTED_ROOM_VERSION",
        /// The application service has no URL.
        UrlNotSet = "M_URL_NOT_SET",
        /// The account is deactivated.
        UserDeactivated = "M_USER_DEACTIVATED",
        /// The user name is taken.
        UserInUse = "M_USER_IN_USE",
        /// The user has reached a limit that the server sets: see
        /// [`ServerError::info_uri`](crate::wire::ServerError::info_uri).
        UserLimitExceeded = "M_USER_LIMIT_EXCEEDED",
        /// The account is locked.
        UserLocked = "M_USER_LOCKED",
        /// The account is suspended.
        UserSuspended = "M_USER_SUSPENDED",
        /// The password is too weak.
        WeakPassword = "M_WEAK_PASSWORD",
        /// The key backup is no longer the current one: see
        /// [`ServerError::current_version`](crate::wire::ServerError::current_version).
        WrongRoomKeysVersion = "M_WRONG_ROOM_KEYS_VERSION",
    }
}
