//! `--verbose`: what goes over the wire, as it goes.

use std::io::Write;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hardline::client::{Bodies, Streamed, StreamingExchange, StreamingTransport, Transport};
use hardline::flow::{BodyDirection, ReceiveBody};
use hardline_har::MaskedExchange;
use http::{Request, Response, request};

use crate::any_transport::{AnyExchange, AnyTransport};
use crate::printable::escaped;

/// Longer bodies are shown in part.
const LONGEST: usize = 64 * 1024;

/// A transport that shows on standard error what it carries, without its secrets. Of a file it shows what comes with it.
pub(crate) struct WireView(AnyTransport);

/// An exchange that is shown.
pub(crate) struct ShownExchange {
    exchange: AnyExchange,
    masked: MaskedExchange,
}

impl WireView {
    pub(crate) fn over(transport: AnyTransport) -> AnyTransport {
        AnyTransport::new(Self(transport))
    }
}

impl Transport for WireView {
    type Future = <AnyTransport as Transport>::Future;

    fn send(&self, request: Request<Vec<u8>>) -> Self::Future {
        let masked = MaskedExchange::of(&request);
        let sent = self.0.send(request);
        Box::pin(async move {
            show('>', masked.request());
            let result = sent.await;
            match &result {
                Ok(response) => show('<', &masked.response(response)),
                Err(failure) => show('!', &format!("{failure}")),
            }
            result
        })
    }
}

impl StreamingTransport for WireView {
    type Exchange = ShownExchange;

    fn send_streaming(
        &self,
        head: request::Parts,
        direction: BodyDirection,
        bodies: Bodies,
    ) -> ShownExchange {
        let masked = MaskedExchange::of(&Request::from_parts(head.clone(), Vec::new()));
        show('>', masked.request());
        ShownExchange {
            exchange: self.0.send_streaming(head, direction, bodies),
            masked,
        }
    }
}

impl StreamingExchange for ShownExchange {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Streamed> {
        let streamed = ready!(self.exchange.poll_next(context));
        match &streamed {
            Streamed::Head(head) => {
                let response = Response::from_parts(head.clone(), Bytes::new());
                show('<', &self.masked.response(&response));
            }
            Streamed::Response(response) => show('<', &self.masked.response(response)),
            Streamed::Failed(failure) => show('!', &format!("{failure}")),
            _ => {}
        }
        Poll::Ready(streamed)
    }

    fn receive(&mut self, body: ReceiveBody) {
        self.exchange.receive(body);
    }
}

/// Where it cannot be shown, the command may still work.
fn show(mark: char, text: &str) {
    let mut err = anstream::stderr().lock();
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    for line in text[..end].lines() {
        let space = if line.is_empty() { "" } else { " " };
        let _ = writeln!(err, "{mark}{space}{}", escaped(line));
    }
    if end < text.len() {
        let _ = writeln!(err, "{mark} ... and {} bytes more", text.len() - end);
    }
}
