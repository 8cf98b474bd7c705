use hardline_derive::{Request, Response};

use crate::types::{MxcUri, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Searches the users that the homeserver knows of: at least those who share a room with the user, and those in public
/// rooms.
///
/// Errors worth handling: `M_LIMIT_EXCEEDED`. A server whose directory is off responds that there is nobody.
///
/// ```
/// use hardline::client_api::user_data::SearchUserDirectory;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = SearchUserDirectory::new("ali".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/user_directory/search");
/// assert_eq!(request.body(), br#"{"search_term":"ali"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /user_directory/search`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3user_directorysearch).
#[doc(alias = "searchUserDirectory")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SearchUserDirectory {
    /// What is searched for in user IDs and display names.
    pub search_term: String,
    /// The maximum number of results, by default 10. Synapse gives 50 at most.
    pub limit: Option<u64>,
}

impl SearchUserDirectory {
    /// A request with the required fields.
    pub fn new(search_term: String) -> Self {
        Self {
            search_term,
            limit: None,
        }
    }
}

impl Endpoint for SearchUserDirectory {
    const OPERATION: Operation = Operation::post(
        "searchUserDirectory",
        "/_matrix/client/v3/user_directory/search",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/user_directory/search",
    )]);
    type Response = SearchUserDirectoryResponse;
}

/// The users that were found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct SearchUserDirectoryResponse {
    /// The users, the best match first.
    #[serde(default)]
    pub results: Vec<DirectoryUser>,
    /// Whether there are more.
    #[serde(default)]
    pub limited: bool,
}

impl SearchUserDirectoryResponse {
    /// What was found.
    pub fn new(results: Vec<DirectoryUser>, limited: bool) -> Self {
        Self { results, limited }
    }
}

/// A user in the directory.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct DirectoryUser {
    /// The user.
    pub user_id: UserId,
    /// What they are called.
    pub display_name: Option<String>,
    /// Their picture.
    pub avatar_url: Option<MxcUri>,
}

impl DirectoryUser {
    /// A user without a name and a picture.
    pub fn new(user_id: UserId) -> Self {
        Self {
            user_id,
            display_name: None,
            avatar_url: None,
        }
    }
}
