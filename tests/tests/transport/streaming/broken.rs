//! What breaks: the server, the source, the sink, and whoever drops the exchange.

use std::io::{self, Read, Write};
use std::sync::mpsc::channel;
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use hardline::client::{BodyReader, BodySink, MemorySink, ReadBody};
use hardline::wire::FailureClass;
use hardline_tests::adapter::Settings;
use hardline_tests::misbehaving::{answering, read_request, refusing, silent, start};
use hardline_tests::runner::Backend;
use hardline_tests::streaming::{Ended, Exchange, STREAMING, Seen};

fn class(seen: &Seen) -> FailureClass {
    match &seen.ended {
        Ended::Failed(failure) => failure.class(),
        other => panic!("{other:?}"),
    }
}

/// A body without end, which fails after so many bytes.
#[derive(Clone)]
struct Endless {
    left: u64,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::other("the disk is gone"));
        }
        let length = buffer.len().min(usize::try_from(self.left).unwrap());
        buffer[..length].fill(b'x');
        self.left -= length as u64;
        Ok(length)
    }
}

const FOR_EVER: u64 = 1 << 40;

fn endless(left: u64) -> impl FnMut(u64) -> io::Result<ReadBody<Endless>> {
    move |_| Ok(ReadBody::new(Endless { left }, FOR_EVER))
}

/// Reads all that comes, and says when nothing does any more.
fn read_to_end(mut connection: impl Read) -> u64 {
    let mut buffer = vec![0; 64 * 1024];
    let mut length = 0;
    while let Ok(read) = connection.read(&mut buffer) {
        if read == 0 {
            break;
        }
        length += read as u64;
    }
    length
}

#[test]
fn a_body_that_is_cut_short_is_an_interruption_and_what_came_is_told() {
    for (answer, length) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello", 5),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
            5,
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhello",
            5,
        ),
    ] {
        for backend in STREAMING {
            let server = answering(answer, true);
            let memory = MemorySink::new(100);
            let seen = Exchange::download(&format!("http://{server}"), memory.clone()).run(backend);
            assert_eq!(
                class(&seen),
                FailureClass::Interrupted,
                "{backend:?}, {answer}"
            );
            let came = memory.take();
            assert!(
                "hello".as_bytes().starts_with(&came),
                "{backend:?}: {came:?}"
            );
            // Whoever resumes it knows from where on.
            let told = seen.progress.last().copied().unwrap_or_default();
            assert_eq!(told, came.len() as u64, "{backend:?}");
            assert!(came.len() <= length);
        }
    }
}

#[test]
fn a_source_that_fails_is_said_and_the_server_never_has_a_whole_body() {
    for backend in STREAMING {
        let (sender, ended) = channel();
        let server = start(move |_, connection| {
            let _ = sender.send(read_to_end(connection));
        });
        let upload = Exchange::upload(&format!("http://{server}"), endless(1024 * 1024));
        let seen = upload.run(backend);
        assert_eq!(class(&seen), FailureClass::Unsendable, "{backend:?}");
        let Ended::Failed(failure) = &seen.ended else {
            panic!()
        };
        assert!(
            failure.to_string().ends_with("the disk is gone"),
            "{failure}"
        );
        assert!(ended.recv().unwrap() < 2 * 1024 * 1024, "{backend:?}");
    }
}

#[test]
fn a_source_that_is_shorter_or_longer_than_it_says_is_said() {
    for backend in STREAMING {
        for said in [4, 6] {
            let (sender, ended) = channel();
            let server = start(move |_, connection| {
                let _ = sender.send(read_to_end(connection));
            });
            let source = move |_| Ok(ReadBody::new(&b"hello"[..], said));
            let seen = Exchange::upload(&format!("http://{server}"), source).run(backend);
            assert_eq!(
                class(&seen),
                FailureClass::Unsendable,
                "{backend:?}, {said}"
            );
            drop(server);
            drop(ended);
        }
    }
}

/// A sink that fails.
struct Full;

impl BodySink for Full {
    fn poll_begin(&mut self, _: &mut Context<'_>, _: u64) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_write(&mut self, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Err(io::ErrorKind::StorageFull.into()))
    }

    fn poll_end(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[test]
fn a_sink_that_fails_is_said() {
    for backend in STREAMING {
        let server = answering("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", true);
        let seen = Exchange::download(&format!("http://{server}"), Full).run(backend);
        assert_eq!(class(&seen), FailureClass::Unsendable, "{backend:?}");
        // It begins where the sink has nothing.
        let server = answering(
            "HTTP/1.1 206 Partial\r\ncontent-length: 5\r\n\r\nhello",
            true,
        );
        let download = Exchange::download(&format!("http://{server}"), MemorySink::new(10));
        let seen = download.at(7).run(backend);
        assert_eq!(class(&seen), FailureClass::Unsendable, "{backend:?}");
    }
}

#[test]
fn failures_have_the_classes_of_other_exchanges() {
    let mut settings = Settings::default();
    settings.limits.total = Duration::from_millis(200);
    settings.limits.connect = Duration::from_millis(200);
    for backend in STREAMING {
        let refused = format!("http://127.0.0.1:{}", refusing());
        let quiet = silent();
        let hangs_up = answering("", true);
        for (url, expected) in [
            (refused, FailureClass::Refused),
            (format!("http://{quiet}"), FailureClass::TimedOutAfterSend),
            (format!("http://{hangs_up}"), FailureClass::Interrupted),
            ("http://nothing.invalid".to_owned(), FailureClass::Dns),
        ] {
            let body = Bytes::from_static(b"hello");
            let up = Exchange::upload(&url, body).settings(settings.clone());
            assert_eq!(
                class(&up.run(backend)),
                expected,
                "{backend:?}: up to {url}"
            );
            let down = Exchange::download(&url, MemorySink::new(5)).settings(settings.clone());
            assert_eq!(
                class(&down.run(backend)),
                expected,
                "{backend:?}: down from {url}"
            );
        }
    }
}

#[test]
fn a_pause_of_the_server_has_a_limit_and_a_slow_body_has_none() {
    let mut settings = Settings::default();
    settings.limits.total = Duration::from_millis(400);
    settings.limits.read_idle = Duration::from_millis(400);
    for backend in STREAMING {
        let server = start(|number, mut connection| {
            read_request(&mut connection);
            let _ = connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n");
            // In all it takes longer than the limit.
            for _ in 0..12 {
                let _ = connection.write_all(b"x");
                let _ = connection.set_read_timeout(Some(Duration::from_millis(100)));
                let _ = connection.read(&mut [0]);
                if number == 1 {
                    let _ = connection.set_read_timeout(None);
                    let _ = connection.read(&mut [0]);
                    return;
                }
            }
        });
        let url = format!("http://{server}");
        let download = || Exchange::download(&url, MemorySink::new(12)).settings(settings.clone());
        let seen = download().run(backend);
        assert!(
            matches!(seen.ended, Ended::Body(_)),
            "{backend:?}: {seen:?}"
        );
        let seen = download().run(backend);
        assert_eq!(class(&seen), FailureClass::TimedOutAfterSend, "{backend:?}");
    }
}

#[test]
fn dropping_an_exchange_closes_its_connection() {
    for backend in STREAMING {
        let (sender, word) = channel();
        let server = start(move |_, connection| {
            read_to_end(connection);
            let _ = sender.send(());
        });
        let up = Exchange::upload(&format!("http://{server}"), endless(FOR_EVER));
        up.drop_at(backend, 1024 * 1024, word);

        let (sender, word) = channel();
        let server = start(move |_, mut connection| {
            read_request(&mut connection);
            let _ = connection.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            while connection.write_all(&[b'x'; 64 * 1024]).is_ok() {}
            let _ = sender.send(());
        });
        let sink = hardline::client::WriteSink::new(io::sink());
        let down = Exchange::download(&format!("http://{server}"), sink);
        down.drop_at(backend, 1024 * 1024, word);
    }
}

/// A body that fails after a while.
struct Slow {
    polled: Option<Instant>,
}

const A_WHILE: Duration = Duration::from_millis(1_500);

impl BodyReader for Slow {
    fn poll_length(&mut self, _: &mut Context<'_>) -> Poll<io::Result<Option<u64>>> {
        Poll::Ready(Ok(None))
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        let Some(polled) = self.polled else {
            self.polled = Some(Instant::now());
            let waker = context.waker().clone();
            thread::spawn(move || {
                thread::sleep(A_WHILE);
                waker.wake();
            });
            return Poll::Pending;
        };
        if polled.elapsed() < A_WHILE {
            return Poll::Pending;
        }
        Poll::Ready(Err(io::Error::other("it is over")))
    }
}

#[test]
fn a_source_that_takes_its_time_is_not_the_servers_fault() {
    let mut settings = Settings::default();
    settings.limits.total = Duration::from_millis(200);
    for backend in STREAMING {
        // curl counts the source's pauses too.
        if backend != Backend::Hyper {
            continue;
        }
        let server = start(|_, connection| {
            read_to_end(connection);
        });
        let source = |_| Ok(Slow { polled: None });
        let upload = Exchange::upload(&format!("http://{server}"), source);
        let seen = upload.settings(settings.clone()).run(backend);
        assert_eq!(class(&seen), FailureClass::Unsendable, "{seen:?}");
    }
}
