use hardline::client_api::threepid::{
    Add3pid, Bind3pid, Delete3pidFromAccount, GetAccount3pids, RequestTokenTo3pidEmail,
    RequestTokenTo3pidMsisdn, Unbind3pidFromAccount,
};
use ruma::api::client::account;

use crate::exchange::{Exchange, answer, both};
use crate::pair::{Pair, pair};

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        pair::<
            RequestTokenTo3pidEmail,
            account::request_3pid_management_token_via_email::v3::Request,
        >(),
        pair::<
            RequestTokenTo3pidMsisdn,
            account::request_3pid_management_token_via_msisdn::v3::Request,
        >(),
        pair::<Add3pid, account::add_3pid::v3::Request>(),
        pair::<Bind3pid, account::bind_3pid::v3::Request>(),
        pair::<GetAccount3pids, account::get_3pids::v3::Request>(),
        pair::<Delete3pidFromAccount, account::delete_3pid::v3::Request>(),
        pair::<Unbind3pidFromAccount, account::unbind_3pid::v3::Request>(),
    ]
}

pub(super) const EXCHANGES: &[Exchange] = &[
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
    both(
        "cs:requestTokenTo3PIDEmail",
        "as specified",
        "/_matrix/client/v3/account/3pid/email/requestToken",
        r#"{"client_secret": "s", "email": "alice@example.org", "send_attempt": 1, "id_server": "id.example.com", "id_access_token": "abc"}"#,
        r#"{"sid": "123abc"}"#,
    ),
    both(
        "cs:bind3PID",
        "as specified",
        "/_matrix/client/v3/account/3pid/bind",
        r#"{"client_secret": "d0nt-T3ll", "id_server": "example.org", "id_access_token": "abc123_OpaqueString", "sid": "abc123987"}"#,
        "{}",
    ),
    both(
        "cs:unbind3pidFromAccount",
        "as specified",
        "/_matrix/client/v3/account/3pid/unbind",
        r#"{"medium": "email", "address": "example@example.org", "id_server": "example.org"}"#,
        r#"{"id_server_unbind_result": "success"}"#,
    ),
];
