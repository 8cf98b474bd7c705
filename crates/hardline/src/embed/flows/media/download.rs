use std::time::Duration;

use hardline_derive::Wire;

use crate::client_api::media::ThumbnailMethod;
use crate::embed::dialogue::NamedFlow;
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::EmbedError;
use crate::embed::forms::shared::{hex, to_hex};
use crate::embed::json_flow::Effect;
use crate::embed::opening::Opening;
use crate::flow::{Download, Downloaded, Thumbnail};
use crate::types::{MxcUri, Timestamp};

pub(in crate::embed) const KIND: FlowKind = FlowKind::of::<Download>();

/// What `download` takes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct DownloadArguments {
    /// The file: an `mxc://` URI.
    pub uri: MxcUri,
    /// A smaller picture of it is wanted.
    pub thumbnail: Option<ThumbnailForm>,
    /// The most bytes to take.
    pub cap: Option<u64>,
    /// The SHA-256 that the file must have, as hexadecimal digits: that of an encrypted file.
    pub sha256: Option<String>,
    /// How long the server waits for a file that is still to be uploaded.
    pub wait_ms: Option<u64>,
}

/// A smaller picture.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct ThumbnailForm {
    /// Its width in pixels.
    pub width: u64,
    /// Its height in pixels.
    pub height: u64,
    /// `crop` or `scale`.
    pub method: Option<ThumbnailMethod>,
    /// Whether it may move.
    pub animated: Option<bool>,
    /// Whether the file itself is wanted if there is none; true if it is left out.
    pub or_file: Option<bool>,
}

/// What `download` brings: the file is in the sink.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct DownloadDone {
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256 as hexadecimal digits, if the program computed it.
    pub sha256: Option<String>,
    /// Its type, as whoever uploaded it says.
    pub content_type: Option<String>,
    /// Its name, made safe to save it by.
    pub file_name: Option<String>,
    /// Whether the server thinks that it may be shown in place.
    pub is_inline: bool,
    /// Whether it is a smaller picture, and not the file itself.
    pub is_thumbnail: bool,
}

impl NamedFlow for Download {
    const NAME: &'static str = "download";
    const SAVED_AS: &'static str = "Download";

    type Arguments = DownloadArguments;
    type Done = DownloadDone;

    fn open(opening: &mut Opening<'_>, arguments: DownloadArguments) -> Result<Self, EmbedError> {
        let homeserver = opening.homeserver()?;
        let flow = Self::new(opening.now, homeserver, &arguments.uri, opening.seed());
        let mut flow = flow.map_err(EmbedError::usage)?;
        if let Some(form) = arguments.thumbnail {
            let mut thumbnail = Thumbnail::new(form.width, form.height);
            thumbnail.method = form.method;
            thumbnail.animated = form.animated;
            thumbnail.or_file = form.or_file != Some(false);
            flow = flow.with_thumbnail(thumbnail);
        }
        if let Some(cap) = arguments.cap {
            flow = flow.with_cap(cap);
        }
        if let Some(sha256) = arguments.sha256 {
            let why = "the sha256 is not 64 hexadecimal digits";
            flow = flow.with_sha256(hex(&sha256).ok_or_else(|| EmbedError::usage(why))?);
        }
        Ok(match arguments.wait_ms {
            Some(millis) => flow.waiting_for_upload(Duration::from_millis(millis)),
            None => flow,
        })
    }

    fn done(_: Timestamp, file: Downloaded) -> (DownloadDone, Effect) {
        let done = DownloadDone {
            bytes: file.bytes,
            sha256: file.sha256.map(|sha256| to_hex(&sha256)),
            content_type: file.content_type,
            file_name: file.file_name.map(|name| name.to_string()),
            is_inline: file.is_inline,
            is_thumbnail: file.is_thumbnail,
        };
        (done, Effect::Nothing)
    }
}
