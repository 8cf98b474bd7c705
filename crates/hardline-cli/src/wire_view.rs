//! `--verbose`: what goes over the wire, as it goes.

use std::io::Write;

use hardline::client::{BoxTransport, Transport};
use hardline_har::MaskedExchange;
use http::Request;

use crate::printable::escaped;

/// Longer bodies are shown in part.
const LONGEST: usize = 64 * 1024;

/// A transport that shows on standard error what it carries, without its secrets.
pub(crate) struct WireView(BoxTransport);

impl WireView {
    pub(crate) fn over(transport: BoxTransport) -> BoxTransport {
        BoxTransport::new(Self(transport))
    }
}

impl Transport for WireView {
    type Future = <BoxTransport as Transport>::Future;

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
