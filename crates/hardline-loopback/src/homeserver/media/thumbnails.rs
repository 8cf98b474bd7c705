use hardline::client_api::media::{
    GetContentThumbnail, GetContentThumbnailAuthed, ThumbnailMethod,
};
use hardline::wire::ErrorCode;
use hardline::wire::server::{ErrorResponse, ServerEndpoint};
use http::header::{CONTENT_LENGTH, IF_NONE_MATCH};
use http::{HeaderValue, Response, StatusCode};

use super::super::data::HomeserverData;
use super::super::request_context::with_context;
use super::download::{Wanted, not_modified};
use super::file_headers::{add_file_headers, add_media_headers};
use super::thumbnail::Thumbnail;
use crate::handlers::Handlers;
use crate::html::Page;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    install_one(handlers, |asked: &GetContentThumbnailAuthed| Asked {
        wanted: Wanted::new(&asked.server_name, &asked.media_id, asked.timeout_ms),
        size: (asked.width, asked.height),
        method: asked.method.as_ref(),
    });
    install_one(handlers, |asked: &GetContentThumbnail| Asked {
        wanted: Wanted::new(&asked.server_name, &asked.media_id, asked.timeout_ms),
        size: (asked.width, asked.height),
        method: asked.method.as_ref(),
    });
}

struct Asked<'a> {
    wanted: Wanted<'a>,
    size: (u64, u64),
    method: Option<&'a ThumbnailMethod>,
}

fn install_one<E: ServerEndpoint>(
    handlers: &mut Handlers<HomeserverData>,
    read: fn(&E) -> Asked<'_>,
) {
    handlers.show(move |exchange, caller, operation: E| {
        let asked = read(&operation);
        let is_known = exchange.request.headers().contains_key(IF_NONE_MATCH);
        let file = with_context(&exchange, caller, |context| context.file(&asked.wanted));
        let mut response = match file {
            Ok(_) if is_known => not_modified(),
            // While the picture is decoded, the state is not locked.
            Ok(file) => match Thumbnail::of(&file, asked.size, asked.method) {
                Some(thumbnail) => page(thumbnail),
                None => no_thumbnail(asked.method).into_response(),
            },
            Err(refusal) => refusal.into_response(),
        };
        add_media_headers(&mut response);
        Ok(response)
    });
}

fn page(thumbnail: Thumbnail) -> Page {
    let length = HeaderValue::from(thumbnail.content.len());
    let mut response = Response::new(thumbnail.content);
    response.headers_mut().insert(CONTENT_LENGTH, length);
    add_file_headers(&mut response, thumbnail.content_type, None);
    response
}

fn no_thumbnail(method: Option<&ThumbnailMethod>) -> ErrorResponse {
    match method {
        None | Some(ThumbnailMethod::Crop | ThumbnailMethod::Scale) => ErrorResponse::bad_request(
            ErrorCode::Unknown,
            "there is no thumbnail: the file is no picture in JPEG, PNG, GIF or WebP, or it is too large",
        ),
        Some(_) => ErrorResponse::new(
            StatusCode::NOT_FOUND,
            ErrorCode::NotFound,
            "there are no such thumbnails: the methods are crop and scale",
        ),
    }
}
