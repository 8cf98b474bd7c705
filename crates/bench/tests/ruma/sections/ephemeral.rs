use hardline::client_api::ephemeral::{
    GetPresence, PostReceipt, SendToDevice, SetPresence, SetReadMarker, SetTyping,
};
use ruma::api::client::{presence, read_marker, receipt, to_device, typing};

use crate::exchange::{Exchange, answer, both, request};
use crate::pair::{Pair, pair};

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        pair::<GetPresence, presence::get_presence::v3::Request>(),
        pair::<SetPresence, presence::set_presence::v3::Request>(),
        pair::<SetReadMarker, read_marker::set_read_marker::v3::Request>(),
        pair::<PostReceipt, receipt::create_receipt::v3::Request>(),
        pair::<SendToDevice, to_device::send_event_to_device::v3::Request>(),
        pair::<SetTyping, typing::create_typing_event::v3::Request>(),
    ]
}

pub(super) const EXCHANGES: &[Exchange] = &[
    both(
        "cs:getPresence",
        "as specified",
        "/_matrix/client/v3/presence/%40alice%3Aexample.com/status",
        "",
        r#"{"presence": "unavailable", "last_active_ago": 420845}"#,
    ),
    answer(
        "cs:getPresence",
        "with every member",
        200,
        r#"{"presence": "online", "last_active_ago": 25, "status_msg": "Ferien 🏖", "currently_active": true}"#,
    ),
    answer(
        "cs:getPresence",
        "a state of a proposal",
        200,
        r#"{"presence": "org.matrix.msc3026.busy", "last_active_ago": 25, "currently_active": false}"#,
    ),
    answer(
        "cs:getPresence",
        "declined",
        403,
        r#"{"errcode": "M_FORBIDDEN", "error": "You are not allowed to see their presence"}"#,
    ),
    both(
        "cs:setPresence",
        "as specified",
        "/_matrix/client/v3/presence/%40alice%3Aexample.com/status",
        r#"{"presence": "online", "status_msg": "I am here."}"#,
        "{}",
    ),
    both(
        "cs:setReadMarker",
        "as specified",
        "/_matrix/client/v3/rooms/%21somewhere%3Aexample.org/read_markers",
        r#"{"m.fully_read": "$somewhere:example.org", "m.read": "$elsewhere:example.org", "m.read.private": "$elsewhere:example.org"}"#,
        "{}",
    ),
    both(
        "cs:postReceipt",
        "private, in a thread",
        "/_matrix/client/v3/rooms/%21CqlAKLXfNiqRCQppSG%3Alocalhost%3A19448/receipt/m.read.private/%24T8ytD8wXDiFuxYCA_O2BE-YecZLmpEu-lHVbNdTPDKw",
        r#"{"thread_id": "$dZ0dPvnxuqqgSi9zczL0ZG0SjIdcEPAY-fg-w44eFGk"}"#,
        "{}",
    ),
    request(
        "cs:postReceipt",
        "in the main timeline",
        "/_matrix/client/v3/rooms/%21room%3Aexample.org/receipt/m.read/%24event%3Aexample.org",
        r#"{"thread_id": "main"}"#,
    ),
    request(
        "cs:postReceipt",
        "an empty object",
        "/_matrix/client/v3/rooms/%21room%3Aexample.org/receipt/m.read/%24event%3Aexample.org",
        "{}",
    ),
    both(
        "cs:sendToDevice",
        "to a device",
        "/_matrix/client/v3/sendToDevice/m.room_key_request/m52241.87",
        r#"{"messages": {"@bob:example.org": {"RXDINADTCK": {"action": "request", "requesting_device_id": "JCARUTLWBI", "request_id": "r1", "body": {"algorithm": "m.megolm.v1.aes-sha2", "room_id": "!CqlAKLXfNiqRCQppSG:example.org", "session_id": "rdFVs5mJfq6Poru6MvicE5PsRG7ciJ2r/bg/n8rRpo4"}}}}}"#,
        "{}",
    ),
    request(
        "cs:sendToDevice",
        "to all devices",
        "/_matrix/client/v3/sendToDevice/m.secret.request/m52464.100",
        r#"{"messages": {"@alice:example.org": {"*": {"action": "request", "requesting_device_id": "EAWBKEIWCX", "request_id": "s1", "name": "m.cross_signing.master"}}}}"#,
    ),
    both(
        "cs:setTyping",
        "as specified",
        "/_matrix/client/v3/rooms/%21wefh3sfukhs%3Aexample.com/typing/%40alice%3Aexample.com",
        r#"{"typing": true, "timeout": 30000}"#,
        "{}",
    ),
    request(
        "cs:setTyping",
        "no longer",
        "/_matrix/client/v3/rooms/%21wefh3sfukhs%3Aexample.com/typing/%40alice%3Aexample.com",
        r#"{"typing": false}"#,
    ),
    request(
        "cs:setTyping",
        "without a time",
        "/_matrix/client/v3/rooms/%21wefh3sfukhs%3Aexample.com/typing/%40alice%3Aexample.com",
        r#"{"typing": true}"#,
    ),
];
