use std::error::Error;
use std::fmt;

/// What a user says on a page of the authorization server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// The client may act for the user with this name or user ID. Nobody asks for the password.
    Approve {
        /// Who says so.
        user: String,
    },
    /// The client may not.
    Deny,
}

impl Decision {
    /// The client may act for this user.
    ///
    /// ```
    /// use hardline_loopback::Decision;
    ///
    /// assert_eq!(Decision::approve("alice"), Decision::Approve { user: "alice".to_owned() });
    /// ```
    pub fn approve(user: &str) -> Self {
        Self::Approve {
            user: user.to_owned(),
        }
    }
}

/// The user's browser ends on a page of the authorization server, which says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageError(String);

impl PageError {
    pub(crate) fn new(message: &str) -> Self {
        Self(message.to_owned())
    }
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the browser ended on a page: {}", self.0)
    }
}

impl Error for PageError {}
