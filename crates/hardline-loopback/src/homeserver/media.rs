//! Files: uploaded, downloaded, and made smaller.

mod download;
mod file_headers;
mod open_graph;
mod previews;
mod range;
mod thumbnail;
mod thumbnail_sizes;
mod thumbnails;
mod uploads;

use hardline::client_api::media::{GetConfig, GetConfigAuthed, MediaConfig};

use super::data::HomeserverData;
use crate::handlers::{Handlers, MAX_FILE};

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<GetConfigAuthed>(|_, _| Ok(config()));
    handlers.answer_with::<GetConfig>(|_, _| Ok(config()));
    uploads::install(handlers);
    download::install(handlers);
    thumbnails::install(handlers);
    previews::install(handlers);
}

fn config() -> MediaConfig {
    let mut config = MediaConfig::default();
    config.upload_size = u64::try_from(MAX_FILE).ok();
    config
}
