use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::json::{JsonObject, Printable};
use crate::types::{Timestamp, UserId};
use crate::wire::decode::body_fields::{field, members};
use crate::wire::error::retry_after;
use crate::wire::error::without_tokens::WithoutTokens;
use crate::wire::{ErrorCode, OAuthErrorCode};

/// An error that a Matrix server or an authorization server reports.
#[non_exhaustive]
pub struct ServerError {
    /// The HTTP status. It is one of success if the error was sent with such a status, or if `success` is not true.
    pub status: StatusCode,
    /// What went wrong, for programs. Missing if an authorization server says it in OAuth's terms, or if the response says
    /// that `success` is not true, and no more.
    pub errcode: Option<ErrorCode>,
    /// What went wrong, for programs, if an authorization server says it: the member `error`. Never there beside an
    /// errcode.
    pub oauth_error: Option<OAuthErrorCode>,
    /// What went wrong, for people: the member `error`, or `error_description` of an authorization server's error. If it
    /// repeats secrets of a flow's request, it is without these.
    pub message: Option<String>,
    /// The header fields of the response.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Bytes,
}

impl ServerError {
    /// A member of the body, if it is present and has that type: one that belongs to an errcode, such as
    /// `room_version`.
    pub fn field<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        field(&self.body, name)
    }

    /// All members of the body, including those that belong to the errcode.
    pub fn members(&self) -> JsonObject {
        members(&self.body)
    }

    /// For `M_UNKNOWN_TOKEN` and `M_USER_LOCKED`: whether the device still exists. See
    /// [`Error::is_soft_logout`](crate::wire::Error::is_soft_logout).
    pub fn soft_logout(&self) -> Option<bool> {
        self.field("soft_logout")
    }

    /// For `M_INCOMPATIBLE_ROOM_VERSION`: the room's version.
    pub fn room_version(&self) -> Option<String> {
        self.field("room_version")
    }

    /// For `M_RESOURCE_LIMIT_EXCEEDED`: a URI to contact the server's administrator.
    pub fn admin_contact(&self) -> Option<String> {
        self.field("admin_contact")
    }

    /// For `M_RESOURCE_LIMIT_EXCEEDED`: which limit was reached. Synapse says `monthly_active_user`, `hs_disabled`.
    pub fn limit_type(&self) -> Option<String> {
        self.field("limit_type")
    }

    /// For `M_USER_LIMIT_EXCEEDED`: a page that explains the limit.
    pub fn info_uri(&self) -> Option<String> {
        self.field("info_uri")
    }

    /// For `M_USER_LIMIT_EXCEEDED`: whether the user can get a higher limit.
    pub fn can_upgrade(&self) -> Option<bool> {
        self.field("can_upgrade")
    }

    /// For `M_WRONG_ROOM_KEYS_VERSION`: the current version of the key backup.
    pub fn current_version(&self) -> Option<String> {
        self.field("current_version")
    }

    /// For `M_THREEPID_IN_USE` from an identity server: whose phone number or e-mail address it is.
    pub fn mxid(&self) -> Option<UserId> {
        self.field("mxid")
    }

    /// For `M_INVALID_PEPPER`: the pepper that the identity server uses now.
    pub fn lookup_pepper(&self) -> Option<String> {
        self.field("lookup_pepper")
    }

    /// For `M_INVALID_PEPPER`: the algorithm of the hashes.
    pub fn algorithm(&self) -> Option<String> {
        self.field("algorithm")
    }

    /// For `M_CONSENT_NOT_GIVEN`: the page where the user agrees to the server's policies.
    pub fn consent_uri(&self) -> Option<String> {
        self.field("consent_uri")
    }

    /// For `M_BAD_STATUS`: the status of the application service's response.
    pub fn bad_status(&self) -> Option<u16> {
        self.field("status")
    }

    /// For `M_BAD_STATUS`: the body of the application service's response, which may be missing.
    pub fn bad_body(&self) -> Option<String> {
        self.field("body")
    }

    /// Of an authorization server's error: a page about it, for people.
    pub fn error_uri(&self) -> Option<String> {
        self.field("error_uri")
    }

    /// How long the server asks to wait: see [`Error::retry_after`](crate::wire::Error::retry_after).
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        retry_after(&self.headers, &self.body, now)
    }
}

impl fmt::Debug for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.message.as_deref().map(|text| match self.oauth_error {
            Some(_) => WithoutTokens(text).to_string(),
            None => text.to_owned(),
        });
        f.debug_struct("ServerError")
            .field("status", &self.status)
            .field("errcode", &self.errcode)
            .field("oauth_error", &self.oauth_error)
            .field("message", &message)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server declined")?;
        if let Some(errcode) = &self.errcode {
            write!(f, ": {}", Printable(errcode.as_str()))?;
        } else if let Some(error) = &self.oauth_error {
            write!(f, ": {}", Printable(error.as_str()))?;
        }
        match &self.message {
            Some(message) if self.oauth_error.is_some() => {
                write!(f, ": {}", WithoutTokens(message))
            }
            Some(message) => write!(f, ": {}", Printable(message)),
            None => write!(f, " (HTTP status {})", self.status.as_u16()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{self, Endpoint, ErrorKind, Operation};
    use serde::Serialize;

    #[derive(Serialize)]
    struct Anything {}

    impl Endpoint for Anything {
        const OPERATION: Operation = Operation::get("anything", "/_matrix/client/v3/anything");
        type Response = JsonObject;
    }

    fn error(status: u16, body: &'static str) -> ServerError {
        let response = http::Response::builder().status(status).body(body).unwrap();
        match wire::decode::<Anything>(response).unwrap_err().into_kind() {
            ErrorKind::Server(error) => error,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn members_that_belong_to_an_errcode_are_read() {
        let locked = error(
            401,
            r#"{"errcode":"M_USER_LOCKED","error":"","soft_logout":true}"#,
        );
        assert_eq!(locked.soft_logout(), Some(true));
        let version = error(
            400,
            r#"{"errcode":"M_INCOMPATIBLE_ROOM_VERSION","error":"","room_version":"12"}"#,
        );
        assert_eq!(version.room_version().as_deref(), Some("12"));
        let resource = error(
            403,
            r#"{"errcode":"M_RESOURCE_LIMIT_EXCEEDED","error":"","admin_contact":"mailto:a@b.example","limit_type":"monthly_active_user"}"#,
        );
        assert_eq!(
            resource.admin_contact().as_deref(),
            Some("mailto:a@b.example")
        );
        assert_eq!(
            resource.limit_type().as_deref(),
            Some("monthly_active_user")
        );
        let user = error(
            403,
            r#"{"errcode":"M_USER_LIMIT_EXCEEDED","error":"","info_uri":"https://b.example","can_upgrade":true}"#,
        );
        assert_eq!(user.info_uri().as_deref(), Some("https://b.example"));
        assert_eq!(user.can_upgrade(), Some(true));
        let keys = error(
            403,
            r#"{"errcode":"M_WRONG_ROOM_KEYS_VERSION","error":"","current_version":"42"}"#,
        );
        assert_eq!(keys.current_version().as_deref(), Some("42"));
        let taken = error(
            400,
            r#"{"errcode":"M_THREEPID_IN_USE","error":"","mxid":"@alice:example.org"}"#,
        );
        assert_eq!(taken.mxid().unwrap().localpart(), "alice");
        let pepper = error(
            400,
            r#"{"errcode":"M_INVALID_PEPPER","error":"","algorithm":"sha256","lookup_pepper":"matrixrocks"}"#,
        );
        assert_eq!(pepper.lookup_pepper().as_deref(), Some("matrixrocks"));
        assert_eq!(pepper.algorithm().as_deref(), Some("sha256"));
        let ping = error(
            502,
            r#"{"errcode":"M_BAD_STATUS","error":"","status":401,"body":"{}"}"#,
        );
        assert_eq!(ping.bad_status(), Some(401));
        assert_eq!(ping.bad_body().as_deref(), Some("{}"));
        let consent = error(
            403,
            r#"{"errcode":"M_CONSENT_NOT_GIVEN","error":"","consent_uri":"https://b.example/c"}"#,
        );
        assert_eq!(
            consent.consent_uri().as_deref(),
            Some("https://b.example/c")
        );
    }

    #[test]
    fn a_member_of_the_wrong_type_counts_as_absent() {
        let odd = error(
            400,
            r#"{"errcode":"M_BAD_STATUS","error":"","status":"401","body":null,"soft_logout":"yes"}"#,
        );
        assert_eq!(odd.errcode, Some(ErrorCode::BadStatus));
        assert_eq!(odd.bad_status(), None);
        assert_eq!(odd.bad_body(), None);
        assert_eq!(odd.soft_logout(), None);
        assert_eq!(odd.room_version(), None);
    }
}
