use hardline_derive::{Request, Response};

use crate::client_api::sync::Filter;
use crate::types::UserId;
use crate::wire::{Auth, Body, Endpoint, Operation, SpecVersion};

/// Stores a filter, for syncs to name by its ID.
///
/// Errors worth handling: `M_FORBIDDEN` (it is another user), `M_BAD_JSON` or `M_UNKNOWN` with the status 400 (the
/// filter is not valid).
///
/// ```
/// use hardline::client_api::sync::{DefineFilter, Filter};
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = DefineFilter::new(UserId::parse("@alice:example.org")?, Filter::new());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/user/%40alice%3Aexample.org/filter");
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /user/{userId}/filter`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3useruseridfilter).
#[doc(alias = "defineFilter")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct DefineFilter {
    /// The user: that of the access token.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// The filter.
    pub filter: Filter,
}

impl DefineFilter {
    /// A request with the required fields.
    pub fn new(user_id: UserId, filter: Filter) -> Self {
        Self { user_id, filter }
    }
}

impl Endpoint for DefineFilter {
    const OPERATION: Operation =
        Operation::post("defineFilter", "/_matrix/client/v3/user/{userId}/filter")
            .auth(Auth::Required)
            .repeatable()
            .body(Body::Whole("filter"))
            .since(SpecVersion::v1(1))
            .older(&[(
                SpecVersion::r0(4),
                "/_matrix/client/r0/user/{userId}/filter",
            )]);
    type Response = DefineFilterResponse;
}

/// A filter that was stored.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct DefineFilterResponse {
    /// Its ID. It does not begin with `{`.
    pub filter_id: String,
}

impl DefineFilterResponse {
    /// A filter that was stored.
    pub fn new(filter_id: String) -> Self {
        Self { filter_id }
    }
}

/// Fetches a filter that was stored.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such filter), `M_FORBIDDEN` (it is another user).
///
/// ```
/// use hardline::client_api::sync::GetFilter;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetFilter::new(UserId::parse("@alice:example.org")?, "text".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/user/%40alice%3Aexample.org/filter/text");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /user/{userId}/filter/{filterId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridfilterfilterid).
#[doc(alias = "getFilter")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetFilter {
    /// The user: that of the access token.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// The ID of the filter.
    #[serde(rename = "filterId")]
    pub filter_id: String,
}

impl GetFilter {
    /// A request with the required fields.
    pub fn new(user_id: UserId, filter_id: String) -> Self {
        Self { user_id, filter_id }
    }
}

impl Endpoint for GetFilter {
    const OPERATION: Operation = Operation::get(
        "getFilter",
        "/_matrix/client/v3/user/{userId}/filter/{filterId}",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/user/{userId}/filter/{filterId}",
    )]);
    type Response = Filter;
}
