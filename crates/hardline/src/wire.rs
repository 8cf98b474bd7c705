//! What a request is: operations as data, and the way between typed values and HTTP.

mod api_response;
mod by_name_error;
mod bytes_answer;
mod credentials;
mod decode;
mod decode_warning;
mod encode;
mod encode_error;
mod endpoint;
mod error;
mod error_code;
mod failure;
mod fields;
mod json;
mod mismatch;
mod operation;
mod plain_value;
mod raw_body;
mod reader;
mod registry;
mod repair;
mod request_meta;
mod retry_after;
mod scan;
#[cfg(feature = "server")]
pub mod server;
mod server_error;
mod spec_version;
mod target;
mod threepid_refusal;
mod uia_challenge;
mod unexpected_response;
mod url;
mod url_texts;
mod with_options;

pub use api_response::ApiResponse;
pub use by_name_error::ByNameError;
pub use credentials::{Credentials, authorize};
#[cfg(feature = "flow")]
pub(crate) use decode::declined;
pub use decode::{decode, decode_answer};
#[cfg(feature = "by-name")]
pub(crate) use decode::{decode_with, read};
pub use decode_warning::{DecodeWarning, JsonKind, WarningReason};
pub use encode::encode;
#[cfg(feature = "by-name")]
pub(crate) use encode::{Routed, encode_with, route};
pub use encode_error::EncodeError;
pub use endpoint::Endpoint;
pub use error::{Error, ErrorKind};
pub use error_code::ErrorCode;
pub use failure::{Failure, FailureClass};
#[cfg(feature = "by-name")]
pub(crate) use json::Json;
pub use operation::{Api, Auth, Body, Method, Operation, OperationName, ResponseBody, TargetKind};
#[cfg(feature = "by-name")]
pub(crate) use reader::Reader;
#[allow(unused_imports, reason = "without a section there is nothing to list")]
pub(crate) use registry::operations;
#[cfg(feature = "proptest")]
pub use registry::{ArbitraryEndpoint, ArbitraryEndpointVisitor};
pub use registry::{EndpointVisitor, RegisteredEndpoint};
pub use repair::DecodeWarnings;
pub use request_meta::RequestMeta;
pub use server_error::ServerError;
pub use spec_version::SpecVersion;
pub use target::{Homeserver, SupportedVersions, Target};
pub use threepid_refusal::ThreepidRefusal;
pub use uia_challenge::{AuthType, UiaChallenge, UiaFlow};
pub use unexpected_response::{DecodeError, UnexpectedResponse};
#[cfg(feature = "flow")]
pub(crate) use url::percent_encode;
pub use url::{AbsoluteUrl, BaseUrl, InvalidUrl, is_loopback};
pub use with_options::{ExtraParams, WithOptions};
