use std::time::Duration;

use hardline::client_api::media::{
    GetContent, GetContentAuthed, GetContentOverrideName, GetContentOverrideNameAuthed,
};
use hardline::types::ServerName;
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::super::data::HomeserverData;
use super::super::request_context::RequestContext;
use super::super::state::File;
use super::file_headers::{add_file_headers, add_media_headers};
use super::range::{Range, Unsatisfiable};
use crate::handlers::{Handlers, Wait};
use crate::html::Page;

/// How long a request waits for a file that is yet to be uploaded: Synapse's times.
const DEFAULT_WAIT: Duration = Duration::from_secs(20);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.show_with::<GetContentAuthed>(|context, asked| {
        let wanted = Wanted::new(&asked.server_name, &asked.media_id, asked.timeout_ms);
        download(context, &wanted, None)
    });
    handlers.show_with::<GetContent>(|context, asked| {
        let wanted = Wanted::new(&asked.server_name, &asked.media_id, asked.timeout_ms);
        download(context, &wanted, None)
    });
    handlers.show_with::<GetContentOverrideNameAuthed>(|context, asked| {
        let wanted = Wanted::new(&asked.server_name, &asked.media_id, asked.timeout_ms);
        download(context, &wanted, Some(&asked.file_name))
    });
    handlers.show_with::<GetContentOverrideName>(|context, asked| {
        let wanted = Wanted::new(&asked.server_name, &asked.media_id, asked.timeout_ms);
        download(context, &wanted, Some(&asked.file_name))
    });
}

/// A file that a client asks for.
pub(super) struct Wanted<'a> {
    server_name: &'a ServerName,
    media_id: &'a str,
    wait: Duration,
}

impl<'a> Wanted<'a> {
    pub(super) fn new(
        server_name: &'a ServerName,
        media_id: &'a str,
        timeout_ms: Option<u64>,
    ) -> Self {
        let wait = timeout_ms.map_or(DEFAULT_WAIT, Duration::from_millis);
        Self {
            server_name,
            media_id,
            wait: wait.min(LONGEST_WAIT),
        }
    }
}

fn download(
    context: &mut RequestContext<'_>,
    wanted: &Wanted<'_>,
    name: Option<&str>,
) -> Result<Page, ErrorResponse> {
    let file = context.file(wanted);
    let asked = context.request.headers();
    let mut response = match file {
        Ok(_) if asked.contains_key(IF_NONE_MATCH) => not_modified(),
        Ok(file) => whole_or_range(&file, name, asked),
        Err(refusal) => refusal.into_response(),
    };
    add_media_headers(&mut response);
    Ok(response)
}

/// A file never changes, so whoever has any of it has it.
pub(super) fn not_modified() -> Page {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response
}

fn whole_or_range(file: &File, name: Option<&str>, asked: &HeaderMap) -> Page {
    let content = file.content.as_bytes();
    let mut response = match Range::asked_for(asked, content.len()) {
        Ok(None) => Response::new(content.to_vec()),
        Ok(Some(range)) => {
            let mut response = Response::new(content[range.first..=range.last].to_vec());
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let text = format!("bytes {}-{}/{}", range.first, range.last, content.len());
            set(&mut response, CONTENT_RANGE, &text);
            response
        }
        Err(Unsatisfiable) => {
            let refusal = ErrorResponse::new(
                StatusCode::RANGE_NOT_SATISFIABLE,
                ErrorCode::InvalidParam,
                "the file has no such range",
            );
            let mut response = refusal.into_response();
            set(
                &mut response,
                CONTENT_RANGE,
                &format!("bytes */{}", content.len()),
            );
            return response;
        }
    };
    let length = response.body().len().to_string();
    set(&mut response, CONTENT_LENGTH, &length);
    set(&mut response, ACCEPT_RANGES, "bytes");
    add_file_headers(
        &mut response,
        &file.content_type,
        name.or(file.name.as_deref()),
    );
    response
}

fn set(response: &mut Page, name: http::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

impl RequestContext<'_> {
    /// A file, or the reason why there is none. The request waits for one that is yet to be uploaded.
    ///
    /// # Errors
    /// `M_NOT_FOUND` or `M_NOT_YET_UPLOADED`.
    pub(super) fn file(&mut self, wanted: &Wanted<'_>) -> Result<File, ErrorResponse> {
        let now = self.now();
        let is_own = wanted.server_name == self.server.server_name();
        let place = self.state.media.place(now, wanted.media_id);
        let place = place.filter(|_| is_own).ok_or_else(|| {
            let message = format!("not found: {}", self.request.uri().path());
            ErrorResponse::new(StatusCode::NOT_FOUND, ErrorCode::NotFound, &message)
        })?;
        if let Some(file) = &place.file {
            return Ok(file.clone());
        }
        let until = self.arrived() + wanted.wait;
        if now < until {
            self.wait = Some(Wait {
                user_id: place.owner.clone(),
                position: self.state.stream.position(),
                until,
            });
        }
        Err(ErrorResponse::new(
            StatusCode::GATEWAY_TIMEOUT,
            ErrorCode::NotYetUploaded,
            "the file has not been uploaded yet",
        ))
    }
}
