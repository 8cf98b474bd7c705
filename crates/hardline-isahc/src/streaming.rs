//! Bodies that stream.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use async_io::Timer;
use futures_lite::AsyncReadExt;
use futures_lite::future::block_on;
use hardline::client::{
    BlockingExchange, BlockingStreamingTransport, Bodies, Streamed, StreamingExchange,
    StreamingTransport,
};
use hardline::flow::{BodyDirection, ReceiveBody};
use hardline::wire::{Failure, FailureClass};
use hardline_tracing::{ExchangeSpan, TracedExchange};
use hardline_transport_options::streaming::{Finished, Port, StreamedExchange};
use hardline_transport_options::{Proxy, RequestLimits, announced_length};
use http::header::ACCEPT_ENCODING;
use http::request::{self, Parts};
use http::{Extensions, Response};
use isahc::AsyncBody;
use isahc::config::Configurable;

use crate::blocking::IsahcBlocking;
use crate::outgoing;
use crate::transport::{
    Impatient, Inner, IsahcTransport, cut_short, in_milliseconds, is_cut_short,
    unless_it_is_the_proxys,
};
use crate::{failure, sendable};

/// How much of a response is read at once.
const CHUNK: usize = 64 * 1024;

impl StreamingTransport for IsahcTransport {
    type Exchange = TracedExchange<StreamedExchange>;

    fn send_streaming(
        &self,
        head: Parts,
        direction: BodyDirection,
        bodies: Bodies,
    ) -> Self::Exchange {
        let span = ExchangeSpan::of_head(&head);
        let inner = Arc::clone(self.inner());
        let exchange = StreamedExchange::new(direction, bodies, |port| async move {
            match direction {
                BodyDirection::Upload { .. } => inner.upload(head, &port).await,
                BodyDirection::Download => inner.download(head, &port).await,
            }
        });
        span.stream(exchange, direction)
    }
}

impl BlockingStreamingTransport for IsahcBlocking {
    type Exchange = IsahcBlockingExchange;

    fn send_streaming(
        &self,
        head: Parts,
        direction: BodyDirection,
        bodies: Bodies,
    ) -> IsahcBlockingExchange {
        IsahcBlockingExchange(self.transport().send_streaming(head, direction, bodies))
    }
}

/// An exchange of an [`IsahcBlocking`] whose body streams. The source and the sink run on the thread that waits for it.
#[derive(Debug)]
pub struct IsahcBlockingExchange(TracedExchange<StreamedExchange>);

impl BlockingExchange for IsahcBlockingExchange {
    fn next(&mut self) -> Streamed {
        block_on(poll_fn(|context| {
            StreamingExchange::poll_next(&mut self.0, context)
        }))
    }

    fn receive(&mut self, body: ReceiveBody) {
        StreamingExchange::receive(&mut self.0, body);
    }
}

/// How a request is sent.
struct Sending<'a> {
    head: Parts,
    options: request::Builder,
    proxy: Option<&'a Proxy>,
    limits: RequestLimits,
    /// How long it may take until there is a response or something moves: connecting has a limit of its own, and nobody
    /// but curl knows when it is over.
    first: Duration,
}

impl Inner {
    fn sending(&self, mut head: Parts, length: Option<u64>) -> Result<Sending<'_>, Failure> {
        sendable::check(&head)?;
        let says_encoding = head.headers.contains_key(ACCEPT_ENCODING);
        self.complete(&mut head, usize::from(length != Some(0)));
        if !says_encoding {
            // What streams is not unpacked.
            head.headers.remove(ACCEPT_ENCODING);
        }
        let limits = RequestLimits::of(&head, &self.options);
        // The extensions stay here: they are between the core and this transport.
        head.extensions = Extensions::new();
        let proxy = self.proxies.of(&head.uri);
        let proxy = proxy.map_err(|unusable| Failure::new(FailureClass::Proxy, unusable))?;
        let connecting = in_milliseconds(limits.timeout.min(self.options.connect_timeout));
        let options = self
            .options(&head.uri, proxy)
            .connect_timeout(connecting)
            // curl goes on with what is dropped here until something moves, or until nothing does for so long. It counts
            // in seconds.
            .low_speed_timeout(1, limits.timeout.max(Duration::from_secs(1)));
        Ok(Sending {
            head,
            options,
            proxy,
            limits,
            first: limits.timeout + connecting,
        })
    }

    async fn download(&self, head: Parts, port: &Port) -> Result<Finished, Failure> {
        let sending = self.sending(head, Some(0))?;
        let (limits, proxy) = (sending.limits, sending.proxy);
        let (method, uri) = (sending.head.method.clone(), sending.head.uri.clone());
        let mut exchange = pin!(self.send_once(
            sending.head,
            AsyncBody::empty(),
            sending.options,
            proxy,
            limits.may_resend,
        ));
        let mut timer = Timer::after(sending.first);
        let response = poll_fn(|cx| {
            if let Poll::Ready(outcome) = exchange.as_mut().poll(cx) {
                return Poll::Ready(outcome);
            }
            let timed_out = |_| Err(no_response());
            Pin::new(&mut timer).poll(cx).map(timed_out)
        });
        let mut response = response.await?;
        unless_it_is_the_proxys(&response, &uri, proxy)?;
        let declared = response.body().len();
        // What isahc leaves there panics if it is cloned.
        response.extensions_mut().clear();
        let (answer, body) = response.into_parts();
        let announced = announced_length(&answer)?;
        match port.head(answer.clone()).await {
            ReceiveBody::ToSink { at } => {
                let mut sink = port.begin(at, limits.max_response_bytes).await?;
                let idle = limits.timeout.min(self.options.read_idle_timeout);
                let body = Impatient::new(body, idle);
                let mut body = body.take(announced.unwrap_or(u64::MAX));
                let mut buffer = vec![0; CHUNK];
                let mut length = 0;
                loop {
                    let read = body.read(&mut buffer).await.map_err(failure::of_body)?;
                    if read == 0 {
                        break;
                    }
                    length += read as u64;
                    sink.write(buffer.get(..read).unwrap_or_default()).await?;
                }
                if is_cut_short(&answer, declared, length) {
                    return Err(cut_short());
                }
                sink.end().await.map(Finished::Body)
            }
            ReceiveBody::Whole { cap } => {
                let most = limits.in_memory_up_to(cap);
                let response = Response::from_parts(answer, body);
                let response = self.read(&method, response, most).await;
                response.map(Finished::Response)
            }
            ReceiveBody::Discard => std::future::pending().await,
        }
    }

    async fn upload(&self, head: Parts, port: &Port) -> Result<Finished, Failure> {
        let body = port.open(&head.headers).await?;
        let length = body.length();
        let sending = self.sending(head, length)?;
        let (limits, proxy) = (sending.limits, sending.proxy);
        let (method, uri) = (sending.head.method.clone(), sending.head.uri.clone());
        let (mut pump, parts) = body.hand_over();
        let (outgoing, went_out) = outgoing::streaming(length, parts);
        let mut exchange = pin!(self.send_once(
            sending.head,
            outgoing,
            sending.options,
            proxy,
            limits.may_resend,
        ));
        let mut patience = Patience::new(port, limits.timeout, sending.first);
        let response = poll_fn(|cx| {
            pump.poll(cx)?;
            if let Poll::Ready(outcome) = exchange.as_mut().poll(cx) {
                return Poll::Ready(outcome);
            }
            patience.poll(cx).map(|()| {
                Err(if went_out.is_so() {
                    no_response()
                } else {
                    Failure::new(FailureClass::TimedOutBeforeSend, "no connection")
                })
            })
        });
        let response = response.await?;
        unless_it_is_the_proxys(&response, &uri, proxy)?;
        // Who refuses a body wants no more of it.
        let goes_on = response.status().is_success();
        let mut read = pin!(self.read(&method, response, limits.in_memory()));
        let response = poll_fn(|cx| {
            if goes_on {
                pump.poll(cx)?;
            }
            read.as_mut().poll(cx)
        });
        response.await.map(Finished::Response)
    }
}

fn no_response() -> Failure {
    Failure::new(FailureClass::TimedOutAfterSend, "no response")
}

/// How long nothing may move. The program's own pauses do not count.
struct Patience<'a> {
    port: &'a Port,
    limit: Duration,
    passed: u64,
    timer: Timer,
}

impl<'a> Patience<'a> {
    fn new(port: &'a Port, limit: Duration, first: Duration) -> Self {
        Self {
            port,
            limit,
            passed: port.count_passed(),
            timer: Timer::after(first),
        }
    }

    /// Is ready when it has come to an end.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let passed = self.port.count_passed();
        if passed != self.passed {
            self.passed = passed;
            self.timer.set_after(self.limit);
        }
        while Pin::new(&mut self.timer).poll(cx).is_ready() {
            if !self.port.waits_for_program() {
                return Poll::Ready(());
            }
            self.timer.set_after(self.limit);
        }
        Poll::Pending
    }
}
