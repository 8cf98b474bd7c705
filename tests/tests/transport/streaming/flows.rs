//! The flows that upload and download files.

use std::io::Write;
use std::sync::mpsc::channel;

use bytes::Bytes;
use hardline::client::{Bodies, MemorySink, Sink, Source};
use hardline::flow::{Download, Upload};
use hardline::types::MxcUri;
use hardline::wire::{BaseUrl, Homeserver, Target};
use hardline_hyper::Sha256Sink;
use hardline_tests::misbehaving::{Received, read_request, start};
use hardline_tests::raw_socket::now;
use hardline_tests::streaming::{STREAMING, finish};

const LENGTH: usize = 1024 * 1024;

/// Bytes that are different everywhere.
fn picture() -> Bytes {
    let numbers = (0_u32..).flat_map(|number| number.to_be_bytes());
    numbers.take(LENGTH).collect()
}

fn homeserver(url: &str) -> Homeserver {
    Homeserver::new(BaseUrl::parse(url).unwrap())
}

fn json(body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes()
}

#[test]
fn a_file_is_uploaded() {
    for backend in STREAMING {
        let (sender, files) = channel();
        let server = start(move |_, mut connection| {
            while let Some(request) = read_request(&mut connection) {
                let answer = match request.head.split(' ').nth(1) {
                    Some(path) if path.ends_with("/config") => {
                        json(r#"{"m.upload.size": 50000000}"#)
                    }
                    Some(path) if path.ends_with("/create") => {
                        json(r#"{"content_uri": "mxc://example.org/abc"}"#)
                    }
                    _ => {
                        sender.send(request).unwrap();
                        json("{}")
                    }
                };
                connection.write_all(&answer).unwrap();
            }
        });
        let url = format!("http://{server}");
        let picture = picture();
        let flow = Upload::from_source(now(), homeserver(&url), LENGTH as u64, 1);
        let mut bodies = Bodies::default();
        bodies.source = Some(Source::new(picture.clone()));
        let target = Target::homeserver(&url).unwrap();
        let uri = finish(backend, target, flow, bodies).unwrap();
        assert_eq!(uri, "mxc://example.org/abc", "{backend:?}");
        let file: Received = files.recv().unwrap();
        assert!(file.head.starts_with("PUT "), "{backend:?}: {}", file.head);
        assert!(file.body == picture, "{backend:?}");
    }
}

#[test]
fn a_download_that_breaks_off_goes_on_with_the_rest_and_the_hash_is_right() {
    for backend in STREAMING {
        let (sender, ranges) = channel();
        let whole = picture();
        let served = whole.clone();
        let server = start(move |_, mut connection| {
            let request = read_request(&mut connection).unwrap();
            let range = request.header("range").map(str::to_owned);
            let from = range.as_deref().and_then(|range| {
                let from = range.strip_prefix("bytes=")?.strip_suffix('-')?;
                from.parse::<usize>().ok()
            });
            let head = match from {
                None => {
                    format!("HTTP/1.1 200 OK\r\netag: \"a\"\r\ncontent-length: {LENGTH}\r\n\r\n")
                }
                Some(from) => format!(
                    "HTTP/1.1 206 Partial Content\r\netag: \"a\"\r\ncontent-length: {}\r\n\
                     content-range: bytes {from}-{}/{LENGTH}\r\n\r\n",
                    LENGTH - from,
                    LENGTH - 1
                ),
            };
            let end = if from.is_none() { LENGTH / 2 } else { LENGTH };
            let part = &served[from.unwrap_or_default()..end];
            let _ = connection.write_all(&[head.as_bytes(), part].concat());
            let _ = sender.send(from);
        });
        let url = format!("http://{server}");
        let hash = ring::digest::digest(&ring::digest::SHA256, &whole);
        let uri = MxcUri::parse("mxc://example.org/abc").unwrap();
        let flow = Download::new(now(), homeserver(&url), &uri, 1).unwrap();
        let flow = flow.with_sha256(hash.as_ref().try_into().unwrap());
        let memory = MemorySink::new(LENGTH);
        let mut bodies = Bodies::default();
        bodies.sink = Some(Sink::new(Sha256Sink::new(memory.clone())));
        let target = Target::homeserver(&url).unwrap();
        let downloaded = finish(backend, target, flow, bodies).unwrap();
        assert_eq!(downloaded.bytes, LENGTH as u64, "{backend:?}");
        assert!(memory.take() == whole, "{backend:?}");
        assert_eq!(ranges.recv().unwrap(), None, "{backend:?}");
        let resumed = ranges.recv().unwrap();
        assert!(
            resumed.is_some_and(|from| from > 0),
            "{backend:?}: {resumed:?}"
        );
    }
}
