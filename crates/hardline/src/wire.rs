//! Operations as data, and the conversion between typed values and HTTP in both directions.

mod decode;
mod encode;
mod error;
mod operation;
#[cfg(feature = "server")]
pub mod server;
mod uia;
mod url;

#[cfg(feature = "flow")]
pub(crate) use decode::declined;
pub use decode::{ApiResponse, decode, decode_response};
#[cfg(feature = "by-name")]
pub(crate) use decode::{decode_with, read_seed};
pub use encode::{ByNameError, EncodeError, encode};
#[cfg(feature = "by-name")]
pub(crate) use encode::{Routed, encode_with};
#[cfg(feature = "flow")]
pub(crate) use error::sent_secrets::SentSecrets;
#[cfg(feature = "oauth")]
pub(crate) use error::without_tokens::WithoutTokens;
pub use error::{
    DecodeError, Error, ErrorCode, ErrorKind, Failure, FailureClass, OAuthErrorCode, ServerError,
    ThreepidRefusal, UnexpectedResponse, UnknownFailureClass,
};
#[allow(unused_imports, reason = "without a section there is nothing to list")]
pub(crate) use operation::operations;
#[cfg(feature = "proptest")]
#[doc(hidden)]
pub use operation::request_strategy;
pub use operation::{
    Api, Auth, Body, Credentials, Endpoint, EndpointVisitor, ExtraParams, Homeserver, Method, Msc,
    MscSupport, Operation, OperationName, RegisteredEndpoint, RequestMeta, ResponseBody,
    SpecVersion, SupportedVersions, Target, TargetKind, WithOptions, authorize,
};
#[cfg(feature = "by-name")]
pub use operation::{ShapedEndpoint, ShapedEndpointVisitor};
pub use uia::{AuthData, AuthType, UiaChallenge, UiaFlow, UserIdentifier, ValidationCredentials};
#[cfg(any(feature = "flow", feature = "oauth"))]
pub(crate) use url::page_url::PageUrl;
#[cfg(feature = "oauth")]
pub(crate) use url::pairs;
#[cfg(any(feature = "flow", all(feature = "oauth", feature = "server")))]
pub(crate) use url::percent_encode;
pub use url::{AbsoluteUrl, BaseUrl, InvalidUrl, is_loopback};
