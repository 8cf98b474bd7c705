use hardline_derive::Request;

use crate::json::{JsonMap, JsonObject};
use crate::types::UserId;
use crate::wire::{Auth, Endpoint, Operation};

/// Fetches the profiles of many users: flag `org.matrix.msc4536`. Users that the server knows nothing of are missing
/// in the response.
///
/// Errors worth handling: `M_INVALID_PARAM` (too many users), `M_LIMIT_EXCEEDED`, `M_UNRECOGNIZED`.
///
/// ```
/// use hardline::client_api::unstable::msc4536::QueryProfiles;
/// use hardline::wire;
///
/// let body = r#"{"@alice:example.org": {"displayname": "Alice"}}"#;
/// let answer = wire::decode::<QueryProfiles>(http::Response::new(body))?;
/// assert_eq!(answer["@alice:example.org"].field::<String>("displayname").as_deref(), Some("Alice"));
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Proposal: [MSC4536](https://github.com/matrix-org/matrix-spec-proposals/pull/4536).
#[doc(alias = "msc4536QueryProfiles")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct QueryProfiles {
    /// The users. A server may refuse more than 100.
    pub users: Vec<UserId>,
    /// The names of the fields that are wanted: all by default.
    pub fields: Option<Vec<String>>,
}

impl QueryProfiles {
    /// A request with the required fields.
    pub fn new(users: Vec<UserId>) -> Self {
        Self {
            users,
            fields: None,
        }
    }
}

impl Endpoint for QueryProfiles {
    const OPERATION: Operation = Operation::post(
        "msc4536QueryProfiles",
        "/_matrix/client/unstable/org.matrix.msc4536/profile/query",
    )
    .auth(Auth::Required)
    .repeatable()
    .open_response();
    type Response = JsonMap<UserId, JsonObject>;
}
