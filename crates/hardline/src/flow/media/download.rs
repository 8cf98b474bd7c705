//! Downloads a file, or a smaller picture of it.
//!
//! ```text
//!                                  .-- the other path; the file instead of a picture; elsewhere
//!                                  v   |
//! new --> Asking --the head comes--> Asking, into the sink --the whole file--> done
//!           ^ |                        |     ^
//!           | |                        |     '-- no right hash after a resumption, once
//!           | |                        '-- larger than the cap, a wrong hash --> done
//!           | '--M_NOT_YET_UPLOADED--> AwaitingUpload
//!           '--------------------------------'
//! ```

use std::task::{Poll, ready};
use std::time::Duration;

use hardline_derive::Persist;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{StatusCode, response};

use super::fetch::{Fetch, FetchElsewhere, InParts};
use super::media_path::{MediaPath, is_unrecognized, target_of};
use super::media_type::is_media_type;
use super::redirect;
use crate::client_api::media::{
    ContentDisposition, FileName, GetContent, GetContentAuthed, GetContentThumbnail,
    GetContentThumbnailAuthed,
};
#[cfg(feature = "events")]
use crate::events::EncryptedFile;
use crate::flow::engine::callable::Callable;
use crate::flow::engine::effort::Effort;
use crate::flow::engine::streaming::{Received, SinkPart};
use crate::flow::engine::{
    CallError, Engine, FlowContext, FlowLogic, Part, Replied, interactive_flow,
};
use crate::flow::{FlowError, MediaError, NotAwaited, Prompt, Reply, Thumbnail};
#[cfg(feature = "events")]
use crate::types::Base64;
use crate::types::{InvalidText, MxcUri, ServerName, Timestamp};
use crate::wire::{
    AbsoluteUrl, Credentials, Error, ErrorCode, ErrorKind, FailureClass, Homeserver, Target,
};

/// Downloads a file into the program's sink: the body [streams](crate::flow::Output::SendStreaming) and is never held in
/// memory.
///
/// - The authenticated path is asked where the server has it, the older one otherwise, and the other one if the server
///   says that it is wrong. Redirects (307, 308) are followed, at most five in a row, without the access token, and never
///   from `https` to `http`.
/// - A file that its sender has yet to upload (`M_NOT_YET_UPLOADED`) is [awaited](Self::waiting_for_upload).
/// - A body that is interrupted goes on where it was, if the server has ranges and says by a strong `ETag` that the file
///   is still the same; otherwise from its beginning. So does one that was saved and loaded: if the sink is gone
///   meanwhile, call [`from_beginning`](Self::from_beginning).
/// - Nothing is taken that is larger than the [cap](Self::with_cap): there is none by default.
/// - The file is compared with its [hash](Self::with_sha256), if that is known. Until the flow is done, what is in the
///   sink is not to be trusted.
///
/// While it goes on, [`FlowEvent::Progress`](crate::flow::FlowEvent::Progress) tells how far it is. It stalls if the
/// server cannot be reached, and then [goes on](crate::flow::InteractiveFlow::retry).
///
/// Errors worth handling: [`FlowError::Media`], and as [`FlowError::Refused`] `M_NOT_FOUND` (there is no such file),
/// `M_NOT_YET_UPLOADED` (it did not come in time), `M_FORBIDDEN`, `M_TOO_LARGE` (the server does not fetch it, since it
/// is too large).
///
/// ```
/// use hardline::flow::{BodyDirection, BodyEnd, Download, Flow, Input, Output, ReceiveBody};
/// use hardline::types::{MxcUri, Timestamp};
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let now = Timestamp::from_millis(0);
/// let homeserver = Homeserver::new(BaseUrl::parse("https://example.org")?);
/// let avatar = MxcUri::parse("mxc://example.net/abc")?;
/// let mut flow = Download::new(now, homeserver, &avatar, 1)?.with_cap(1_000_000);
/// let Output::SendStreaming(id, request, BodyDirection::Download) = flow.poll_output() else { panic!("it streams") };
/// assert_eq!(request.uri.path(), "/_matrix/client/v1/media/download/example.net/abc");
///
/// let head = http::Response::builder()
///     .header("content-length", "3")
///     .header("content-disposition", "attachment; filename=\"../me.png\"");
/// flow.handle_input(now, Input::Head(id, head.body(())?.into_parts().0));
/// assert!(matches!(flow.poll_output(), Output::Receive(_, ReceiveBody::ToSink { at: 0 })));
/// // The transport puts the body there.
/// flow.handle_input(now, Input::BodyEnded(id, BodyEnd { bytes: 3, sha256: None }));
/// let downloaded = loop {
///     match flow.poll_output() {
///         Output::Done(outcome) => break outcome?,
///         // How far it is.
///         Output::Event(_) => {}
///         other => panic!("{other:?}"),
///     }
/// };
/// assert_eq!(downloaded.file_name.unwrap(), "me.png");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [content repository](https://spec.matrix.org/v1.19/client-server-api/#content-repository).
#[derive(Debug, Persist)]
pub struct Download(Engine<Downloading>);

/// A file that was downloaded. It is in the sink.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Downloaded {
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, if the transport computed it.
    pub sha256: Option<[u8; 32]>,
    /// Its type, such as `image/png`, if the server gives one that is well-formed. Whoever uploaded the file chose it: it
    /// may be something else.
    pub content_type: Option<String>,
    /// Its name, made safe to save it by, if the server gives one.
    pub file_name: Option<FileName>,
    /// Whether the server thinks that it may be shown in place. Otherwise it is only to be saved.
    pub is_inline: bool,
    /// Whether it is a smaller picture of the file, as it was wished for, and not the file itself.
    pub is_thumbnail: bool,
}

#[derive(Debug, Persist)]
struct Downloading {
    target: Target,
    server_name: ServerName,
    media_id: String,
    /// The picture that is asked for; `None` for the file itself.
    thumbnail: Option<Thumbnail>,
    cap: Option<u64>,
    sha256: Option<[u8; 32]>,
    path: MediaPath,
    /// Where the server sent the client.
    elsewhere: Option<AbsoluteUrl>,
    moves: u8,
    /// The server was asked anew because there was nothing where it sent the client.
    was_misled: bool,
    /// The file was fetched anew because its hash was wrong, or not known, after a resumption.
    was_refetched: bool,
    /// How much longer to wait for a file that is yet to be uploaded.
    wait: Duration,
    part: SinkPart,
    state: State,
    /// What the server said on the path that was asked first.
    #[serde(skip)]
    first_refusal: Option<CallError>,
}

#[derive(Debug, Persist)]
enum State {
    Asking,
    AwaitingUpload,
}

/// How long a server waits by default for a file that is yet to be uploaded.
const SERVER_WAITS: Duration = Duration::from_secs(20);
/// How long to wait for one by default in all.
const WAIT: Duration = Duration::from_secs(60);
/// The pause before the server is asked again for one.
const PAUSE: Duration = Duration::from_secs(2);

const EFFORT: Effort = Effort::USUAL.unless(is_not_yet_uploaded);

interactive_flow!(Download, brings: Downloaded);

impl Download {
    /// Downloads a file. `seed` varies the waits; any number that differs between clients will do.
    ///
    /// # Errors
    /// [`InvalidText`] if the URI, which somebody else sent, is none.
    pub fn new(
        now: Timestamp,
        homeserver: Homeserver,
        uri: &MxcUri,
        seed: u64,
    ) -> Result<Self, InvalidText> {
        let parts = uri.server_name().zip(uri.media_id());
        let why = "it must have the form mxc://server/media";
        let (server_name, media_id) = parts.ok_or(InvalidText::new("content URI", why))?;
        let target = Target::Homeserver(homeserver);
        let logic = Downloading {
            path: MediaPath::of(&target),
            target,
            server_name,
            media_id: media_id.to_owned(),
            thumbnail: None,
            cap: None,
            sha256: None,
            elsewhere: None,
            moves: 0,
            was_misled: false,
            was_refetched: false,
            wait: WAIT,
            part: SinkPart::EMPTY,
            state: State::Asking,
            first_refusal: None,
        };
        Ok(Self(Engine::new(now, logic, seed)))
    }

    /// Downloads a file that was encrypted before it was uploaded, and compares its hash. It is still to be decrypted.
    ///
    /// # Errors
    /// [`InvalidText`] if its URI is none, or it has no SHA-256.
    ///
    /// ```
    /// # use hardline::flow::Download;
    /// # use hardline::types::{InvalidText, Timestamp};
    /// # use hardline::wire::Homeserver;
    /// use hardline::events::EncryptedFile;
    ///
    /// fn fetch(now: Timestamp, homeserver: Homeserver, file: &EncryptedFile) -> Result<Download, InvalidText> {
    ///     Ok(Download::of_encrypted(now, homeserver, file, 1)?.with_cap(100_000_000))
    /// }
    /// ```
    #[cfg(feature = "events")]
    pub fn of_encrypted(
        now: Timestamp,
        homeserver: Homeserver,
        file: &EncryptedFile,
        seed: u64,
    ) -> Result<Self, InvalidText> {
        let missing = || InvalidText::new("SHA-256", "it must be 32 bytes in unpadded base64");
        let hash = file.hashes.get("sha256").ok_or_else(missing)?;
        let hash = Base64::Standard.decode(hash)?;
        let hash = hash.try_into().map_err(|_| missing())?;
        Ok(Self::new(now, homeserver, &file.url, seed)?.with_sha256(hash))
    }

    /// Takes a smaller picture of the file.
    #[must_use]
    pub fn with_thumbnail(mut self, thumbnail: Thumbnail) -> Self {
        self.0.logic_mut().thumbnail = Some(thumbnail);
        self
    }

    /// Takes at most this many bytes. A larger file is [`MediaError::DownloadTooLarge`], before any of it is taken if the
    /// server says how large it is. With a transport that reports seldom how far it is, somewhat more may come into the
    /// sink until then.
    #[must_use]
    pub fn with_cap(mut self, cap: u64) -> Self {
        self.0.logic_mut().cap = Some(cap);
        self
    }

    /// Compares the SHA-256 of the file: another file is [`MediaError::WrongHash`].
    #[must_use]
    pub fn with_sha256(mut self, sha256: [u8; 32]) -> Self {
        self.0.logic_mut().sha256 = Some(sha256);
        self
    }

    /// Sets how long to wait for a file that is yet to be uploaded, 60 seconds by default.
    #[must_use]
    pub fn waiting_for_upload(mut self, wait: Duration) -> Self {
        self.0.logic_mut().wait = wait;
        self
    }

    /// After loading: the sink no longer holds what came before the flow was saved, so the file is fetched from its
    /// beginning.
    #[must_use]
    pub fn from_beginning(mut self) -> Self {
        self.0.logic_mut().part.forget();
        self
    }
}

impl FlowLogic for Downloading {
    type Success = Downloaded;

    #[cfg(feature = "persist")]
    const NAME: &'static str = "Download";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<Downloaded, FlowError>> {
        loop {
            if let State::AwaitingUpload = self.state {
                ready!(context.pause(PAUSE));
                self.state = State::Asking;
            }
            let fetch = self.fetch(context);
            let target = target_of(&self.place(), fetch.operation());
            let sent_at = context.sent_at();
            let (part, cap) = (&mut self.part, self.cap);
            let answer = ready!(context.download(EFFORT, &fetch, &target, part, cap));
            let ended = match answer {
                Ok(received) => self.received(received),
                Err(refusal) => self.refused(context, refusal, (&fetch, &target), sent_at),
            };
            match ended {
                Ended::Done(downloaded) => return Poll::Ready(Ok(downloaded)),
                Ended::Failed(error) => return Poll::Ready(Err(error)),
                Ended::Refused(refusal) => {
                    let credentials = &Credentials::Deferred;
                    let settled = context.settle(fetch.operation(), refusal, credentials);
                    return Poll::Ready(Err(ready!(settled).into()));
                }
                Ended::Again => {}
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

/// How a request ended.
enum Ended {
    Done(Downloaded),
    Failed(FlowError),
    /// The server refused it, and there is no other way.
    Refused(CallError),
    /// The flow goes on in its state.
    Again,
}

impl Downloading {
    /// Where the file is asked for.
    fn place(&self) -> Target {
        let elsewhere = self.elsewhere.clone().map(Target::Url);
        elsewhere.unwrap_or_else(|| self.target.clone())
    }

    fn fetch(&self, context: &FlowContext<'_>) -> Fetch {
        let (server_name, media_id) = (self.server_name.clone(), self.media_id.clone());
        // The server answers before the policy gives up.
        let wait = self
            .wait
            .min(SERVER_WAITS)
            .min(context.response_timeout() / 2);
        let timeout_ms = u64::try_from(wait.as_millis()).ok();
        match (&self.elsewhere, self.path.is_authenticated, &self.thumbnail) {
            (Some(_), ..) => Fetch::Elsewhere(FetchElsewhere),
            (None, true, None) => {
                let mut file = GetContentAuthed::new(server_name, media_id);
                file.timeout_ms = timeout_ms;
                Fetch::File(InParts(file))
            }
            (None, false, None) => {
                let mut file = GetContent::new(server_name, media_id);
                file.timeout_ms = timeout_ms;
                file.allow_redirect = Some(true);
                Fetch::LegacyFile(InParts(file))
            }
            (None, true, Some(wish)) => {
                let (width, height) = (wish.width, wish.height);
                let mut picture =
                    GetContentThumbnailAuthed::new(server_name, media_id, width, height);
                picture.method.clone_from(&wish.method);
                picture.animated = wish.animated;
                picture.timeout_ms = timeout_ms;
                Fetch::Thumbnail(InParts(picture))
            }
            (None, false, Some(wish)) => {
                let (width, height) = (wish.width, wish.height);
                let mut picture = GetContentThumbnail::new(server_name, media_id, width, height);
                picture.method.clone_from(&wish.method);
                picture.animated = wish.animated;
                picture.timeout_ms = timeout_ms;
                picture.allow_redirect = Some(true);
                Fetch::LegacyThumbnail(InParts(picture))
            }
        }
    }

    /// The file is in the sink.
    fn received(&mut self, received: Received) -> Ended {
        let Received {
            head,
            end,
            was_resumed,
        } = received;
        let mistake = match (self.sha256, end.sha256) {
            (Some(expected), Some(sha256)) if sha256 != expected => Some(MediaError::WrongHash),
            (Some(_), None) => Some(MediaError::NoHash),
            _ => None,
        };
        if let Some(mistake) = mistake {
            self.part.forget();
            // What the sink held may have been something else, or was not hashed.
            if was_resumed && !self.was_refetched {
                self.was_refetched = true;
                return Ended::Again;
            }
            return Ended::Failed(FlowError::Media(mistake));
        }
        let disposition = header(&head, CONTENT_DISPOSITION);
        let disposition = ContentDisposition::parse(disposition.as_deref().unwrap_or_default());
        Ended::Done(Downloaded {
            bytes: end.bytes,
            sha256: end.sha256,
            content_type: header(&head, CONTENT_TYPE).filter(|text| is_media_type(text)),
            file_name: disposition.file_name(),
            is_inline: disposition.is_inline,
            is_thumbnail: self.thumbnail.is_some(),
        })
    }

    /// There may be another way than the one that was refused.
    fn refused(
        &mut self,
        context: &mut FlowContext<'_>,
        refusal: CallError,
        asked: (&Fetch, &Target),
        sent_at: Option<Timestamp>,
    ) -> Ended {
        let error = &refusal.error;
        let cause = error.failure().map(|failure| failure.cause());
        if let Some(error) = cause.and_then(|cause| cause.downcast_ref::<MediaError>()) {
            return Ended::Failed(FlowError::Media(error.clone()));
        }
        let class = error.failure().map(|failure| failure.class());
        if class == Some(FailureClass::TooLarge) {
            // The transport noticed, or the sink is full. It would be no smaller next time.
            let media_error = |cap| MediaError::DownloadTooLarge { size: None, cap };
            return Ended::Failed(match self.cap {
                Some(cap) => FlowError::Media(media_error(cap)),
                None => refusal.into(),
            });
        }
        if let Some(location) = redirect::location(error) {
            return self.follow(location, asked);
        }
        let status = error.status();
        if self.elsewhere.is_some() {
            // The place may have been good for a short time only.
            if status.is_some_and(|status| status.is_client_error()) && !self.was_misled {
                self.was_misled = true;
                self.elsewhere = None;
                self.moves = 0;
                return Ended::Again;
            }
            return Ended::Refused(refusal);
        }
        if is_not_yet_uploaded(error) {
            let waited = sent_at.map_or(PAUSE, |sent_at| context.now() - sent_at + PAUSE);
            self.wait = self.wait.saturating_sub(waited);
            if self.wait.is_zero() {
                return Ended::Failed(refusal.into());
            }
            context.pause_after(refusal.error, PAUSE);
            self.state = State::AwaitingUpload;
            return Ended::Again;
        }
        if self.path.switch_after(error) {
            self.first_refusal = Some(refusal);
            return Ended::Again;
        }
        if self.thumbnail.as_ref().is_some_and(|wish| wish.or_file) && has_no_picture(error) {
            self.thumbnail = None;
            self.part.forget();
            return Ended::Again;
        }
        match self.first_refusal.take() {
            // What the server said first says more.
            Some(first) if is_unrecognized(error) => Ended::Refused(first),
            _ => Ended::Refused(refusal),
        }
    }

    fn follow(&mut self, location: &str, (fetch, target): (&Fetch, &Target)) -> Ended {
        let from = match (target, fetch.encode(None, target, &Credentials::Deferred)) {
            (Target::Url(url), _) => Ok(url.clone()),
            (Target::Homeserver(homeserver), Ok(request)) => {
                AbsoluteUrl::given_by(&homeserver.base_url, &request.uri().to_string())
            }
            (_, _) => return Ended::Failed(FlowError::Cancelled),
        };
        match from.and_then(|from| redirect::follow(&from, location, self.moves)) {
            Ok(url) => {
                self.elsewhere = Some(url);
                self.moves += 1;
                Ended::Again
            }
            Err(why) => Ended::Failed(FlowError::Media(MediaError::NotFollowed(why))),
        }
    }
}

fn is_not_yet_uploaded(error: &Error) -> bool {
    error.errcode() == Some(&ErrorCode::NotYetUploaded)
}

/// Whether a server says, by whatever it answers, that it has no smaller picture of a file.
fn has_no_picture(error: &Error) -> bool {
    let is_answer = matches!(
        error.kind(),
        ErrorKind::Server(_) | ErrorKind::UnexpectedResponse(_)
    );
    let is_about_caller = matches!(
        error.status(),
        Some(StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS)
    );
    is_answer && !is_about_caller
}

/// A header field's text. Some servers write names in UTF-8 there.
fn header(head: &response::Parts, name: http::HeaderName) -> Option<String> {
    let value = head.headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

impl Part for Downloading {
    fn prompt(&self) -> Option<Prompt> {
        None
    }

    fn reply(&mut self, _: Reply, _: bool) -> Result<Replied, NotAwaited> {
        Err(NotAwaited)
    }

    fn state(&self) -> &'static str {
        match self.state {
            State::Asking => "Asking",
            State::AwaitingUpload => "AwaitingUpload",
        }
    }
}

#[cfg(test)]
mod tests;
