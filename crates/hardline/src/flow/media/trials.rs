//! Files on a network where everything goes wrong that can.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};

use crate::flow::test_harness::{Answer, Choices, START, Trial, Trouble};
use crate::flow::{Download, FlowError, MediaError, Prompt, Upload};
use crate::types::MxcUri;
use crate::wire::{BaseUrl, Homeserver};

const SEEDS: u64 = 400;

fn homeserver() -> Homeserver {
    Homeserver::new(BaseUrl::parse("https://example.org").unwrap())
}

fn content() -> Vec<u8> {
    (0..200_u32).map(|byte| byte as u8).collect()
}

/// No SHA-256, but another one for other bytes.
fn digest(bytes: &[u8]) -> [u8; 32] {
    let mut digest = [bytes.len() as u8; 32];
    for (at, byte) in bytes.iter().enumerate() {
        digest[at % 31] = digest[at % 31].wrapping_mul(31).wrapping_add(*byte);
    }
    digest
}

fn response(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

/// A server that has the file, or a part of it, in another place.
fn serve(request: &Request<Vec<u8>>) -> Response<Bytes> {
    if request.uri().host() == Some("example.org") {
        let mut response = response(307, "");
        let location = "https://cdn.example/file".parse().unwrap();
        response.headers_mut().insert("location", location);
        return response;
    }
    assert!(!request.headers().contains_key("authorization"));
    let content = content();
    let from = request.headers().get("range").map(|range| {
        assert_eq!(request.headers()["if-range"], "\"a\"");
        let range = range.to_str().unwrap();
        let from = range.strip_prefix("bytes=").unwrap().strip_suffix('-');
        from.unwrap().parse::<usize>().unwrap()
    });
    let mut response = match from {
        Some(from) if from < content.len() => {
            let mut part = response(206, content[from..].to_vec());
            let range = format!("bytes {from}-{}/{}", content.len() - 1, content.len());
            let range = range.parse().unwrap();
            part.headers_mut().insert("content-range", range);
            part
        }
        Some(_) => response(416, ""),
        None => response(200, content),
    };
    let length = response.body().len().into();
    response.headers_mut().insert("content-length", length);
    response
        .headers_mut()
        .insert("etag", "\"a\"".parse().unwrap());
    response
}

#[test]
fn a_file_that_is_downloaded_is_the_file_whatever_goes_wrong() {
    let mut resumed = 0;
    for seed in 0..SEEDS {
        let uri = MxcUri::parse("mxc://a.example/abc").unwrap();
        let flow = Download::new(START, homeserver(), &uri, seed).unwrap();
        let flow = flow.with_cap(200).with_sha256(digest(&content()));
        let trial = Trial::new(flow, Choices::from_seed(seed), |_, request| {
            resumed += u32::from(request.headers().contains_key("range"));
            serve(&request)
        })
        .with_sha256(digest)
        .with_person(|prompt, _| match prompt {
            Prompt::Retry => Answer::Retry,
            other => panic!("{other:?}"),
        });
        #[cfg(feature = "persist")]
        let trial = trial.with_saving();
        let report = trial
            .run()
            .unwrap_or_else(|error| panic!("{seed}: {error}"));
        match report.outcome {
            Some(Ok(downloaded)) => {
                assert_eq!(report.sink, content(), "{seed}");
                assert_eq!(downloaded.bytes, 200);
            }
            // A page in the place of the file, which may be longer, or refused as something that is not there.
            Some(Err(
                FlowError::Media(MediaError::WrongHash | MediaError::DownloadTooLarge { .. })
                | FlowError::Refused { .. },
            )) => {
                assert!(seed % 4 > 0, "{seed}");
            }
            other => panic!("{seed}: {other:?}"),
        }
    }
    assert!(resumed > 20, "{resumed} requests were for a part");
}

#[test]
fn a_file_is_uploaded_once_whatever_goes_wrong() {
    for seed in 0..SEEDS {
        let mut created = 0;
        let mut files = std::collections::BTreeMap::new();
        let flow = Upload::from_source(START, homeserver(), 200, seed);
        let trial = Trial::new(flow, Choices::from_seed(seed), |_, request| {
            let path = request.uri().path();
            match *request.method() {
                Method::GET => response(200, r#"{"m.upload.size": 200}"#),
                Method::PUT if files.contains_key(path) => {
                    response(409, r#"{"errcode": "M_CANNOT_OVERWRITE_MEDIA"}"#)
                }
                Method::PUT => {
                    files.insert(path.to_owned(), request.into_body());
                    response(200, "{}")
                }
                _ if path.ends_with("/create") => {
                    created += 1;
                    let uri = format!("mxc://example.org/{created}");
                    response(200, format!(r#"{{"content_uri": "{uri}"}}"#))
                }
                _ => panic!("{path}"),
            }
        })
        .with_source(content())
        // What forbids or denies is believed.
        .without(Trouble::Gateway)
        .with_person(|prompt, _| match prompt {
            Prompt::Retry => Answer::Retry,
            other => panic!("{other:?}"),
        });
        #[cfg(feature = "persist")]
        let trial = trial.with_saving();
        let report = trial
            .run()
            .unwrap_or_else(|error| panic!("{seed}: {error}"));
        let uri = report.outcome.expect("it is retried").expect("it is taken");
        assert_eq!(files.len(), 1, "{seed}");
        let (path, body) = files.pop_first().unwrap();
        assert_eq!(body, content());
        assert!(path.ends_with(uri.media_id().unwrap()), "{seed}: {path}");
    }
}
