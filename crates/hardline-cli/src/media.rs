//! `media`.

mod get;
mod put;

use crate::args::Media;
use crate::cli_error::CliError;
use crate::interrupt::Interrupt;
use crate::prompt::Prompt;
use crate::report::Report;
use crate::session::Session;

pub(crate) use put::{FileToSend, upload};

pub(crate) async fn run(media: &Media, report: &Report) -> Result<(), CliError> {
    // Before anybody logs in.
    let file = match media {
        Media::Put(options) => Some(FileToSend::open(
            &options.file,
            options.media_type.as_deref(),
        )?),
        Media::Get(options) => {
            get::check(options)?;
            None
        }
    };
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let session = Session::begin(media.account(), report, &prompt, &interrupt).await?;
    let ended = match (media, file) {
        (Media::Get(options), _) => get::run(options, &session, report).await,
        (Media::Put(_), Some(file)) => put::run(&file, &session, report).await,
        (Media::Put(_), None) => Ok(()),
    };
    session.end(report).await;
    ended
}
