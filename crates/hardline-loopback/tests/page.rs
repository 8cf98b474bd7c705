//! The page for people, as browsers and other clients meet it.

#![allow(clippy::unwrap_used, reason = "what fails in a test is to end it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use hardline_loopback::Loopback;
use serde_json::Value;

const REQUEST_TOKEN: &str = "/_matrix/client/v3/account/3pid/msisdn/requestToken";
const EVIL: &str = "origin: http://evil.example\r\n";
const FILES: [&str; 4] = ["", "page.css", "page.js", "icon.svg"];

fn loopback() -> Loopback {
    Loopback::builder()
        .page()
        .account("alice", "wonderland")
        .start()
        .unwrap()
}

/// One connection.
struct Connection(BufReader<TcpStream>);

struct Response {
    status: u16,
    /// In lower case, with the line ends.
    head: String,
    body: String,
}

impl Connection {
    /// With a request that has these header fields, `host` included.
    fn send(loopback: &Loopback, request: &str, fields: &str, body: &str) -> Self {
        let mut stream = TcpStream::connect(loopback.local_addr()).unwrap();
        let timeout = Some(Duration::from_secs(20));
        stream.set_read_timeout(timeout).unwrap();
        let length = body.len();
        let head = format!("{request} HTTP/1.1\r\n{fields}content-length: {length}\r\n\r\n");
        stream
            .write_all(format!("{head}{body}").as_bytes())
            .unwrap();
        Self(BufReader::new(stream))
    }

    fn head(&mut self) -> String {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(self.0.read_line(&mut head).unwrap(), 0, "{head}");
        }
        head.to_ascii_lowercase()
    }

    fn response(&mut self) -> Response {
        let head = self.head();
        let mut lines = head.lines();
        let length = lines.find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        self.0.read_exact(&mut body).unwrap();
        Response {
            status: status(&head),
            head,
            body: String::from_utf8(body).unwrap(),
        }
    }

    /// The next server-sent event with this name that is as expected.
    fn event(&mut self, name: &str, is_expected: impl Fn(&Value) -> bool) -> Value {
        let mut is_next = false;
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "the stream ended");
            if let Some(of) = line.strip_prefix("event: ") {
                is_next = of.trim() == name;
            }
            if let Some(data) = line.strip_prefix("data: ") {
                let data = serde_json::from_str(data).unwrap();
                if is_next && is_expected(&data) {
                    return data;
                }
            }
        }
    }
}

fn status(head: &str) -> u16 {
    head.split(' ').nth(1).unwrap().parse().unwrap()
}

fn host(loopback: &Loopback) -> String {
    format!("host: {}\r\n", loopback.local_addr())
}

/// From a page of the loopback's own, or from no page.
fn ask(loopback: &Loopback, request: &str, fields: &str) -> Response {
    let fields = host(loopback) + fields;
    Connection::send(loopback, request, &fields, "").response()
}

fn own_origin(loopback: &Loopback) -> String {
    format!("origin: http://{}\r\n", loopback.local_addr())
}

/// Has a text sent.
fn request_text(loopback: &Loopback, number: &str) {
    let body = format!(
        r#"{{"client_secret":"a-secret-of-the-client","country":"GB","phone_number":"{number}","send_attempt":1}}"#
    );
    let request = format!("POST {REQUEST_TOKEN}");
    let mut connection = Connection::send(loopback, &request, "host: loopback\r\n", &body);
    assert_eq!(connection.response().status, 200);
}

fn live(loopback: &Loopback) -> Connection {
    Connection::send(loopback, "GET /_hardline/live", &host(loopback), "")
}

/// That no other origin may read it, show it in a frame, or have it believed to be something else.
fn assert_protected(response: &Response) {
    let head = &response.head;
    assert!(!head.contains("access-control"), "{head}");
    for field in [
        "content-security-policy: default-src 'self'; frame-ancestors 'none';",
        "x-content-type-options: nosniff\r\n",
        "cross-origin-resource-policy: same-origin\r\n",
        "cache-control: no-store\r\n",
    ] {
        assert!(head.contains(field), "{field} is not in {head}");
    }
}

#[test]
fn the_files_of_the_page_come_with_their_policy() {
    let loopback = loopback();
    let url = format!("{}/_hardline/", loopback.url());
    assert_eq!(loopback.page_url().unwrap(), url);
    for file in FILES {
        let response = ask(&loopback, &format!("GET /_hardline/{file}"), "");
        assert_eq!(response.status, 200, "{file}");
        assert!(!response.body.is_empty(), "{file}");
        assert_protected(&response);
        let request = format!("HEAD /_hardline/{file}");
        let mut head = Connection::send(&loopback, &request, &host(&loopback), "");
        assert_eq!(status(&head.head()), 200, "{file}");
    }
    let moved = ask(&loopback, "GET /_hardline", "");
    assert_eq!(moved.status, 308);
    assert!(moved.head.contains("location: /_hardline/\r\n"));
    assert_protected(&moved);
}

#[test]
fn there_are_no_scripts_and_no_styles_in_its_markup() {
    let loopback = loopback();
    let page = ask(&loopback, "GET /_hardline/", "").body;
    assert!(page.contains("<script src=\"page.js\" defer></script>"));
    assert_eq!(page.matches("<script").count(), 1);
    assert!(
        !page.contains("<style") && !page.contains("style=") && !page.contains(" on"),
        "{page}"
    );
    // What puts markup into a page.
    let script = ask(&loopback, "GET /_hardline/page.js", "").body;
    for danger in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "srcdoc",
    ] {
        assert!(!script.contains(danger), "{danger}");
    }
}

#[test]
fn there_is_no_page_unless_it_is_wanted() {
    let loopback = Loopback::start().unwrap();
    assert_eq!(loopback.page_url(), None);
    let response = ask(&loopback, "GET /_hardline/", "");
    assert_eq!(response.status, 404);
    assert!(response.body.contains("M_UNRECOGNIZED"));
}

#[test]
fn a_name_that_leads_here_by_a_name_server_gets_nothing() {
    let loopback = loopback();
    let port = loopback.local_addr().port();
    for name in [
        "evil.example",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "localhost.evil.example",
    ] {
        for path in ["", "page.js", "live", "exchanges/0"] {
            let request = format!("GET /_hardline/{path}");
            let fields = format!("host: {name}:{port}\r\n");
            let response = Connection::send(&loopback, &request, &fields, "").response();
            assert_eq!(response.status, 421, "{name} {path}");
            assert_protected(&response);
        }
    }
    for name in ["localhost", "127.0.0.1", "[::1]"] {
        let fields = format!("host: {name}:{port}\r\n");
        let mut connection = Connection::send(&loopback, "GET /_hardline/", &fields, "");
        assert_eq!(connection.response().status, 200, "{name}");
    }
}

#[test]
fn another_origin_reads_nothing() {
    let loopback = loopback();
    request_text(&loopback, "07700900001");
    for path in [
        "",
        "page.js",
        "live",
        "inbox",
        "exchanges",
        "exchanges/0",
        "rooms/!a",
        "x",
    ] {
        let preflight =
            "access-control-request-method: GET\r\naccess-control-request-headers: x\r\n";
        for (method, fields) in [
            ("GET", EVIL.to_owned()),
            ("OPTIONS", format!("{EVIL}{preflight}")),
        ] {
            let response = ask(&loopback, &format!("{method} /_hardline/{path}"), &fields);
            assert_eq!(response.status, 403, "{method} {path}");
            assert_protected(&response);
            assert_eq!(response.body, "another origin gets nothing here");
        }
        let embedded =
            "sec-fetch-site: cross-site\r\nsec-fetch-mode: no-cors\r\nsec-fetch-dest: image\r\n";
        let response = ask(&loopback, &format!("GET /_hardline/{path}"), embedded);
        assert_eq!(response.status, 403, "{path}");
        assert_protected(&response);
    }
    // The servers beside it are for every page, as the specification wants it.
    let versions = ask(&loopback, "GET /_matrix/client/versions", EVIL);
    assert!(versions.head.contains("access-control-allow-origin: *"));
}

#[test]
fn only_the_page_itself_changes_something() {
    let loopback = loopback();
    request_text(&loopback, "07700900001");
    for list in ["inbox", "exchanges"] {
        let clear = format!("DELETE /_hardline/{list}");
        for fields in ["", EVIL, "origin: null\r\n", "origin: http://localhost\r\n"] {
            let response = ask(&loopback, &clear, fields);
            assert_eq!(response.status, 403, "{list} {fields}");
            assert_protected(&response);
        }
    }
    assert_eq!(loopback.inbox().messages().len(), 1);
    assert_eq!(ask(&loopback, "GET /_hardline/exchanges/0", "").status, 200);
    for list in ["inbox", "exchanges"] {
        let clear = format!("DELETE /_hardline/{list}");
        let response = ask(&loopback, &clear, &own_origin(&loopback));
        assert_eq!(response.status, 204, "{list}");
        assert_protected(&response);
    }
    assert!(loopback.inbox().messages().is_empty());
    assert_eq!(ask(&loopback, "GET /_hardline/exchanges/0", "").status, 404);
}

#[test]
fn a_method_that_is_not_there_is_told_from_those_that_are() {
    let loopback = loopback();
    for (path, method, allowed) in [
        ("", "POST", "get, head"),
        ("", "OPTIONS", "get, head"),
        ("live", "PUT", "get, head"),
        ("inbox", "GET", "delete"),
        ("inbox", "OPTIONS", "delete"),
        ("exchanges", "POST", "delete"),
        ("exchanges/0", "DELETE", "get, head"),
    ] {
        let request = format!("{method} /_hardline/{path}");
        let response = ask(&loopback, &request, &own_origin(&loopback));
        assert_eq!(response.status, 405, "{request}");
        let allow = format!("allow: {allowed}\r\n");
        assert!(response.head.contains(&allow), "{}", response.head);
        assert_protected(&response);
    }
    for path in [
        "x",
        "exchanges/7",
        "exchanges/x",
        "rooms/",
        "rooms/%ff",
        "rooms/!a:b",
        "../_matrix",
    ] {
        let response = ask(&loopback, &format!("GET /_hardline/{path}"), "");
        assert_eq!(response.status, 404, "{path}");
        assert_protected(&response);
    }
}

#[test]
fn a_text_is_shown_when_it_is_sent() {
    let loopback = loopback();
    let mut live = live(&loopback);
    let head = live.head();
    assert_eq!(status(&head), 200);
    assert!(head.contains("content-type: text/event-stream\r\n"));
    assert!(!head.contains("access-control"));
    live.event("inbox", |inbox| inbox["messages"] == Value::Array(vec![]));
    live.event("accounts", |accounts| accounts["total"] == 1);

    request_text(&loopback, "07700900001");
    let inbox = live.event("inbox", |inbox| inbox["messages"] != Value::Array(vec![]));
    let sent = loopback.inbox().last_to("+447700900001").unwrap();
    let shown = &inbox["messages"][0];
    assert_eq!(shown["code"], *sent.token.reveal());
    assert_eq!(shown["text"], *sent.text);
    assert_eq!(shown["address"], "447700900001");
    let exchanges = live.event("exchanges", |list| {
        list["exchanges"] != Value::Array(vec![])
    });
    let newest = &exchanges["exchanges"][0];
    assert_eq!(newest["operation"], "cs:requestTokenTo3PIDMSISDN");
    assert_eq!(newest["status"], 200);

    let cleared = ask(&loopback, "DELETE /_hardline/inbox", &own_origin(&loopback));
    assert_eq!(cleared.status, 204);
    live.event("inbox", |inbox| inbox["messages"] == Value::Array(vec![]));
}

#[test]
fn exchanges_are_shown_without_their_secrets() {
    let loopback = loopback();
    request_text(&loopback, "07700900001");
    let login = r#"{"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},"password":"wonderland"}"#;
    let request = "POST /_matrix/client/v3/login";
    let mut connection = Connection::send(&loopback, request, "host: loopback\r\n", login);
    let body: Value = serde_json::from_str(&connection.response().body).unwrap();
    let token = body["access_token"].as_str().unwrap();
    let fields = format!("authorization: Bearer {token}\r\n");
    let path = format!("/_matrix/client/v3/account/whoami?access_token={token}");
    assert_eq!(ask(&loopback, &format!("GET {path}"), &fields).status, 200);

    let mut shown = String::new();
    for number in 0..3 {
        let exchange = ask(&loopback, &format!("GET /_hardline/exchanges/{number}"), "");
        assert_eq!(exchange.status, 200);
        shown += &exchange.body;
    }
    let mut live = live(&loopback);
    let accounts = live.event("accounts", |_| true).to_string();
    assert!(accounts.contains(body["device_id"].as_str().unwrap()));
    let list = live.event("exchanges", |_| true);
    assert_eq!(list["exchanges"].as_array().unwrap().len(), 3);
    assert_eq!(list["exchanges"][1]["operation"], "cs:login");
    shown += &list.to_string();
    shown += &accounts;
    assert!(
        shown.contains("@alice:") && shown.contains("masked"),
        "{shown}"
    );
    for secret in [token, "wonderland", "a-secret-of-the-client"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn requests_without_sockets_and_rooms_are_shown() {
    use hardline::client::BlockingTransport;

    let loopback = loopback();
    let send = |target: &str, token: Option<&str>, body: &str| -> Value {
        let mut request = http::Request::post(format!("{}{target}", loopback.url()));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(body.as_bytes().to_vec()).unwrap();
        let response = loopback.transport().send(request).unwrap();
        assert_eq!(response.status(), 200);
        serde_json::from_slice(response.body()).unwrap()
    };
    let login = r#"{"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},"password":"wonderland"}"#;
    let session = send("/_matrix/client/v3/login", None, login);
    let token = session["access_token"].as_str();
    let created = send(
        "/_matrix/client/v3/createRoom",
        token,
        r#"{"name":"<b>tea</b>"}"#,
    );
    let room_id = created["room_id"].as_str().unwrap();

    let mut live = live(&loopback);
    let rooms = live.event("rooms", |rooms| rooms["total"] == 1);
    assert_eq!(rooms["rooms"][0]["name"], "<b>tea</b>");
    assert_eq!(rooms["rooms"][0]["joined"], 1);
    let exchanges = live.event("exchanges", |_| true);
    assert_eq!(exchanges["exchanges"][0]["operation"], "cs:createRoom");
    let path = room_id.replace('!', "%21").replace(':', "%3A");
    let timeline = ask(&loopback, &format!("GET /_hardline/rooms/{path}"), "");
    let timeline: Value = serde_json::from_str(&timeline.body).unwrap();
    let events = timeline["events"].as_array().unwrap();
    assert_eq!(events.last().unwrap()["type"], "m.room.create");
    assert!(events.iter().any(|event| event["type"] == "m.room.name"));
}

#[test]
fn there_is_a_limit_to_the_pages_that_are_kept_up_to_date() {
    let loopback = loopback();
    let mut open = Vec::new();
    let refused = loop {
        let mut connection = live(&loopback);
        let head = connection.head();
        match status(&head) {
            200 => open.push(connection),
            status => break (status, head),
        }
        assert!(open.len() < 100, "there is no limit");
    };
    assert_eq!(refused.0, 503);
    assert!(refused.1.contains("retry-after: "), "{}", refused.1);
    // A place becomes free when its page is left, which the server notices when it has something to say.
    open.pop();
    loop {
        if status(&live(&loopback).head()) == 200 {
            break;
        }
    }
}

#[test]
fn a_loopback_that_ends_does_not_wait_for_its_pages() {
    let loopback = loopback();
    let mut live = live(&loopback);
    live.event("exchanges", |_| true);
    drop(loopback);
    let mut rest = String::new();
    // Whether the stream ends or breaks is the same to a browser.
    let _ = live.0.read_to_string(&mut rest);
}
