//! Server-sent events: the parts of the page that have changed.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame};
use serde_json::Value;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{sleep, timeout};

/// How often it looks for what changed without a request.
const TICK: Duration = Duration::from_secs(1);
/// How long changes are gathered.
const PAUSE: Duration = Duration::from_millis(50);
/// How long a browser may take for what was sent. It connects again, and gets what there is then.
const PATIENCE: Duration = Duration::from_secs(10);

/// A body that goes on until the browser leaves, is too slow, or the loopback ends. It holds one event at most: nothing piles
/// up, since an event is what a part is by then.
pub(crate) struct EventStream(Receiver<Bytes>);

impl EventStream {
    /// A stream of what `parts` has, each part when it is not what it was. It looks when `news` come, which say whether
    /// it is over.
    pub(super) fn open<const COUNT: usize>(
        place: OwnedSemaphorePermit,
        news: watch::Receiver<bool>,
        parts: impl Fn() -> [(&'static str, Value); COUNT] + Send + 'static,
    ) -> Self {
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(async move {
            // Whoever does not listen any more needs no reason.
            let _ = tell(&sender, news, parts).await;
            drop(place);
        });
        Self(receiver)
    }
}

/// Nobody listens any more.
struct Gone;

async fn tell<const COUNT: usize>(
    sender: &Sender<Bytes>,
    mut news: watch::Receiver<bool>,
    parts: impl Fn() -> [(&'static str, Value); COUNT],
) -> Result<(), Gone> {
    let mut told = [const { String::new() }; COUNT];
    while !*news.borrow_and_update() {
        for (told, (name, part)) in told.iter_mut().zip(parts()) {
            let event = format!("event: {name}\ndata: {part}\n\n");
            if event != *told {
                send(sender, event.clone()).await?;
                *told = event;
            }
        }
        sleep(PAUSE).await;
        if let Ok(Err(_)) = timeout(TICK, news.changed()).await {
            break;
        }
        if sender.is_closed() {
            return Err(Gone);
        }
    }
    Ok(())
}

async fn send(sender: &Sender<Bytes>, event: String) -> Result<(), Gone> {
    match timeout(PATIENCE, sender.send(event.into())).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(Gone),
    }
}

impl Body for EventStream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = self.0.poll_recv(context);
        next.map(|event| event.map(|event| Ok(Frame::data(event))))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use http_body_util::BodyExt;
    use tokio::runtime::Builder;
    use tokio::sync::Semaphore;

    use super::*;

    /// Runs it in a time that passes when nothing else does, with a stream of a part that stays and one that always changes.
    fn with_stream(run: impl AsyncFnOnce(EventStream, watch::Sender<bool>, Arc<Semaphore>)) {
        let time = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        time.block_on(async {
            let places = Arc::new(Semaphore::new(1));
            let place = Arc::clone(&places).try_acquire_owned().unwrap();
            let (bell, news) = watch::channel(false);
            let count = AtomicU64::new(0);
            let parts = move || {
                let count = count.fetch_add(1, Ordering::Relaxed);
                [("same", Value::Null), ("count", Value::from(count))]
            };
            run(EventStream::open(place, news, parts), bell, places).await;
        });
    }

    async fn next(stream: &mut EventStream) -> Option<String> {
        let frame = stream.frame().await?.unwrap();
        let event = frame.into_data().unwrap();
        Some(String::from_utf8(event.to_vec()).unwrap())
    }

    #[test]
    fn a_part_is_told_at_first_and_when_it_has_changed() {
        with_stream(async |mut stream, bell, _| {
            let first = next(&mut stream).await;
            assert_eq!(first.as_deref(), Some("event: same\ndata: null\n\n"));
            for count in 0..3 {
                let event = next(&mut stream).await;
                let expected = format!("event: count\ndata: {count}\n\n");
                assert_eq!(event, Some(expected));
                bell.send(false).unwrap();
            }
        });
    }

    #[test]
    fn the_end_of_the_loopback_is_the_end() {
        with_stream(async |mut stream, bell, places| {
            next(&mut stream).await;
            bell.send(true).unwrap();
            while next(&mut stream).await.is_some() {}
            drop(places.acquire().await.unwrap());
        });
    }

    #[test]
    fn a_browser_that_does_not_read_is_given_up() {
        with_stream(async |stream, _bell, places| {
            let begun = tokio::time::Instant::now();
            drop(places.acquire().await.unwrap());
            assert!(begun.elapsed() >= PATIENCE);
            drop(stream);
        });
    }

    #[test]
    fn a_browser_that_leaves_makes_place_for_another() {
        with_stream(async |mut stream, _bell, places| {
            next(&mut stream).await;
            drop(stream);
            drop(places.acquire().await.unwrap());
        });
    }
}
