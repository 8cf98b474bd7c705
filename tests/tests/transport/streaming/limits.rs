//! How much may come, and how little of it is in memory.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use hardline::client::{BodySink, MemorySink, ReadBody};
use hardline::wire::FailureClass;
use hardline_tests::adapter::{Adapter, Settings};
use hardline_tests::misbehaving::{answering, read_request, start};
use hardline_tests::streaming::{DOWNLOAD, Ended, Exchange, STREAMING, Seen};
use http::Request;

/// What the buffers of two sockets may hold, and more.
const IN_BUFFERS: u64 = 32 * 1024 * 1024;

const BODIES: [&str; 3] = [
    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nlarge",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nlar\r\n2\r\nge\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nlarge",
];

fn is_too_large(seen: &Seen) -> bool {
    matches!(&seen.ended, Ended::Failed(failure) if failure.class() == FailureClass::TooLarge)
}

#[test]
fn the_cap_of_one_request_holds_for_what_streams() {
    for body in BODIES {
        for backend in STREAMING {
            let server = answering(body, true);
            let url = format!("http://{server}");
            let capped = |cap, room| {
                let download = Exchange::download(&url, MemorySink::new(room));
                let download = download.meta(|meta| meta.max_response_bytes = cap);
                download.run(backend)
            };
            for (cap, room) in [(Some(5), 5), (None, 5)] {
                let seen = capped(cap, room);
                assert!(
                    matches!(seen.ended, Ended::Body(_)),
                    "{backend:?}: {seen:?}"
                );
            }
            for (cap, room) in [(Some(4), 5), (None, 4)] {
                let seen = capped(cap, room);
                assert!(is_too_large(&seen), "{backend:?}, {body}: {seen:?}");
            }
            let whole = |cap| Exchange::download(&url, MemorySink::new(0)).whole(cap);
            let seen = whole(5).run(backend);
            assert!(
                matches!(seen.ended, Ended::Response(_)),
                "{backend:?}: {seen:?}"
            );
            assert!(is_too_large(&whole(4).run(backend)), "{backend:?}");
            let upload = Exchange::upload(&url, Bytes::from_static(b"hello"));
            let upload = upload.meta(|meta| meta.max_response_bytes = Some(4));
            assert!(is_too_large(&upload.run(backend)), "{backend:?}");
        }
    }
}

#[test]
fn the_cap_of_the_transport_is_for_what_it_holds() {
    let mut settings = Settings::default();
    settings.limits.body = 4;
    for backend in STREAMING {
        let server = answering(BODIES[0], true);
        let url = format!("http://{server}");
        let download = || Exchange::download(&url, MemorySink::new(5)).settings(settings.clone());
        let seen = download().run(backend);
        assert!(
            matches!(seen.ended, Ended::Body(_)),
            "{backend:?}: {seen:?}"
        );
        assert!(
            is_too_large(&download().whole(5).run(backend)),
            "{backend:?}"
        );
    }
}

#[test]
fn the_cap_of_one_request_takes_the_place_of_the_transports() {
    for body in BODIES {
        for backend in STREAMING {
            let server = answering(body, true);
            let send = |own: usize, cap: u64| {
                let mut settings = Settings::default();
                settings.limits.body = own;
                let mut meta = hardline::wire::RequestMeta::new(&DOWNLOAD, Duration::from_secs(30));
                meta.max_response_bytes = Some(cap);
                let request = Request::get(format!("http://{server}/")).extension(meta);
                Adapter::new(backend, &settings).send(request.body(Vec::new()).unwrap())
            };
            assert_eq!(send(4, 5).unwrap().body(), "large", "{backend:?}");
            let failure = send(5, 4).unwrap_err();
            assert_eq!(
                failure.class(),
                FailureClass::TooLarge,
                "{backend:?}, {body}"
            );
        }
    }
}

#[test]
fn no_more_of_a_source_is_read_than_the_server_takes() {
    let mut settings = Settings::default();
    settings.limits.total = Duration::from_secs(1);
    for backend in STREAMING {
        let (sender, end) = channel::<()>();
        let end = Mutex::new(end);
        // It reads nothing.
        let server = start(move |_, connection| {
            let _ = end.lock().unwrap().recv();
            drop(connection);
        });
        let read = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&read);
        let source = move |_| {
            let counted = Arc::clone(&counted);
            Ok(ReadBody::new(Counted(counted), 1 << 40))
        };
        let upload = Exchange::upload(&format!("http://{server}"), source);
        let seen = upload.settings(settings.clone()).run(backend);
        drop(sender);
        let Ended::Failed(failure) = &seen.ended else {
            panic!("{backend:?}: {seen:?}")
        };
        assert_eq!(
            failure.class(),
            FailureClass::TimedOutAfterSend,
            "{backend:?}"
        );
        let read = read.load(Ordering::Relaxed);
        assert!(read < IN_BUFFERS, "{backend:?}: {read}");
        // What is told is what the connection has taken.
        let told = seen.progress.last().copied().unwrap_or_default();
        assert!(read - told <= 256 * 1024, "{backend:?}: {told} of {read}");
    }
}

struct Counted(Arc<AtomicU64>);

impl io::Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.fetch_add(buffer.len() as u64, Ordering::Relaxed);
        Ok(buffer.len())
    }
}

/// A sink that takes nothing before its gate is opened, and then fails.
#[derive(Clone, Default)]
struct Gate(Arc<Mutex<(bool, Option<Waker>)>>);

impl Gate {
    fn open(&self) {
        let mut gate = self.0.lock().unwrap();
        gate.0 = true;
        if let Some(waker) = gate.1.take() {
            waker.wake();
        }
    }
}

impl BodySink for Gate {
    fn poll_begin(&mut self, _: &mut Context<'_>, _: u64) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_write(&mut self, context: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        let mut gate = self.0.lock().unwrap();
        if gate.0 {
            return Poll::Ready(Err(io::Error::other("it is enough")));
        }
        gate.1 = Some(context.waker().clone());
        Poll::Pending
    }

    fn poll_end(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[test]
fn no_more_of_a_response_is_read_than_the_sink_takes() {
    for backend in STREAMING {
        let gate = Gate::default();
        let opener = gate.clone();
        let (sender, sent) = channel();
        let server = start(move |_, mut connection| {
            read_request(&mut connection);
            let _ = connection.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            let _ = connection.set_write_timeout(Some(Duration::from_secs(1)));
            let mut total = 0;
            // Until nobody has taken anything for a second.
            while connection.write_all(&[b'x'; 64 * 1024]).is_ok() {
                total += 64 * 1024;
            }
            let _ = sender.send(total);
            opener.open();
        });
        let seen = Exchange::download(&format!("http://{server}"), gate).run(backend);
        assert!(
            matches!(&seen.ended, Ended::Failed(_)),
            "{backend:?}: {seen:?}"
        );
        let sent: u64 = sent.recv().unwrap();
        assert!(sent < IN_BUFFERS, "{backend:?}: {sent}");
    }
}
