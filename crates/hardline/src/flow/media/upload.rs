//! Uploads a file.
//!
//! ```text
//!               .--larger than the limit--> done
//!               |
//! new --> AskingLimit --the server has no URIs in advance--> Posting --200, or refused--> done
//!               |                                               ^
//!               '--> Creating --refused as unknown, or limited--|
//!                     |    ^                                    |
//!                    200   | M_NOT_FOUND: the URI expired       |
//!                     v    |                                    |
//!                     Putting --refused as unknown--------------'
//!                       '--200, M_CANNOT_OVERWRITE_MEDIA after a lost answer, or refused--> done
//! ```

use std::task::{Poll, ready};

use hardline_derive::Persist;

use super::media_path::{MediaPath, is_unrecognized, target_of};
use super::media_type::is_media_type;
use super::repeated::Repeated;
use crate::client_api::media::{
    CreateContent, FileName, GetConfig, GetConfigAuthed, MediaConfig, UploadContent,
    UploadContentToMxc,
};
use crate::flow::engine::effort::Effort;
use crate::flow::engine::{
    CallError, Engine, FlowContext, FlowLogic, Part, Replied, interactive_flow,
};
use crate::flow::{FlowError, MediaError, NotAwaited, Prompt, Reply};
use crate::types::{InvalidText, MxcUri, RawBytes, Timestamp};
use crate::wire::{Credentials, Endpoint, ErrorCode, Homeserver, Operation, Target};

/// Uploads a file from the program's source, whose body [streams](crate::flow::Output::SendStreaming) and is never held in
/// memory, or a small one that is.
///
/// - The server is asked for the size of its largest upload first: a larger file is [`MediaError::UploadTooLarge`],
///   before any of it leaves.
/// - Where the server has URIs in advance (since v1.7) the flow creates one and puts the file there, which is safe to
///   repeat: no attempt leaves a second copy. Others of the user's programs can know the URI before the file is there:
///   [`content_uri`](Self::content_uri). Elsewhere it is posted. Then a request whose answer is lost is not repeated, and
///   the flow stalls: [`retry`](crate::flow::InteractiveFlow::retry) may leave a copy that nobody knows.
/// - Each attempt sends the whole file, since servers take no parts.
///
/// While it goes on, [`FlowEvent::Progress`](crate::flow::FlowEvent::Progress) tells how far a streamed file is. The
/// outcome is the file's `mxc://` URI.
///
/// Errors worth handling: [`FlowError::Media`], and as [`FlowError::Refused`] `M_TOO_LARGE` (status 413: something before
/// the server takes less than it), `M_FORBIDDEN` (the user may not upload, or has used up a quota).
///
/// ```
/// use hardline::flow::{BodyDirection, Flow, Input, Output, Upload};
/// use hardline::types::Timestamp;
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let now = Timestamp::from_millis(0);
/// let homeserver = Homeserver::new(BaseUrl::parse("https://example.org")?);
/// let mut flow = Upload::from_source(now, homeserver, 5_000_000, 1)
///     .with_content_type("video/webm")?
///     .with_file_name("holiday.webm")?;
/// for (path, answer) in [
///     ("/_matrix/client/v1/media/config", r#"{"m.upload.size": 50000000}"#),
///     ("/_matrix/media/v1/create", r#"{"content_uri": "mxc://example.org/abc"}"#),
/// ] {
///     let Output::Send(id, request) = flow.poll_output() else { panic!("it asks the server") };
///     assert_eq!(request.uri().path(), path);
///     flow.handle_input(now, Input::Response(id, http::Response::new(answer.into())));
/// }
/// let Output::SendStreaming(id, request, BodyDirection::Upload { at: 0 }) = flow.poll_output() else {
///     panic!("the file is sent")
/// };
/// assert_eq!(request.uri.path(), "/_matrix/media/v3/upload/example.org/abc");
/// assert_eq!(request.headers["content-length"], "5000000");
/// flow.handle_input(now, Input::Response(id, http::Response::new("{}".into())));
/// let Output::Done(uri) = flow.poll_output() else { panic!("the file is there") };
/// assert_eq!(uri?, "mxc://example.org/abc");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [content repository](https://spec.matrix.org/v1.19/client-server-api/#content-repository).
#[derive(Debug, Persist)]
pub struct Upload(Engine<Uploading>);

#[derive(Debug, Persist)]
struct Uploading {
    target: Target,
    body: FileBody,
    content_type: Option<String>,
    file_name: Option<FileName>,
    /// How many URIs were created that expired before the file was there.
    expired: u8,
    state: State,
}

#[derive(Debug, Persist)]
enum FileBody {
    InMemory(RawBytes),
    /// The source has so many bytes.
    Source(u64),
}

#[derive(Debug, Persist)]
enum State {
    AskingLimit {
        path: MediaPath,
    },
    Creating,
    Putting {
        uri: MxcUri,
        /// The file may be there, since a request for it was sent before.
        may_be_there: bool,
    },
    Posting,
}

/// How many URIs may expire before the file is there.
const EXPIRED: u8 = 2;

interactive_flow!(Upload, brings: MxcUri);

impl Upload {
    /// Uploads a file that is in memory. It is part of the flow's saved form, so take a source for what is not small.
    /// `seed` varies the waits; any number that differs between clients will do.
    pub fn new(
        now: Timestamp,
        homeserver: Homeserver,
        content: impl Into<RawBytes>,
        seed: u64,
    ) -> Self {
        Self::of(now, homeserver, FileBody::InMemory(content.into()), seed)
    }

    /// Uploads this many bytes from the source that the program gives the transport. A source with another number of bytes
    /// fails.
    pub fn from_source(now: Timestamp, homeserver: Homeserver, bytes: u64, seed: u64) -> Self {
        Self::of(now, homeserver, FileBody::Source(bytes), seed)
    }

    fn of(now: Timestamp, homeserver: Homeserver, body: FileBody, seed: u64) -> Self {
        let target = Target::Homeserver(homeserver);
        let path = MediaPath::of(&target);
        let logic = Uploading {
            target,
            body,
            content_type: None,
            file_name: None,
            expired: 0,
            state: State::AskingLimit { path },
        };
        Self(Engine::new(now, logic, seed))
    }

    /// Sets the file's type, such as `image/png`. Without it servers take `application/octet-stream`, which is right for
    /// what is encrypted.
    ///
    /// # Errors
    /// [`InvalidText`] if it is not a media type.
    pub fn with_content_type(mut self, content_type: &str) -> Result<Self, InvalidText> {
        let why = "it must have the form type/subtype, in ASCII";
        InvalidText::unless(is_media_type(content_type), "media type", why)?;
        self.0.logic_mut().content_type = Some(content_type.to_owned());
        Ok(self)
    }

    /// Sets the file's name, for those who download it. The server sees it: leave it out for what is encrypted.
    ///
    /// # Errors
    /// [`InvalidText`], as [`FileName::parse`].
    pub fn with_file_name(mut self, name: &str) -> Result<Self, InvalidText> {
        self.0.logic_mut().file_name = Some(FileName::parse(name)?);
        Ok(self)
    }

    /// Does not ask for the limit: the server said this before.
    #[must_use]
    pub fn with_known_limit(mut self, config: &MediaConfig) -> Self {
        let logic = self.0.logic_mut();
        if config.upload_size.is_none_or(|limit| logic.size() <= limit) {
            logic.state = logic.first_way();
        }
        self
    }

    /// The file's URI, once the server has created it: it can be sent before the file is there, and who downloads it waits
    /// for that. If the upload takes a day or is never done, the server forgets the URI, and the flow takes another.
    pub fn content_uri(&self) -> Option<&MxcUri> {
        match &self.0.logic.state {
            State::Putting { uri, .. } => Some(uri),
            _ => None,
        }
    }
}

impl FlowLogic for Uploading {
    type Success = MxcUri;

    #[cfg(feature = "persist")]
    const NAME: &'static str = "Upload";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<MxcUri, FlowError>> {
        loop {
            let times_sent = context.times_sent();
            match &mut self.state {
                State::AskingLimit { path } => {
                    let credentials = &Credentials::Deferred;
                    let (operation, answer) = if path.is_authenticated {
                        let operation = const { &GetConfigAuthed::OPERATION };
                        let target = target_of(&self.target, operation);
                        let config = GetConfigAuthed::new();
                        (operation, context.attempt(&config, &target, credentials))
                    } else {
                        let operation = const { &GetConfig::OPERATION };
                        let target = target_of(&self.target, operation);
                        let config = GetConfig::new();
                        (operation, context.attempt(&config, &target, credentials))
                    };
                    let limit = match ready!(answer) {
                        Ok(config) => config.upload_size,
                        Err(refusal) if path.switch_after(&refusal.error) => continue,
                        // It has one nevertheless, perhaps, and will say so.
                        Err(refusal) if is_unrecognized(&refusal.error) => None,
                        Err(refusal) => {
                            ready!(context.settle(operation, refusal, credentials));
                            None
                        }
                    };
                    let size = self.size();
                    if let Some(limit) = limit.filter(|limit| size > *limit) {
                        let error = MediaError::UploadTooLarge { size, limit };
                        return Poll::Ready(Err(FlowError::Media(error)));
                    }
                    self.state = self.first_way();
                }
                State::Creating => {
                    let create = Repeated(CreateContent::new());
                    let (target, credentials) = (&self.target, &Credentials::Deferred);
                    match ready!(context.attempt(&create, target, credentials)) {
                        Ok(created) => {
                            self.state = State::Putting {
                                uri: created.content_uri,
                                may_be_there: false,
                            };
                        }
                        // Too many URIs without files are there, for up to a day.
                        Err(refusal)
                            if is_unrecognized(&refusal.error)
                                || refusal.error.is_rate_limited() =>
                        {
                            self.state = State::Posting;
                        }
                        Err(refusal) => return settled(context, &Self::CREATE, refusal),
                    }
                }
                State::Putting { uri, may_be_there } => {
                    let Some((server, media)) = uri.server_name().zip(uri.media_id()) else {
                        // It cannot be put anywhere.
                        self.state = State::Posting;
                        continue;
                    };
                    let (body, length) = self.body.parts();
                    let mut upload = UploadContentToMxc::new(server, media.to_owned(), body);
                    upload.content_type.clone_from(&self.content_type);
                    upload.filename = self.file_name.as_ref().map(FileName::to_string);
                    let sent = send(context, &Repeated(upload), &self.target, length);
                    let refusal = match ready!(sent) {
                        Ok(_) => return Poll::Ready(Ok(uri.clone())),
                        Err(refusal) => refusal,
                    };
                    let was_sent = *may_be_there || times_sent > 1;
                    match refusal.errcode() {
                        Some(ErrorCode::CannotOverwriteMedia) if was_sent => {
                            return Poll::Ready(Ok(uri.clone()));
                        }
                        Some(ErrorCode::NotFound) if self.expired < EXPIRED => {
                            self.expired += 1;
                            self.state = State::Creating;
                        }
                        _ if is_unrecognized(&refusal.error) => self.state = State::Posting,
                        _ => {
                            *may_be_there = true;
                            return settled(context, &Self::PUT, refusal);
                        }
                    }
                }
                State::Posting => {
                    let (body, length) = self.body.parts();
                    let mut upload = UploadContent::new(body);
                    upload.content_type.clone_from(&self.content_type);
                    upload.filename = self.file_name.as_ref().map(FileName::to_string);
                    return match ready!(send(context, &upload, &self.target, length)) {
                        Ok(uploaded) => Poll::Ready(Ok(uploaded.content_uri)),
                        Err(refusal) => settled(context, &UploadContent::OPERATION, refusal),
                    };
                }
            }
        }
    }

    fn active(&self) -> &dyn Part {
        self
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        self
    }
}

impl Uploading {
    const CREATE: Operation = Repeated::<CreateContent>::OPERATION;
    const PUT: Operation = Repeated::<UploadContentToMxc>::OPERATION;

    fn size(&self) -> u64 {
        match &self.body {
            FileBody::InMemory(content) => content.as_bytes().len() as u64,
            FileBody::Source(bytes) => *bytes,
        }
    }

    /// How the file is uploaded, as far as the server's versions tell.
    fn first_way(&self) -> State {
        let has = |operation| self.target.is_supported(operation);
        if has(&Self::CREATE) && has(&Self::PUT) {
            State::Creating
        } else {
            State::Posting
        }
    }
}

impl FileBody {
    /// What a request holds of the body, and the length of what is streamed instead.
    fn parts(&self) -> (RawBytes, Option<u64>) {
        match self {
            Self::InMemory(content) => (content.clone(), None),
            Self::Source(bytes) => (RawBytes::default(), Some(*bytes)),
        }
    }
}

fn send<E: Endpoint>(
    context: &mut FlowContext<'_>,
    upload: &E,
    target: &Target,
    length: Option<u64>,
) -> Poll<Result<E::Response, CallError>> {
    match length {
        None => context.attempt(upload, target, &Credentials::Deferred),
        Some(length) => context.upload(Effort::USUAL, upload, target, length),
    }
}

fn settled(
    context: &mut FlowContext<'_>,
    operation: &Operation,
    refusal: CallError,
) -> Poll<Result<MxcUri, FlowError>> {
    let settled = context.settle(operation, refusal, &Credentials::Deferred);
    Poll::Ready(Err(ready!(settled).into()))
}

impl Part for Uploading {
    fn prompt(&self) -> Option<Prompt> {
        None
    }

    fn reply(&mut self, _: Reply, _: bool) -> Result<Replied, NotAwaited> {
        Err(NotAwaited)
    }

    fn state(&self) -> &'static str {
        match self.state {
            State::AskingLimit { .. } => "AskingLimit",
            State::Creating => "Creating",
            State::Putting { .. } => "Putting",
            State::Posting => "Posting",
        }
    }
}

#[cfg(test)]
mod tests;
