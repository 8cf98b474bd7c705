//! Files: uploaded, downloaded, made small; previews of pages.

use hardline::client_api::media::{
    CreateContent, GetConfig, GetConfigAuthed, GetContent, GetContentAuthed,
    GetContentOverrideName, GetContentOverrideNameAuthed, GetContentThumbnail,
    GetContentThumbnailAuthed, GetUrlPreview, GetUrlPreviewAuthed, MediaFile, ThumbnailMethod,
    UploadContent, UploadContentToMxc, UrlPreview,
};
use hardline::types::{MxcUri, RawBytes, ServerName};

use super::person::Person;

/// 64 by 64 points.
const PICTURE: &[u8] = include_bytes!("picture.png");
/// No text, and bytes that a JSON string would change.
const BYTES: &[u8] = b"\xff\xfe\0 \r\n not text \x80";

pub(super) fn run(alice: &Person<'_>, bob: &Person<'_>) {
    let picture = upload(alice, PICTURE, "image/png", "fox 🦊.png");
    let bytes = upload(alice, BYTES, "application/octet-stream", "bytes.bin");
    later_upload(alice, bob);
    download(bob, &picture, &bytes);
    thumbnails(bob, &picture);
    legacy(bob, &picture);
    limits(bob);
    previews(bob);
}

fn upload(person: &Person<'_>, content: &[u8], content_type: &str, name: &str) -> MxcUri {
    let mut upload = UploadContent::new(RawBytes::from(content));
    upload.content_type = Some(content_type.to_owned());
    upload.filename = Some(name.to_owned());
    person.call(upload).content_uri
}

fn parts(uri: &MxcUri) -> (ServerName, String) {
    (
        uri.server_name().unwrap(),
        uri.media_id().unwrap().to_owned(),
    )
}

fn later_upload(alice: &Person<'_>, bob: &Person<'_>) {
    let created = alice.call(CreateContent::new());
    assert!(created.unused_expires_at.unwrap() > alice.trial.started);
    let (server_name, media_id) = parts(&created.content_uri);
    let mut early = GetContentAuthed::new(server_name.clone(), media_id.clone());
    early.timeout_ms = Some(1);
    let refused = bob.refused(early.clone());
    assert_eq!(refused, (504, "M_NOT_YET_UPLOADED".to_owned()));
    let content = RawBytes::from(BYTES);
    let mut upload = UploadContentToMxc::new(server_name, media_id, content);
    upload.content_type = Some("text/plain".to_owned());
    alice.call(upload.clone());
    assert_eq!(bob.call(early).content.as_bytes(), BYTES);
    let refused = alice.refused(upload);
    assert_eq!(refused, (409, "M_CANNOT_OVERWRITE_MEDIA".to_owned()));
}

fn download(bob: &Person<'_>, picture: &MxcUri, bytes: &MxcUri) {
    let (server_name, media_id) = parts(picture);
    let file = bob.call(GetContentAuthed::new(server_name.clone(), media_id.clone()));
    assert_eq!(file.content.as_bytes(), PICTURE);
    assert_eq!(file.content_type.as_deref(), Some("image/png"));
    let disposition = file.content_disposition.unwrap();
    assert!(
        disposition.contains("fox%20%F0%9F%A6%8A.png"),
        "{disposition}"
    );

    let name = "other name.png".to_owned();
    let named = GetContentOverrideNameAuthed::new(server_name, media_id, name);
    let file = bob.call(named);
    assert_eq!(file.content.as_bytes(), PICTURE);
    let disposition = file.content_disposition.unwrap();
    assert!(disposition.contains("other%20name.png"), "{disposition}");

    let (server_name, media_id) = parts(bytes);
    let file = bob.call(GetContentAuthed::new(server_name.clone(), media_id));
    assert_eq!(file.content.as_bytes(), BYTES);
    let absent = GetContentAuthed::new(server_name, "nobodys".to_owned());
    assert_eq!(bob.refused(absent), (404, "M_NOT_FOUND".to_owned()));
}

fn thumbnails(bob: &Person<'_>, picture: &MxcUri) {
    let (server_name, media_id) = parts(picture);
    let mut thumbnail = GetContentThumbnailAuthed::new(server_name, media_id, 32, 32);
    thumbnail.method = Some(ThumbnailMethod::Crop);
    thumbnail.animated = Some(false);
    let file = bob.call(thumbnail);
    assert_eq!(width(&file), 32);
    assert_eq!(file.content_type.as_deref(), Some("image/png"));
}

/// The width of a PNG.
fn width(file: &MediaFile) -> u32 {
    let bytes = file.content.as_bytes();
    assert!(bytes.starts_with(b"\x89PNG"));
    u32::from_be_bytes(bytes[16..20].try_into().unwrap())
}

/// The paths without a token.
fn legacy(bob: &Person<'_>, picture: &MxcUri) {
    let (server_name, media_id) = parts(picture);
    let mut file = GetContent::new(server_name.clone(), media_id.clone());
    file.allow_remote = Some(false);
    file.allow_redirect = Some(true);
    if let Some(file) = bob.call_if_there(file) {
        assert_eq!(file.content.as_bytes(), PICTURE);
    }
    let name = "named.png".to_owned();
    let named = GetContentOverrideName::new(server_name.clone(), media_id.clone(), name);
    if let Some(file) = bob.call_if_there(named) {
        assert!(file.content_disposition.unwrap().contains("named.png"));
    }
    let mut thumbnail = GetContentThumbnail::new(server_name, media_id, 32, 32);
    // A scaled one may be larger.
    thumbnail.method = Some(ThumbnailMethod::Crop);
    if let Some(file) = bob.call_if_there(thumbnail) {
        assert_eq!(width(&file), 32);
    }
}

fn limits(bob: &Person<'_>) {
    let size = bob.call(GetConfigAuthed::new()).upload_size;
    assert!(size.unwrap() > 1024 * 1024);
    if let Some(config) = bob.call_if_there(GetConfig::new()) {
        assert_eq!(config.upload_size, size);
    }
}

fn previews(bob: &Person<'_>) {
    let url = bob.trial.homeserver.page_url.to_owned();
    let mut preview = GetUrlPreviewAuthed::new(url.clone());
    preview.ts = Some(bob.trial.started);
    assert_preview(&bob.call(preview));
    if let Some(preview) = bob.call_if_there(GetUrlPreview::new(url)) {
        assert_preview(&preview);
    }
}

fn assert_preview(preview: &UrlPreview) {
    assert_eq!(preview.title().as_deref(), Some("A page with a preview"));
    assert_eq!(preview.description().as_deref(), Some("What it is about."));
    assert!(preview.image().unwrap().media_id().is_some());
    assert!(preview.image_size().unwrap() > 0);
}
