//! Files, as the clients that upload and download them see them.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};

use super::*;

const UPLOAD: &str = "/_matrix/media/v3/upload";
const CREATE: &str = "/_matrix/media/v1/create";

impl World {
    /// Uploads a file, and gives the server name and the media ID as they stand in a path.
    fn upload(&self, token: &str, content_type: &str, name: &str, content: &[u8]) -> String {
        let request = Request::post(format!("{UPLOAD}?filename={name}"));
        let request = with_token(request, token).header("content-type", content_type);
        let (status, answer) = parts(self.send(request, content.to_vec()));
        assert_eq!(status, 200, "{answer}");
        path_of(&answer)
    }

    fn download(&self, token: &str, path: &str, fields: &[(&str, &str)]) -> Response<Vec<u8>> {
        let mut request = with_token(Request::get(path), token);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        self.send(request, "")
    }
}

fn path_of(answer: &Value) -> String {
    let uri = answer["content_uri"].as_str().unwrap();
    uri.strip_prefix("mxc://").unwrap().to_owned()
}

fn in_media(path: &str, file: &str) -> String {
    format!("/_matrix/client/v1/media/{path}/{file}")
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut content = Cursor::new(Vec::new());
    let picture = DynamicImage::new_rgb8(width, height);
    picture.write_to(&mut content, ImageFormat::Png).unwrap();
    content.into_inner()
}

#[test]
fn a_file_is_downloaded_as_it_was_uploaded() {
    let world = World::new();
    let token = world.log_in("alice");
    let bytes = b"\xff\xfe\0 \r\n\x80";
    let file = world.upload(&token, "application/x-fox", "fox%20%F0%9F%A6%8A", bytes);
    let response = world.download(&token, &in_media("download", &file), &[]);
    assert_eq!(response.body(), bytes);
    let headers = response.headers();
    assert_eq!(headers["content-type"], "application/x-fox");
    assert_eq!(
        headers["content-disposition"],
        "attachment; filename*=utf-8''fox%20%F0%9F%A6%8A"
    );
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["cross-origin-resource-policy"], "cross-origin");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("sandbox; default-src 'none';"),
        "{policy}"
    );

    let named = in_media("download", &format!("{file}/other.bin"));
    let response = world.download(&token, &named, &[]);
    assert_eq!(
        response.headers()["content-disposition"],
        "attachment; filename=other.bin"
    );
    // Clients of before 1.11 have no token there.
    let legacy = format!("/_matrix/media/r0/download/{file}");
    assert_eq!(world.download("", &legacy, &[]).body(), bytes);
    assert_eq!(world.get(&in_media("download", &file), "").0, 401);
    for absent in ["example.org/nobodys", "example.com/x"] {
        let (status, answer) = world.get(&in_media("download", absent), &token);
        assert_eq!((status, &answer["errcode"]), (404, &"M_NOT_FOUND".into()));
    }
    let limit = json!({"m.upload.size": 50 * 1024 * 1024});
    assert_eq!(
        world.get("/_matrix/client/v1/media/config", &token),
        (200, limit)
    );
}

#[test]
fn a_part_of_a_file_is_a_partial_response() {
    let world = World::new();
    let token = world.log_in("alice");
    let file = world.upload(&token, "text/plain", "", b"0123456789");
    let path = in_media("download", &file);
    let part = world.download(&token, &path, &[("range", "bytes=4-")]);
    assert_eq!(
        (part.status().as_u16(), &part.body()[..]),
        (206, &b"456789"[..])
    );
    assert_eq!(part.headers()["content-range"], "bytes 4-9/10");
    let none = world.download(&token, &path, &[("range", "bytes=10-")]);
    assert_eq!(none.headers()["content-range"], "bytes */10");
    assert_eq!(parts(none).0, 416);
    let tag = part.headers()["etag"].to_str().unwrap().to_owned();
    let fields = [("range", "bytes=4-"), ("if-range", &tag)];
    assert_eq!(world.download(&token, &path, &fields).status(), 206);
    let fields = [("range", "bytes=4-"), ("if-range", "\"another\"")];
    let whole = world.download(&token, &path, &fields);
    assert_eq!(
        (whole.status().as_u16(), &whole.body()[..]),
        (200, &b"0123456789"[..])
    );
    let same = world.download(&token, &path, &[("if-none-match", "1")]);
    assert_eq!((same.status().as_u16(), same.body().len()), (304, 0));
}

#[test]
fn a_file_is_uploaded_once_to_an_id_of_one_s_own() {
    let mut world = World::new();
    let (alice, bob) = world.two();
    let (_, created) = world.post(CREATE, &alice, &json!({}));
    let expires = START.as_millis() + 24 * 60 * 60 * 1000;
    assert_eq!(created["unused_expires_at"], expires);
    let file = path_of(&created);
    let path = format!("{UPLOAD}/{file}");
    let early = in_media("download", &format!("{file}?timeout_ms=0"));
    let refusal = |(status, answer): (u16, Value)| {
        (status, answer["errcode"].as_str().unwrap_or("").to_owned())
    };
    let not_yet = (504, "M_NOT_YET_UPLOADED".to_owned());
    assert_eq!(refusal(world.get(&early, &bob)), not_yet);
    let forbidden = (403, "M_FORBIDDEN".to_owned());
    assert_eq!(refusal(world.put(&path, &bob, &json!(1))), forbidden);
    assert_eq!(world.put(&path, &alice, &json!(1)), (200, json!({})));
    assert_eq!(world.get(&early, &bob), (200, json!(1)));
    let taken = (409, "M_CANNOT_OVERWRITE_MEDIA".to_owned());
    assert_eq!(refusal(world.put(&path, &alice, &json!(1))), taken);

    let (_, created) = world.post(CREATE, &alice, &json!({}));
    world.now = world.now + Duration::from_secs(24 * 60 * 60);
    let unknown = (404, "M_NOT_FOUND".to_owned());
    for media_id in [&*path_of(&created), "example.org/x", "example.com/x"] {
        let path = format!("{UPLOAD}/{media_id}");
        assert_eq!(refusal(world.put(&path, &alice, &json!(1))), unknown);
    }
}

#[test]
fn a_file_may_be_larger_than_other_bodies_and_has_a_limit() {
    let world = World::new();
    let token = world.log_in("alice");
    let send = |size: usize| {
        let request = with_token(Request::post(UPLOAD), &token);
        parts(world.send(request, vec![0; size]))
    };
    assert_eq!(send(50 << 20).0, 200);
    let (status, answer) = send((50 << 20) + 1);
    assert_eq!((status, &answer["errcode"]), (413, &"M_TOO_LARGE".into()));
}

#[test]
fn a_picture_has_thumbnails_and_other_files_have_none() {
    let world = World::new();
    let token = world.log_in("alice");
    let picture = world.upload(&token, "image/png", "p.png", &png(400, 200));
    let size = |query: &str| {
        let path = in_media("thumbnail", &format!("{picture}?{query}"));
        let response = world.download(&token, &path, &[]);
        assert_eq!(response.headers()["content-type"], "image/png");
        assert_eq!(response.headers()["content-disposition"], "inline");
        let thumbnail = image::load_from_memory(response.body()).unwrap();
        (thumbnail.width(), thumbnail.height())
    };
    assert_eq!(size("width=32&height=32&method=crop"), (32, 32));
    assert_eq!(
        size("width=32&height=32&method=scale&animated=true"),
        (320, 160)
    );
    assert_eq!(size("width=640&height=480"), (400, 200));
    let text = world.upload(&token, "text/plain", "", b"text");
    for (file, query, expected) in [
        (&text, "width=32&height=32", (400, "M_UNKNOWN")),
        (
            &picture,
            "width=32&height=32&method=zz",
            (404, "M_NOT_FOUND"),
        ),
        (&picture, "height=32", (400, "M_MISSING_PARAM")),
    ] {
        let path = in_media("thumbnail", &format!("{file}?{query}"));
        let (status, answer) = world.get(&path, &token);
        assert_eq!((status, answer["errcode"].as_str().unwrap()), expected);
    }
}
