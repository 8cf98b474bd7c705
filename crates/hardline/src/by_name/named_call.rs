#[cfg(feature = "persist")]
use serde::{Serialize, Serializer};

use super::{ByNameError, NamedOperation, Operations};
use crate::json::JsonObject;

/// An operation that is called by its name, with its arguments: what [`OperationFlow`](crate::flow::OperationFlow) takes
/// in place of a typed operation.
///
/// ```
/// use hardline::by_name::NamedCall;
/// use hardline::flow::{Flow, Input, OperationFlow, Output};
/// use hardline::json::JsonObject;
/// use hardline::types::Timestamp;
/// use hardline::wire::Target;
///
/// let call = NamedCall::find("cs:getVersions", JsonObject::new())?;
/// let target = Target::homeserver("https://example.org")?;
/// let now = Timestamp::from_millis(0);
/// let mut flow = OperationFlow::new(now, call, target, 1);
/// let Output::Send(id, request) = flow.poll_output() else { unreachable!("it is sent at once") };
/// assert_eq!(request.uri().path(), "/_matrix/client/versions");
/// let response = http::Response::new(r#"{"versions": ["v1.19"]}"#.into());
/// flow.handle_input(now, Input::Response(id, response));
/// let Output::Done(result) = flow.poll_output() else { unreachable!("the response has arrived") };
/// assert_eq!(result?.value.as_str(), r#"{"versions":["v1.19"],"unstable_features":{}}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct NamedCall {
    operation: NamedOperation,
    arguments: JsonObject,
}

impl NamedCall {
    /// The members of `arguments` are the operation's fields.
    pub fn new(operation: NamedOperation, arguments: JsonObject) -> Self {
        Self {
            operation,
            arguments,
        }
    }

    /// The operation with this name: see [`Operations::find`].
    ///
    /// # Errors
    /// [`ByNameError`] if there is no such operation.
    pub fn find(name: &str, arguments: JsonObject) -> Result<Self, ByNameError> {
        Ok(Self::new(*Operations::all().find(name)?, arguments))
    }

    /// The operation.
    pub fn named_operation(&self) -> &NamedOperation {
        &self.operation
    }

    /// Its arguments.
    pub fn arguments(&self) -> &JsonObject {
        &self.arguments
    }
}

/// As a typed operation: its fields, without its name.
#[cfg(feature = "persist")]
impl Serialize for NamedCall {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.arguments.serialize(serializer)
    }
}
