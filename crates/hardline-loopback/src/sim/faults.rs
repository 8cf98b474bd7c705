use std::time::Duration;

use bytes::Bytes;
use hardline::wire::{ErrorCode, FailureClass};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};

use super::rng::Rng;

/// What goes wrong with an exchange, if anything does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NetworkFault {
    /// Nothing: the server acts and its response arrives.
    None,
    /// The server acts and its response arrives late.
    Late,
    /// The server acts and its response arrives twice.
    Duplicated,
    /// The server acts and half of its response arrives.
    Truncated,
    /// The server acts, and its response is lost without a sign.
    AnswerLost,
    /// The server acts, and the connection breaks before its response.
    BrokenAfter,
    /// The server does not act: the connection breaks.
    BrokenBefore,
    /// The server does not act: it refuses the connection.
    Refused,
    /// The server does not act, and nothing shows it.
    RequestLost,
    /// The server limits the rate.
    Limited,
    /// The server is not ready.
    Unready,
    /// The server is broken, before or after it acted.
    Broken { acts: bool },
    /// A proxy's page arrives, before or after the server acted.
    Page { acts: bool },
}

const ALL: [NetworkFault; 14] = [
    NetworkFault::Late,
    NetworkFault::Duplicated,
    NetworkFault::Truncated,
    NetworkFault::AnswerLost,
    NetworkFault::BrokenAfter,
    NetworkFault::BrokenBefore,
    NetworkFault::Refused,
    NetworkFault::RequestLost,
    NetworkFault::Limited,
    NetworkFault::Unready,
    NetworkFault::Broken { acts: false },
    NetworkFault::Broken { acts: true },
    NetworkFault::Page { acts: false },
    NetworkFault::Page { acts: true },
];

/// What the client gets back.
pub(super) enum Delivery {
    /// Nothing, ever.
    Nothing,
    /// A failure of the transport.
    Failure(FailureClass),
    /// The response of the server.
    Answer,
    /// Another response in its place.
    Replaced(Response<Bytes>),
}

impl NetworkFault {
    /// Draws a fault for this percentage of exchanges, and none for the rest.
    pub(super) fn draw(rng: &mut Rng, percent: u8) -> Self {
        if !rng.happens(percent) {
            return Self::None;
        }
        let index = rng.within(0..ALL.len() as u64);
        usize::try_from(index).map_or(Self::Late, |index| ALL[index])
    }

    /// Whether the server acts on the request.
    pub(super) fn acts(self) -> bool {
        match self {
            Self::None
            | Self::Late
            | Self::Duplicated
            | Self::Truncated
            | Self::AnswerLost
            | Self::BrokenAfter => true,
            Self::BrokenBefore
            | Self::Refused
            | Self::RequestLost
            | Self::Limited
            | Self::Unready => false,
            Self::Broken { acts } | Self::Page { acts } => acts,
        }
    }

    pub(super) fn delivery(self, rng: &mut Rng) -> Delivery {
        match self {
            Self::None | Self::Late | Self::Duplicated | Self::Truncated => Delivery::Answer,
            Self::AnswerLost | Self::RequestLost => Delivery::Nothing,
            Self::BrokenAfter | Self::BrokenBefore => Delivery::Failure(FailureClass::Interrupted),
            Self::Refused => Delivery::Failure(FailureClass::Refused),
            Self::Limited => Delivery::Replaced(limited(rng)),
            Self::Unready => {
                let mut response = error(StatusCode::SERVICE_UNAVAILABLE, &ErrorCode::Unknown, "");
                if rng.happens(50) {
                    set_retry_after(&mut response, rng);
                }
                Delivery::Replaced(response)
            }
            Self::Broken { .. } => Delivery::Replaced(error(
                StatusCode::INTERNAL_SERVER_ERROR,
                &ErrorCode::Unknown,
                "",
            )),
            Self::Page { .. } => {
                let page = "<html><title>502 Bad Gateway</title></html>";
                let mut response = Response::new(Bytes::from_static(page.as_bytes()));
                *response.status_mut() = StatusCode::BAD_GATEWAY;
                response
                    .headers_mut()
                    .insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
                Delivery::Replaced(response)
            }
        }
    }

    /// How long the response takes to arrive.
    pub(super) fn delay(self, rng: &mut Rng) -> Duration {
        let millis = match self {
            Self::Late => 5_000..150_000,
            _ => 5..500,
        };
        Duration::from_millis(rng.within(millis))
    }
}

/// Every way in which servers say how long to wait, sane or not.
fn limited(rng: &mut Rng) -> Response<Bytes> {
    let members = [
        "",
        r#","retry_after_ms":0"#,
        r#","retry_after_ms":1500"#,
        r#","retry_after_ms":600000"#,
        r#","retry_after_ms":null"#,
        r#","retry_after_ms":-3.5"#,
    ];
    let index = rng.within(0..members.len() as u64);
    let member = usize::try_from(index).map_or("", |index| members[index]);
    let status = StatusCode::TOO_MANY_REQUESTS;
    let mut response = error(status, &ErrorCode::LimitExceeded, member);
    if rng.happens(30) {
        set_retry_after(&mut response, rng);
    }
    response
}

fn set_retry_after(response: &mut Response<Bytes>, rng: &mut Rng) {
    let seconds = rng.within(0..60);
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(seconds));
}

fn error(status: StatusCode, errcode: &ErrorCode, more: &str) -> Response<Bytes> {
    let body = format!(r#"{{"errcode":"{errcode}","error":"it is simulated"{more}}}"#);
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
