use std::fmt;
use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hardline::client::{BlockingTransport, Clock, Transport};
use hardline::types::Timestamp;
use hardline::wire::{Failure, RequestMeta};
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderName, Request, Response, Version};
use pin_project_lite::pin_project;

use crate::body::Text;
use crate::format::{
    CANCELLED, Cache, Content, Creator, Entry, Har, Log, PostData, Request as HarRequest,
    Response as HarResponse, Timings, UNKNOWN_SIZE,
};
use crate::known::Known;
use crate::{mask, query, save};

/// Records the exchanges of the transports under it, without secrets. Clones share one recording.
///
/// ```
/// use hardline::client::transport_fn;
/// use hardline_har::Recorder;
/// # use hardline::client::Clock;
/// # use hardline::types::Timestamp;
/// # #[derive(Clone, Copy)]
/// # struct MyClock;
/// # impl Clock for MyClock {
/// #     type Sleep = std::future::Pending<()>;
/// #     fn now(&self) -> Timestamp { Timestamp::from_millis(1_700_000_000_000) }
/// #     fn sleep_until(&self, _: Timestamp) -> Self::Sleep { std::future::pending() }
/// # }
///
/// let recorder = Recorder::new();
/// let transport = transport_fn(|_| async { Ok(http::Response::new("{}".into())) });
/// let transport = recorder.over(transport, MyClock);
/// # drop(transport);
/// assert!(recorder.to_json().starts_with(r#"{"log":{"version":"1.2","#));
/// ```
#[derive(Clone, Default)]
pub struct Recorder(Arc<Mutex<Vec<Option<Entry>>>>);

impl Recorder {
    /// An empty recording.
    pub fn new() -> Self {
        Self::default()
    }

    /// A transport that records what goes over the given one. The clock says when an exchange began and how long it
    /// took. A [`BlockingTransport`] stays one.
    pub fn over<T, C: Clock + Clone>(&self, transport: T, clock: C) -> Recording<T, C> {
        Recording {
            transport,
            clock,
            recorder: self.clone(),
        }
    }

    /// The recording as a HAR file: the finished exchanges, in the order in which they began.
    pub fn to_json(&self) -> String {
        let entries = self.lock().iter().flatten().cloned().collect();
        let har = Har {
            log: Log {
                version: "1.2".to_owned(),
                creator: Creator {
                    name: env!("CARGO_PKG_NAME"),
                    version: env!("CARGO_PKG_VERSION"),
                },
                entries,
            },
        };
        serde_json::to_string(&har).expect("text, numbers and lists of them have a JSON form")
    }

    /// Writes [`to_json`](Recorder::to_json) to a file and replaces an earlier one. The file is written beside its
    /// place and then renamed, so that it is the earlier one or the complete new one, whatever happens. You may call
    /// this any number of times.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        save::whole(path.as_ref(), self.to_json().as_bytes())
    }

    /// Reserves a place for an exchange that begins.
    fn reserve(&self) -> usize {
        let mut entries = self.lock();
        entries.push(None);
        entries.len() - 1
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Option<Entry>>> {
        // No panic can leave the list half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recorder({} exchanges)", self.lock().len())
    }
}

/// A recorded transport; made by [`Recorder::over`].
#[derive(Clone)]
pub struct Recording<T, C> {
    transport: T,
    clock: C,
    recorder: Recorder,
}

impl<T: Transport, C: Clock + Clone> Transport for Recording<T, C> {
    type Future = RecordingFuture<T::Future, C>;

    fn send(&self, request: Request<Vec<u8>>) -> Self::Future {
        RecordingFuture {
            draft: Draft::of(&request, &self.recorder, &self.clock),
            exchange: self.transport.send(request),
        }
    }
}

impl<T: BlockingTransport, C: Clock + Clone> BlockingTransport for Recording<T, C> {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        let mut draft = Draft::of(&request, &self.recorder, &self.clock);
        draft.begin();
        let result = self.transport.send(request);
        draft.end(&result);
        result
    }
}

impl<T: fmt::Debug, C> fmt::Debug for Recording<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording")
            .field("transport", &self.transport)
            .field("recorder", &self.recorder)
            .finish_non_exhaustive()
    }
}

pin_project! {
    /// The future of a [`Recording`]'s exchange. If it is dropped before it is ready, the exchange is recorded as
    /// cancelled.
    pub struct RecordingFuture<F, C>
    where
        C: Clock,
    {
        #[pin]
        exchange: F,
        draft: Draft<C>,
    }
}

impl<F, C: Clock> Future for RecordingFuture<F, C>
where
    F: Future<Output = Result<Response<Bytes>, Failure>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.draft.begin();
        let result = ready!(this.exchange.poll(context));
        this.draft.end(&result);
        Poll::Ready(result)
    }
}

impl<F, C: Clock> fmt::Debug for RecordingFuture<F, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordingFuture")
    }
}

/// An entry of an unfinished exchange. Its secrets are masked already.
struct Draft<C: Clock> {
    request: Option<HarRequest>,
    known: Known,
    operation: Option<String>,
    attempt: Option<u32>,
    begun: Option<(usize, Timestamp)>,
    recorder: Recorder,
    clock: C,
}

impl<C: Clock> Draft<C> {
    fn of(request: &Request<Vec<u8>>, recorder: &Recorder, clock: &C) -> Self
    where
        C: Clone,
    {
        let meta = request.extensions().get::<RequestMeta>();
        Self {
            operation: meta.map(|meta| meta.operation.name().to_string()),
            attempt: meta.map(|meta| meta.attempt),
            request: Some(of_request(request)),
            known: Known::of(request),
            begun: None,
            recorder: recorder.clone(),
            clock: clock.clone(),
        }
    }

    /// An exchange begins at its first poll.
    fn begin(&mut self) {
        if self.begun.is_none() {
            self.begun = Some((self.recorder.reserve(), self.clock.now()));
        }
    }

    fn end(&mut self, result: &Result<Response<Bytes>, Failure>) {
        match result {
            Ok(response) => self.keep(of_response(response), None),
            Err(failure) => self.keep(no_response(), Some(failure.class().as_str().to_owned())),
        }
    }

    /// Only the first time, and only if the exchange has begun.
    fn keep(&mut self, mut response: HarResponse, failure: Option<String>) {
        let (Some((place, begun)), Some(mut request)) = (self.begun, self.request.take()) else {
            return;
        };
        self.known.mask(&mut response);
        // The request's version is not known; usually it is that of the response.
        request.http_version.clone_from(&response.http_version);
        let elapsed = (self.clock.now() - begun).as_millis();
        let elapsed = u64::try_from(elapsed).unwrap_or(u64::MAX);
        let entry = Entry {
            started_date_time: iso_8601(begun),
            time: elapsed,
            request,
            response,
            cache: Cache::default(),
            timings: Timings {
                wait: elapsed,
                ..Timings::default()
            },
            operation: self.operation.take(),
            attempt: self.attempt,
            failure,
        };
        self.recorder.lock()[place] = Some(entry);
    }
}

impl<C: Clock> Drop for Draft<C> {
    fn drop(&mut self) {
        self.keep(no_response(), Some(CANCELLED.to_owned()));
    }
}

fn iso_8601(time: Timestamp) -> String {
    let millis = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    // The calendar of the format ends with the year 9999.
    let time = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX);
    time.to_string()
}

fn of_request(request: &Request<Vec<u8>>) -> HarRequest {
    let mime_type = header(request.headers(), &CONTENT_TYPE);
    let post_data = (!request.body().is_empty()).then(|| {
        let text = Text::of(request.body(), &mime_type);
        PostData {
            mime_type,
            text: text.text,
            encoding: text.encoding,
            comment: text.comment,
        }
    });
    HarRequest {
        method: request.method().as_str().to_owned(),
        url: mask::pairs(&request.uri().to_string()).into_owned(),
        http_version: version(request.version()),
        cookies: [],
        headers: mask::headers(request.headers()),
        query_string: query::pairs(&mask::pairs(request.uri().query().unwrap_or_default())),
        post_data,
        headers_size: UNKNOWN_SIZE,
        body_size: request.body().len(),
    }
}

fn of_response(response: &Response<Bytes>) -> HarResponse {
    let status = response.status();
    let mime_type = header(response.headers(), &CONTENT_TYPE);
    let text = Text::of(response.body(), &mime_type);
    HarResponse {
        status: status.as_u16(),
        status_text: status.canonical_reason().unwrap_or_default().to_owned(),
        http_version: version(response.version()),
        cookies: [],
        headers: mask::headers(response.headers()),
        content: Content {
            size: response.body().len(),
            mime_type,
            text: Some(text.text),
            encoding: text.encoding,
            comment: text.comment,
        },
        redirect_url: mask::pairs(&header(response.headers(), &LOCATION)).into_owned(),
        headers_size: UNKNOWN_SIZE,
        body_size: i64::try_from(response.body().len()).unwrap_or(UNKNOWN_SIZE),
    }
}

/// What browsers write if there is no response.
fn no_response() -> HarResponse {
    HarResponse {
        status: 0,
        status_text: String::new(),
        http_version: version(Version::default()),
        cookies: [],
        headers: Vec::new(),
        content: Content::default(),
        redirect_url: String::new(),
        headers_size: UNKNOWN_SIZE,
        body_size: UNKNOWN_SIZE,
    }
}

fn version(version: Version) -> String {
    // Its `Debug` is the same as on the wire.
    format!("{version:?}")
}

fn header(headers: &HeaderMap, name: &HeaderName) -> String {
    let value = headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()));
    value.unwrap_or_default().into_owned()
}
