use std::error::Error;
use std::fmt;
use std::fs;
use std::future::{Ready, ready};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use hardline::client::{BlockingTransport, Transport};
use hardline::wire::{Failure, FailureClass};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, Uri};
use serde_json::Value;

use crate::body::{self, Text};
use crate::format::{CANCELLED, Entry, Har, Pair, Response as HarResponse};
use crate::{mask, query};

/// A transport that responds from a recording, at once and without a network. Clones share the unused exchanges.
///
/// A request gets the response of the first unused exchange of the recording with the same method, path, query and
/// body; values of [`SECRET_NAMES`](crate::SECRET_NAMES) count as equal. The origin does not matter, so the homeserver
/// may have any name (but use `http` if a server gave `http` URLs). Without such an exchange the request fails as
/// [`FailureClass::Unsendable`], which the core does not retry; the source of the failure is a [`NoMatch`].
///
/// A recorded failure fails the same way again. A cancelled exchange fails as timed out.
///
/// ```
/// use hardline::client::Transport;
/// use hardline_har::Replay;
///
/// let replay = Replay::parse(br#"{"log": {"version": "1.2", "entries": [{
///     "request": {"method": "GET", "url": "http://127.0.0.1:8008/_matrix/client/versions"},
///     "response": {"status": 200, "content": {"text": "{\"versions\": [\"v1.19\"]}"}}
/// }]}}"#)?;
/// let request = http::Request::get("https://example.org/_matrix/client/versions").body(Vec::new())?;
/// let again = request.clone();
/// assert_eq!(replay.send(request).into_inner()?.body(), r#"{"versions": ["v1.19"]}"#);
///
/// let failure = replay.send(again).into_inner().unwrap_err();
/// assert!(failure.to_string().ends_with("the recording has no GET /_matrix/client/versions left: all 1 are used"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Replay(Arc<Mutex<Vec<Recorded>>>);

struct Recorded {
    question: Question,
    answer: Answer,
    is_used: bool,
}

/// The part of a request that decides which response it gets; without secrets.
struct Question {
    method: String,
    path: String,
    query: Vec<Pair>,
    body: Body,
}

#[derive(PartialEq)]
enum Body {
    Json(Value),
    Other(String),
}

enum Answer {
    Response(Box<HarResponse>),
    Failure(FailureClass),
}

impl Replay {
    /// Reads a recording from a file of [`Recorder::save`](crate::Recorder::save) or of a browser.
    ///
    /// # Errors
    /// If the file cannot be read or is not a HAR file.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ReplayError> {
        Self::parse(&fs::read(path).map_err(ReplayError::Read)?)
    }

    /// Like [`read`](Replay::read), but takes the file's contents, for example from `include_bytes!`.
    ///
    /// # Errors
    /// If they are not those of a HAR file.
    pub fn parse(har: &[u8]) -> Result<Self, ReplayError> {
        // A byte order mark, which HAR allows.
        let har = har.strip_prefix(b"\xef\xbb\xbf").unwrap_or(har);
        let har: Har = serde_json::from_slice(har).map_err(ReplayError::Parse)?;
        let entries = har.log.entries.into_iter().enumerate();
        let recorded = entries.map(|(index, entry)| {
            Recorded::of(entry).map_err(|reason| ReplayError::Entry { index, reason })
        });
        let recorded = recorded.collect::<Result<_, _>>()?;
        Ok(Self(Arc::new(Mutex::new(recorded))))
    }

    /// How many exchanges of the recording are still unused.
    pub fn unused(&self) -> usize {
        let recorded = self.lock();
        recorded.iter().filter(|recorded| !recorded.is_used).count()
    }

    fn exchange(&self, request: &Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        let question = Question::of(request);
        let mut recorded = self.lock();
        let found = recorded
            .iter_mut()
            .find(|recorded| !recorded.is_used && recorded.question.is_like(&question));
        let Some(found) = found else {
            let nearest = NoMatch::of(&question, &recorded);
            return Err(Failure::new(FailureClass::Unsendable, nearest));
        };
        found.is_used = true;
        match &found.answer {
            Answer::Response(response) => {
                respond(response).map_err(|reason| Failure::new(FailureClass::Malformed, reason))
            }
            Answer::Failure(class) => Err(Failure::new(*class, "the recording has this failure")),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Recorded>> {
        // No panic can leave the list half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Replay {
    type Future = Ready<Result<Response<Bytes>, Failure>>;

    fn send(&self, request: Request<Vec<u8>>) -> Self::Future {
        ready(self.exchange(&request))
    }
}

impl BlockingTransport for Replay {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        self.exchange(&request)
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Replay({} exchanges unused)", self.unused())
    }
}

impl Recorded {
    fn of(entry: Entry) -> Result<Self, &'static str> {
        let url: Uri = entry
            .request
            .url
            .parse()
            .map_err(|_| "its url is not one")?;
        let sent = entry.request.post_data.unwrap_or_default();
        let sent = body::bytes(&sent.text, sent.encoding.as_deref());
        let question = Question::new(
            entry.request.method,
            &url,
            &sent.ok_or("its request's body is not encoded as it says")?,
        );
        let answer = match (&entry.failure, entry.response.status) {
            (None, 1..) => {
                respond(&entry.response)?;
                Answer::Response(Box::new(entry.response))
            }
            (None, 0) => Answer::Failure(FailureClass::Interrupted),
            (Some(name), _) if name == CANCELLED => {
                Answer::Failure(FailureClass::TimedOutAfterSend)
            }
            (Some(name), _) => {
                let known = name.parse();
                Answer::Failure(known.map_err(|_| "its failure is not one that is known here")?)
            }
        };
        Ok(Self {
            question,
            answer,
            is_used: false,
        })
    }
}

impl Question {
    fn of(request: &Request<Vec<u8>>) -> Self {
        let method = request.method().as_str().to_owned();
        Self::new(method, request.uri(), request.body())
    }

    fn new(method: String, url: &Uri, body: &[u8]) -> Self {
        Self {
            method,
            path: url.path().to_owned(),
            query: query::pairs(&mask::pairs(url.query().unwrap_or_default())),
            body: match serde_json::from_slice(body) {
                Ok(mut value) => {
                    mask::json(&mut value);
                    Body::Json(value)
                }
                Err(_) => Body::Other(Text::of(body, "").text),
            },
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        self.has_endpoint_of(other) && self.query == other.query && self.body == other.body
    }

    fn has_endpoint_of(&self, other: &Self) -> bool {
        self.method == other.method && self.path == other.path
    }
}

/// The header fields about the encoding of the body on the wire, which the recorded body no longer has.
const OF_THE_WIRE: [HeaderName; 3] = [CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING];

fn respond(recorded: &HarResponse) -> Result<Response<Bytes>, &'static str> {
    let content = &recorded.content;
    let text = content.text.as_deref().unwrap_or_default();
    let body = body::bytes(text, content.encoding.as_deref())
        .ok_or("its response's body is not encoded as it says")?;
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() =
        StatusCode::from_u16(recorded.status).map_err(|_| "its status is not one")?;
    for pair in &recorded.headers {
        // Pseudo-headers of HTTP/2 begin with a colon and are not headers.
        let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(pair.name.as_bytes()),
            HeaderValue::from_str(&pair.value),
        ) else {
            continue;
        };
        if !OF_THE_WIRE.contains(&name) {
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}

/// Why a recording cannot be replayed.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReplayError {
    /// The file cannot be read.
    Read(io::Error),
    /// It is not a HAR file.
    Parse(serde_json::Error),
    /// An entry is invalid.
    Entry {
        /// Which one, from 0.
        index: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => write!(f, "the recording cannot be read: {error}"),
            Self::Parse(error) => write!(f, "the recording is not a har file: {error}"),
            Self::Entry { index, reason } => {
                write!(
                    f,
                    "entry {index} of the recording cannot be replayed: {reason}"
                )
            }
        }
    }
}

impl Error for ReplayError {
    /// What is behind the error that is displayed already.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Read(error) => error.source(),
            Self::Parse(error) => error.source(),
            Self::Entry { .. } => None,
        }
    }
}

/// The recording has no matching exchange. The text says what comes nearest, by names, without values.
#[derive(Debug, PartialEq, Eq)]
pub struct NoMatch {
    endpoint: String,
    nearest: Nearest,
}

#[derive(Debug, PartialEq, Eq)]
enum Nearest {
    None,
    Used(usize),
    OtherQuery,
    OtherMembers(Vec<String>),
    OtherBody,
}

impl NoMatch {
    fn of(question: &Question, recorded: &[Recorded]) -> Self {
        let at_endpoint = || {
            recorded
                .iter()
                .filter(|it| it.question.has_endpoint_of(question))
        };
        let with_query = at_endpoint()
            .filter(|it| !it.is_used)
            .find(|it| it.question.query == question.query);
        let is_any_left = at_endpoint().any(|it| !it.is_used);
        let nearest = match (at_endpoint().count(), with_query) {
            (0, _) => Nearest::None,
            (count, None) if !is_any_left => Nearest::Used(count),
            (_, None) => Nearest::OtherQuery,
            (_, Some(near)) => match (&near.question.body, &question.body) {
                (Body::Json(Value::Object(theirs)), Body::Json(Value::Object(ours))) => {
                    let mut names: Vec<_> = theirs.keys().chain(ours.keys()).collect();
                    names.sort();
                    names.dedup();
                    names.retain(|name| theirs.get(*name) != ours.get(*name));
                    Nearest::OtherMembers(names.into_iter().cloned().collect())
                }
                _ => Nearest::OtherBody,
            },
        };
        Self {
            endpoint: format!("{} {}", question.method, question.path),
            nearest,
        }
    }
}

impl fmt::Display for NoMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint = &self.endpoint;
        match &self.nearest {
            Nearest::None => write!(f, "the recording has no {endpoint}: record it anew"),
            Nearest::Used(count) => write!(
                f,
                "the recording has no {endpoint} left: all {count} are used"
            ),
            Nearest::OtherQuery => {
                write!(f, "the recording has {endpoint} with another query only")
            }
            Nearest::OtherMembers(names) => write!(
                f,
                "the recording has {endpoint}, but the next one differs in {}",
                names.join(", ")
            ),
            Nearest::OtherBody => write!(f, "the recording has {endpoint} with another body only"),
        }
    }
}

impl Error for NoMatch {}
