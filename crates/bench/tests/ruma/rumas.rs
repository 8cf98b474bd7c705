use std::borrow::Cow;

use hardline::wire::Operation;
use ruma::api::auth_scheme::{self, AuthScheme, SendAccessToken};
use ruma::api::error::FromHttpResponseError;
use ruma::api::path_builder::{PathBuilder, SinglePath, VersionHistory};
use ruma::api::{
    FeatureFlag, IncomingRequest, IncomingRequestExt as _, IncomingResponseExt as _, MatrixVersion,
    OutgoingRequest, OutgoingRequestExt as _, OutgoingResponse, OutgoingResponseExt as _,
    SupportedVersions,
};
use serde_json::{Value, json};

use crate::exchange::Exchange;
use crate::seen::{
    SERVER, TOKEN, incoming_request, incoming_response, seen_request, seen_response, segments,
};

pub(crate) fn rumas_request<R>(operation: &Operation, exchange: &Exchange) -> Value
where
    R: OutgoingRequest + IncomingRequest,
    R::Authentication: AnyAuth,
    R::PathBuilder: AnyPaths,
{
    let request = incoming_request(operation, exchange).map(str::as_bytes);
    let path = segments(request.uri().path());
    let placeholders = segments(operation.path);
    let arguments: Vec<&str> = placeholders
        .iter()
        .zip(&path)
        .filter(|(placeholder, _)| placeholder.starts_with('{'))
        .map(|(_, segment)| segment.as_str())
        .collect();
    let Ok(request) = R::try_from_http_request(request, &arguments) else {
        return json!("refused");
    };
    let request = request.try_into_http_request::<Vec<u8>>(
        SERVER,
        <R::Authentication as AnyAuth>::token(),
        <R::PathBuilder as AnyPaths>::newest(),
    );
    match request {
        Ok(request) => seen_request(exchange, &request),
        Err(_) => json!("refused"),
    }
}

pub(crate) fn rumas_answer<R>(exchange: &Exchange, status: u16, body: &'static str) -> Value
where
    R: OutgoingRequest,
    R::IncomingResponse: OutgoingResponse,
{
    let response = incoming_response(exchange, status, body).map(str::as_bytes);
    match R::IncomingResponse::try_from_http_response(response) {
        Ok(value) => {
            let response = value.try_into_http_response::<Vec<u8>>().unwrap();
            seen_response(exchange, &response)
        }
        Err(FromHttpResponseError::Server(error)) => {
            let response = error.try_into_http_response::<Vec<u8>>();
            // Anything that is not JSON cannot be encoded again.
            let body: Value = response
                .ok()
                .and_then(|response| serde_json::from_slice(response.body()).ok())
                .unwrap_or_default();
            let count = |name: &str| body[name].as_array().map_or(0, Vec::len);
            if body["flows"].is_array() {
                json!({
                    "flows": count("flows"),
                    "completed": count("completed"),
                    "session": body["session"],
                    "errcode": body["errcode"],
                })
            } else if body["errcode"].is_string() {
                json!({"declined": body["errcode"], "message": body["error"]})
            } else {
                json!("no answer")
            }
        }
        Err(_) => json!("no answer"),
    }
}

/// Ruma's ways to attach a token.
pub(crate) trait AnyAuth: AuthScheme {
    fn token() -> Self::Input<'static>;
}

macro_rules! any_auth {
    ($($scheme:ident: $token:expr;)+) => {
        $(impl AnyAuth for auth_scheme::$scheme {
            fn token() -> Self::Input<'static> {
                $token
            }
        })+
    };
}

any_auth! {
    NoAuthentication: ();
    NoAccessToken: SendAccessToken::IfRequired(TOKEN);
    AccessToken: SendAccessToken::IfRequired(TOKEN);
    AccessTokenOptional: SendAccessToken::IfRequired(TOKEN);
    AppserviceToken: SendAccessToken::Appservice(TOKEN);
    AppserviceTokenOptional: SendAccessToken::IfRequired(TOKEN);
}

impl AnyAuth for ruma::api::identity_service::IdentityServiceToken {
    fn token() -> Self::Input<'static> {
        TOKEN
    }
}

/// Ruma's ways to find a path.
pub(crate) trait AnyPaths: PathBuilder {
    fn newest() -> Self::Input<'static>;
}

impl AnyPaths for VersionHistory {
    fn newest() -> Self::Input<'static> {
        Cow::Owned(SupportedVersions {
            versions: [MatrixVersion::V1_1, MatrixVersion::V1_19].into(),
            features: ["org.matrix.msc4140", "org.matrix.simplified_msc3575"]
                .map(FeatureFlag::from)
                .into(),
        })
    }
}

impl AnyPaths for SinglePath {
    fn newest() -> Self::Input<'static> {}
}
