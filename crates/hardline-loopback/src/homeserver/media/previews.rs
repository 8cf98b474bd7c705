use std::time::Duration;

use bytes::Bytes;
use hardline::client_api::media::{GetUrlPreview, GetUrlPreviewAuthed};
use hardline::types::RawBytes;
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::header::CONTENT_TYPE;
use http::{Request, Response, StatusCode, Uri};
use serde_json::{Map, Value};

use super::super::data::HomeserverData;
use super::super::request_context::RequestContext;
use super::super::state::File;
use super::open_graph::properties;
use super::thumbnail::dimensions;
use crate::handlers::{Errand, Handlers, Undelivered};
use crate::html::Page;
use crate::json_document::json_document;

/// The size of the largest page or picture that is read.
const MAX_PAGE: usize = 10 << 20;
const TIME_LIMIT: Duration = Duration::from_secs(10);

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.show_with::<GetUrlPreviewAuthed>(|context, asked| preview(context, asked.url));
    handlers.show_with::<GetUrlPreview>(|context, asked| preview(context, asked.url));
}

fn preview(context: &mut RequestContext<'_>, url: String) -> Result<Page, ErrorResponse> {
    let now = context.now();
    if let Some(known) = context.state.media.preview(now, &url) {
        return Ok(json_document(known));
    }
    let page_url: Uri = url
        .parse()
        .map_err(|_| ErrorResponse::bad_request(ErrorCode::InvalidParam, "url is no URL"))?;
    let response = context.fetch(&page_url)?;
    let content_type = content_type(&response);
    let mut preview = Map::new();
    if content_type.starts_with("image/") {
        context.add_picture(&mut preview, response.into_body(), content_type)?;
    } else if is_page(&content_type) {
        let page = String::from_utf8_lossy(response.body()).into_owned();
        for (name, text) in properties(&page) {
            preview.insert(name, text.into());
        }
        let picture = preview.remove("og:image");
        let picture = picture.as_ref().and_then(Value::as_str);
        if let Some(picture_url) = picture.and_then(|picture| absolute(picture, &page_url)) {
            // A page without its picture is a page.
            let fetched = context.fetch(&picture_url);
            match fetched {
                Ok(picture) => {
                    let content_type = self::content_type(&picture);
                    context.add_picture(&mut preview, picture.into_body(), content_type)?;
                }
                Err(refusal) if context.is_asking() => return Err(refusal),
                Err(_) => {}
            }
        }
    } else {
        return Err(bad_gateway(&format!(
            "the page's content type is not allowed: {content_type}"
        )));
    }
    let preview = Value::Object(preview);
    let response = json_document(&preview);
    context.state.media.keep_preview(now, url, preview);
    Ok(response)
}

fn content_type(response: &Response<Bytes>) -> String {
    let value = response.headers().get(CONTENT_TYPE);
    let value = value.and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next());
    essence.unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_page(content_type: &str) -> bool {
    matches!(
        content_type,
        "" | "text/html" | "application/xhtml+xml" | "application/xml" | "text/xml" | "text/plain"
    )
}

/// The URL of a picture in a page.
fn absolute(picture: &str, page: &Uri) -> Option<Uri> {
    if picture.contains("://") {
        return picture.parse().ok();
    }
    let origin = format!("{}://{}", page.scheme_str()?, page.authority()?);
    let path = if picture.starts_with('/') {
        picture.to_owned()
    } else {
        let (folder, _) = page.path().rsplit_once('/')?;
        format!("{folder}/{picture}")
    };
    format!("{origin}{path}").parse().ok()
}

impl RequestContext<'_> {
    /// What is at a URL.
    fn fetch(&mut self, url: &Uri) -> Result<Response<Bytes>, ErrorResponse> {
        let mut request = Request::new(Vec::new());
        *request.uri_mut() = url.clone();
        let errand = Errand {
            request,
            limit: MAX_PAGE,
            time_limit: TIME_LIMIT,
        };
        match self.ask(errand)? {
            Ok(response) if response.status().is_success() => Ok(response),
            Ok(response) => Err(bad_gateway(&format!(
                "the page responds with status {}",
                response.status().as_u16()
            ))),
            Err(Undelivered::Elsewhere) => Err(ErrorResponse::new(
                StatusCode::FORBIDDEN,
                ErrorCode::Unknown,
                "only pages on this machine are previewed",
            )),
            Err(Undelivered::TooLarge) => Err(bad_gateway("the page is larger than 10 MiB")),
            Err(Undelivered::TimedOut) => Err(bad_gateway("the page does not come")),
            Err(Undelivered::Unreachable) => Err(bad_gateway("nobody responds there")),
        }
    }

    /// Keeps a picture, and says what it is.
    fn add_picture(
        &mut self,
        preview: &mut Map<String, Value>,
        picture: Bytes,
        content_type: String,
    ) -> Result<(), ErrorResponse> {
        let size = picture.len();
        if let Some((width, height)) = dimensions(&picture) {
            preview.insert("og:image:width".to_owned(), width.into());
            preview.insert("og:image:height".to_owned(), height.into());
        }
        let file = File {
            content: RawBytes::from(picture),
            content_type: content_type.clone(),
            name: None,
        };
        let uri = self.keep_file(file)?;
        preview.insert("og:image".to_owned(), uri.as_str().into());
        preview.insert("og:image:type".to_owned(), content_type.into());
        preview.insert("matrix:image:size".to_owned(), size.into());
        Ok(())
    }
}

fn bad_gateway(message: &str) -> ErrorResponse {
    ErrorResponse::new(StatusCode::BAD_GATEWAY, ErrorCode::Unknown, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_picture_is_relative_to_its_page() {
        let page: Uri = "http://127.0.0.1:80/a/page?x".parse().unwrap();
        for (picture, expected) in [
            ("http://127.0.0.1:81/p.png", "http://127.0.0.1:81/p.png"),
            ("/p.png", "http://127.0.0.1:80/p.png"),
            ("p.png", "http://127.0.0.1:80/a/p.png"),
        ] {
            let expected: Uri = expected.parse().unwrap();
            assert_eq!(absolute(picture, &page), Some(expected), "{picture}");
        }
    }
}
