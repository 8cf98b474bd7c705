//! Bodies that stream.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hardline::client::{Bodies, StreamingTransport};
use hardline::flow::{BodyDirection, ReceiveBody};
use hardline::wire::Failure;
use hardline_tracing::{ExchangeSpan, TracedExchange};
use hardline_transport_options::streaming::{Finished, Port, StreamedExchange};
use hardline_transport_options::{LONGEST, RequestLimits, announced_length};
use http::header::ACCEPT_ENCODING;
use http::request::Parts;
use http::{Extensions, Request, Response};
use tokio::time::{Instant, Sleep};

use crate::body::{Frames, Limits};
use crate::connect::mark_used;
use crate::outgoing::{Kept, Outgoing};
use crate::resends::Resends;
use crate::transport::{HyperTransport, Inner, check};

impl StreamingTransport for HyperTransport {
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

impl Inner {
    /// The head as it is sent, and the limits. The extensions stay here: they are between the core and this transport.
    fn sending(
        &self,
        mut head: Parts,
        length: Option<u64>,
    ) -> Result<(Parts, RequestLimits), Failure> {
        check(&head.uri)?;
        let says_encoding = head.headers.contains_key(ACCEPT_ENCODING);
        self.complete(&mut head, usize::from(length != Some(0)));
        if !says_encoding {
            // What streams is not unpacked.
            head.headers.remove(ACCEPT_ENCODING);
        }
        let limits = RequestLimits::of(&head, &self.options);
        head.extensions = Extensions::new();
        Ok((head, limits))
    }

    async fn download(&self, head: Parts, port: &Port) -> Result<Finished, Failure> {
        let (head, limits) = self.sending(head, Some(0))?;
        let mut timer = pin!(tokio::time::sleep(limits.timeout));
        let mut turn = self.turn(&head.uri, timer.as_mut()).await?;
        let answer = self.answer(
            &head,
            Vec::new(),
            limits.may_resend,
            &mut turn,
            timer.as_mut(),
        );
        let mut response = answer.await?;
        *response.extensions_mut() = Extensions::new();
        let (answer, body) = response.into_parts();
        let announced = announced_length(&answer)?;
        match port.head(answer.clone()).await {
            ReceiveBody::ToSink { at } => {
                let mut sink = port.begin(at, limits.max_response_bytes).await?;
                let reading = Limits {
                    bytes: usize::MAX,
                    announced,
                    idle: self.options.read_idle_timeout.min(limits.timeout),
                    deadline: Instant::now() + LONGEST,
                };
                let mut frames = Frames::new(body, reading);
                loop {
                    let data = frames.next(timer.as_mut()).await;
                    let data = data.inspect_err(|failure| self.leave(&head.uri, failure))?;
                    let Some(data) = data else {
                        return sink.end().await.map(Finished::Body);
                    };
                    sink.write(&data).await?;
                }
            }
            ReceiveBody::Whole { cap } => {
                let most = limits.in_memory_up_to(cap);
                let response = Response::from_parts(answer, body);
                let deadline = Instant::now() + limits.timeout;
                let read = self.read(&head.uri, response, most, deadline, timer);
                read.await.map(Finished::Response)
            }
            ReceiveBody::Discard => std::future::pending().await,
        }
    }

    async fn upload(&self, head: Parts, port: &Port) -> Result<Finished, Failure> {
        let mut body = port.open(&head.headers).await?;
        let said = head.headers.clone();
        let (head, limits) = self.sending(head, body.length())?;
        let mut timer = pin!(tokio::time::sleep(limits.timeout));
        let mut turn = self.turn(&head.uri, timer.as_mut()).await?;
        let mut resends = Resends::new(limits.may_resend);
        loop {
            let length = body.length();
            let (mut pump, parts) = body.hand_over();
            let kept = Kept::streaming(length, parts);
            let request = Request::from_parts(head.clone(), Outgoing::new(Arc::clone(&kept)));
            let own = self.clients.own(&head.uri);
            let client = own.as_ref().unwrap_or(&self.clients.common);
            let mut exchange = client.request(request);
            let mut patience = Patience::new(port, limits.timeout);
            let outcome = poll_fn(|cx| {
                pump.poll(cx)?;
                if let Poll::Ready(outcome) = Pin::new(&mut exchange).poll(cx) {
                    return Poll::Ready(Ok(Some(outcome)));
                }
                if kept.went_out() {
                    turn.ahead = None;
                }
                patience.poll(timer.as_mut(), cx).map(|()| Ok(None))
            })
            .await?;
            turn.ahead = None;

            let error = match outcome {
                Some(Ok(response)) => {
                    mark_used(&response);
                    let response = self.unless_it_is_none(&head.uri, response)?;
                    // Who refuses a body wants no more of it.
                    let goes_on = response.status().is_success();
                    let most = limits.in_memory();
                    let deadline = Instant::now() + limits.timeout;
                    let mut read =
                        pin!(self.read(&head.uri, response, most, deadline, timer.as_mut()));
                    let response = poll_fn(|cx| {
                        if goes_on {
                            pump.poll(cx)?;
                        }
                        read.as_mut().poll(cx)
                    });
                    return response.await.map(Finished::Response);
                }
                Some(Err(error)) => error,
                None => return Err(self.timed_out(&head.uri, &kept)),
            };
            resends.after(&self.clients, &head.uri, error)?;
            body = port.open(&said).await?;
        }
    }
}

/// How long nothing may move. The program's own pauses do not count.
struct Patience<'a> {
    port: &'a Port,
    limit: Duration,
    passed: u64,
}

impl<'a> Patience<'a> {
    fn new(port: &'a Port, limit: Duration) -> Self {
        Self {
            port,
            limit,
            passed: port.count_passed(),
        }
    }

    /// Is ready when it has come to an end.
    fn poll(&mut self, mut timer: Pin<&mut Sleep>, cx: &mut Context<'_>) -> Poll<()> {
        let passed = self.port.count_passed();
        if passed != self.passed {
            self.passed = passed;
            timer.as_mut().reset(Instant::now() + self.limit);
        }
        while timer.as_mut().poll(cx).is_ready() {
            if !self.port.waits_for_program() {
                return Poll::Ready(());
            }
            timer.as_mut().reset(Instant::now() + self.limit);
        }
        Poll::Pending
    }
}
