use std::time::Duration;

use bytes::Bytes;
use hardline::wire::{ErrorCode, FailureClass};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};

use super::Chance;

/// What becomes of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The server acts and its answer comes.
    Answered,
    /// The server acts and its answer comes late.
    Late,
    /// The server acts and its answer comes twice.
    Twice,
    /// The server acts and half of its answer comes.
    Truncated,
    /// The server acts, and its answer is lost without a sign.
    AnswerLost,
    /// The server acts, and the connection breaks before its answer.
    BrokenAfter,
    /// The server does not act: the connection breaks.
    BrokenBefore,
    /// The server does not act: it takes no connections.
    Refused,
    /// The server does not act, and there is no sign of that.
    RequestLost,
    /// The server has too many requests.
    Limited,
    /// The server is not ready.
    Unready,
    /// The server is broken, before or after it acted.
    Broken { acts: bool },
    /// A proxy's page comes, before or after the server acted.
    Page { acts: bool },
}

const TROUBLES: [Fate; 14] = [
    Fate::Late,
    Fate::Twice,
    Fate::Truncated,
    Fate::AnswerLost,
    Fate::BrokenAfter,
    Fate::BrokenBefore,
    Fate::Refused,
    Fate::RequestLost,
    Fate::Limited,
    Fate::Unready,
    Fate::Broken { acts: false },
    Fate::Broken { acts: true },
    Fate::Page { acts: false },
    Fate::Page { acts: true },
];

/// What comes back.
pub(super) enum Back {
    /// Nothing, ever.
    Nothing,
    /// A failure of the transport.
    Failure(FailureClass),
    /// What the server answered.
    Answer,
    /// What somebody else answers.
    Instead(Response<Bytes>),
}

impl Fate {
    pub(super) fn draw(chance: &mut Chance, trouble: u8) -> Self {
        if !chance.happens(trouble) {
            return Self::Answered;
        }
        let index = chance.within(0..TROUBLES.len() as u64);
        usize::try_from(index).map_or(Self::Late, |index| TROUBLES[index])
    }

    /// Whether the server acts on the request.
    pub(super) fn acts(self) -> bool {
        match self {
            Self::Answered
            | Self::Late
            | Self::Twice
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

    pub(super) fn back(self, chance: &mut Chance) -> Back {
        match self {
            Self::Answered | Self::Late | Self::Twice | Self::Truncated => Back::Answer,
            Self::AnswerLost | Self::RequestLost => Back::Nothing,
            Self::BrokenAfter | Self::BrokenBefore => Back::Failure(FailureClass::Interrupted),
            Self::Refused => Back::Failure(FailureClass::Refused),
            Self::Limited => Back::Instead(limited(chance)),
            Self::Unready => {
                let mut response = error(StatusCode::SERVICE_UNAVAILABLE, &ErrorCode::Unknown, "");
                if chance.happens(50) {
                    set_retry_after(&mut response, chance);
                }
                Back::Instead(response)
            }
            Self::Broken { .. } => Back::Instead(error(
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
                Back::Instead(response)
            }
        }
    }

    /// How long the way back takes.
    pub(super) fn way_back(self, chance: &mut Chance) -> Duration {
        let millis = match self {
            Self::Late => 5_000..150_000,
            _ => 5..500,
        };
        Duration::from_millis(chance.within(millis))
    }
}

/// Each way in which servers say how long to wait, sane or not.
fn limited(chance: &mut Chance) -> Response<Bytes> {
    let members = [
        "",
        r#","retry_after_ms":0"#,
        r#","retry_after_ms":1500"#,
        r#","retry_after_ms":600000"#,
        r#","retry_after_ms":null"#,
        r#","retry_after_ms":-3.5"#,
    ];
    let index = chance.within(0..members.len() as u64);
    let member = usize::try_from(index).map_or("", |index| members[index]);
    let status = StatusCode::TOO_MANY_REQUESTS;
    let mut response = error(status, &ErrorCode::LimitExceeded, member);
    if chance.happens(30) {
        set_retry_after(&mut response, chance);
    }
    response
}

fn set_retry_after(response: &mut Response<Bytes>, chance: &mut Chance) {
    let seconds = chance.within(0..60);
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
