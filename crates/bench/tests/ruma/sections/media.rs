use hardline::client_api::media::{
    CreateContent, GetConfig, GetConfigAuthed, GetContent, GetContentAuthed,
    GetContentOverrideName, GetContentOverrideNameAuthed, GetContentThumbnail,
    GetContentThumbnailAuthed, GetUrlPreview, GetUrlPreviewAuthed, UploadContent,
    UploadContentToMxc,
};
use ruma::api::client::{authenticated_media, media};

use crate::exchange::{Exchange, Headers, answer, both, request};
use crate::pair::{Pair, pair};

#[expect(deprecated, reason = "older servers have no other paths for media")]
pub(super) fn pairs() -> Vec<Pair> {
    vec![
        pair::<GetContentAuthed, authenticated_media::get_content::v1::Request>(),
        pair::<
            GetContentOverrideNameAuthed,
            authenticated_media::get_content_as_filename::v1::Request,
        >(),
        pair::<GetContentThumbnailAuthed, authenticated_media::get_content_thumbnail::v1::Request>(
        ),
        pair::<GetUrlPreviewAuthed, authenticated_media::get_media_preview::v1::Request>(),
        pair::<GetConfigAuthed, authenticated_media::get_media_config::v1::Request>(),
        pair::<UploadContent, media::create_content::v3::Request>(),
        pair::<UploadContentToMxc, media::create_content_async::v3::Request>(),
        pair::<CreateContent, media::create_mxc_uri::v1::Request>(),
        pair::<GetContent, media::get_content::v3::Request>(),
        pair::<GetContentOverrideName, media::get_content_as_filename::v3::Request>(),
        pair::<GetContentThumbnail, media::get_content_thumbnail::v3::Request>(),
        pair::<GetUrlPreview, media::get_media_preview::v3::Request>(),
        pair::<GetConfig, media::get_media_config::v3::Request>(),
    ]
}

const PNG: Headers = &[
    ("content-type", "image/png"),
    ("content-disposition", "inline; filename=note.png"),
];

pub(super) const EXCHANGES: &[Exchange] = &[
    both(
        "cs:getContentAuthed",
        "as specified",
        "/_matrix/client/v1/media/download/matrix.org/ascERGshawAWawugaAcauga?timeout_ms=5000",
        "",
        "\u{89}PNG\r\n",
    )
    .with_answer_headers(PNG),
    answer(
        "cs:getContentAuthed",
        "a name beyond ASCII, as Synapse writes it",
        200,
        "text",
    )
    .with_answer_headers(&[
        ("content-type", "text/html; charset=UTF-8"),
        (
            "content-disposition",
            "attachment; filename*=utf-8''B%C3%A4r%20%22a%22.html",
        ),
    ]),
    answer(
        "cs:getContentAuthed",
        "a disposition alone",
        200,
        "text",
    )
    .with_answer_headers(&[
        ("content-type", "application/octet-stream"),
        ("content-disposition", "attachment"),
    ]),
    answer("cs:getContentAuthed", "without header fields", 200, "text"),
    answer(
        "cs:getContentAuthed",
        "declined",
        404,
        r#"{"errcode": "M_NOT_FOUND", "error": "Not found '/_matrix/client/v1/media/download/a/b'"}"#,
    ),
    answer(
        "cs:getContentAuthed",
        "not modified",
        304,
        "",
    ),
    both(
        "cs:getContentOverrideNameAuthed",
        "as specified",
        "/_matrix/client/v1/media/download/matrix.org/ascERGshawAWawugaAcauga/file%20n%C3%A4me.jpg?timeout_ms=5000",
        "",
        "\u{89}PNG\r\n",
    )
    .with_answer_headers(PNG),
    both(
        "cs:getContentThumbnailAuthed",
        "with every parameter",
        "/_matrix/client/v1/media/thumbnail/matrix.org/ascERGshawAWawugaAcauga?width=64&height=64&method=scale&timeout_ms=5000&animated=false",
        "",
        "\u{89}PNG\r\n",
    )
    .with_answer_headers(PNG),
    request(
        "cs:getContentThumbnailAuthed",
        "the least",
        "/_matrix/client/v1/media/thumbnail/matrix.org/abc?width=96&height=96",
        "",
    ),
    both(
        "cs:getUrlPreviewAuthed",
        "as specified",
        "/_matrix/client/v1/media/preview_url?url=https%3A%2F%2Fmatrix.org&ts=1510610716656",
        "",
        r#"{"og:title": "Matrix Blog Post", "og:description": "This is a really cool blog post from matrix.org", "og:image": "mxc://example.com/ascERGshawAWawugaAcauga", "og:image:type": "image/png", "og:image:height": 48, "og:image:width": 48, "matrix:image:size": 102400}"#,
    ),
    answer(
        "cs:getUrlPreviewAuthed",
        "null for a description, from Synapse",
        200,
        r#"{"og:title": "a.png", "og:description": null}"#,
    ),
    answer("cs:getUrlPreviewAuthed", "an empty page", 200, "{}"),
    both(
        "cs:getConfigAuthed",
        "as specified",
        "/_matrix/client/v1/media/config",
        "",
        r#"{"m.upload.size": 52428800}"#,
    ),
    answer("cs:getConfigAuthed", "no limit", 200, "{}"),
    both(
        "cs:uploadContent",
        "as specified",
        "/_matrix/media/v3/upload?filename=War+and%20Peace.pdf",
        "%PDF-1.7",
        r#"{"content_uri": "mxc://example.com/AQwafuaFswefuhsfAFAgsw"}"#,
    )
    .with_request_headers(&[("content-type", "application/pdf")]),
    request(
        "cs:uploadContent",
        "an empty file without a type",
        "/_matrix/media/v3/upload",
        "",
    ),
    answer("cs:uploadContent", "without a URI", 200, "{}"),
    both(
        "cs:uploadContentToMXC",
        "as specified",
        "/_matrix/media/v3/upload/example.com/AQwafuaFswefuhsfAFAgsw?filename=War%20and%20Peace.pdf",
        "%PDF-1.7",
        "{}",
    )
    .with_request_headers(&[("content-type", "application/pdf")]),
    both(
        "cs:createContent",
        "as specified",
        "/_matrix/media/v1/create",
        "",
        r#"{"content_uri": "mxc://example.com/AQwafuaFswefuhsfAFAgsw", "unused_expires_at": 1647257217083}"#,
    ),
    answer(
        "cs:createContent",
        "without an end",
        200,
        r#"{"content_uri": "mxc://example.com/AQwafuaFswefuhsfAFAgsw"}"#,
    ),
    both(
        "cs:getContent",
        "with every parameter",
        "/_matrix/media/v3/download/matrix.org/ascERGshawAWawugaAcauga?allow_remote=false&timeout_ms=5000&allow_redirect=true",
        "",
        "\u{89}PNG\r\n",
    )
    .with_answer_headers(PNG),
    request(
        "cs:getContent",
        "what is the default",
        "/_matrix/media/v3/download/matrix.org/abc?allow_remote=true&timeout_ms=20000&allow_redirect=false",
        "",
    ),
    both(
        "cs:getContentOverrideName",
        "with every parameter",
        "/_matrix/media/v3/download/matrix.org/ascERGshawAWawugaAcauga/filename.jpg?allow_remote=false&timeout_ms=5000&allow_redirect=true",
        "",
        "\u{89}PNG\r\n",
    )
    .with_answer_headers(PNG),
    both(
        "cs:getContentThumbnail",
        "with every parameter",
        "/_matrix/media/v3/thumbnail/matrix.org/ascERGshawAWawugaAcauga?width=64&height=64&method=crop&allow_remote=false&timeout_ms=5000&allow_redirect=true&animated=true",
        "",
        "\u{89}PNG\r\n",
    )
    .with_answer_headers(PNG),
    both(
        "cs:getUrlPreview",
        "as specified",
        "/_matrix/media/v3/preview_url?url=https%3A%2F%2Fmatrix.org&ts=1510610716656",
        "",
        r#"{"og:title": "Matrix Blog Post", "og:image": "mxc://example.com/ascERGshawAWawugaAcauga", "og:image:type": "image/png", "og:image:height": 48, "og:image:width": 48, "matrix:image:size": 102400}"#,
    ),
    both(
        "cs:getConfig",
        "as specified",
        "/_matrix/media/v3/config",
        "",
        r#"{"m.upload.size": 52428800}"#,
    ),
];
