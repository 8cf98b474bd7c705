use std::fs;
use std::path::{Path, PathBuf};

use hardline::client_api::media::FileName;
use hardline::flow::Upload;
use hardline::types::MxcUri;
use hardline_isahc::BlockingFileSource;

use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::media_type::media_type;
use crate::random::seed;
use crate::report::Report;
use crate::room_step::RoomStep;
use crate::session::Session;
use crate::streaming;

/// A file that is to be uploaded.
pub(crate) struct FileToSend {
    path: PathBuf,
    pub(crate) name: FileName,
    pub(crate) bytes: u64,
    pub(crate) media_type: String,
}

impl FileToSend {
    /// Looks at the file.
    pub(crate) fn open(path: &Path, given: Option<&str>) -> Result<Self, CliError> {
        let unreadable = |error: &dyn std::fmt::Display| {
            CliError::usage(format!("could not read {}: {error}", path.display()))
        };
        let file = fs::File::open(path).map_err(|error| unreadable(&error))?;
        let metadata = file.metadata().map_err(|error| unreadable(&error))?;
        if !metadata.is_file() {
            return Err(CliError::new(
                Exit::Usage,
                format!("{} is no file", path.display()),
                "give one whose size is known before it is read",
            ));
        }
        let name = path.file_name().unwrap_or_default();
        Ok(Self {
            path: path.to_owned(),
            name: FileName::from_untrusted(&name.to_string_lossy()),
            bytes: metadata.len(),
            media_type: given.map_or_else(|| media_type(path).to_owned(), str::to_owned),
        })
    }
}

pub(super) async fn run(
    file: &FileToSend,
    session: &Session,
    report: &Report,
) -> Result<(), CliError> {
    let content_uri = upload(file, session, report).await?;
    report.result(&RoomStep::Uploaded {
        content_uri: content_uri.to_string(),
    });
    Ok(())
}

/// Uploads a file.
pub(crate) async fn upload(
    file: &FileToSend,
    session: &Session,
    report: &Report,
) -> Result<MxcUri, CliError> {
    let client = session.client();
    let homeserver = session.homeserver().clone();
    let flow = Upload::from_source(client.now(), homeserver, file.bytes, seed()?)
        .with_policy(session.policy())
        .with_content_type(&file.media_type)
        .and_then(|flow| flow.with_file_name(file.name.as_str()))
        .map_err(|error| CliError::usage(error.to_string()))?;
    let source = BlockingFileSource::new(&file.path);
    let mut conversation = client.run(flow).with_source(source);
    let doing = Doing::Uploading;
    streaming::run(&mut conversation, doing, session, report, |_| Ok(())).await
}
