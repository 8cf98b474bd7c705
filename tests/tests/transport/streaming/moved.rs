//! What passes, and how it is resumed and sent again.

use std::io::{Cursor, Read, Write};
use std::sync::mpsc::channel;

use bytes::Bytes;
use hardline::client::{BodySink, MemorySink, ReadBody};
use hardline::flow::{BodyEnd, SessionTokens};
use hardline::types::{AccessToken, RefreshToken};
use hardline::wire::FailureClass;
use hardline_hyper::Sha256Sink;
use hardline_tests::adapter::Settings;
use hardline_tests::misbehaving::{
    Authority, Certificate, H2, OK, answering, read_request, recording, start, start_tls,
};
use hardline_tests::streaming::{Ended, Exchange, STREAMING};

/// Bytes that are different everywhere.
fn picture(length: usize) -> Bytes {
    let numbers = (0_u32..).flat_map(|number| number.to_be_bytes());
    numbers.take(length).collect()
}

const LENGTH: usize = 3 * 1024 * 1024 + 17;

#[test]
fn an_upload_arrives_and_its_progress_is_told() {
    for backend in STREAMING {
        let (server, requests) = recording();
        let url = format!("http://{server}");
        let picture = picture(LENGTH);
        let upload = Exchange::upload(&url, picture.clone()).header("x-one", "1");
        let seen = upload.run(backend);
        let Ended::Response(response) = seen.ended else {
            panic!("{backend:?}: {seen:?}")
        };
        assert_eq!(response.status(), 200);
        assert!(response.body().starts_with(b"{"), "{backend:?}");
        let received = requests.recv().unwrap();
        assert_eq!(
            received.header("content-length"),
            Some(&*LENGTH.to_string())
        );
        assert_eq!(received.header("x-one"), Some("1"));
        assert_eq!(received.header("expect"), None, "{backend:?}");
        assert!(received.body == picture, "{backend:?}: another body");
        assert!(seen.progress.is_sorted(), "{backend:?}");
        assert!(seen.progress.len() > 3, "{backend:?}: {:?}", seen.progress);
        assert_eq!(seen.progress.last(), Some(&(LENGTH as u64)), "{backend:?}");
    }
}

#[test]
fn an_upload_may_begin_at_an_offset_and_be_empty() {
    for backend in STREAMING {
        let (server, requests) = recording();
        let url = format!("http://{server}");
        for (at, rest) in [(2, &b"llo"[..]), (5, b"")] {
            let upload = Exchange::upload(&url, Bytes::from_static(b"hello")).at(at);
            let seen = upload.run(backend);
            assert!(
                matches!(seen.ended, Ended::Response(_)),
                "{backend:?}: {seen:?}"
            );
            let received = requests.recv().unwrap();
            assert_eq!(received.body, rest, "{backend:?}");
            assert_eq!(
                received.header("content-length"),
                Some(&*rest.len().to_string())
            );
        }
    }
}

#[test]
fn an_upload_of_unknown_length_is_chunked_and_one_whose_head_says_it_is_not() {
    for backend in STREAMING {
        let (sender, requests) = channel();
        let server = start(move |_, mut connection| {
            let mut text = Vec::new();
            while !text.ends_with(b"0\r\n\r\n") && !text.ends_with(b"the end") {
                let mut buffer = [0; 4096];
                let read = connection.read(&mut buffer).unwrap();
                assert_ne!(read, 0, "the client hung up");
                text.extend_from_slice(&buffer[..read]);
            }
            sender.send(String::from_utf8(text).unwrap()).unwrap();
            connection.write_all(OK).unwrap();
        });
        let url = format!("http://{server}");
        let source = || |_| Ok(ReadBody::new(Cursor::new("this is the end"), None));
        let seen = Exchange::upload(&url, source()).run(backend);
        assert!(
            matches!(seen.ended, Ended::Response(_)),
            "{backend:?}: {seen:?}"
        );
        let received = requests.recv().unwrap().to_ascii_lowercase();
        assert!(
            received.contains("transfer-encoding: chunked"),
            "{received}"
        );
        assert!(
            received.contains("\r\nf\r\nthis is the end\r\n"),
            "{received}"
        );

        let said = Exchange::upload(&url, source()).header("content-length", "15");
        let seen = said.run(backend);
        assert!(
            matches!(seen.ended, Ended::Response(_)),
            "{backend:?}: {seen:?}"
        );
        let received = requests.recv().unwrap().to_ascii_lowercase();
        assert!(!received.contains("transfer-encoding"), "{received}");
        assert_eq!(received.matches("content-length: 15").count(), 1);
        assert!(received.ends_with("\r\n\r\nthis is the end"), "{received}");
    }
}

/// A server that answers each request with this head and the picture.
fn serving(head: &str, picture: &Bytes) -> hardline_tests::misbehaving::Server {
    answering([head.as_bytes(), picture].concat(), true)
}

#[test]
fn a_download_arrives_in_the_sink_with_its_hash() {
    let picture = picture(LENGTH);
    let hash = ring::digest::digest(&ring::digest::SHA256, &picture);
    let length = format!("HTTP/1.1 200 OK\r\ncontent-length: {LENGTH}\r\nx-one: 1\r\n\r\n");
    for head in [
        &*length,
        "HTTP/1.1 200 OK\r\nx-one: 1\r\nconnection: close\r\n\r\n",
    ] {
        for backend in STREAMING {
            let server = serving(head, &picture);
            let memory = MemorySink::new(LENGTH);
            let sink = Sha256Sink::new(memory.clone());
            let seen = Exchange::download(&format!("http://{server}"), sink).run(backend);
            let Ended::Body(BodyEnd { bytes, sha256 }) = seen.ended else {
                panic!("{backend:?}: {seen:?}")
            };
            assert_eq!(bytes, LENGTH as u64);
            assert_eq!(
                sha256.as_ref().map(<[u8; 32]>::as_slice),
                Some(hash.as_ref())
            );
            assert!(memory.take() == picture, "{backend:?}: another body");
            assert_eq!(seen.head.unwrap().headers["x-one"], "1");
            assert!(seen.progress.is_sorted(), "{backend:?}");
            assert!(seen.progress.len() > 3, "{backend:?}: {:?}", seen.progress);
            assert_eq!(seen.progress.last(), Some(&(LENGTH as u64)), "{backend:?}");
        }
    }
}

#[test]
fn a_download_goes_on_where_the_sink_ends() {
    for backend in STREAMING {
        let (sender, requests) = channel();
        let server = start(move |_, mut connection| {
            sender.send(read_request(&mut connection).unwrap()).unwrap();
            let answer = "HTTP/1.1 206 Partial Content\r\ncontent-length: 3\r\n\
                          content-range: bytes 2-4/5\r\n\r\nllo";
            connection.write_all(answer.as_bytes()).unwrap();
        });
        let memory = MemorySink::new(5);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        // What is behind the offset is cut off.
        let _ = memory.clone().poll_write(&mut context, b"heXX");
        let rest = Exchange::download(&format!("http://{server}"), memory.clone());
        let seen = rest.at(2).header("range", "bytes=2-").run(backend);
        assert!(
            matches!(seen.ended, Ended::Body(BodyEnd { bytes: 5, .. })),
            "{seen:?}"
        );
        assert_eq!(memory.take(), "hello", "{backend:?}");
        assert_eq!(seen.progress, [5], "{backend:?}");
        assert_eq!(requests.recv().unwrap().header("range"), Some("bytes=2-"));
    }
}

#[test]
fn what_is_no_answer_comes_whole_and_nothing_of_it_is_in_the_sink() {
    for backend in STREAMING {
        for (status, location) in [
            ("404 Not Found", ""),
            ("307 No", "location: http://127.0.0.1:1/\r\n"),
        ] {
            let answer = format!("HTTP/1.1 {status}\r\n{location}content-length: 4\r\n\r\nnone");
            let server = answering(answer, false);
            let url = format!("http://{server}");
            let memory = MemorySink::new(100);
            let down = Exchange::download(&url, memory.clone()).run(backend);
            let up = Exchange::upload(&url, Bytes::from_static(b"hello")).run(backend);
            for seen in [down, up] {
                let Ended::Response(response) = seen.ended else {
                    panic!("{backend:?}: {seen:?}")
                };
                assert_eq!(response.status().as_str(), &status[..3], "{backend:?}");
                assert_eq!(response.body(), "none", "{backend:?}");
                assert!(response.clone().extensions().is_empty(), "{backend:?}");
            }
            assert!(memory.take().is_empty());
        }
    }
}

#[test]
fn what_is_encoded_is_not_unpacked() {
    let packed = include_bytes!("../zeros.gz");
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        packed.len()
    );
    for backend in STREAMING {
        let server = answering([head.as_bytes(), packed].concat(), false);
        let memory = MemorySink::new(packed.len());
        Exchange::download(&format!("http://{server}"), memory.clone()).run(backend);
        assert!(memory.take() == packed[..], "{backend:?}");
    }
}

#[test]
fn a_refused_token_is_refreshed_and_the_body_moves_again() {
    let refused =
        "HTTP/1.1 401 Unauthorized\r\ncontent-length: 29\r\n\r\n{\"errcode\":\"M_UNKNOWN_TOKEN\"}";
    let tokens = r#"{"access_token":"new","refresh_token":"r2"}"#;
    let refreshed = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{tokens}",
        tokens.len()
    );
    for backend in STREAMING {
        let (sender, requests) = channel();
        let refreshed = refreshed.clone();
        let server = start(move |_, mut connection| {
            while let Some(request) = read_request(&mut connection) {
                let answer = match request.header("authorization") {
                    _ if request.head.contains("/refresh") => refreshed.as_bytes(),
                    Some("Bearer new") => OK,
                    _ => refused.as_bytes(),
                };
                let _ = sender.send(request);
                connection.write_all(answer).unwrap();
            }
        });
        let url = format!("http://{server}");
        let tokens = || {
            let tokens = SessionTokens::new(AccessToken::from("old"));
            tokens.refreshed_with(RefreshToken::from("r1"))
        };
        let picture = picture(200_000);
        let up = Exchange::upload(&url, picture.clone()).tokens(tokens());
        let seen = up.run(backend);
        assert!(
            matches!(&seen.ended, Ended::Response(response) if response.status() == 200),
            "{backend:?}: {seen:?}"
        );
        for token in ["Bearer old", "refresh", "Bearer new"] {
            let request = requests.recv().unwrap();
            if token == "refresh" {
                assert!(request.head.contains("/refresh"));
            } else {
                assert_eq!(request.header("authorization"), Some(token), "{backend:?}");
                assert!(request.body == picture, "{backend:?}");
            }
        }

        let memory = MemorySink::new(100);
        let down = Exchange::download(&url, memory.clone()).tokens(tokens());
        let seen = down.run(backend);
        assert!(
            matches!(seen.ended, Ended::Body(_)),
            "{backend:?}: {seen:?}"
        );
        assert!(memory.take().starts_with(b"{"), "{backend:?}");

        let once = hardline::client::Once::new(ReadBody::new(Cursor::new("hello"), 5));
        let seen = Exchange::upload(&url, once).tokens(tokens()).run(backend);
        match seen.ended {
            Ended::Failed(failure) => assert_eq!(failure.class(), FailureClass::Unsendable),
            other => panic!("{backend:?}: {other:?}"),
        }
    }
}

#[test]
fn bodies_stream_over_http2() {
    let authority = Authority::new();
    let settings = Settings {
        root_certificate: Some(authority.pem()),
        ..Settings::default()
    };
    for backend in STREAMING {
        let config = authority.server(Certificate::Valid, &[b"h2"]);
        let (sender, bodies) = channel();
        let server = start_tls(config, move |number, connection| {
            let mut connection = H2::accept(connection).unwrap();
            let stream = connection.next_request().unwrap();
            if number == 1 {
                sender.send(connection.body().unwrap()).unwrap();
            }
            connection.answer(stream, b"hello").unwrap();
            connection.fall_silent();
        });
        let url = format!("https://{server}");
        let memory = MemorySink::new(5);
        let down = Exchange::download(&url, memory.clone());
        let seen = down.settings(settings.clone()).run(backend);
        assert!(
            matches!(seen.ended, Ended::Body(_)),
            "{backend:?}: {seen:?}"
        );
        assert_eq!(memory.take(), "hello", "{backend:?}");

        let picture = picture(60_000);
        // isahc sends what may not be repeated over HTTP/1.1.
        let up = Exchange::upload(&url, picture.clone()).meta(|meta| meta.repeatable = true);
        let seen = up.settings(settings.clone()).run(backend);
        assert!(
            matches!(seen.ended, Ended::Response(_)),
            "{backend:?}: {seen:?}"
        );
        assert!(bodies.recv().unwrap() == picture, "{backend:?}");
        assert_eq!(seen.progress.last(), Some(&60_000), "{backend:?}");
    }
}

#[test]
fn files_are_sources_and_sinks() {
    let folder = std::env::temp_dir().join(format!("hardline-streaming-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (from, to) = (folder.join("from"), folder.join("to"));
    let picture = picture(LENGTH);
    std::fs::write(&from, &picture).unwrap();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {LENGTH}\r\n\r\n");
    for backend in STREAMING {
        use hardline_tests::runner::Backend;
        let (server, requests) = recording();
        let url = format!("http://{server}");
        let up = match backend {
            Backend::Hyper => Exchange::upload(&url, hardline_hyper::FileSource::new(&from)),
            Backend::Isahc => Exchange::upload(&url, hardline_isahc::FileSource::new(&from)),
            _ => Exchange::upload(&url, hardline_isahc::BlockingFileSource::new(&from)),
        };
        let seen = up.at(17).run(backend);
        assert!(
            matches!(seen.ended, Ended::Response(_)),
            "{backend:?}: {seen:?}"
        );
        assert!(
            requests.recv().unwrap().body == picture[17..],
            "{backend:?}"
        );

        let whole = serving(&head, &picture);
        let rest = format!(
            "HTTP/1.1 206 Partial\r\ncontent-length: {}\r\n\r\n",
            LENGTH - 17
        );
        let rest = serving(&rest, &picture.slice(17..));
        for (server, at) in [(&whole, 0), (&rest, 17), (&whole, 0)] {
            let url = format!("http://{server}");
            let down = match backend {
                Backend::Hyper => Exchange::download(&url, hardline_hyper::FileSink::new(&to)),
                Backend::Isahc => Exchange::download(&url, hardline_isahc::FileSink::new(&to)),
                _ => Exchange::download(&url, hardline_isahc::BlockingFileSink::new(&to)),
            };
            let seen = down.at(at).run(backend);
            assert!(
                matches!(seen.ended, Ended::Body(_)),
                "{backend:?}: {seen:?}"
            );
            assert!(std::fs::read(&to).unwrap() == picture, "{backend:?}");
        }
        std::fs::remove_file(&to).unwrap();
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
