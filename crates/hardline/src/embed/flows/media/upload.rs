use hardline_derive::Wire;

use crate::client_api::media::MediaConfig;
use crate::embed::dialogue::NamedFlow;
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::EmbedError;
use crate::embed::json_flow::Effect;
use crate::embed::opening::Opening;
use crate::flow::Upload;
use crate::types::{MxcUri, RawBytes, Timestamp};

pub(in crate::embed) const KIND: FlowKind = FlowKind::of::<Upload>();

/// What `upload` takes: how many `bytes` its source has, which streams, or the `content` itself.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct UploadArguments {
    /// The size of the source.
    pub bytes: Option<u64>,
    /// The file as base64.
    pub content: Option<RawBytes>,
    /// Its type: `image/png`.
    pub content_type: Option<String>,
    /// Its name.
    pub file_name: Option<String>,
    /// The response to `cs:getConfigAuthed`, if the program has it: then it is not asked for.
    pub config: Option<MediaConfig>,
}

/// What `upload` brings.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct UploadDone {
    /// Where the file is: an `mxc://` URI.
    pub uri: MxcUri,
}

impl NamedFlow for Upload {
    const NAME: &'static str = "upload";
    const SAVED_AS: &'static str = "Upload";

    type Arguments = UploadArguments;
    type Done = UploadDone;

    fn open(opening: &mut Opening<'_>, arguments: UploadArguments) -> Result<Self, EmbedError> {
        let (now, homeserver, seed) = (opening.now, opening.homeserver()?, opening.seed());
        let mut flow = match (arguments.bytes, arguments.content) {
            (Some(bytes), None) => Self::from_source(now, homeserver, bytes, seed),
            (None, Some(content)) => Self::new(now, homeserver, content, seed),
            _ => {
                let why = "give either the bytes of a source or the content of the file";
                return Err(EmbedError::usage(why));
            }
        };
        if let Some(content_type) = arguments.content_type {
            flow = flow
                .with_content_type(&content_type)
                .map_err(EmbedError::usage)?;
        }
        if let Some(name) = arguments.file_name {
            flow = flow.with_file_name(&name).map_err(EmbedError::usage)?;
        }
        Ok(match arguments.config {
            Some(config) => flow.with_known_limit(&config),
            None => flow,
        })
    }

    fn done(_: Timestamp, uri: MxcUri) -> (UploadDone, Effect) {
        (UploadDone { uri }, Effect::Nothing)
    }
}
