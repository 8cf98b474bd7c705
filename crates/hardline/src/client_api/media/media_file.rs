use hardline_derive::Response;

use crate::types::RawBytes;

/// A file that was downloaded.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct MediaFile {
    /// The bytes. With the head alone they are empty.
    pub content: RawBytes,
    /// The type that the file was uploaded with, or that the server made of it. Whoever uploaded the file chose it.
    pub content_type: Option<String>,
    /// How to show the file, and its name: `inline; filename=picture.png`. Some servers leave it out.
    pub content_disposition: Option<String>,
}

impl MediaFile {
    /// A file without a type and a name.
    pub fn new(content: RawBytes) -> Self {
        Self {
            content,
            content_type: None,
            content_disposition: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::client_api::media::{GetContentAuthed, GetContentThumbnailAuthed};
    use crate::wire;

    #[test]
    fn a_file_that_looks_like_an_error_is_a_file() {
        let body = r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "bye"}"#;
        let response = http::Response::builder()
            .header("content-type", "application/json")
            .header("content-disposition", "attachment; filename=a.json");
        let file = wire::decode::<GetContentAuthed>(response.body(body).unwrap()).unwrap();
        assert_eq!(file.content.as_bytes(), body.as_bytes());
    }

    #[test]
    fn a_thumbnail_needs_no_header_fields() {
        let file = wire::decode::<GetContentThumbnailAuthed>(http::Response::new("bytes")).unwrap();
        assert_eq!(file.content.as_bytes(), b"bytes");
        assert_eq!((file.content_type, file.content_disposition), (None, None));
    }
}
