use hardline_derive::{Request, Response};

use crate::types::UserId;
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Asks whether an account is suspended, as an administrator.
///
/// It needs the capability `m.account_moderation` with `suspend`: Before v1.18 servers had administration APIs of
/// their own for this (`M_UNRECOGNIZED`).
///
/// Errors worth handling: `M_FORBIDDEN` (the user is no administrator, or the account is one), `M_INVALID_PARAM` (it
/// is no account of this server), `M_NOT_FOUND` (there is no such account).
///
/// ```
/// use hardline::client_api::moderation::GetAdminSuspendUser;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetAdminSuspendUser::new(UserId::parse("@alice:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v1/admin/suspend/%40alice%3Aexample.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /admin/suspend/{userId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1adminsuspenduserid).
#[doc(alias = "getAdminSuspendUser")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetAdminSuspendUser {
    /// The user.
    #[serde(rename = "userId")]
    pub user_id: UserId,
}

impl GetAdminSuspendUser {
    /// A request with the required fields.
    pub fn new(user_id: UserId) -> Self {
        Self { user_id }
    }
}

impl Endpoint for GetAdminSuspendUser {
    const OPERATION: Operation = Operation::get(
        "getAdminSuspendUser",
        "/_matrix/client/v1/admin/suspend/{userId}",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(18))
    .unstable(&[
        (
            "uk.timedout.msc4323",
            "/_matrix/client/unstable/uk.timedout.msc4323/admin/suspend/{userId}",
        ),
        (
            "uk.timedout.msc4323.stable",
            "/_matrix/client/v1/admin/suspend/{userId}",
        ),
    ]);
    type Response = GetAdminSuspendUserResponse;
}

/// Whether an account is suspended.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetAdminSuspendUserResponse {
    /// Whether it is suspended.
    pub suspended: bool,
}

impl GetAdminSuspendUserResponse {
    /// A response.
    pub fn new(suspended: bool) -> Self {
        Self { suspended }
    }
}

/// Suspends an account, or ends that, as an administrator. A suspended account can log in, read and leave rooms; most
/// of what it tries besides fails with `M_USER_SUSPENDED`.
///
/// It needs the capability `m.account_moderation` with `suspend`: Before v1.18 servers had administration APIs of
/// their own for this (`M_UNRECOGNIZED`).
///
/// Errors worth handling: `M_FORBIDDEN` (the user is no administrator, or the account is one), `M_INVALID_PARAM` (it
/// is no account of this server), `M_NOT_FOUND` (there is no such account).
///
/// ```
/// use hardline::client_api::moderation::SetAdminSuspendUser;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = SetAdminSuspendUser::new(UserId::parse("@alice:example.org")?, true);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v1/admin/suspend/%40alice%3Aexample.org");
/// assert_eq!(request.body(), br#"{"suspended":true}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /admin/suspend/{userId}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv1adminsuspenduserid).
#[doc(alias = "setAdminSuspendUser")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SetAdminSuspendUser {
    /// The user.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// Whether it is to be suspended.
    pub suspended: bool,
}

impl SetAdminSuspendUser {
    /// A request with the required fields.
    pub fn new(user_id: UserId, suspended: bool) -> Self {
        Self { user_id, suspended }
    }
}

impl Endpoint for SetAdminSuspendUser {
    const OPERATION: Operation = Operation::put(
        "setAdminSuspendUser",
        "/_matrix/client/v1/admin/suspend/{userId}",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(18))
    .unstable(&[
        (
            "uk.timedout.msc4323",
            "/_matrix/client/unstable/uk.timedout.msc4323/admin/suspend/{userId}",
        ),
        (
            "uk.timedout.msc4323.stable",
            "/_matrix/client/v1/admin/suspend/{userId}",
        ),
    ]);
    type Response = SetAdminSuspendUserResponse;
}

/// Whether an account is suspended now.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct SetAdminSuspendUserResponse {
    /// Whether it is suspended.
    pub suspended: bool,
}

impl SetAdminSuspendUserResponse {
    /// A response.
    pub fn new(suspended: bool) -> Self {
        Self { suspended }
    }
}

/// Asks whether an account is locked, as an administrator.
///
/// It needs the capability `m.account_moderation` with `lock`: Before v1.18 servers had administration APIs of their
/// own for this (`M_UNRECOGNIZED`).
///
/// Errors worth handling: `M_FORBIDDEN` (the user is no administrator, or the account is one), `M_INVALID_PARAM` (it
/// is no account of this server), `M_NOT_FOUND` (there is no such account).
///
/// ```
/// use hardline::client_api::moderation::GetAdminLockUser;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetAdminLockUser::new(UserId::parse("@alice:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v1/admin/lock/%40alice%3Aexample.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /admin/lock/{userId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1adminlockuserid).
#[doc(alias = "getAdminLockUser")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetAdminLockUser {
    /// The user.
    #[serde(rename = "userId")]
    pub user_id: UserId,
}

impl GetAdminLockUser {
    /// A request with the required fields.
    pub fn new(user_id: UserId) -> Self {
        Self { user_id }
    }
}

impl Endpoint for GetAdminLockUser {
    const OPERATION: Operation =
        Operation::get("getAdminLockUser", "/_matrix/client/v1/admin/lock/{userId}")
            .auth(Auth::Required)
            .since(SpecVersion::v1(18))
            .unstable(&[
                (
                    "uk.timedout.msc4323",
                    "/_matrix/client/unstable/uk.timedout.msc4323/admin/lock/{userId}",
                ),
                (
                    "uk.timedout.msc4323.stable",
                    "/_matrix/client/v1/admin/lock/{userId}",
                ),
            ]);
    type Response = GetAdminLockUserResponse;
}

/// Whether an account is locked.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetAdminLockUserResponse {
    /// Whether it is locked.
    pub locked: bool,
}

impl GetAdminLockUserResponse {
    /// A response.
    pub fn new(locked: bool) -> Self {
        Self { locked }
    }
}

/// Locks an account, or unlocks it, as an administrator. A locked account cannot do anything but log out: all else
/// fails with `M_USER_LOCKED`.
///
/// It needs the capability `m.account_moderation` with `lock`: Before v1.18 servers had administration APIs of their
/// own for this (`M_UNRECOGNIZED`).
///
/// Errors worth handling: `M_FORBIDDEN` (the user is no administrator, or the account is one), `M_INVALID_PARAM` (it
/// is no account of this server), `M_NOT_FOUND` (there is no such account).
///
/// ```
/// use hardline::client_api::moderation::SetAdminLockUser;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = SetAdminLockUser::new(UserId::parse("@alice:example.org")?, true);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v1/admin/lock/%40alice%3Aexample.org");
/// assert_eq!(request.body(), br#"{"locked":true}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /admin/lock/{userId}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv1adminlockuserid).
#[doc(alias = "setAdminLockUser")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SetAdminLockUser {
    /// The user.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// Whether it is to be locked.
    pub locked: bool,
}

impl SetAdminLockUser {
    /// A request with the required fields.
    pub fn new(user_id: UserId, locked: bool) -> Self {
        Self { user_id, locked }
    }
}

impl Endpoint for SetAdminLockUser {
    const OPERATION: Operation =
        Operation::put("setAdminLockUser", "/_matrix/client/v1/admin/lock/{userId}")
            .auth(Auth::Required)
            .repeatable()
            .since(SpecVersion::v1(18))
            .unstable(&[
                (
                    "uk.timedout.msc4323",
                    "/_matrix/client/unstable/uk.timedout.msc4323/admin/lock/{userId}",
                ),
                (
                    "uk.timedout.msc4323.stable",
                    "/_matrix/client/v1/admin/lock/{userId}",
                ),
            ]);
    type Response = SetAdminLockUserResponse;
}

/// Whether an account is locked now.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct SetAdminLockUserResponse {
    /// Whether it is locked.
    pub locked: bool,
}

impl SetAdminLockUserResponse {
    /// A response.
    pub fn new(locked: bool) -> Self {
        Self { locked }
    }
}
