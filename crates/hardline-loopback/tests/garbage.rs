//! Requests as a generator makes them that knows the specification and no mercy: whatever is wrong with them, the
//! homeserver refuses them with an errcode, or does what they say.
#![allow(clippy::unwrap_used, reason = "what fails in a test is to end it")]

use bytes::Bytes;
use hardline::client_api;
use hardline::json::{FieldShape, Shape};
use hardline::types::{Password, ServerName, Timestamp};
use hardline::wire::{Body, Operation, ShapedEndpoint, ShapedEndpointVisitor};
use hardline_loopback::Homeserver;
use http::{Method, Request, Response};
use serde_json::{Map, Value, json};

const ALICE: &str = "@alice:example.org";

/// What stands in the place of a value.
fn garbage() -> Vec<Value> {
    let mut deep = json!({});
    for _ in 0..100 {
        deep = json!({"a": [deep]});
    }
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(0),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(9_007_199_254_740_993_u64),
        json!(1.5),
        json!(1e300),
        json!(""),
        json!("x"),
        json!("\0"),
        json!("\u{202e}\u{1f980}ß"),
        json!(" ../..%2f?#&=+%"),
        json!("@"),
        json!("@:"),
        json!("!:"),
        json!("#:"),
        json!("$"),
        json!("mxc://"),
        json!("http://127.0.0.1:1/"),
        json!("s18446744073709551615"),
        json!("1_2_3_4"),
        json!("a".repeat(3_000)),
        json!("ß".repeat(40_000)),
        json!([]),
        json!([null, 1, "a", {}]),
        json!(vec!["a"; 300]),
        json!({}),
        json!({"": null}),
        json!({"a": {"b": {"c": 1}}, "@a:b": ["*"], "type": 7}),
        deep,
    ]
}

/// Bodies that have nothing to do with any operation.
const BODIES: &[(&str, &str)] = &[
    ("application/json", ""),
    ("application/json", "null"),
    ("application/json", "[]"),
    ("application/json", "\"\""),
    ("application/json", "{"),
    ("application/json", "{\"a\":1,\"a\":2}"),
    ("application/json", "\u{feff}{}"),
    ("application/json", "{\"a\":\"\\ud800\"}"),
    ("text/xml", "<a/>"),
    ("application/x-www-form-urlencoded", "a=b&c"),
    ("multipart/form-data; boundary=x", "--x--"),
    ("\u{1f980}", "{}"),
];

/// A homeserver with a room, a message and a file.
struct World {
    homeserver: Homeserver,
    token: String,
    room_id: String,
    event_id: String,
    media_id: String,
}

impl World {
    fn new() -> Self {
        let server_name = ServerName::parse("example.org").unwrap();
        let homeserver = Homeserver::new(server_name, "https://example.org", [7; 32]);
        for name in ["alice", "bob"] {
            let added = homeserver.add_account(name, &Password::from("secret"));
            added.unwrap();
        }
        let mut world = Self {
            homeserver,
            token: String::new(),
            room_id: String::new(),
            event_id: String::new(),
            media_id: String::new(),
        };
        let identifier = json!({"type": "m.id.user", "user": "alice"});
        let login = json!({
            "type": "m.login.password", "identifier": identifier, "password": "secret",
            "device_id": "DEVICE",
        });
        world.token = world.text("POST", "/_matrix/client/v3/login", &login, "access_token");
        let create = json!({"preset": "public_chat", "room_alias_name": "room"});
        world.room_id = world.text("POST", "/_matrix/client/v3/createRoom", &create, "room_id");
        let room_id = encoded(&world.room_id);
        let send = format!("/_matrix/client/v3/rooms/{room_id}/send/m.room.message/1");
        let message = json!({"msgtype": "m.text", "body": "hello"});
        world.event_id = world.text("PUT", &send, &message, "event_id");
        let uri = world.text(
            "POST",
            "/_matrix/media/v3/upload",
            &json!({}),
            "content_uri",
        );
        world.media_id = uri.rsplit('/').next().unwrap().to_owned();
        world
    }

    /// A member of a response.
    fn text(&self, method: &str, path: &str, body: &Value, name: &str) -> String {
        let body = body.to_string().into_bytes();
        let response = self.send(method.parse().unwrap(), path, "application/json", body);
        let answer: Value = serde_json::from_slice(response.body()).unwrap();
        answer[name]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"))
            .to_owned()
    }

    fn send(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> Response<Vec<u8>> {
        let mut request = Request::builder().method(method).uri(path);
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        let content_type = http::HeaderValue::from_bytes(content_type.as_bytes()).unwrap();
        let request = request.header("content-type", content_type);
        let now = Timestamp::from_millis(1_795_422_468_000);
        let request = request.body(Bytes::from(body)).unwrap();
        self.homeserver.handle(now, request)
    }

    fn is_logged_in(&self) -> bool {
        let path = "/_matrix/client/v3/account/whoami";
        self.send(Method::GET, path, "application/json", Vec::new())
            .status()
            == 200
    }

    /// A value that fits.
    fn example(&self, name: &str, shape: &Shape) -> Value {
        match (name, shape.present()) {
            ("roomId" | "room_id" | "roomIdOrAlias", _) => json!(self.room_id),
            ("userId" | "user_id", _) => json!(ALICE),
            ("eventId" | "event_id" | "parentId", _) => json!(self.event_id),
            ("deviceId" | "device_id", _) => json!("DEVICE"),
            ("mediaId", _) => json!(self.media_id),
            ("serverName", _) => json!("example.org"),
            ("roomAlias" | "alias", _) => json!("#room:example.org"),
            ("eventType" | "type", _) => json!("m.room.message"),
            ("url", _) => json!("http://127.0.0.1:1/"),
            (_, Shape::Boolean | Shape::True) => json!(true),
            (_, Shape::Null) => Value::Null,
            (_, Shape::Integer { least, .. }) => json!((*least).max(1)),
            (_, Shape::PowerLevel | Shape::Number) => json!(1),
            (_, Shape::Text(text)) => json!(text.known.first().unwrap_or(&"a")),
            (_, Shape::List(element)) => json!([self.example("", element)]),
            (_, Shape::Map(_, value)) => json!({ALICE: self.example("", value)}),
            (_, Shape::Struct(object)) => self.members(object.fields).into(),
            (_, Shape::Open(object)) => self.members(object.known).into(),
            _ => json!({}),
        }
    }

    fn members(&self, fields: &[FieldShape]) -> Map<String, Value> {
        let fields = fields.iter();
        fields
            .map(|field| (field.name.to_owned(), self.example(field.name, field.shape)))
            .collect()
    }

    /// Sends an operation with these fields. Its response is a response, or a refusal.
    fn check(&self, operation: &Operation, fields: &Map<String, Value>) {
        let mut rest = fields.clone();
        let mut path = String::new();
        for segment in operation.path.split('/').skip(1) {
            path.push('/');
            let named = segment
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'));
            match named {
                Some(name) => path.push_str(&encoded(&plain(&rest.remove(name)))),
                None => path.push_str(segment),
            }
        }
        let mut separator = '?';
        for name in operation.query {
            let Some(value) = rest.remove(*name) else {
                continue;
            };
            let values = match value {
                Value::Array(values) => values,
                value => vec![value],
            };
            for value in values {
                let value = encoded(&plain(&Some(value)));
                path.push_str(&format!("{separator}{name}={value}"));
                separator = '&';
            }
        }
        let body = match operation.body {
            Body::Empty => Vec::new(),
            Body::Members | Body::Form => Value::Object(rest).to_string().into_bytes(),
            Body::Whole(name) => rest
                .remove(name)
                .unwrap_or_default()
                .to_string()
                .into_bytes(),
            Body::Raw(name) => plain(&rest.remove(name)).into_bytes(),
        };
        // A longer path is the transport's to refuse.
        if path.len() < 60_000 {
            self.expect(operation, &path, "application/json", body);
        }
    }

    fn expect(&self, operation: &Operation, path: &str, content_type: &str, body: Vec<u8>) {
        let shown: String = String::from_utf8_lossy(&body).chars().take(300).collect();
        let response = self.send(operation.method.into(), path, content_type, body);
        let status = response.status().as_u16();
        let said = String::from_utf8_lossy(response.body()).into_owned();
        let path: String = path.chars().take(300).collect();
        let what = format!("{} {path} {shown}: {status} {said}", operation.name());
        if (200..400).contains(&status) {
            return;
        }
        let refusal: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{what}"));
        // The stages of authentication are no refusal.
        let is_challenge = status == 401 && refusal["flows"].is_array();
        let errcode = refusal["errcode"].as_str().unwrap_or_default();
        assert!(is_challenge || !errcode.is_empty(), "{what}");
        // These two have their status from the specification or are of another server, which is not there without sockets.
        let is_of_others = matches!((status, errcode), (504, "M_NOT_YET_UPLOADED"))
            || (status == 502 && said.contains("without sockets"));
        assert!(status < 500 || is_of_others, "{what}");
    }
}

/// A value as a path or a query has it.
fn plain(value: &Option<Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}

fn encoded(text: &str) -> String {
    let bytes = text.bytes();
    bytes
        .map(|byte| match byte {
            _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn operations() -> Vec<(&'static Operation, &'static Shape)> {
    struct Listed(Vec<(&'static Operation, &'static Shape)>);
    impl ShapedEndpointVisitor for Listed {
        fn visit<E: ShapedEndpoint>(&mut self) {
            self.0.push((const { &E::OPERATION }, const { E::SHAPE }));
        }
    }
    let mut listed = Listed(Vec::new());
    client_api::visit_shaped(&mut listed);
    // The others are at URLs that a response gives.
    listed.0.retain(|(operation, _)| !operation.path.is_empty());
    listed.0
}

fn fields_of(shape: &Shape) -> &'static [FieldShape] {
    match shape {
        Shape::Struct(object) => object.fields,
        Shape::Open(object) => object.known,
        _ => &[],
    }
}

/// For each operation a homeserver of its own, and a new one when the session has ended.
#[test]
fn no_field_of_any_operation_breaks_the_homeserver() {
    let (operations, garbage) = (operations(), garbage());
    assert!(operations.len() > 180, "{}", operations.len());
    for (operation, shape) in operations {
        let fields = fields_of(shape);
        let mut world = World::new();
        world.check(operation, &world.members(fields));
        for field in fields {
            if !world.is_logged_in() {
                world = World::new();
            }
            let good = world.members(fields);
            let mut less = good.clone();
            less.remove(field.name);
            world.check(operation, &less);
            for value in &garbage {
                let mut bad = good.clone();
                bad.insert(field.name.to_owned(), value.clone());
                world.check(operation, &bad);
            }
        }
    }
}

/// Members of members: each is replaced where it stands.
#[test]
fn no_member_within_a_field_breaks_the_homeserver() {
    let garbage = garbage();
    for (operation, shape) in operations() {
        let world = World::new();
        let good = Value::Object(world.members(fields_of(shape)));
        let mut pointers = Vec::new();
        places(&good, String::new(), &mut pointers);
        // The first level is the other test's.
        for pointer in pointers
            .iter()
            .filter(|pointer| pointer.matches('/').count() > 1)
        {
            for value in &garbage {
                let mut bad = good.clone();
                *bad.pointer_mut(pointer).unwrap() = value.clone();
                world.check(operation, bad.as_object().unwrap());
            }
        }
    }
}

fn places(value: &Value, pointer: String, found: &mut Vec<String>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.replace('~', "~0").replace('/', "~1"), value))
            .collect(),
        Value::Array(elements) => {
            let elements = elements.iter().enumerate();
            elements
                .map(|(at, value)| (at.to_string(), value))
                .collect()
        }
        _ => Vec::new(),
    };
    for (name, value) in members {
        let pointer = format!("{pointer}/{name}");
        places(value, pointer.clone(), found);
        found.push(pointer);
    }
}

#[test]
fn no_body_breaks_the_homeserver() {
    for (operation, shape) in operations() {
        let world = World::new();
        let fields = world.members(fields_of(shape));
        let segments = operation.path.split('/').map(|segment| {
            let named = segment
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'));
            let value = named.map(|name| plain(&fields.get(name).cloned()));
            value.map_or(segment.to_owned(), |value| encoded(&value))
        });
        let path = segments.collect::<Vec<_>>().join("/");
        let deep = "[".repeat(100_000);
        let deep_objects = "{\"a\":".repeat(100_000);
        let mut bodies: Vec<(&str, Vec<u8>)> = BODIES
            .iter()
            .map(|(content_type, body)| (*content_type, body.as_bytes().to_vec()))
            .collect();
        bodies.push(("application/json", b"{\"a\":\"\xff\"}".to_vec()));
        bodies.push(("application/json", deep.into_bytes()));
        bodies.push(("application/json", deep_objects.into_bytes()));
        for (content_type, body) in bodies {
            world.expect(operation, &path, content_type, body);
        }
    }
}
