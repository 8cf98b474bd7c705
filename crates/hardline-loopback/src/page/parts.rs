use serde_json::{Value, json};

use super::exchanges::Exchanges;
use crate::shortened::shortened;
use crate::{Homeserver, Message};

/// How many messages are shown.
const MOST_MESSAGES: usize = 100;
/// How many bytes of a message are shown.
const LONGEST_MESSAGE: usize = 4 * 1024;

/// All that the page shows by itself, in parts that change for themselves: each with its name.
pub(super) fn all(homeserver: &Homeserver, exchanges: &Exchanges) -> [(&'static str, Value); 4] {
    [
        ("inbox", inbox(homeserver)),
        ("accounts", homeserver.accounts_overview()),
        ("rooms", homeserver.rooms_overview()),
        ("exchanges", exchanges.overview()),
    ]
}

fn inbox(homeserver: &Homeserver) -> Value {
    let (total, messages) = homeserver.inbox().latest(MOST_MESSAGES);
    let messages: Vec<_> = messages
        .iter()
        .map(|(number, message)| shown(*number, message))
        .collect();
    json!({ "total": total, "messages": messages })
}

fn shown(number: u64, message: &Message) -> Value {
    json!({
        "number": number,
        "medium": message.medium.as_str(),
        "address": message.address,
        "text": shortened(&message.text, LONGEST_MESSAGE),
        "code": message.token.reveal(),
        "link": message.link,
    })
}
