use std::collections::VecDeque;
use std::io;
use std::task::Waker;

use hardline::client::{BodyReader, BodySink, MemorySink, Once, Sink, Source};
use hardline::wire::FailureClass;
use http::HeaderMap;

use super::*;
use crate::streaming::{OutgoingPart, Sha256Sink};

fn next(exchange: &mut StreamedExchange) -> Poll<Streamed> {
    exchange.poll_next(&mut Context::from_waker(Waker::noop()))
}

/// All that happens, until nothing does.
fn all(exchange: &mut StreamedExchange) -> Vec<String> {
    let mut all = Vec::new();
    while let Poll::Ready(streamed) = next(exchange) {
        all.push(match streamed {
            Streamed::Head(head) => format!("head {}", head.status),
            Streamed::Progress(bytes) => format!("progress {bytes}"),
            Streamed::Response(response) => format!("response {}", response.status()),
            Streamed::BodyEnded(end) => format!("end {}", end.bytes),
            Streamed::Failed(failure) => failure.to_string(),
        });
    }
    all
}

/// A source of these pieces, of this length.
struct Pieces(VecDeque<io::Result<Bytes>>, Option<u64>);

impl Pieces {
    fn new<const N: usize>(length: Option<u64>, pieces: [&'static str; N]) -> Self {
        Self(pieces.map(|it| Ok(it.into())).into(), length)
    }
}

impl BodyReader for Pieces {
    fn poll_length(&mut self, _: &mut Context<'_>) -> Poll<io::Result<Option<u64>>> {
        Poll::Ready(Ok(self.1))
    }

    fn poll_chunk(&mut self, _: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        Poll::Ready(self.0.pop_front().transpose())
    }
}

/// Sends a body to a library that takes all of it, and returns what that got.
fn upload(source: Source, at: u64, headers: HeaderMap) -> (Vec<String>, usize) {
    let mut bodies = Bodies::default();
    bodies.source = Some(source);
    let taken = MemorySink::new(usize::MAX);
    let mut library = taken.clone();
    let direction = BodyDirection::Upload { at };
    let mut exchange = StreamedExchange::new(direction, bodies, |port| async move {
        let (mut pump, parts) = port.open(&headers).await?.hand_over();
        std::future::poll_fn(|context| {
            loop {
                pump.poll(context)?;
                match parts.poll_next(context) {
                    Poll::Ready(Some(OutgoingPart::Chunk(chunk))) => {
                        assert!(chunk.len() <= 64 * 1024);
                        let _ = library.poll_write(context, &chunk);
                    }
                    Poll::Ready(Some(OutgoingPart::End)) => break Poll::Ready(Ok(())),
                    Poll::Ready(None) => panic!("the body was given up"),
                    Poll::Pending => break Poll::Pending,
                }
            }
        })
        .await?;
        Ok(Finished::Response(Response::new(Bytes::new())))
    });
    let all = all(&mut exchange);
    (all, taken.take().len())
}

#[test]
fn a_body_passes_in_chunks_and_its_progress_is_told() {
    let large = Source::new(Bytes::from(vec![b'x'; 200_000]));
    let (told, taken) = upload(large, 0, HeaderMap::new());
    let progress = [
        "progress 65536",
        "progress 131072",
        "progress 196608",
        "progress 200000",
        "response 200 OK",
    ];
    assert_eq!((&*told, taken), (&progress.map(str::to_owned)[..], 200_000));

    let rest = Source::new(Bytes::from(vec![b'x'; 200_000]));
    let (told, taken) = upload(rest, 199_990, HeaderMap::new());
    let progress = ["progress 200000", "response 200 OK"];
    assert_eq!((&*told, taken), (&progress.map(str::to_owned)[..], 10));
}

#[test]
fn a_source_that_is_not_as_it_says_fails_the_request() {
    let of = |pieces: Pieces| upload(Source::new(Once::new(pieces)), 0, HeaderMap::new()).0;
    let failed = |why: &str| {
        vec![format!(
            "the request cannot be sent: the source of the body failed: {why}"
        )]
    };
    let told = of(Pieces::new(Some(5), ["a", "", "bc"]));
    let short = failed("it has 3 bytes, not the 5 that it said");
    assert_eq!(told.last(), short.last(), "{told:?}");
    for pieces in [["abc", ""], ["ab", "c"]] {
        assert_eq!(
            of(Pieces::new(Some(2), pieces)),
            failed("it has more than the 2 bytes that it said")
        );
    }
    let broken = Pieces([Err(io::Error::other("no disk"))].into(), None);
    assert_eq!(of(broken), failed("no disk"));
    let told = of(Pieces::new(Some(3), ["a", "", "bc"]));
    assert_eq!(told, ["progress 1", "progress 3", "response 200 OK"]);
}

#[test]
fn the_length_is_that_of_the_request_where_the_source_has_none() {
    let say = |length: u64| HeaderMap::from_iter([(http::header::CONTENT_LENGTH, length.into())]);
    let of = |length, said| {
        let source = Source::new(Once::new(Pieces::new(length, ["abc"])));
        upload(source, 0, say(said)).0
    };
    assert_eq!(of(None, 3), ["progress 3", "response 200 OK"]);
    for (length, said) in [(None, 4), (None, 2), (Some(3), 4)] {
        let told = of(length, said);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("the request cannot be sent"));
    }
}

#[test]
fn what_cannot_be_opened_is_unsendable() {
    let source = Source::new(Once::new(Pieces::new(None, ["abc"])));
    assert_eq!(upload(source.clone(), 0, HeaderMap::new()).1, 3);
    let again = "the request cannot be sent: the source of the body failed: the body can be read once alone: give a \
                 source that can be opened again";
    assert_eq!(upload(source, 0, HeaderMap::new()).0, [again]);
    let short = Source::new(Bytes::from_static(b"abc"));
    let told = upload(short, 4, HeaderMap::new()).0;
    assert!(
        told[0].starts_with("the request cannot be sent"),
        "{told:?}"
    );
}

/// An exchange whose response has these pieces.
fn download(sink: Sink, cap: Option<u64>, pieces: &'static [&'static [u8]]) -> StreamedExchange {
    let mut bodies = Bodies::default();
    bodies.sink = Some(sink);
    StreamedExchange::new(BodyDirection::Download, bodies, move |port| async move {
        let (head, ()) = Response::new(()).into_parts();
        match port.head(head).await {
            ReceiveBody::ToSink { at } => {
                let mut sink = port.begin(at, cap).await?;
                for piece in pieces {
                    sink.write(piece).await?;
                }
                sink.end().await.map(Finished::Body)
            }
            other => panic!("{other:?}"),
        }
    })
}

#[test]
fn nothing_is_read_before_the_flow_says_where_to_and_the_hash_is_of_the_whole() {
    let memory = MemorySink::new(100);
    let sink = Sink::new(Sha256Sink::new(memory.clone()));
    let mut first = download(sink.clone(), None, &[b"hel"]);
    assert_eq!(all(&mut first), ["head 200 OK"]);
    first.receive(ReceiveBody::ToSink { at: 0 });
    assert_eq!(all(&mut first), ["progress 3", "end 3"]);
    assert!(next(&mut first).is_pending());

    // Where the first part breaks off, the second goes on.
    let mut second = download(sink, None, &[b"l", b"o"]);
    assert_eq!(all(&mut second), ["head 200 OK"]);
    second.receive(ReceiveBody::ToSink { at: 3 });
    let mut end = None;
    while let Poll::Ready(streamed) = next(&mut second) {
        if let Streamed::BodyEnded(it) = streamed {
            end = Some(it);
        }
    }
    let end = end.unwrap();
    assert_eq!((memory.take(), end.bytes), (Bytes::from("hello"), 5));
    let begins = [0x2c, 0xf2, 0x4d, 0xba, 0x5f, 0xb0, 0xa3, 0x0e];
    assert_eq!(end.sha256.unwrap()[..8], begins);
}

#[test]
fn of_a_body_that_began_elsewhere_there_is_no_hash() {
    let memory = MemorySink::new(100);
    let _ = memory
        .clone()
        .poll_write(&mut Context::from_waker(Waker::noop()), b"hel");
    let mut exchange = download(Sink::new(Sha256Sink::new(memory)), None, &[b"lo"]);
    assert_eq!(all(&mut exchange), ["head 200 OK"]);
    exchange.receive(ReceiveBody::ToSink { at: 3 });
    loop {
        match next(&mut exchange) {
            Poll::Ready(Streamed::BodyEnded(end)) => {
                assert_eq!((end.bytes, end.sha256), (5, None));
                break;
            }
            Poll::Ready(Streamed::Progress(_)) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_cap_is_that_of_the_request_or_of_the_sink_and_what_came_is_told() {
    for (cap, room) in [(Some(3), 100), (None, 3)] {
        let sink = Sink::new(MemorySink::new(room));
        let mut exchange = download(sink, cap, &[b"abc", b"d"]);
        assert!(matches!(
            next(&mut exchange),
            Poll::Ready(Streamed::Head(_))
        ));
        exchange.receive(ReceiveBody::ToSink { at: 0 });
        assert!(matches!(
            next(&mut exchange),
            Poll::Ready(Streamed::Progress(3))
        ));
        match next(&mut exchange) {
            Poll::Ready(Streamed::Failed(failure)) => {
                assert_eq!(failure.class(), FailureClass::TooLarge);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_body_that_is_discarded_is_dropped() {
    let mut exchange = download(Sink::new(MemorySink::new(1)), None, &[b"a"]);
    assert_eq!(all(&mut exchange), ["head 200 OK"]);
    exchange.receive(ReceiveBody::Discard);
    assert!(exchange.exchange.is_none());
    assert!(next(&mut exchange).is_pending());
}

#[test]
fn a_body_without_a_source_or_a_sink_is_unsendable() {
    let upload = BodyDirection::Upload { at: 0 };
    let mut exchange = StreamedExchange::new(upload, Bodies::default(), |port| async move {
        port.open(&HeaderMap::new()).await?;
        panic!("there is none")
    });
    let text = "the request cannot be sent: its body streams, and there is no source for it";
    assert_eq!(all(&mut exchange), [text]);
}
