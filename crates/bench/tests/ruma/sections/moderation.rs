use hardline::client_api::moderation::{
    GetAdminLockUser, GetAdminSuspendUser, GetWhoIs, ReportEvent, ReportRoom, ReportUser,
    SetAdminLockUser, SetAdminSuspendUser,
};
use ruma::api::client::{admin, reporting, room};

use crate::exchange::{Exchange, answer, both, request};
use crate::pair::{Pair, pair};

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        pair::<GetWhoIs, admin::get_user_info::v3::Request>(),
        pair::<GetAdminSuspendUser, admin::is_user_suspended::v1::Request>(),
        pair::<SetAdminSuspendUser, admin::suspend_user::v1::Request>(),
        pair::<GetAdminLockUser, admin::is_user_locked::v1::Request>(),
        pair::<SetAdminLockUser, admin::lock_user::v1::Request>(),
        pair::<ReportRoom, room::report_room::v3::Request>(),
        pair::<ReportEvent, room::report_content::v3::Request>(),
        pair::<ReportUser, reporting::report_user::v3::Request>(),
    ]
}

pub(super) const EXCHANGES: &[Exchange] = &[
    both(
        "cs:getWhoIs",
        "as specified",
        "/_matrix/client/v3/admin/whois/%40peter%3Arabbit.rocks",
        "",
        r#"{"user_id": "@peter:rabbit.rocks", "devices": {"teapot": {"sessions": [{"connections": [{"ip": "127.0.0.1", "last_seen": 1411996332123, "user_agent": "curl/7.31.0-DEV"}, {"ip": "10.0.0.2", "last_seen": 1411996332123, "user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/37.0.2062.120 Safari/537.36"}]}]}}}"#,
    ),
    answer(
        "cs:getWhoIs",
        "an unknown user, from Synapse",
        200,
        r#"{"user_id": "@nosuchuser:localhost:19478", "devices": {"": {"sessions": [{"connections": []}]}}}"#,
    ),
    both(
        "cs:getAdminSuspendUser",
        "as specified",
        "/_matrix/client/v1/admin/suspend/%40peter%3Arabbit.rocks",
        "",
        r#"{"suspended": true}"#,
    ),
    both(
        "cs:setAdminSuspendUser",
        "as specified",
        "/_matrix/client/v1/admin/suspend/%40peter%3Arabbit.rocks",
        r#"{"suspended": true}"#,
        r#"{"suspended": true}"#,
    ),
    both(
        "cs:getAdminLockUser",
        "as specified",
        "/_matrix/client/v1/admin/lock/%40peter%3Arabbit.rocks",
        "",
        r#"{"locked": true}"#,
    ),
    both(
        "cs:setAdminLockUser",
        "as specified",
        "/_matrix/client/v1/admin/lock/%40peter%3Arabbit.rocks",
        r#"{"locked": true}"#,
        r#"{"locked": true}"#,
    ),
    both(
        "cs:reportRoom",
        "as specified",
        "/_matrix/client/v3/rooms/%21room%3Aexample.org/report",
        r#"{"reason": "this makes me sad"}"#,
        "{}",
    ),
    both(
        "cs:reportEvent",
        "as specified",
        "/_matrix/client/v3/rooms/%21637q39766251%3Aexample.com/report/%24something%3Aexample.org",
        r#"{"reason": "this makes me sad"}"#,
        "{}",
    ),
    request(
        "cs:reportEvent",
        "with a score",
        "/_matrix/client/v3/rooms/%21637q39766251%3Aexample.com/report/%24something%3Aexample.org",
        r#"{"reason": "this makes me sad", "score": -100}"#,
    ),
    request(
        "cs:reportEvent",
        "an empty object",
        "/_matrix/client/v3/rooms/%21637q39766251%3Aexample.com/report/%24something%3Aexample.org",
        r#"{}"#,
    ),
    both(
        "cs:reportUser",
        "as specified",
        "/_matrix/client/v3/users/%40someguy%3Aexample.com/report",
        r#"{"reason": "this makes me sad"}"#,
        "{}",
    ),
];
