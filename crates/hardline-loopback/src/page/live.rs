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
