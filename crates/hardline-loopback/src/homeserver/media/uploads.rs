use hardline::client_api::media::{
    CreateContent, CreateContentResponse, UploadContent, UploadContentResponse, UploadContentToMxc,
};
use hardline::json::Empty;
use hardline::types::{MxcUri, RawBytes};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;

use super::super::data::HomeserverData;
use super::super::request_context::RequestContext;
use super::super::state::File;
use crate::handlers::Handlers;

/// The length of a file's name, and of its type.
const MAX_TEXT: usize = 1024;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(upload);
    handlers.answer_with(create);
    handlers.answer_with(upload_to);
}

fn upload(
    context: &mut RequestContext<'_>,
    upload: UploadContent,
) -> Result<UploadContentResponse, ErrorResponse> {
    let file = file(upload.content, upload.content_type, upload.filename)?;
    let uri = context.keep_file(file)?;
    Ok(UploadContentResponse::new(uri))
}

fn create(
    context: &mut RequestContext<'_>,
    _: CreateContent,
) -> Result<CreateContentResponse, ErrorResponse> {
    let (now, user_id) = (context.now(), context.user_id()?);
    let state = &mut *context.state;
    let (media_id, expires) = state.media.reserve(now, &mut state.entropy, user_id)?;
    let mut response = CreateContentResponse::new(context.mxc_uri(&media_id)?);
    response.unused_expires_at = Some(expires);
    Ok(response)
}

fn upload_to(
    context: &mut RequestContext<'_>,
    upload: UploadContentToMxc,
) -> Result<Empty, ErrorResponse> {
    if upload.server_name != *context.server.server_name() {
        return Err(ErrorResponse::new(
            StatusCode::NOT_FOUND,
            ErrorCode::NotFound,
            "the media ID is another server's",
        ));
    }
    let (now, user_id) = (context.now(), context.user_id()?);
    let file = file(upload.content, upload.content_type, upload.filename)?;
    let state = &mut *context.state;
    state
        .media
        .upload_to(now, &upload.media_id, &user_id, file)?;
    // Whoever waits for the file waits for what its owner does.
    state.stream.advance();
    state.stream.concerns(&user_id, &user_id);
    Ok(Empty {})
}

fn file(
    mut content: RawBytes,
    content_type: Option<String>,
    name: Option<String>,
) -> Result<File, ErrorResponse> {
    let content_type = content_type.unwrap_or_else(|| "application/octet-stream".to_owned());
    let name = name.filter(|name| !name.is_empty());
    if content_type.len() > MAX_TEXT || name.as_ref().is_some_and(|name| name.len() > MAX_TEXT) {
        return Err(ErrorResponse::bad_request(
            ErrorCode::InvalidParam,
            "a file's name and its type have at most 1024 bytes each",
        ));
    }
    // The request that it came in is not to be kept.
    content.detach();
    Ok(File {
        content,
        content_type,
        name,
    })
}

impl RequestContext<'_> {
    /// Keeps a file of the caller's.
    pub(super) fn keep_file(&mut self, file: File) -> Result<MxcUri, ErrorResponse> {
        let (now, user_id) = (self.now(), self.user_id()?);
        let state = &mut *self.state;
        let media_id = state.media.upload(now, &mut state.entropy, user_id, file)?;
        self.mxc_uri(&media_id)
    }

    fn mxc_uri(&self, media_id: &str) -> Result<MxcUri, ErrorResponse> {
        let uri = format!("mxc://{}/{media_id}", self.server.server_name());
        MxcUri::parse(uri)
            .map_err(|error| ErrorResponse::bad_request(ErrorCode::Unknown, &error.to_string()))
    }
}
