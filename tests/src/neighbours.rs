//! What a homeserver asks beside its clients: an application service that bridges to an IRC network, a push gateway, and a
//! page that has a preview.

use std::io::Write;

use serde_json::{Value, json};

use crate::misbehaving::{Server, read_request, start};

const NETWORK: &str = "irc.bridge.test";
const PICTURE: &[u8] = include_bytes!("rooms_e2e/picture.png");

/// Starts them on this machine. The paths are those of `tests/homeserver/bridge.py`:
///
/// - `/_matrix/app/v1/...`: the application service
/// - `/_matrix/push/v1/notify`: the push gateway, which delivers to nobody
/// - `/page` and `/picture.png`: the page, and the picture on it
pub fn neighbours() -> Server {
    start(|_, mut connection| {
        let Ok(address) = connection.local_addr() else {
            return;
        };
        while let Some(request) = read_request(&mut connection) {
            let target = request.head.split(' ').nth(1).unwrap_or_default();
            let response = response(target, address.port());
            if connection.write_all(&response).is_err() {
                return;
            }
        }
    })
}

fn response(target: &str, port: u16) -> Vec<u8> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (status, content_type, body) = match path {
        "/page" => (
            "200 OK",
            "text/html; charset=utf-8",
            page(port).into_bytes(),
        ),
        "/picture.png" => ("200 OK", "image/png", PICTURE.to_vec()),
        _ => match json_of(path, query) {
            Some(body) => ("200 OK", "application/json", body.to_string().into_bytes()),
            None => ("404 Not Found", "application/json", b"{}".to_vec()),
        },
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n"
    );
    [head.into_bytes(), body].concat()
}

fn page(port: u16) -> String {
    format!(
        r#"<!DOCTYPE html>
<html><head><title>A page</title>
<meta property="og:title" content="A page with a preview">
<meta property="og:description" content="What it is about.">
<meta property="og:image" content="http://127.0.0.1:{port}/picture.png">
</head><body><p>Its text.</p></body></html>"#
    )
}

fn json_of(path: &str, query: &str) -> Option<Value> {
    if path == "/_matrix/push/v1/notify" {
        return Some(json!({"rejected": []}));
    }
    let path = path.strip_prefix("/_matrix/app/v1/")?;
    let field = |name: &str, otherwise: &str| {
        let mut fields = url::form_urlencoded::parse(query.as_bytes());
        let found = fields.find(|(known, _)| known == name);
        found.map_or(otherwise.to_owned(), |(_, value)| value.into_owned())
    };
    match path {
        "thirdparty/protocol/irc" => Some(protocol()),
        "thirdparty/location/irc" => {
            let channel = field("channel", "#room");
            let alias = format!("#bridge_{}:bridge.test", channel.trim_start_matches('#'));
            let fields = json!({"network": NETWORK, "channel": channel});
            Some(json!([{"alias": alias, "protocol": "irc", "fields": fields}]))
        }
        "thirdparty/user/irc" => {
            let nickname = field("nickname", "ferris");
            let userid = format!("@bridge_{nickname}:bridge.test");
            let fields = json!({"network": NETWORK, "nickname": nickname});
            Some(json!([{"userid": userid, "protocol": "irc", "fields": fields}]))
        }
        _ if path == "ping" || path.starts_with("transactions/") => Some(json!({})),
        _ => None,
    }
}

fn protocol() -> Value {
    json!({
        "user_fields": ["network", "nickname"],
        "location_fields": ["network", "channel"],
        "icon": "mxc://bridge.test/icon",
        "field_types": {
            "network": {"regexp": r"([a-z0-9]+\.)*[a-z0-9]+", "placeholder": "irc.example.org"},
            "nickname": {"regexp": r"[^\s#]+", "placeholder": "username"},
            "channel": {"regexp": r"#[^\s]+", "placeholder": "#room"},
        },
        "instances": [{"desc": "A network", "fields": {"network": NETWORK}, "network_id": "bridge"}],
    })
}
