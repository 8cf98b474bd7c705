//! The core's names that a scaffold prints, in one place: rename them here too.

/// The types that a printed operation may use, each with the module that exports it.
pub(super) const EXPORTS: [(&str, &str); 44] = [
    ("Request", "hardline_derive"),
    ("Response", "hardline_derive"),
    ("Wire", "hardline_derive"),
    ("AuthData", "crate::wire"),
    ("DiscoveryInformation", "crate::client_api::discovery"),
    ("Empty", "crate::json"),
    ("TokenSession", "crate::client_api::threepid"),
    ("UnbindResult", "crate::client_api::threepid"),
    ("UserIdentifier", "crate::wire"),
    ("AccessToken", "crate::types"),
    ("ClientSecret", "crate::types"),
    ("CountryCode", "crate::types"),
    ("DeviceId", "crate::types"),
    ("EventId", "crate::types"),
    ("IdentityProviderId", "crate::types"),
    ("JsonMap", "crate::json"),
    ("JsonObject", "crate::json"),
    ("LoginToken", "crate::types"),
    ("Medium", "crate::types"),
    ("MxcUri", "crate::types"),
    ("Password", "crate::types"),
    ("RawBytes", "crate::types"),
    ("RawJson", "crate::json"),
    ("RefreshToken", "crate::types"),
    ("RegistrationToken", "crate::types"),
    ("RoomAliasId", "crate::types"),
    ("RoomId", "crate::types"),
    ("RoomOrAliasId", "crate::types"),
    ("RoomVisibility", "crate::types"),
    ("ServerName", "crate::types"),
    ("ValidationSessionId", "crate::types"),
    ("SigningKeyId", "crate::types"),
    ("Timestamp", "crate::types"),
    ("TransactionId", "crate::types"),
    ("UserId", "crate::types"),
    ("ValidationToken", "crate::types"),
    ("text_enum", "crate::types::text"),
    ("ResponseBody", "crate::wire"),
    ("Auth", "crate::wire"),
    ("Body", "crate::wire"),
    ("EncodeError", "crate::wire"),
    ("Endpoint", "crate::wire"),
    ("Operation", "crate::wire"),
    ("SpecVersion", "crate::wire"),
];

/// The empty response.
pub(super) const EMPTY: &str = "Empty";
/// JSON of any type.
pub(super) const ANY: &str = "RawJson";
/// An object with arbitrary members.
pub(super) const OBJECT: &str = "JsonObject";
/// Bytes that are not JSON.
pub(super) const BYTES: &str = "RawBytes";
/// A point in time, in Unix milliseconds.
pub(super) const TIME: &str = "Timestamp";

/// The type of a string by its format in the facts.
pub(super) const OF_FORMAT: [(&str, &str); 7] = [
    ("mx-event-id", "EventId"),
    ("mx-mxc-uri", "MxcUri"),
    ("mx-room-alias", "RoomAliasId"),
    ("mx-room-id", "RoomId"),
    ("mx-room-id-or-alias", "RoomOrAliasId"),
    ("mx-server-name", "ServerName"),
    ("mx-user-id", "UserId"),
];

/// The type of a string by the name of its member, if the facts say only that it is a string.
pub(super) const OF_TEXT_MEMBER: [(&str, &str); 30] = [
    ("access_token", "AccessToken"),
    ("alias", "RoomAliasId"),
    ("avatar_url", "MxcUri"),
    ("client_secret", "ClientSecret"),
    ("content_uri", "MxcUri"),
    ("country", "CountryCode"),
    ("device", "DeviceId"),
    ("deviceId", "DeviceId"),
    ("device_id", "DeviceId"),
    ("eventId", "EventId"),
    ("event_id", "EventId"),
    ("home_server", "ServerName"),
    ("id_access_token", "AccessToken"),
    ("id_server", "ServerName"),
    ("idpId", "IdentityProviderId"),
    ("keyId", "SigningKeyId"),
    ("login_token", "LoginToken"),
    ("matrix_server_name", "ServerName"),
    ("medium", "Medium"),
    ("mxid", "UserId"),
    ("new_password", "Password"),
    ("password", "Password"),
    ("refresh_token", "RefreshToken"),
    ("roomAlias", "RoomAliasId"),
    ("roomId", "RoomId"),
    ("room_id", "RoomId"),
    ("sid", "ValidationSessionId"),
    ("txnId", "TransactionId"),
    ("userId", "UserId"),
    ("user_id", "UserId"),
];

/// The type of an object by its title in the specification.
pub(super) const OF_TITLE: [(&str, &str); 10] = [
    ("ClientEvent", ANY),
    ("ClientEventWithoutRoomID", ANY),
    ("Discovery Information", "DiscoveryInformation"),
    ("Event", ANY),
    ("InviteEvent", ANY),
    ("StateEvent", ANY),
    ("StrippedChildStateEvent", ANY),
    ("StrippedStateEvent", ANY),
    ("User identifier", "UserIdentifier"),
    ("Authentication Data", "AuthData"),
];

/// Responses that several operations share, by the names of their members.
pub(super) const SHARED_ANSWERS: [(&[&str], &str); 1] = [(&["sid", "submit_url"], "TokenSession")];

/// Operations that read or are idempotent in spite of their method: repeating them does no harm.
pub(super) const REPEATABLE_POSTS: [&str; 9] = [
    "lookupUsersV2",
    "queryKeys",
    "queryPublicRooms",
    "search",
    "searchUserDirectory",
    "setReadMarker",
    "postReceipt",
    "uploadCrossSigningSignatures",
    "agreeToTerms",
];

/// Operations whose responses have members that others than the server choose.
pub(super) const OPEN_RESPONSES: [&str; 14] = [
    "getAccountData",
    "getAccountDataPerRoom",
    "getContent",
    "getContentAuthed",
    "getContentOverrideName",
    "getContentOverrideNameAuthed",
    "getContentThumbnail",
    "getContentThumbnailAuthed",
    "getOneRoomEvent",
    "getProfileField",
    "getRoomStateWithKey",
    "getUrlPreview",
    "getUrlPreviewAuthed",
    "getUserProfile",
];

/// A value for the example in the documentation: `(type, expression, as JSON)`.
pub(super) const EXAMPLES: [(&str, &str, &str); 32] = [
    (
        "AccessToken",
        r#"AccessToken::from("syt_secret")"#,
        r#""syt_secret""#,
    ),
    (
        "ClientSecret",
        r#"ClientSecret::parse("monkeys_are_GREAT")?"#,
        r#""monkeys_are_GREAT""#,
    ),
    ("CountryCode", r#"CountryCode::parse("GB")?"#, r#""GB""#),
    (
        "DeviceId",
        r#"DeviceId::parse("GHTYAJCE")?"#,
        r#""GHTYAJCE""#,
    ),
    (
        "EventId",
        r#"EventId::parse("$event:example.org")?"#,
        r#""$event:example.org""#,
    ),
    (
        "IdentityProviderId",
        r#"IdentityProviderId::parse("github")?"#,
        r#""github""#,
    ),
    ("JsonMap", "JsonMap::new()", "{}"),
    ("JsonObject", "JsonObject::new()", "{}"),
    ("LoginToken", r#"LoginToken::from("secret")"#, r#""secret""#),
    ("Medium", "Medium::Email", r#""email""#),
    (
        "MxcUri",
        r#"MxcUri::parse("mxc://example.org/abc")?"#,
        r#""mxc://example.org/abc""#,
    ),
    ("Password", r#"Password::from("secret")"#, r#""secret""#),
    ("RawBytes", "RawBytes::from(b\"bytes\".as_slice())", "bytes"),
    ("RawJson", "RawJson::new(&1)?", "1"),
    (
        "RefreshToken",
        r#"RefreshToken::from("syr_secret")"#,
        r#""syr_secret""#,
    ),
    (
        "RegistrationToken",
        r#"RegistrationToken::from("secret")"#,
        r#""secret""#,
    ),
    (
        "RoomAliasId",
        r##"RoomAliasId::parse("#room:example.org")?"##,
        r##""#room:example.org""##,
    ),
    (
        "RoomId",
        r#"RoomId::parse("!room:example.org")?"#,
        r#""!room:example.org""#,
    ),
    (
        "RoomOrAliasId",
        r##"RoomOrAliasId::parse("#room:example.org")?"##,
        r##""#room:example.org""##,
    ),
    ("RoomVisibility", "RoomVisibility::Public", r#""public""#),
    (
        "ServerName",
        r#"ServerName::parse("example.org")?"#,
        r#""example.org""#,
    ),
    (
        "ValidationSessionId",
        r#"ValidationSessionId::parse("1234")?"#,
        r#""1234""#,
    ),
    (
        "SigningKeyId",
        r#"SigningKeyId::parse("ed25519:0")?"#,
        r#""ed25519:0""#,
    ),
    ("String", r#""text".to_owned()"#, r#""text""#),
    (
        "Timestamp",
        "Timestamp::from_millis(1_795_422_468_365)",
        "1795422468365",
    ),
    ("TransactionId", r#"TransactionId::parse("1")?"#, r#""1""#),
    (
        "UserId",
        r#"UserId::parse("@alice:example.org")?"#,
        r#""@alice:example.org""#,
    ),
    (
        "ValidationToken",
        r#"ValidationToken::from("123456")"#,
        r#""123456""#,
    ),
    ("bool", "true", "true"),
    ("f64", "0.5", "0.5"),
    ("i64", "1", "1"),
    ("u64", "1", "1"),
];

/// The printed setters of an operation's constant. Each takes what goes between its parentheses.
pub(super) mod constant {
    pub(crate) const TYPE: &str = "Operation";
    pub(crate) const AUTH: &str = "auth";
    pub(crate) const QUERY: &str = "query";
    pub(crate) const MAY_BE_EMPTY: &str = "may_be_empty";
    pub(crate) const BODY: &str = "body";
    pub(crate) const BODY_EMPTY: &str = "Body::Empty";
    pub(crate) const BODY_MEMBERS: &str = "Body::Members";
    pub(crate) const BODY_WHOLE: &str = "Body::Whole";
    pub(crate) const BODY_RAW: &str = "Body::Raw";
    pub(crate) const REQUIRED_TOGETHER: &str = "required_together";
    pub(crate) const UIA: &str = "uia";
    pub(crate) const REPEATABLE: &str = "repeatable";
    pub(crate) const STATUSES: &str = "statuses";
    pub(crate) const HEADERS: &str = "response_headers";
    pub(crate) const ANSWER: &str = "response_body";
    pub(crate) const ANSWER_LIST: &str = "ResponseBody::List";
    pub(crate) const ANSWER_BYTES: &str = "ResponseBody::Bytes";
    pub(crate) const ANSWER_IGNORED: &str = "ResponseBody::Ignored";
    pub(crate) const OPEN: &str = "open_response";
    pub(crate) const SUCCESS_MEMBER: &str = "success_member";
    pub(crate) const SINCE: &str = "since";
    pub(crate) const OLDER: &str = "older";
    pub(crate) const UNSTABLE: &str = "unstable";
    pub(crate) const RELEASE: &str = "SpecVersion";
}
