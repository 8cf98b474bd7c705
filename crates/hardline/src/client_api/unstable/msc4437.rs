use hardline_derive::Request;

use crate::json::{Empty, JsonObject};
use crate::types::UserId;
use crate::wire::{Auth, Body, Endpoint, Operation};

/// Replaces the whole profile of the user: flag `com.beeper.msc4437`.
///
/// Errors worth handling: `M_FORBIDDEN` (it is another user, or the server does not let a field be changed),
/// `M_PROFILE_TOO_LARGE`, `M_KEY_TOO_LARGE`, `M_UNRECOGNIZED`.
///
/// ```
/// use hardline::client_api::unstable::msc4437::ReplaceProfile;
/// use hardline::json::JsonObject;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let mut profile = JsonObject::new();
/// profile.insert("displayname", "Alice")?;
/// let operation = ReplaceProfile::new(UserId::parse("@alice:example.org")?, profile);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.body(), br#"{"displayname":"Alice"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Proposal: [MSC4437](https://github.com/matrix-org/matrix-spec-proposals/pull/4437).
#[doc(alias = "msc4437ReplaceProfile")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct ReplaceProfile {
    /// The user: that of the access token.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// All fields. One that is not here is deleted.
    pub profile: JsonObject,
}

impl ReplaceProfile {
    /// A request with the required fields.
    pub fn new(user_id: UserId, profile: JsonObject) -> Self {
        Self { user_id, profile }
    }
}

impl Endpoint for ReplaceProfile {
    const OPERATION: Operation = Operation::put(
        "msc4437ReplaceProfile",
        "/_matrix/client/unstable/com.beeper.msc4437/profile/{userId}",
    )
    .auth(Auth::Required)
    .body(Body::Whole("profile"))
    .repeatable();
    type Response = Empty;
}
