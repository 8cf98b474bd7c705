use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use serde::{Serialize, Serializer};

use crate::client_api::media::{
    GetContent, GetContentAuthed, GetContentThumbnail, GetContentThumbnailAuthed, MediaFile,
};
use crate::flow::engine::callable::Callable;
use crate::wire::{
    self, ApiResponse, AuthData, Credentials, EncodeError, Endpoint, Error, ExtraParams, Operation,
    ResponseBody, Target,
};

/// A file, or a picture of it, that is downloaded from one of the places where it may be. Any part of it is an answer,
/// since one may be asked for.
#[derive(Debug)]
pub(super) enum Fetch {
    File(InParts<GetContentAuthed>),
    LegacyFile(InParts<GetContent>),
    Thumbnail(InParts<GetContentThumbnailAuthed>),
    LegacyThumbnail(InParts<GetContentThumbnail>),
    Elsewhere(FetchElsewhere),
}

impl Fetch {
    fn as_callable(&self) -> &dyn Encodable {
        match self {
            Self::File(fetch) => fetch,
            Self::LegacyFile(fetch) => fetch,
            Self::Thumbnail(fetch) => fetch,
            Self::LegacyThumbnail(fetch) => fetch,
            Self::Elsewhere(fetch) => fetch,
        }
    }
}

/// What of an operation is the same for all.
trait Encodable {
    fn operation(&self) -> &'static Operation;

    fn encode(
        &self,
        target: &Target,
        credentials: &Credentials,
    ) -> Result<Request<Vec<u8>>, EncodeError>;

    fn decode(&self, response: Response<Bytes>) -> Result<ApiResponse<MediaFile>, Error>;
}

impl<E: Endpoint<Response = MediaFile>> Encodable for E {
    fn operation(&self) -> &'static Operation {
        const { &E::OPERATION }
    }

    fn encode(
        &self,
        target: &Target,
        credentials: &Credentials,
    ) -> Result<Request<Vec<u8>>, EncodeError> {
        wire::encode(self, target, credentials)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<ApiResponse<MediaFile>, Error> {
        wire::decode_response::<E>(response)
    }
}

impl Callable for Fetch {
    type Response = MediaFile;

    fn operation(&self) -> &'static Operation {
        self.as_callable().operation()
    }

    fn timeout(&self) -> Option<Duration> {
        None
    }

    fn encode(
        &self,
        _: Option<&AuthData>,
        target: &Target,
        credentials: &Credentials,
    ) -> Result<Request<Vec<u8>>, EncodeError> {
        self.as_callable().encode(target, credentials)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<ApiResponse<MediaFile>, Error> {
        self.as_callable().decode(response)
    }
}

/// An operation of which a part is an answer too.
#[derive(Debug)]
pub(super) struct InParts<E>(pub(super) E);

impl<E: Serialize> Serialize for InParts<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<E: Endpoint> Endpoint for InParts<E> {
    const OPERATION: Operation = E::OPERATION.statuses(WHOLE_OR_PART);
    type Response = E::Response;

    fn check(&self) -> Result<(), EncodeError> {
        self.0.check()
    }

    fn extra_params(&self) -> Option<&ExtraParams> {
        self.0.extra_params()
    }
}

const WHOLE_OR_PART: &[u16] = &[200, 206];

/// The file at the place that the server sent the client to, which gets no access token.
#[derive(Debug)]
pub(super) struct FetchElsewhere;

impl Serialize for FetchElsewhere {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        serializer.serialize_struct("FetchElsewhere", 0)?.end()
    }
}

impl Endpoint for FetchElsewhere {
    const OPERATION: Operation = Operation::get("getRedirectedContent", "")
        .response_headers(&[
            ("content-type", "content_type"),
            ("content-disposition", "content_disposition"),
        ])
        .response_body(ResponseBody::Bytes("content"))
        .open_response()
        .statuses(WHOLE_OR_PART);
    type Response = MediaFile;
}
