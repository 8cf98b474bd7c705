use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Request, Response, StatusCode};

use super::stream::Stream;
use super::{Choices, Violation};
use crate::client_api::session::Logout;
use crate::flow::{BodyEnd, Input, RequestId};
use crate::wire::{self, Failure, FailureClass, RequestMeta};

/// The requests of a flow on their way, and the responses that nobody waits for.
#[derive(Default)]
pub(super) struct Network {
    pub(super) in_flight: Vec<Exchange>,
    /// What arrives for requests that were answered, or given up.
    pub(super) late: Vec<Arrival>,
    /// Requests that were given up before the server saw them.
    pub(super) given_up: Vec<Exchange>,
    sent: BTreeSet<RequestId>,
    /// Requests that must not be repeated, while nobody knows what became of them.
    in_doubt: BTreeSet<Once>,
    once: BTreeMap<RequestId, Once>,
}

type Once = (String, Vec<u8>);

/// A request on its way.
pub(super) struct Exchange {
    pub(super) id: RequestId,
    pub(super) request: Request<Vec<u8>>,
    /// Nothing will come back.
    pub(super) is_lost: bool,
    /// If its body streams, or that of its response.
    pub(super) stream: Option<Stream>,
}

/// An input, which can be given to a flow and to its twin.
#[derive(Clone)]
pub(super) enum Arrival {
    Response(RequestId, Response<Bytes>),
    Failed(RequestId, FailureClass),
    Head(RequestId, Response<()>),
    Progress(RequestId, u64),
    BodyEnded(RequestId, BodyEnd),
    Timeout,
}

impl Arrival {
    pub(super) fn input(&self) -> Input {
        match self {
            Self::Response(id, response) => Input::Response(*id, response.clone()),
            Self::Failed(id, class) => Input::Failed(*id, Failure::new(*class, "it is a trial")),
            Self::Head(id, head) => Input::Head(*id, head.clone().into_parts().0),
            Self::Progress(id, bytes) => Input::Progress(*id, *bytes),
            Self::BodyEnded(id, end) => Input::BodyEnded(*id, *end),
            Self::Timeout => Input::Timeout,
        }
    }
}

impl fmt::Display for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response(_, response) => response.status().fmt(f),
            Self::Failed(_, class) => write!(f, "{class:?}"),
            Self::Head(_, head) => write!(f, "head {}", head.status()),
            Self::Progress(_, bytes) => write!(f, "at {bytes}"),
            Self::BodyEnded(_, end) => write!(f, "ended at {}", end.bytes),
            Self::Timeout => f.write_str("timeout"),
        }
    }
}

impl Network {
    pub(super) fn sends(
        &mut self,
        id: RequestId,
        request: Request<Vec<u8>>,
        stream: Option<Stream>,
        is_poll: bool,
    ) -> Result<(), Violation> {
        if !self.sent.insert(id) {
            return Err(Violation::IdReused { id });
        }
        let meta = request.extensions().get::<RequestMeta>();
        if meta.is_some_and(|meta| !meta.repeatable) && !is_poll {
            let once = (request.uri().to_string(), request.body().clone());
            if !self.in_doubt.insert(once.clone()) {
                return Err(Violation::RepeatedUnsafely { url: once.0 });
            }
            self.once.insert(id, once);
        }
        self.in_flight.push(Exchange {
            id,
            request,
            is_lost: false,
            stream,
        });
        Ok(())
    }

    pub(super) fn cancels(&mut self, id: RequestId) -> Result<(), Violation> {
        let is_this = |exchange: &Exchange| exchange.id == id;
        let Some(index) = self.in_flight.iter().position(is_this) else {
            return Err(Violation::UnknownCancelled { id });
        };
        let exchange = self.in_flight.remove(index);
        if !exchange.is_lost {
            self.given_up.push(exchange);
        }
        Ok(())
    }

    /// An input that the flow waits for says what became of its request, or not.
    pub(super) fn arrives(&mut self, arrival: &Arrival) {
        let (id, is_known) = match arrival {
            Arrival::Response(id, response) => (id, tells_the_outcome(response)),
            Arrival::Failed(id, class) => (id, class.never_sent()),
            Arrival::BodyEnded(id, _) => (id, true),
            Arrival::Head(..) | Arrival::Progress(..) | Arrival::Timeout => return,
        };
        let before = self.in_flight.len();
        self.in_flight.retain(|exchange| exchange.id != *id);
        if self.in_flight.len() < before
            && is_known
            && let Some(once) = self.once.get(id)
        {
            self.in_doubt.remove(once);
        }
    }

    /// Somebody wanted what follows.
    pub(super) fn acted(&mut self) {
        self.in_doubt.clear();
    }

    /// The flow was loaded and waits for none of its requests.
    pub(super) fn forgets(&mut self) {
        let exchanges = self.in_flight.drain(..);
        self.given_up
            .extend(exchanges.filter(|exchange| !exchange.is_lost));
    }

    /// The position of the first request that may be answered.
    pub(super) fn first(&self) -> Option<usize> {
        self.in_flight.iter().position(|exchange| !exchange.is_lost)
    }
}

/// Whether a response tells what became of its request. A refusal does, even if the rest of it is cut off or broken.
fn tells_the_outcome(response: &Response<Bytes>) -> bool {
    let status = response.status();
    let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(response.body()).is_ok();
    // What the server calls an error, whatever the operation.
    let declines = || {
        let answer = wire::decode::<Logout>(response.clone());
        answer.is_err_and(|error| error.errcode().is_some())
    };
    status.is_client_error() || (!status.is_server_error() && (is_json || declines()))
}

/// The response of something in front of the server, and whether the server saw the request.
pub(super) fn gateway(choices: &mut Choices) -> (Response<Bytes>, bool) {
    const PAGE: &str = "<!DOCTYPE html><html><title>Please wait</title></html>";
    let (status, body) = match choices.number(8) {
        0 => (StatusCode::BAD_GATEWAY, PAGE),
        1 => (StatusCode::GATEWAY_TIMEOUT, ""),
        2 => (StatusCode::TOO_MANY_REQUESTS, ""),
        3 => (StatusCode::TOO_MANY_REQUESTS, "{}"),
        4 => (StatusCode::SERVICE_UNAVAILABLE, "upstream connect error"),
        5 => (StatusCode::OK, PAGE),
        6 => (StatusCode::FORBIDDEN, PAGE),
        _ => (StatusCode::UNAUTHORIZED, PAGE),
    };
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    let may_wait = matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    );
    if may_wait && choices.number(2) == 0 {
        headers.insert(RETRY_AFTER, HeaderValue::from(choices.number(60)));
    }
    let acted = status.is_server_error() && choices.number(2) == 1;
    (response, acted)
}
