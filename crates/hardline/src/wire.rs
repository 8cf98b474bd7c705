//! What a request is: operations as data, and the way between typed values and HTTP.

mod answer;
#[cfg(feature = "by-name")]
mod by_name_error;
mod call;
mod credentials;
mod decode;
mod dispatch;
mod encode;
mod encode_error;
mod endpoint;
mod error;
mod error_code;
mod failure;
mod fault;
mod json;
mod not_an_answer;
mod operation;
mod reader;
mod registry;
mod release;
mod repair;
mod retry_after;
mod scan;
#[cfg(feature = "server")]
pub mod server;
mod server_error;
mod target;
mod threepid_refusal;
mod uia_challenge;
mod unfit;
mod url;

pub use answer::Answer;
#[cfg(feature = "by-name")]
pub use by_name_error::ByNameError;
pub use call::{Call, Extras};
pub use credentials::{Credentials, authorize};
#[cfg(feature = "flow")]
pub(crate) use decode::declined;
#[cfg(feature = "by-name")]
pub(crate) use decode::decode_with;
pub use decode::{decode, decode_answer};
pub use dispatch::Dispatch;
pub use encode::encode;
#[cfg(feature = "by-name")]
pub(crate) use encode::{Routed, encode_with};
pub use encode_error::EncodeError;
pub use endpoint::Endpoint;
pub use error::{Error, ErrorKind};
pub use error_code::ErrorCode;
pub use failure::{Failure, FailureClass};
pub use fault::{Fault, FaultReason, JsonKind};
#[cfg(feature = "by-name")]
pub(crate) use json::Json;
pub use not_an_answer::{NotAnAnswer, Problem};
pub use operation::{AnswerBody, Api, Auth, Body, Host, Method, Operation, OperationName};
#[cfg(feature = "by-name")]
pub(crate) use reader::Reader;
pub use registry::{Registered, Visit};
pub use release::Release;
pub use repair::Faults;
pub use server_error::ServerError;
pub use target::{Homeserver, Supported, Target};
pub use threepid_refusal::ThreepidRefusal;
pub use uia_challenge::{AuthType, UiaChallenge, UiaFlow};
#[cfg(feature = "flow")]
pub(crate) use url::percent_encode;
pub use url::{AbsoluteUrl, BaseUrl, InvalidUrl, is_loopback};
