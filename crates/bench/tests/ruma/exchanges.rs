/// A request, or an answer, or both, as they stand on the wire.
pub(crate) struct Exchange {
    pub(crate) operation: &'static str,
    /// What is particular about it.
    pub(crate) name: &'static str,
    /// The path of the request, with its query.
    pub(crate) path: &'static str,
    pub(crate) request: Option<&'static str>,
    pub(crate) answer: Option<(u16, &'static str)>,
}

const fn both(
    operation: &'static str,
    name: &'static str,
    path: &'static str,
    request: &'static str,
    answer: &'static str,
) -> Exchange {
    Exchange {
        operation,
        name,
        path,
        request: Some(request),
        answer: Some((200, answer)),
    }
}

const fn answer(
    operation: &'static str,
    name: &'static str,
    status: u16,
    body: &'static str,
) -> Exchange {
    Exchange {
        operation,
        name,
        path: "/",
        request: None,
        answer: Some((status, body)),
    }
}

/// What the specification shows, and what servers send besides.
pub(crate) const EXCHANGES: &[Exchange] = &[
    both(
        "cs:getVersions",
        "as specified",
        "/_matrix/client/versions",
        "",
        r#"{"versions": ["r0.0.1", "v1.1"], "unstable_features": {"org.example.my_feature": true}}"#,
    ),
    answer(
        "cs:getVersions",
        "a feature that is no boolean",
        200,
        r#"{"versions": ["v1.1"], "unstable_features": {"a": true, "b": "yes"}}"#,
    ),
    answer(
        "cs:getVersions",
        "without unstable features",
        200,
        r#"{"versions": ["v1.1"]}"#,
    ),
    both(
        "cs:getWellknown",
        "as specified",
        "/.well-known/matrix/client",
        "",
        r#"{"m.homeserver": {"base_url": "https://matrix.example.com"}, "m.identity_server": {"base_url": "https://identity.example.com"}}"#,
    ),
    answer(
        "cs:getWellknown",
        "with a member of its own",
        200,
        r#"{"m.homeserver": {"base_url": "https://matrix.example.com"}, "org.example": {"a": 1}}"#,
    ),
    answer(
        "cs:getWellknown",
        "an identity server without a URL",
        200,
        r#"{"m.homeserver": {"base_url": "https://matrix.example.com"}, "m.identity_server": {}}"#,
    ),
    answer("cs:getWellknown", "without a homeserver", 200, "{}"),
    both(
        "cs:getLoginFlows",
        "as specified",
        "/_matrix/client/v3/login",
        "",
        r#"{"flows": [{"type": "m.login.password"}, {"type": "m.login.token", "get_login_token": true}]}"#,
    ),
    answer(
        "cs:getLoginFlows",
        "a flow without a type",
        200,
        r#"{"flows": [{"type": "m.login.password"}, {}]}"#,
    ),
    answer(
        "cs:getLoginFlows",
        "a flow of a type of its own",
        200,
        r#"{"flows": [{"type": "org.example.magic"}]}"#,
    ),
    both(
        "cs:login",
        "with a password",
        "/_matrix/client/v3/login",
        r#"{"type": "m.login.password", "identifier": {"type": "m.id.user", "user": "cheeky_monkey"}, "password": "ilovebananas", "initial_device_display_name": "Jungle Phone"}"#,
        r#"{"user_id": "@cheeky_monkey:matrix.org", "access_token": "abc123", "device_id": "GHTYAJCE", "expires_in_ms": 60000, "refresh_token": "def456", "well_known": {"m.homeserver": {"base_url": "https://example.org"}}}"#,
    ),
    both(
        "cs:login",
        "with a phone number, and tokens to refresh",
        "/_matrix/client/v3/login",
        r#"{"type": "m.login.password", "identifier": {"type": "m.id.phone", "country": "GB", "phone": "07700900001"}, "password": "p", "device_id": "D", "refresh_token": true}"#,
        r#"{"user_id": "@a:b.c", "access_token": "t", "device_id": "D", "home_server": "b.c"}"#,
    ),
    both(
        "cs:login",
        "refresh_token is false",
        "/_matrix/client/v3/login",
        r#"{"type": "m.login.token", "token": "t", "refresh_token": false}"#,
        r#"{"user_id": "@a:b.c", "access_token": "t", "device_id": "D", "expires_in_ms": null}"#,
    ),
    answer(
        "cs:login",
        "expires_in_ms is no number",
        200,
        r#"{"user_id": "@a:b.c", "access_token": "t", "device_id": "D", "expires_in_ms": "never"}"#,
    ),
    answer(
        "cs:login",
        "a wrong password",
        403,
        r#"{"errcode": "M_FORBIDDEN", "error": "Invalid username or password"}"#,
    ),
    answer(
        "cs:login",
        "rate limited, for null",
        429,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": null}"#,
    ),
    answer(
        "cs:login",
        "an error without a message",
        400,
        r#"{"errcode": "M_UNKNOWN"}"#,
    ),
    answer(
        "cs:login",
        "an errcode that nobody knows",
        400,
        r#"{"errcode": "ORG_EXAMPLE_FULL", "error": "full"}"#,
    ),
    answer(
        "cs:login",
        "a proxy's page",
        502,
        "<html><h1>Bad Gateway</h1></html>",
    ),
    answer(
        "cs:login",
        "an error that is cut short",
        403,
        r#"{"errcode": "M_FORBIDDEN", "error": "Inva"#,
    ),
    both(
        "cs:logout",
        "as specified",
        "/_matrix/client/v3/logout",
        "{}",
        "{}",
    ),
    both(
        "cs:getTokenOwner",
        "as specified",
        "/_matrix/client/v3/account/whoami",
        "",
        r#"{"user_id": "@joe:example.org", "device_id": "ABC1234"}"#,
    ),
    answer(
        "cs:getTokenOwner",
        "a guest",
        200,
        r#"{"user_id": "@joe:example.org", "is_guest": true}"#,
    ),
    answer(
        "cs:getTokenOwner",
        "not a guest",
        200,
        r#"{"user_id": "@joe:example.org", "is_guest": false}"#,
    ),
    answer(
        "cs:getTokenOwner",
        "a user ID without a server",
        200,
        r#"{"user_id": "joe"}"#,
    ),
    answer("cs:getTokenOwner", "no body", 200, ""),
    both(
        "cs:register",
        "as specified",
        "/_matrix/client/v3/register?kind=user",
        r#"{"auth": {"type": "m.login.dummy", "session": "xxxxx"}, "username": "cheeky_monkey", "password": "ilovebananas", "device_id": "GHTYAJCE", "initial_device_display_name": "Jungle Phone", "inhibit_login": false}"#,
        r#"{"user_id": "@cheeky_monkey:matrix.org", "access_token": "abc123", "device_id": "GHTYAJCE"}"#,
    ),
    both(
        "cs:register",
        "a guest who is not logged in",
        "/_matrix/client/v3/register?kind=guest",
        r#"{"inhibit_login": true}"#,
        r#"{"user_id": "@1:matrix.org"}"#,
    ),
    answer(
        "cs:register",
        "a challenge",
        401,
        r#"{"flows": [{"stages": ["m.login.dummy"]}], "params": {}, "session": "s"}"#,
    ),
    answer(
        "cs:register",
        "a challenge after a failed stage",
        401,
        r#"{"errcode": "M_FORBIDDEN", "error": "wrong", "completed": ["m.login.dummy"], "flows": [{"stages": ["m.login.dummy", "m.login.recaptcha"]}], "params": {}, "session": "s"}"#,
    ),
    answer(
        "cs:register",
        "a challenge with a flow that is none",
        401,
        r#"{"flows": [{"stages": ["m.login.dummy"]}, 5], "session": "s"}"#,
    ),
    answer(
        "cs:register",
        "a user name that is taken",
        400,
        r#"{"errcode": "M_USER_IN_USE", "error": "taken"}"#,
    ),
    both(
        "cs:requestTokenTo3PIDMSISDN",
        "as specified",
        "/_matrix/client/v3/account/3pid/msisdn/requestToken",
        r#"{"client_secret": "monkeys_are_GREAT", "country": "GB", "phone_number": "07700900001", "send_attempt": 1, "next_link": "https://example.org/congratulations.html"}"#,
        r#"{"sid": "123abc", "submit_url": "https://example.org/path/to/submitToken"}"#,
    ),
    both(
        "cs:requestTokenTo3PIDMSISDN",
        "with an identity server",
        "/_matrix/client/v3/account/3pid/msisdn/requestToken",
        r#"{"client_secret": "s", "country": "GB", "phone_number": "+447700900001", "send_attempt": 2, "id_server": "id.example.com", "id_access_token": "abc"}"#,
        r#"{"sid": "1", "submit_url": ""}"#,
    ),
    answer(
        "cs:requestTokenTo3PIDMSISDN",
        "Synapse's further members",
        200,
        r#"{"sid": "1", "success": true, "msisdn": "447700900001", "intl_fmt": "+44 7700 900001"}"#,
    ),
    answer(
        "cs:requestTokenTo3PIDMSISDN",
        "a sid with other characters",
        200,
        r#"{"sid": "a b/c"}"#,
    ),
    answer(
        "cs:requestTokenTo3PIDMSISDN",
        "a number in use",
        400,
        r#"{"errcode": "M_THREEPID_IN_USE", "error": "MSISDN is already in use"}"#,
    ),
    both(
        "cs:add3PID",
        "as specified",
        "/_matrix/client/v3/account/3pid/add",
        r#"{"auth": {"type": "m.login.password", "session": "x", "identifier": {"type": "m.id.user", "user": "u"}, "password": "p"}, "sid": "abc123987", "client_secret": "d0nt-T3ll"}"#,
        "{}",
    ),
    answer(
        "cs:add3PID",
        "a challenge with 403",
        403,
        r#"{"flows": [{"stages": ["m.login.password"]}], "params": {}, "session": "s"}"#,
    ),
    both(
        "cs:getAccount3PIDs",
        "as specified",
        "/_matrix/client/v3/account/3pid",
        "",
        r#"{"threepids": [{"medium": "email", "address": "monkey@banana.island", "validated_at": 1535176800000, "added_at": 1535336848756}]}"#,
    ),
    answer("cs:getAccount3PIDs", "none", 200, r#"{"threepids": []}"#),
    answer(
        "cs:getAccount3PIDs",
        "null for a list",
        200,
        r#"{"threepids": null}"#,
    ),
    answer(
        "cs:getAccount3PIDs",
        "validated_at is null",
        200,
        r#"{"threepids": [{"medium": "msisdn", "address": "447700900001", "validated_at": null, "added_at": 1}]}"#,
    ),
    answer(
        "cs:getAccount3PIDs",
        "one of two is wrong",
        200,
        r#"{"threepids": [{"medium": "msisdn", "address": "447700900001", "validated_at": 1, "added_at": 1}, {"medium": "email"}]}"#,
    ),
    both(
        "cs:delete3pidFromAccount",
        "as specified",
        "/_matrix/client/v3/account/3pid/delete",
        r#"{"medium": "email", "address": "example@example.org", "id_server": "example.org"}"#,
        r#"{"id_server_unbind_result": "success"}"#,
    ),
    answer("cs:delete3pidFromAccount", "without a result", 200, "{}"),
];
