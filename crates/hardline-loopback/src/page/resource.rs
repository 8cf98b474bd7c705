use hardline::types::RoomId;
use http::Method;
use percent_encoding::percent_decode_str;

use super::refusal::Refusal;

/// Where the page is. Everything that it needs is below.
pub(super) const ROOT: &str = "/_hardline/";

const HTML: &str = include_str!("index.html");
const STYLE: &str = include_str!("page.css");
const ICON: &str = include_str!("icon.svg");
const SCRIPT: &str = include_str!("page.js");

/// What there is below the root.
pub(super) enum Resource {
    File(&'static str, &'static str),
    Live,
    Inbox,
    Exchanges,
    Exchange(u64),
    Room(RoomId),
}

impl Resource {
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "" => Self::File("text/html; charset=utf-8", HTML),
            "page.css" => Self::File("text/css; charset=utf-8", STYLE),
            "page.js" => Self::File("text/javascript; charset=utf-8", SCRIPT),
            "icon.svg" => Self::File("image/svg+xml", ICON),
            "live" => Self::Live,
            "inbox" => Self::Inbox,
            "exchanges" => Self::Exchanges,
            _ => {
                if let Some(number) = name.strip_prefix("exchanges/") {
                    return Some(Self::Exchange(number.parse().ok()?));
                }
                let room_id = percent_decode_str(name.strip_prefix("rooms/")?);
                let room_id = room_id.decode_utf8().ok()?;
                Self::Room(RoomId::parse(room_id.as_ref()).ok()?)
            }
        })
    }

    pub(super) fn check(&self, method: &Method) -> Result<(), Refusal> {
        let allowed = match self {
            Self::Inbox | Self::Exchanges => "DELETE",
            _ => "GET, HEAD",
        };
        let mut methods = allowed.split(", ");
        if methods.any(|known| known == method.as_str()) {
            return Ok(());
        }
        Err(Refusal::method(allowed))
    }
}
