//! What a request is: operations as data, and the way between typed values and HTTP.

mod dispatch;
mod failure;
mod operation;
mod release;

pub use dispatch::Dispatch;
pub use failure::{Failure, FailureClass};
pub use operation::{Api, Auth, Body, Host, Method, Operation, OperationName};
pub use release::Release;
