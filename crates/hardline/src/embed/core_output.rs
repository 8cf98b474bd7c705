use hardline_derive::Wire;
use http::{HeaderMap, HeaderName, HeaderValue, Request, request};

use super::forms::json;
use super::forms::typed::TypedForm;
use crate::flow::{BodyDirection, ReceiveBody};
use crate::wire::RequestMeta;

/// What to do next. It is flat: which members have a meaning is told by its kind, the others are empty.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CoreOutput {
    /// What it is.
    pub kind: OutputKind,
    /// The flow that it is about; 0 is the session.
    pub flow: u64,
    /// The request that it is about.
    pub request: u64,
    /// The method to send.
    pub method: String,
    /// The URL to send it to.
    pub url: String,
    /// The header fields to send.
    pub headers: Vec<(String, String)>,
    /// The body to send.
    pub body: Vec<u8>,
    /// Of a wait: until when, in Unix milliseconds; `None` is for ever. Of a request: how long it may take, in
    /// milliseconds; counted from the last progress if a body streams.
    pub millis: Option<u64>,
    /// JSON: the event, what a flow brought, why it failed, or what is known of a request or a body.
    pub value: String,
}

/// The kinds of outputs. The numbers never change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum OutputKind {
    /// Nothing to do until `millis`, or until something happens: the only kind that ends a round.
    #[default]
    Wait = 0,
    /// Send this request, without following redirects, and tell what came of it.
    Send = 1,
    /// Drop this request, and tell nothing.
    Cancel = 2,
    /// Tell the user or the program.
    Event = 3,
    /// The flow is over, and brought `value`.
    Done = 4,
    /// The flow is over, and failed as `value` says.
    Failed = 5,
    /// Send this request with a body that streams, as `value` says, or fail it as `unsendable`.
    SendStreaming = 6,
    /// Where the body of the response to such a request goes is in `value`.
    Receive = 7,
}

impl OutputKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: &[Self] = &[
        Self::Wait,
        Self::Send,
        Self::Cancel,
        Self::Event,
        Self::Done,
        Self::Failed,
        Self::SendStreaming,
        Self::Receive,
    ];

    /// Its name, which never changes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::Send => "send",
            Self::Cancel => "cancel",
            Self::Event => "event",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::SendStreaming => "send_streaming",
            Self::Receive => "receive",
        }
    }
}

impl CoreOutput {
    pub(super) fn wait(millis: Option<u64>) -> Self {
        Self {
            millis,
            ..Self::default()
        }
    }

    pub(super) fn send(flow: u64, request: u64, http: Request<Vec<u8>>) -> Self {
        let (parts, body) = http.into_parts();
        Self {
            body,
            ..Self::head(OutputKind::Send, (flow, request), parts, None)
        }
    }

    pub(super) fn send_streaming(
        flow: u64,
        request: u64,
        parts: request::Parts,
        direction: BodyDirection,
    ) -> Self {
        Self::head(
            OutputKind::SendStreaming,
            (flow, request),
            parts,
            Some(direction),
        )
    }

    fn head(
        kind: OutputKind,
        (flow, request): (u64, u64),
        parts: request::Parts,
        direction: Option<BodyDirection>,
    ) -> Self {
        let meta = parts.extensions.get::<RequestMeta>();
        let millis = meta.map(|meta| meta.timeout.as_millis());
        Self {
            kind,
            flow,
            request,
            method: parts.method.as_str().to_owned(),
            url: parts.uri.to_string(),
            headers: texts(&parts.headers),
            millis: millis.and_then(|millis| u64::try_from(millis).ok()),
            value: json(&request_form(meta, direction)),
            ..Self::default()
        }
    }

    pub(super) fn receive(flow: u64, request: u64, body: ReceiveBody) -> Self {
        Self {
            kind: OutputKind::Receive,
            flow,
            request,
            value: json(&BodyForm::from(body)),
            ..Self::default()
        }
    }

    pub(super) fn cancel(request: u64) -> Self {
        Self {
            kind: OutputKind::Cancel,
            request,
            ..Self::default()
        }
    }

    pub(super) fn told(kind: OutputKind, flow: u64, value: String) -> Self {
        Self {
            kind,
            flow,
            value,
            ..Self::default()
        }
    }
}

/// What is known of a request besides.
fn request_form(meta: Option<&RequestMeta>, direction: Option<BodyDirection>) -> RequestForm {
    let (direction, at) = match direction {
        Some(BodyDirection::Upload { at }) => (Some("upload".to_owned()), Some(at)),
        Some(BodyDirection::Download) => (Some("download".to_owned()), None),
        None => (None, None),
    };
    RequestForm {
        direction,
        at,
        operation: meta.map(|meta| meta.operation.name().to_string()),
        attempt: meta.map(|meta| meta.attempt),
        repeatable: meta.map(|meta| meta.repeatable),
    }
}

/// Header fields as text. Those that the core writes are ASCII.
fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let one = |(name, value): (&HeaderName, _)| (name.as_str().to_owned(), text(value));
    headers.iter().map(one).collect()
}

/// What is known of a request besides: of one that streams, which body streams (`type`).
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct RequestForm {
    /// `upload` or `download`, if a body streams.
    #[serde(rename = "type")]
    pub direction: Option<String>,
    /// The offset at which to open the source of an upload.
    pub at: Option<u64>,
    /// The operation, such as `cs:login`.
    pub operation: Option<String>,
    /// Which attempt it is, from 1.
    pub attempt: Option<u32>,
    /// Whether it may reach the server twice without harm.
    pub repeatable: Option<bool>,
}

/// Where the body of a response goes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct BodyForm {
    /// `sink`, `whole` or `discard`.
    #[serde(rename = "type")]
    pub body_type: String,
    /// The offset in the sink; what is behind it is cut off first.
    pub at: Option<u64>,
    /// The most bytes to take into memory.
    pub cap: Option<u64>,
}

impl From<ReceiveBody> for BodyForm {
    fn from(body: ReceiveBody) -> Self {
        let (body_type, at, cap) = match body {
            ReceiveBody::ToSink { at } => ("sink", Some(at), None),
            ReceiveBody::Whole { cap } => ("whole", None, Some(cap)),
            ReceiveBody::Discard => ("discard", None, None),
        };
        Self {
            body_type: body_type.to_owned(),
            at,
            cap,
        }
    }
}

/// The types of places for bodies.
pub(super) const BODIES: &[TypedForm] = &[
    TypedForm::new("sink", &["at"]),
    TypedForm::new("whole", &["cap"]),
    TypedForm::new("discard", &[]),
];
