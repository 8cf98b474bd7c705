use hardline::client_api::account::{
    ChangePassword, CheckUsernameAvailability, DeactivateAccount, GetTokenOwner, Register,
    RegistrationTokenValidity, RequestTokenToRegisterEmail, RequestTokenToRegisterMsisdn,
    RequestTokenToResetPasswordEmail, RequestTokenToResetPasswordMsisdn,
};
use ruma::api::client::account;

use crate::exchange::{Exchange, answer, both, request};
use crate::pair::{Pair, pair};

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        pair::<GetTokenOwner, account::whoami::v3::Request>(),
        pair::<Register, account::register::v3::Request>(),
        pair::<CheckUsernameAvailability, account::get_username_availability::v3::Request>(),
        pair::<ChangePassword, account::change_password::v3::Request>(),
        pair::<DeactivateAccount, account::deactivate::v3::Request>(),
        pair::<RegistrationTokenValidity, account::check_registration_token_validity::v1::Request>(
        ),
        pair::<
            RequestTokenToRegisterEmail,
            account::request_registration_token_via_email::v3::Request,
        >(),
        pair::<
            RequestTokenToRegisterMsisdn,
            account::request_registration_token_via_msisdn::v3::Request,
        >(),
        pair::<
            RequestTokenToResetPasswordEmail,
            account::request_password_change_token_via_email::v3::Request,
        >(),
        pair::<
            RequestTokenToResetPasswordMsisdn,
            account::request_password_change_token_via_msisdn::v3::Request,
        >(),
    ]
}

pub(super) const EXCHANGES: &[Exchange] = &[
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
    request(
        "cs:register",
        "by an application service",
        "/_matrix/client/v3/register",
        r#"{"type": "m.login.application_service", "username": "irc_ghost"}"#,
    ),
    both(
        "cs:checkUsernameAvailability",
        "as specified",
        "/_matrix/client/v3/register/available?username=my_cool_localpart",
        "",
        r#"{"available": true}"#,
    ),
    both(
        "cs:changePassword",
        "as specified",
        "/_matrix/client/v3/account/password",
        r#"{"new_password": "ihatebananas", "logout_devices": true, "auth": {"type": "m.login.password", "session": "x", "identifier": {"type": "m.id.user", "user": "u"}, "password": "p"}}"#,
        "{}",
    ),
    both(
        "cs:deactivateAccount",
        "as specified",
        "/_matrix/client/v3/account/deactivate",
        r#"{"auth": {"type": "m.login.dummy", "session": "x"}, "erase": true, "id_server": "id.example.com"}"#,
        r#"{"id_server_unbind_result": "success"}"#,
    ),
    both(
        "cs:registrationTokenValidity",
        "as specified",
        "/_matrix/client/v1/register/m.login.registration_token/validity?token=fBVFdqVE",
        "",
        r#"{"valid": true}"#,
    ),
    both(
        "cs:requestTokenToRegisterEmail",
        "as specified",
        "/_matrix/client/v3/register/email/requestToken",
        r#"{"client_secret": "monkeys_are_GREAT", "email": "alice@example.org", "send_attempt": 1, "next_link": "https://example.org/congratulations.html"}"#,
        r#"{"sid": "123abc", "submit_url": "https://example.org/path/to/submitToken"}"#,
    ),
    both(
        "cs:requestTokenToRegisterMSISDN",
        "as specified",
        "/_matrix/client/v3/register/msisdn/requestToken",
        r#"{"client_secret": "s", "country": "GB", "phone_number": "07700900001", "send_attempt": 1}"#,
        r#"{"sid": "123abc"}"#,
    ),
    both(
        "cs:requestTokenToResetPasswordEmail",
        "as specified",
        "/_matrix/client/v3/account/password/email/requestToken",
        r#"{"client_secret": "s", "email": "alice@example.org", "send_attempt": 1}"#,
        r#"{"sid": "123abc"}"#,
    ),
    both(
        "cs:requestTokenToResetPasswordMSISDN",
        "as specified",
        "/_matrix/client/v3/account/password/msisdn/requestToken",
        r#"{"client_secret": "s", "country": "GB", "phone_number": "07700900001", "send_attempt": 1}"#,
        r#"{"sid": "123abc"}"#,
    ),
];
