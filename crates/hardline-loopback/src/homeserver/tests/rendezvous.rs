//! The channels by which one device signs in another.

use std::time::Duration;

use super::*;

const PLAIN: &str = "/_matrix/client/unstable/org.matrix.msc4108/rendezvous";
const JSON: &str = "/_matrix/client/unstable/io.element.msc4388/rendezvous";

fn header<'a>(response: &'a Response<Vec<u8>>, name: &str) -> &'a str {
    response.headers()[name].to_str().unwrap()
}

fn text(request: http::request::Builder) -> http::request::Builder {
    request.header("content-type", "text/plain")
}

#[test]
fn a_text_at_a_url_is_replaced_by_whoever_has_read_it() {
    let mut world = World::new();
    let opened = world.send(text(Request::post(PLAIN)), "hello");
    assert_eq!(opened.status(), 201);
    assert_eq!(header(&opened, "expires"), "Mon, 23 Nov 2026 08:28:48 GMT");
    let first = header(&opened, "etag").to_owned();
    let body: Value = serde_json::from_slice(opened.body()).unwrap();
    let url = body["url"].as_str().unwrap();
    let path = url
        .strip_prefix(world.homeserver.base_url())
        .unwrap()
        .to_owned();

    let read = world.send(Request::get(&path), "");
    assert_eq!(
        (read.status().as_u16(), &read.body()[..]),
        (200, &b"hello"[..])
    );
    assert_eq!(header(&read, "etag"), first);
    assert_eq!(header(&read, "content-type"), "text/plain");
    let again = world.send(Request::get(&path).header("if-none-match", &first), "");
    assert_eq!((again.status().as_u16(), again.body().len()), (304, 0));

    let put = |etag: Option<&str>, body: &str| {
        let mut request = text(Request::put(&path));
        if let Some(etag) = etag {
            request = request.header("if-match", etag);
        }
        world.send(request, body.to_owned())
    };
    assert_eq!(put(None, "x").status(), 400);
    assert_eq!(put(Some(&first), &"x".repeat(4_097)).status(), 413);
    let written = put(Some(&first), "hi");
    assert_eq!(written.status(), 202);
    let second = header(&written, "etag").to_owned();
    assert_ne!(first, second);
    let late = put(Some(&first), "late");
    assert_eq!(header(&late, "etag"), second);
    let (status, answer) = parts(late);
    assert_eq!(
        (status, &answer["org.matrix.msc4108.errcode"]),
        (412, &json!("M_CONCURRENT_WRITE"))
    );
    let read = world.send(Request::get(&path).header("if-none-match", &first), "");
    assert_eq!(
        (read.status().as_u16(), &read.body()[..]),
        (200, &b"hi"[..])
    );

    assert_eq!(world.send(Request::delete(&path), "").status(), 204);
    for request in [Request::get(&path), Request::delete(&path)] {
        assert_eq!(world.send(request, "").status(), 404);
    }
    assert_eq!(world.send(Request::post(PLAIN), "hello").status(), 400);
    let opened = world.send(text(Request::post(PLAIN)), "hello");
    let body: Value = serde_json::from_slice(opened.body()).unwrap();
    let path = body["url"].as_str().unwrap();
    let path = path.strip_prefix(world.homeserver.base_url()).unwrap();
    world.now = world.now + Duration::from_secs(60);
    assert_eq!(world.send(Request::get(path), "").status(), 404);
}

#[test]
fn a_text_in_json_is_replaced_by_whoever_has_read_it() {
    let mut world = World::new();
    assert_eq!(
        world.get(JSON, ""),
        (200, json!({"create_available": true}))
    );
    let (status, opened) = world.post(JSON, "", &json!({"data": "hello"}));
    assert_eq!((status, &opened["expires_in_ms"]), (200, &json!(120_000)));
    let path = format!("{JSON}/{}", opened["id"].as_str().unwrap());
    let first = &opened["sequence_token"];
    world.now = world.now + Duration::from_secs(20);
    let read = || world.get(&path, "");
    let expected = json!({"data": "hello", "sequence_token": first, "expires_in_ms": 100_000});
    assert_eq!(read(), (200, expected));

    let put = |token: &Value, data: &str| {
        world.put(&path, "", &json!({"sequence_token": token, "data": data}))
    };
    let (status, written) = put(first, "hi");
    assert_eq!(status, 200);
    // A repeated request is no other.
    assert_eq!(put(first, "hi"), (200, written.clone()));
    let (status, answer) = put(first, "late");
    assert_eq!(
        (status, &answer["errcode"]),
        (409, &json!("M_CONCURRENT_WRITE"))
    );
    assert_eq!(put(&written["sequence_token"], &"x".repeat(4_097)).0, 413);
    assert_eq!(read().1["data"], "hi");
    let shown = Request::get(&path).header("sec-fetch-mode", "navigate");
    assert_eq!(world.send(shown, "").status(), 403);

    assert_eq!(world.delete(&path, ""), (200, json!({})));
    assert_eq!(read().0, 404);
    assert_eq!(put(first, "hi").0, 404);
    for _ in 0..200 {
        assert_eq!(world.post(JSON, "", &json!({"data": ""})).0, 200);
    }
    let refused = world.refused(JSON, "", &json!({"data": ""}));
    assert_eq!(refused, (429, "M_LIMIT_EXCEEDED".to_owned()));
    world.now = world.now + Duration::from_secs(120);
    assert_eq!(world.post(JSON, "", &json!({"data": ""})).0, 200);
}
