use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use super::forms::error::EmbedError;
use crate::flow::{BodyEnd, Input, RequestId};
use crate::wire::{Failure, FailureClass};

/// What happened to a request, or that time has passed. `Debug` shows neither header fields nor bodies.
#[non_exhaustive]
pub enum CoreInput {
    /// A whole response, whatever its status.
    Response {
        /// The request.
        request: u64,
        /// The HTTP status.
        status: u16,
        /// The header fields. One that cannot be one is left out.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// There will be no response.
    Failed {
        /// The request.
        request: u64,
        /// Why, as [`FailureClass::as_str`] has it. It says whether the server can have seen the request: `interrupted`
        /// if that is not known.
        class: String,
        /// What to show to a developer.
        message: String,
    },
    /// The time of the last wait has come. One that is early or needless changes nothing.
    Timeout,
    /// The head of a response to a request that streams. Read on only when an output says where to.
    Head {
        /// The request.
        request: u64,
        /// The HTTP status.
        status: u16,
        /// The header fields.
        headers: Vec<(String, String)>,
    },
    /// So many bytes of a body that streams have passed so far.
    Progress {
        /// The request.
        request: u64,
        /// How many.
        bytes: u64,
    },
    /// The body is in the sink.
    BodyEnded {
        /// The request.
        request: u64,
        /// The length of the whole body.
        bytes: u64,
        /// Its SHA-256, if the program computed it.
        sha256: Option<[u8; 32]>,
    },
}

impl CoreInput {
    pub(super) fn into_input(self) -> Result<Input, EmbedError> {
        let id = RequestId::from_u64;
        Ok(match self {
            Self::Response {
                request,
                status,
                headers,
                body,
            } => Input::Response(
                id(request),
                response(status, headers)?.map(|()| body.into()),
            ),
            Self::Failed {
                request,
                class,
                message,
            } => {
                let class: FailureClass = class.parse().map_err(EmbedError::usage)?;
                Input::Failed(id(request), Failure::new(class, message))
            }
            Self::Timeout => Input::Timeout,
            Self::Head {
                request,
                status,
                headers,
            } => Input::Head(id(request), response(status, headers)?.into_parts().0),
            Self::Progress { request, bytes } => Input::Progress(id(request), bytes),
            Self::BodyEnded {
                request,
                bytes,
                sha256,
            } => Input::BodyEnded(id(request), BodyEnd { bytes, sha256 }),
        })
    }
}

/// The head of a response.
///
/// # Errors
/// [`EmbedError`] if the status is none.
pub(super) fn response(
    status: u16,
    headers: Vec<(String, String)>,
) -> Result<Response<()>, EmbedError> {
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::from_u16(status)
        .map_err(|_| EmbedError::usage(format_args!("{status} is no HTTP status")))?;
    *response.headers_mut() = fields(headers);
    Ok(response)
}

fn fields(headers: Vec<(String, String)>) -> HeaderMap {
    let mut fields = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::try_from(name);
        let value = HeaderValue::from_maybe_shared(Bytes::from(value));
        if let (Ok(name), Ok(value)) = (name, value) {
            // There is no room for more than 32,768 of them, and nobody reads so many.
            let _ = fields.try_append(name, value);
        }
    }
    fields
}

impl std::fmt::Debug for CoreInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Response {
                request, status, ..
            } => write!(f, "Response({request}, {status})"),
            Self::Failed { request, class, .. } => write!(f, "Failed({request}, {class})"),
            Self::Timeout => f.write_str("Timeout"),
            Self::Head {
                request, status, ..
            } => write!(f, "Head({request}, {status})"),
            Self::Progress { request, bytes } => write!(f, "Progress({request}, {bytes})"),
            Self::BodyEnded { request, bytes, .. } => write!(f, "BodyEnded({request}, {bytes})"),
        }
    }
}
